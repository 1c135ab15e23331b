"""The pages in a real browser, opened as files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

PAGES = [
    "index",
    "statements",
    "results",
    "sections",
    "graph",
    "trainings",
    "reading",
    "statements/th-1",
    "statements/ex-1",
]
GRAVE = ("serious", "critical")


def address(site: Path, page: str, more: str = "") -> str:
    return f"{(site / f'{page}.html').as_uri()}{more}"


def wait_until(page: Any, expression: str) -> None:
    """Asked from outside again and again: the page's own rules let no text be evaluated inside."""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    raise AssertionError(expression)


def shown(page: Any) -> list[str]:
    return [link.get_attribute("data-id") for link in page.locator("ol.statements > li:not([hidden]) > a").all()]


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1440, "dark")])
def test_axe_finds_no_grave_fault(site: Path, page: Any, width: int, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    axe = Axe()
    for name in PAGES:
        page.goto(address(site, name))
        found = axe.run(page, options={"resultTypes": ["violations"], "preload": False}).response["violations"]
        faults = [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in found if fault["impact"] in GRAVE]
        assert not faults, f"{name}: {faults}"
        room = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert room <= 0, f"{name} is {room} pixels too wide"


def test_filters_are_kept_in_the_address(site: Path, page: Any) -> None:
    page.goto(address(site, "statements"))
    assert len(shown(page)) == 4
    page.get_by_label("Verdict").select_option("fails")
    assert shown(page) == ["th-1"]
    page.get_by_label("Verdict").select_option("holds")
    page.get_by_label("Method").select_option("samples")
    assert shown(page) == ["ex-1"] and "method=samples" in page.url
    page.go_back()
    assert shown(page) == ["lem-1", "ex-1"]
    page.go_back()
    assert shown(page) == ["th-1"] and page.get_by_label("Verdict").input_value() == "fails"
    page.get_by_role("button", name="Clear").click()
    wait_until(page, "document.querySelectorAll('ol.statements > li:not([hidden])').length === 4")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?grade=false", ["th-1"]),
        ("?fault=th-1", ["th-1"]),
        ("?section=Section 2", ["ex-1"]),
        ("?unexpected=yes", ["th-1.amended"]),
        ("?strength=supported", ["ex-1"]),
        ("?q=SUM bounds", ["lem-1"]),
        ("?q=th-1", ["th-1", "th-1.amended"]),
        ("?q=nothing like it", []),
        ("?grade=%3Cscript%3E&q=x%20%3E", ["th-1", "th-1.amended", "lem-1", "ex-1"]),
    ],
)
def test_a_query_can_be_linked(site: Path, page: Any, query: str, expected: list[str]) -> None:
    page.goto(address(site, "statements", query))
    found = shown(page)
    assert found == expected or (query.startswith("?grade=%3C") and set(found) <= set(expected))
    assert page.locator("#none").is_visible() == (not found)


def test_one_comes_back_to_the_list_as_one_left_it(site: Path, page: Any) -> None:
    page.goto(address(site, "statements"))
    page.get_by_label("Grade").select_option("false")
    page.locator("ol.statements > li:not([hidden]) > a").click()
    page.wait_for_url("**/statements/th-1.html")
    page.go_back()
    assert shown(page) == ["th-1"] and page.get_by_label("Grade").input_value() == "false"


def test_search_from_any_page(site: Path, page: Any) -> None:
    page.goto(address(site, "statements/ex-1"))
    page.get_by_role("searchbox", name="Search the statements").fill("squares")
    page.keyboard.press("Enter")
    page.wait_for_url("**/statements.html?q=squares")
    assert shown(page) == ["th-1", "th-1.amended"]
    page.get_by_label("Search", exact=True).fill("negative")
    assert shown(page) == ["th-1.amended"]
    page.go_back()
    assert page.url.endswith("statements/ex-1.html")


def test_letters_of_formulas_are_found(site: Path, page: Any) -> None:
    page.goto(address(site, "statements"))
    page.get_by_label("Search", exact=True).fill("a+c≤b+c")
    assert shown(page) == ["lem-1"]


