"""Documents from strangers: nothing in them becomes a script, an address to call or a file elsewhere."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.records import Document
from reports.site._changes import changed
from reports.site._clean import articles, plain
from reports.site._data import page_names
from reports.site._folder import LIST, look_at, write
from reports.site._words import text, title
from reports.site.builder import build_site, site_files

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)>'\"&amp;\x01\x02\ud800"
MARKUP = (
    '#html.elem("script", "alert(1)") #html.elem("img", attrs: (src: "https://example.com/x.png", onerror: "alert(1)"))'
    ' #html.elem("article")[inner] #link("javascript:alert(1)")[words] #html.elem("style", "body { display: none }")'
    ' #html.elem("iframe", attrs: (src: "https://example.com"))[] `<script>alert(1)</script>` $"</math><script>" < 1$'
)


def changed_document(document: Document, **more: Any) -> Any:
    changed: Any = copy.deepcopy(document)
    changed["claims"][0] |= more
    return changed


def pages_of(document: Any) -> dict[str, str]:
    return {name: data.decode() for name, data in site_files(document).items() if name.endswith((".html", ".js"))}


def test_text_is_never_markup(site_document: Document) -> None:
    document = changed_document(site_document, title=EVIL, where=EVIL, places=[{"at": EVIL, "says": EVIL}])
    document["paper"] = {"title": EVIL, "authors": [EVIL], "url": "javascript:alert(1)"}
    document |= {"version": EVIL, "commit": EVIL}
    record = document["claims"][0]["evidence"][0]
    record |= {"values": {EVIL: EVIL}, "check": EVIL, "rests_on": [EVIL], "reason": EVIL}
    record["facts"] = [{"says": EVIL, "truth": True}]
    for name, page in pages_of(document).items():
        if name.endswith(".html"):  # a script sets titles as text
            assert "<script>alert" not in page and "<img" not in page, name
        assert 'href="javascript' not in page, name
        assert "\x01" not in page and "\x02" not in page, name


def test_markup_only_shows_words_and_formulas(site_document: Document) -> None:
    document = changed_document(site_document, statement=MARKUP, note=MARKUP, proof=MARKUP, hypotheses=[MARKUP])
    pages = pages_of(document)
    for name, page in pages.items():
        assert "alert(1)<" not in page.replace("alert(1)&lt;", ""), name
        assert "example.com" not in page and "javascript:" not in page and "<iframe" not in page, name
    assert "inner" in pages["statements/th-1.html"] and "words" in pages["statements/th-1.html"]


@given(st.text())
def test_words_are_kept(words: str) -> None:
    seen = "".join(sign for sign in words if sign.isprintable())
    assert plain(text(seen)) == " ".join(seen.split())
    assert "<" not in text(words) and '"' not in text(words)
    assert title("x").isalpha()


def test_what_is_no_element_of_ours_leaves_its_words() -> None:
    page = (
        "<body><article>a<svg><text>b</text></svg><foo onclick='x'>c</foo><a href='file:///x'>d</a></article>e</body>"
    )
    assert articles(page, lambda _: "") == (["acd"], "e")


@given(st.lists(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]*", fullmatch=True), unique=True))
def test_every_id_has_a_file_of_its_own(names: list[str]) -> None:
    pages = page_names([*names, "nul", "NUL", "a" * 300, "a" * 299, "x."])
    assert len({page.lower() for page in pages.values()}) == len(pages)
    assert all(len(page) < 120 and not page.endswith(".") for page in pages.values())


def test_strange_ids_have_pages(site_document: Document) -> None:
    document: Any = copy.deepcopy(site_document)
    document["claims"][3] |= {"id": "TH-1", "evidence": []}
    names = {entry["id"]: entry["page"] for entry in json.loads(site_files(document)["data.json"])["statements"]}
    assert names["th-1"].lower() != names["TH-1"].lower()


def test_nothing_to_show_is_refused(site_document: Document) -> None:
    with pytest.raises(ValueError, match="no statement"):
        site_files({**site_document, "claims": []})


def test_a_text_that_is_no_typst_is_named(site_document: Document) -> None:
    with pytest.raises(ValueError, match="th-1: note is not valid typst"):
        site_files(changed_document(site_document, note="$x"))


def test_what_html_lacks_is_said(site_document: Document, capsys: pytest.CaptureFixture[str]) -> None:
    pages = pages_of(changed_document(site_document, note="$cancel(x) overline(A)$"))
    assert "HTML has nothing for cancel" in capsys.readouterr().err
    assert 'accent="true"' in pages["statements/th-1.html"], "a line above is kept"


@pytest.mark.parametrize("kind", ["statements that were not run", "another paper"])
def test_other_documents_have_sites_too(site_document: Document, kind: str) -> None:
    document: Any = copy.deepcopy(site_document)
    document["paper"] = {"title": "Another Paper"} if kind == "another paper" else document["paper"]
    for claim in document["claims"]:
        claim |= {"evidence": [], "as_expected": False}
        claim["verdict"] = {"state": "not run", "truth": "undecided", "strength": None, "reason": "not selected"}
    pages = pages_of(document | {"complete": False})
    assert (
        "not selected" in pages["statements/lem-1.html"] and "4 of 4 in the ledger were not run" in pages["index.html"]
    )


def test_a_circle_in_the_ledger_ends(site_document: Document) -> None:
    document: Any = copy.deepcopy(site_document)
    document["claims"][2]["depends_on"] = ["ex-1"]
    pages = pages_of(document)
    assert 'data-id="lem-1"' in pages["statements/ex-1.html"]


# --- the folder ---------------------------------------------------------------------------------------------------


def test_another_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("mine")
    with pytest.raises(ValueError, match="no site of this program"):
        look_at(tmp_path)
    with pytest.raises(ValueError, match="is no folder"):
        look_at(tmp_path / "thesis.tex")


def test_a_later_site_replaces_the_earlier_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "site"
    write(folder, {"a.html": b"1", "b/c.html": b"2"}, look_at(folder))
    (folder / "CNAME").write_text("mine")
    write(folder, {"a.html": b"3", "d.html": b"4"}, look_at(folder))
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert found == {"a.html", "d.html", "CNAME", LIST} and (folder / "a.html").read_bytes() == b"3"
    with pytest.raises(ValueError, match=r"CNAME.* is not of an earlier site"):
        write(folder, {"CNAME": b"theirs"}, look_at(folder))
    assert (folder / "CNAME").read_text() == "mine"


@pytest.mark.parametrize("files", [["../x"], ["/x"], ["a\\..\\x"], ["c:x"], [3], "x"])
def test_a_list_that_leads_out_is_refused(tmp_path: Path, files: Any) -> None:
    (tmp_path / LIST).write_text(json.dumps({"form": "manyfaces-site-files/1", "files": files}))
    with pytest.raises(ValueError, match="no list of a site's files"):
        look_at(tmp_path)


def test_a_link_that_leads_out_is_refused(tmp_path: Path) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "site"
    outside.mkdir()
    folder.mkdir()
    (folder / "statements").symlink_to(outside)
    with pytest.raises(ValueError, match="leads out"):
        write(folder, {"statements/a.html": b"1"}, [])
    assert not any(outside.iterdir())


# --- two runs -----------------------------------------------------------------------------------------------------


def test_what_changed_is_told(site_document: Document, tmp_path: Path) -> None:
    new: Any = copy.deepcopy(site_document)
    new["claims"][2]["verdict"] = {"state": "judged", "truth": "undecided", "strength": None, "reason": "no time"}
    new["claims"][0]["note"] = "Another word."
    new["claims"][3]["evidence"][0]["facts"] = []
    new["claims"][1]["id"] = "th-1.mended"
    new["claims"][0]["amended_by"] = ["th-1.mended"]
    kinds = {change["id"]: change["kind"] for change in changed(site_document, new)}
    assert kinds == {
        "th-1": "text",
        "th-1.mended": "new",
        "lem-1": "verdict",
        "ex-1": "evidence",
        "th-1.amended": "gone",
    }
    folder = build_site(new, tmp_path / "site", old=site_document)
    told = plain((folder / "changes.html").read_text(encoding="utf-8"))
    assert "verdict: holds, argued → undecided" in told and "facts: 2 → none" in told
    assert "no longer in the ledger; it was: missing" in told
    data = json.loads((folder / "data.json").read_text(encoding="utf-8"))
    assert data["compared"]["commit"] == "0123456789ab"
    assert [entry["id"] for entry in data["statements"] if entry["change"]] == ["th-1", "th-1.mended", "lem-1", "ex-1"]
    assert changed(site_document, copy.deepcopy(site_document)) == []


def test_runs_of_two_papers_are_not_compared(site_document: Document) -> None:
    other: Any = copy.deepcopy(site_document) | {"paper": {"title": "Another"}}
    with pytest.raises(ValueError, match="are of 'Another'"):
        site_files(site_document, old=other)


@pytest.mark.parametrize(("checked", "words"), [(True, "Sums.one</code> accepted"), (False, "not re-checked here")])
def test_a_theorem_stands_beside_its_statement(site_document: Document, checked: bool, words: str) -> None:
    document: Any = copy.deepcopy(site_document)
    document["claims"][0]["kernel"] = {
        "theorem": "Sums.one",
        "statement": "forall n : nat, n < n + 1",
        "covers": "part",
        "refutes": False,
        "says": "For $n$.",
        "checked": checked,
    }
    page = site_files(document)[f"statements/{document['claims'][0]['id']}.html"].decode()
    assert "<pre><code>forall n : nat, n &lt; n + 1</code></pre>" in page and words in page and "a part of" in page


def test_another_theorem_is_a_change_and_a_missing_kernel_is_none(site_document: Document) -> None:
    theorem = {
        "theorem": "Sums.one",
        "statement": "1 = 1",
        "covers": "part",
        "refutes": False,
        "says": "",
        "checked": True,
    }
    old, here, other = (copy.deepcopy(site_document) for _ in range(3))
    old["claims"][0]["kernel"] = theorem  # type: ignore[typeddict-item]
    here["claims"][0]["kernel"] = {**theorem, "checked": False}  # type: ignore[typeddict-item]
    other["claims"][0]["kernel"] = {**theorem, "statement": "1 = 2"}  # type: ignore[typeddict-item]
    assert changed(old, here) == []
    assert [change["says"] for change in changed(old, other)] == [["changed: the theorem"]]
