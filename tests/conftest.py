"""Plugins that the tests need, how many examples they draw, and no clock in any of them."""

from hypothesis import settings

pytest_plugins = ["pytester"]

# Some dozens of examples a property, each run: `make fuzz` draws the hundred thousands.
settings.register_profile("untimed", deadline=None, max_examples=50)
settings.load_profile("untimed")
