"""The pytest plugin by the name that it had; it is `manyfaces.plugin`."""

pytest_plugins = ["manyfaces.plugin"]
