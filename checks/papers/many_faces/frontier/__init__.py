"""The Highest Mountain Function: Section 3.1 and Appendix A."""
