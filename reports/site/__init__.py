"""`manyfaces site`: a claims document as pages to browse, without a server and without the network."""

from reports.site._command import register

__all__ = ["register"]
