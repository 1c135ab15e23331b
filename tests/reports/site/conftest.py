"""A small site for all tests, and the browser that opens it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from checks.records import Document
from reports.site.builder import build_site

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PROGRAM = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
DRIVERS = ("playwright", "axe_playwright_python")
MISSING = [*([] if PROGRAM else ["a Chromium"]), *(name for name in DRIVERS if find_spec(name) is None)]
"""What the tests in a browser lack; without it they are not collected, and `test_browser_found` says so."""
collect_ignore = ["test_browser.py"] if MISSING else []


@pytest.fixture(scope="session")
def missing() -> list[str]:
    return MISSING


@pytest.fixture(scope="session")
def site_document(records_of: Any, documents_of: Any) -> Document:
    """A statement that fails, its mended form, one that is not as expected, and a network that was trained."""
    records = records_of()
    trials = {"successes": 31, "trials": 32, "share": "9/10", "limit": "0.75", "spread": "1 … 2 … 3"}
    example = next(record for record in records if record["claim"] == "ex-1")
    example["facts"].append({"says": "networks are right", "truth": True, "trials": trials})
    document: Document = documents_of([record for record in records if record["claim"] != "th-1.amended"])
    return document


@pytest.fixture(scope="session")
def site(site_document: Document, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_site(site_document, tmp_path_factory.mktemp("site") / "pages")


@pytest.fixture(scope="module")  # its event loop is in the way of others, so it ends with the module
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=PROGRAM)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page that keeps what goes wrong on it, and whatever it asks for beyond this machine."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.wrong = []
    page.on(
        "console", lambda message: page.wrong.append(message.text) if message.type in ("error", "warning") else None
    )
    page.on("pageerror", lambda error: page.wrong.append(str(error)))
    page.on("request", lambda sent: None if sent.url.startswith(("file:", "data:")) else page.wrong.append(sent.url))
    page.on("requestfailed", lambda sent: page.wrong.append(sent.url))
    yield page
    assert page.wrong == []
    context.close()