def test_a_click_on_the_graph_opens_the_statement(site: Path, page: Any) -> None:
    page.goto(address(site, "graph"))
    page.locator("#graph a[data-id='lem-1']").click()
    page.wait_for_url("**/statements/lem-1.html")
    assert page.locator("h1").inner_text() == "A sum of bounds"
    page.go_back()
    assert page.url.endswith("graph.html")


def test_the_graph_shows_what_a_statement_rests_on(site: Path, page: Any) -> None:
    page.goto(address(site, "graph", "#ex-1"))
    away = page.locator("#graph a.point.away")
    assert {point.get_attribute("data-id") for point in away.all()} == {"th-1", "th-1.amended"}
    page.get_by_label("What rests under").fill("th-1.amended")
    page.wait_for_url("**#th-1.amended")
    assert {point.get_attribute("data-id") for point in away.all()} == {"ex-1"}
    page.go_back()
    wait_until(page, "document.querySelector('[name=focus]').value === 'ex-1'")
    page.get_by_role("button", name="Whole graph").click()
    wait_until(page, "!document.querySelector('#graph .away')")
    page.get_by_label("Grade").select_option("false")
    assert away.count() == 3
    page.goto(address(site, "graph", "#%"))
    assert page.locator("#graph a.point").count() == 4


def test_the_graph_zooms_by_buttons_and_keys(site: Path, page: Any) -> None:
    page.goto(address(site, "graph"))

    def wide() -> float:
        width: float = page.evaluate("document.querySelector('#graph svg').viewBox.baseVal.width")
        return width

    whole = wide()
    page.get_by_role("button", name="Zoom in").click()
    assert wide() < whole
    page.locator("#graph").focus()
    page.keyboard.press("+")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.querySelector('#graph svg').viewBox.baseVal.x") > 0
    page.keyboard.press("0")
    assert wide() == whole
    page.locator("#graph svg").hover(position={"x": 300, "y": 30})
    page.mouse.wheel(0, -100)
    wait_until(page, f"document.querySelector('#graph svg').viewBox.baseVal.width < {whole}")


def test_a_preview_shows_on_hover_and_focus_and_goes_by_escape(site: Path, page: Any) -> None:
    page.goto(address(site, "statements/th-1"))
    link = page.locator("main a[data-id='th-1.amended']").first
    card = page.get_by_role("tooltip")
    link.hover()
    card.wait_for()
    assert "Squares are not negative" in card.inner_text() and card.locator("math").count() == 2
    card.hover()
    assert card.is_visible()
    page.keyboard.press("Escape")
    assert card.count() == 0
    link.focus()
    card.wait_for()
    assert link.get_attribute("aria-describedby") == "card"
    page.goto(address(site, "graph"))
    page.locator("#graph a[data-id='ex-1']").hover()
    card.wait_for()
    assert "holds, supported" in card.inner_text()


def test_dark_and_light_are_kept(site: Path, page: Any) -> None:
    page.goto(address(site, "index"))
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate(paper) == "rgb(23, 23, 26)"
    page.goto(address(site, "statements/th-1"))
    assert page.evaluate(paper) == "rgb(23, 23, 26)"
    page.emulate_media(media="print")
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    assert not page.locator("header.top nav").is_visible()


def test_the_keyboard_reaches_everything(site: Path, page: Any) -> None:
    page.goto(address(site, "index"))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.goto(address(site, "graph"))
    page.locator("#graph").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/statements/*.html")


def test_formulas_are_whole(site: Path, page: Any) -> None:
    """What the browser shows of formulas is all that typst wrote: an element left open would hide what follows."""
    page.goto(address(site, "statements/lem-1"))
    words = page.locator(".says math").first.evaluate(
        "each => [each.children.length, each.lastElementChild.textContent]"
    )
    assert words == [3, "𝑏"]


def test_it_can_be_read_without_scripts(site: Path, browser: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address(site, "statements"))
    assert len(shown(page)) == 4
    page.locator("ol.statements a").first.click()
    assert page.url.endswith("statements/th-1.html")
    context.close()
