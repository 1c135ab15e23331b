"""The API reference: `make docs` builds it with every warning an error.

Docstrings are prose, written to be read in a terminal. Before Sphinx sees one, what reStructuredText would take for
markup is escaped, and indices and powers such as w_1 or R^n become formulas. A name in backticks becomes a link where
it names something documented; one such as `theory.hmf.nothing`, which names nothing at all, is an error.
Formulas are MathML, so a page needs nothing but itself and the files beside it.
"""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util import logging

ROOT = Path(__file__).resolve().parents[1]

project = "manyfaces"
author = "The manyfaces contributors"
project_copyright = author
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 3
default_role = "py:obj"
nitpicky = True
smartquotes = False
exclude_patterns = ["_build"]

autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "special-members": "__call__"}
autodoc_typehints_format = "short"
autodoc_type_aliases = {name: name for name in ("ArrayLike", "Floats", "NumbersLike", "WeightsLike", "Number")}
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 100

html_theme = "furo"
html_title = "manyfaces"
html_static_path = ["_static"]
html_css_files = ["style.css"]
html_show_sphinx = False
html_copy_source = False
html_math_renderer = "mathml"

OURS = ("theory", "checks", "reports", "tests")
logger = logging.getLogger(__name__)

# --- docstrings ---------------------------------------------------------------------------------------------------

QUOTED = re.compile(r"(``.+?``|`[^`]+?`|^[ ]*>>> .*?(?:\n[ ]*\n|\Z))", re.DOTALL | re.MULTILINE)
FORMULA = re.compile(
    r"(?<![\w^_`])(?P<base>[A-Za-z]|\d+|alpha|gamma|lambda|rho|sigma)"
    r"(?P<indices>(?:[_^](?:\w{1,2}(?!\w)|\([^()\s]+(?: [-+] [^()\s]+)?\)|\{[^{}\s]+\}))+)(?![\w^_])"
)
NAMED = re.compile(r"[a-z_]\w*(?:, \w+)*(?: \([^()]*\))?: ")
GREEK = {"alpha", "gamma", "lambda", "rho", "sigma"}


def prepare(app: Sphinx, what: str, name: str, thing: object, options: object, lines: list[str]) -> None:
    """The hook for a docstring: its lines are replaced in place."""
    pieces = QUOTED.split(re.sub(r"(?:^(?!>>>)\S.*\n?)+", _listed, "\n".join(lines), flags=re.MULTILINE))
    pieces[::2] = [_prose(piece) for piece in pieces[::2]]
    lines[:] = "".join(pieces).split("\n")
    # Napoleon takes what stands before a colon in the first line for a type, here and where a function returns: an
    # empty comment comes first.
    if what in ("attribute", "property"):
        lines[:0] = ["..", ""]
    lines[:] = re.sub(r"^(Returns|Yields):\n( +)", r"\1:\n\2..\n\n\2", "\n".join(lines), flags=re.MULTILINE).split("\n")


def _listed(paragraph: re.Match[str]) -> str:
    """A paragraph whose lines begin with "name (shape): " or the like is a list."""
    lines = paragraph[0].split("\n")
    if not NAMED.match(lines[0]) or sum(bool(NAMED.match(line)) for line in lines) < 2:
        return paragraph[0]
    return "\n".join(f"- {line}" if NAMED.match(line) else f"  {line}" if line else line for line in lines)


def _prose(text: str) -> str:
    parts, end = [], 0
    for match in FORMULA.finditer(text):
        parts += [_escaped(text[end : match.start()]), f"\\ :math:`{_tex(match['base'], match['indices'])}`\\ "]
        end = match.end()
    return "".join([*parts, _escaped(text[end:])])


def _escaped(text: str) -> str:
    return re.sub(r"([\\|*]|(?<=\w)_(?!\w))", r"\\\1", text)


def _tex(base: str, indices: str) -> str:
    """w_1 as it is, R^n with the letter of the reals, 2^(W/2) with braces."""
    letter = "\\mathbb{R}" if base == "R" and indices.startswith("^") else f"\\{base}" if base in GREEK else base
    found = re.findall(r"([_^])(?:\((.+?)\)|\{(.+?)\}|(\w+))", indices)
    return letter + "".join(f"{sign}{{{''.join(group)}}}" for sign, *group in found)


