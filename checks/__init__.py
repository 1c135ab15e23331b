"""The paper, statement by statement: ledger, vocabulary, pytest plugin, networks and the checks.

Importing this package costs nothing: the plugin is loaded by every pytest run on a machine where it is installed.
"""
