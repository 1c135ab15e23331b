"""What everybody says about Lipschitz networks: sentences of papers, READMEs and trackers, in our own words."""
