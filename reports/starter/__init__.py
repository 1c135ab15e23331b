"""`manyfaces init`: a project for a paper of one's own, which passes as it is."""

from reports.starter._command import register
from reports.starter._project import write_project

__all__ = ["register", "write_project"]
