"""Whether the pages were tried in a browser at all."""

from __future__ import annotations

import warnings

import pytest


@pytest.mark.filterwarnings("default:.*no browser")
def test_a_browser_is_there_or_the_summary_says_that_there_is_none(missing: list[str]) -> None:
    if missing:
        warnings.warn(
            f"the site was tried in no browser: {', '.join(missing)} is missing; see the README", stacklevel=1
        )
    assert len(missing) < 4
