"""LaTeX where typst is meant: typst takes most of it for words, so that a report would print what nobody wrote."""

from __future__ import annotations

import re

FORMS = {
    "frac": "a/b or frac(a, b)",
    "dfrac": "frac(a, b)",
    "sqrt": "sqrt(x)",
    "sum": "sum_(i = 1)^n",
    "int": "integral_a^b",
    "prod": "product_(i = 1)^n",
    "le": "≤ or <=",
    "leq": "≤ or <=",
    "ge": "≥ or >=",
    "geq": "≥ or >=",
    "ne": "≠ or !=",
    "neq": "≠ or !=",
    "in": "∈ or in",
    "subset": "⊂",
    "cup": "∪",
    "cap": "∩",
    "to": "→ or ->",
    "mapsto": "↦",
    "Rightarrow": "⇒ or =>",
    "infty": "∞ or oo",
    "cdot": "· or dot",
    "times": "× or times",
    "partial": "∂",
    "nabla": "∇",
    "lVert": "‖x‖ or norm(x)",
    "Vert": "‖x‖ or norm(x)",
    "|": "‖x‖ or norm(x)",
    "left": "brackets grow by themselves",
    "right": "brackets grow by themselves",
    "langle": "⟨",
    "rangle": "⟩",
    "forall": "∀",
    "exists": "∃",
    "mathbb": "ℝ or RR",
    "mathcal": "cal(X)",
    "mathbf": "bold(x)",
    "mathrm": 'upright(x) or "word"',
    "text": '"word"',
    "operatorname": 'op("name")',
    "begin": "a line of its own in $ ... $, cases(...) or mat(...)",
    "emph": "_word_",
    "textbf": "*word*",
    "dots": "…",
    "ldots": "…",
    "^{": "x^(...)",
    "_{": "x_(...)",
    "$$": "$ ... $ with spaces inside",
}
"""What is written instead of a command; Greek letters are their names without the backslash, or themselves."""

_QUOTED = re.compile(r"```.*?```|`[^`]*`|\"[^\"]*\"", re.DOTALL)
_COMMAND = re.compile(r"\\([A-Za-z]{2,}|\|)|(\$\$)|\$[^$]*?([_^]\{)")
_UNICODE = re.compile(r"\\u\{[0-9A-Fa-f]+\}")


def typst_for(text: str) -> str:
    r"""How to write in typst what of a text is LaTeX; empty where nothing is.

    >>> print(typst_for(r"$\frac{1}{2} \leq x$"))
    this is LaTeX: write typst: a/b or frac(a, b) for \frac; ≤ or <= for \leq
    >>> typst_for(r"$1/2 <= x$, 5 \% of `\frac`")
    ''
    """
    bare = _UNICODE.sub("", _QUOTED.sub(" ", text))
    found = dict.fromkeys(next(filter(None, match.groups())) for match in _COMMAND.finditer(bare))
    return f"this is LaTeX: write typst: {'; '.join(map(_form, found))}" if found else ""


def _form(command: str) -> str:
    if command in FORMS:
        return f"{FORMS[command]} for {command if command[0] in '$^_' else f'{chr(92)}{command}'}"
    return f"{command} for \\{command}"