def signature(
    app: Sphinx, what: str, name: str, thing: object, options: object, arguments: str | None, returns: str | None
) -> tuple[str | None, str | None]:
    """The hook for a signature: arrays as they are written in the source, and no private fields."""
    return _plain(arguments), _plain(returns)


def _plain(text: str | None) -> str | None:
    for long, short in LONG if text else ():
        text = long.sub(short, text)
    return text


LONG = [  # a tilde stands before names that are shown without their module
    (re.compile(r"~?(?:numpy\.)?ndarray\[tuple\[.*?, \.\.\.\], ~?(?:numpy\.)?dtype\[(.*?)\]\]"), r"NDArray[\1]"),
    (re.compile(r"~?(?:[\w.]+\.)?TypeAliasForwardRef\('(\w+)'\)"), r"\1"),
    (re.compile(r", _\w+: ~?[\w.]+(?:\[[^][]*\])?(?: = [^,()]+)?(?=[,)])"), ""),
]


def skip(app: Sphinx, what: str, name: str, thing: Any, skipped: bool, options: object) -> bool | None:
    """Fields of named tuples have no words of their own: their class describes them."""
    return True if str(getattr(thing, "__doc__", "")).startswith("Alias for field number") else None


# --- links --------------------------------------------------------------------------------------------------------


def resolve(app: Sphinx, env: Any, node: Any, content: nodes.Node) -> nodes.Node | None:
    """What Sphinx does not find: public names of private places, and words that are no links."""
    target = node.get("reftarget", "")
    if node.get("refdomain") != "py":
        return None
    public = ".".join(part for part in target.split(".") if not part.startswith("_"))
    if public != target:
        found = env.domains["py"].resolve_xref(env, node["refdoc"], app.builder, node["reftype"], public, node, content)
        if found is not None:
            return found
    return content if target.split(".")[0] not in OURS or _exists(target) else None


def _exists(target: str) -> bool:
    """Whether a dotted name can be imported, or is an attribute of what can."""
    parts = target.split(".")
    for size in range(len(parts), 0, -1):
        try:
            found: Any = import_module(".".join(parts[:size]))
        except ModuleNotFoundError:
            continue
        for name in parts[size:]:
            found = getattr(found, name, None)
        return found is not None
    return False


def outside(app: Sphinx, name: str, source: list[str]) -> None:
    """Links from pages to files that are no pages become those files' names; the files must exist."""

    def replaced(match: re.Match[str]) -> str:
        path = match[2]
        if not (ROOT / path).exists():
            logger.warning("%s links to ../%s, which does not exist", name, path)
        return match[1] if match[1].startswith("`") else f"{match[1]} (`{path}`)"

    source[0] = re.sub(r"\[([^\]]+)\]\(\.\./([^)#]+)\)", replaced, source[0])


def alone(app: Sphinx, failure: Exception | None) -> None:
    """A page loads nothing from elsewhere."""
    if failure is None:
        loads = re.compile(r"<(?:script|img|iframe)[^>]*\bsrc=\"(?:https?:)?//|<link[^>]*\bhref=\"(?:https?:)?//")
        for page in Path(app.outdir).rglob("*.html"):
            if found := loads.search(page.read_text(encoding="utf-8")):
                raise SphinxError(f"{page} loads something from elsewhere: {found[0]}")


# --- formulas -----------------------------------------------------------------------------------------------------


def formula(translator: Any, node: Any) -> None:
    translator.body.append(tex2mathml(node.astext(), as_block=isinstance(node, nodes.math_block)))
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    app.add_html_math_renderer("mathml", (formula, None), (formula, None))
    app.connect("autodoc-process-docstring", prepare, priority=400)
    app.connect("autodoc-process-signature", signature)
    app.connect("autodoc-skip-member", skip)
    app.connect("missing-reference", resolve)
    app.connect("source-read", outside)
    app.connect("build-finished", alone)
