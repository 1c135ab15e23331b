"""The stand-alone verifier under attack: it accepts nothing false, runs nothing of Python's and never hangs."""

from __future__ import annotations

import ast
import json
import re
import shutil
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from checks import verify
from checks.verify import FORMAT, MalformedError, WitnessError, evaluate, polynomial, rational

Witness = dict[str, Any]


def instance(*conclusion: str, **more: Any) -> Witness:
    return {"format": FORMAT, "kind": "instance", "conclusion": list(conclusion)} | more


def refutation(*conclusion: str, **more: Any) -> Witness:
    return {"format": FORMAT, "kind": "refutation", "conclusion": list(conclusion)} | more


def linear(hypotheses: Any, multipliers: list[Any], goal: str) -> Witness:
    return {"format": FORMAT, "kind": "linear", "hypotheses": hypotheses, "multipliers": multipliers, "goal": goal}


def identity(left: str, right: str) -> Witness:
    return {"format": FORMAT, "kind": "identity", "identities": [[left, right]]}


# --- what it accepts -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "0 < 1 < 2 <= 2 == 2 != 3",
        "not 2 < 1",
        "1/3 + 1/6 == 1/2",
        "-7 // 2 == -4",
        "-7 % 3 == 2",
        "2**-2 == 1/4",
        "len([1, 1, 1]) / len([1, 1]) == 3/2",
        "sign(-3) / sign(1) == -1",
        "len([1, 1]) ** -1 == 1/2",
        "(7 // 2) / 2 == 3/2",
        "sum([]) / 3 == 0",
        "all([])",
        "any(x > 2 for x in [1, 3])",
        "max(1, 5/2) == max([1, 5/2])",
        "min([2, 1]) == 1",
        "[x * y for x, y in zip([1, 2], [3, 4])] == [3, 8]",
        "dist2([0, 0], [3, 4]) == 25",
        "dot([1, 2], [3, 4]) == 11",
        "[i for i, x in enumerate([5, 6]) if x == 6] == [1]",
        "[[1], [2]][-1][0] == 2",
        "2 in [1, 2]",
        "not 3 in [1, 2]",
        "integer(4/2) and not integer(1/2)",
        "(1 if 2 < 1 else 3) == 3",
        "sorted([2, 1]) == [1, 2]",
        "[] == []",
        "True == (1 < 2)",
        "[1, [2]] == [1, [2]]",
        "sum(i for i in range(1, 10, 2)) == 25",
        "abs(-1/2) == 1/2",
        "[a + b for (a, (b, c)) in [[1, [2, 3]]]] == [3]",
    ],
)
def test_the_language(text: str) -> None:
    verify.verify(instance(text))
    with pytest.raises(WitnessError, match="nothing is refuted"):
        verify.verify(refutation(text))


def test_definitions_may_use_one_another_and_themselves() -> None:
    define = {"f(n)": "1 if n == 0 else n * f(n - 1)", "g()": "f(10)", "twice(h, x)": "h(h(x))"}
    verify.verify(instance("g() == 3628800", "twice(f, 3) == 720", define=define))


def test_a_refutation_needs_its_hypotheses() -> None:
    good = refutation("x <= 1", given={"x": "3/2"}, hypotheses=["x > 0"])
    verify.verify(good)
    with pytest.raises(WitnessError, match="hypothesis 'x > 2' is not met"):
        verify.verify(good | {"hypotheses": ["x > 2"]})
    with pytest.raises(WitnessError, match="'x <= 1' is false"):
        verify.verify(good | {"kind": "instance"})


# --- what it refuses -------------------------------------------------------------------------------------------------

OUTSIDE = [
    "().__class__ == 1",
    "[].append(1) == []",
    "__import__('os') == 1",
    "open('x') == 1",
    "eval('1') == 1",
    "print() == 1",
    "(lambda: 1)() == 1",
    "f'{1}' == 1",
    "(x := 1) == 1",
    "1 is 1",
    "1 not in [2]",
    "~1 == 1",
    "1 << 5 == 32",
    "+1 == 1",
    "'a' == 'a'",
    "b'a' == b'a'",
    "1.5 == 3/2",
    "1e3 == 1000",
    "1j == 1",
    "None == None",
    "... == ...",
    "{1} == {1}",
    "{1: 2} == {1: 2}",
    "{x for x in [1]} == {1}",
    "[1, 2][0:1] == [1]",
    "sum(*[[1]]) == 1",
    "sorted([1], reverse=True) == [1]",
    "(yield) == 1",
    "[x async for x in [1]] == [1]",
    "missing == 1",
    "[y for x in [1]] == [1]",
    "__builtins__ == 1",
]
WITHOUT_VALUE = [
    "True + 1 == 2",
    "-True == -1",
    "abs(True) == 1",
    "sum([True]) == 1",
    "True == 1",
    "True < 2",
    "max(True, 0) == 1",
    "[True] == [1]",
    "1 if 2 else 3 == 1",
    "1 and 2",
    "not 0",
    "all([1])",
    "any(x for x in [1])",
    "[x for x in [1] if x] == [1]",
    "1",
    "[1 == 1]",
    "abs == abs",
    "abs in [abs]",
    "[1] + [2] == [1, 2]",
    "[1] * 2 == [1, 1]",
    "[1] < [2]",
    "[1] == 1",
    "1/0 == 1",
    "0**-1 == 0",
    "1 % 0 == 0",
    "1 // 0 == 0",
    "min([]) == 0",
    "min() == 0",
    "max(3) == 3",
    "[1, 2][2] == 1",
    "[1, 2][1/2] == 1",
    "range(5/2) == [0, 1]",
    "range(1, 2, 0) == []",
    "(-2)**(1/2) == 1",
    "2**(1/2) * 2**(1/2) == 2",
    "log(0) == 1",
    "sqrt(-1) == 1",
    "exp(10**9) > 1",
    "len(3) == 1",
    "sign([1]) == 1",
    "zip([1, 2], [1]) == [[1, 1]]",
    "dot([1], [1, 2]) == 1",
    "dist2([1], []) == 0",
    "abs() == 1",
    "abs(1, 2) == 1",
    "[a for a, b in [[1]]] == [1]",
    "[a for a.b in [1]] == []",
    "[abs for abs in [1]] == [1]",
    "",
    " ",
    "1 +",
    "x == = 1",
    "1 == 1; 2",
    "1\x00 == 1",
    "1 == 1\n2 == 3",
    "import os",
    "integer(abs)",
    "[_ for _ in [1]] == [1]",
    "[match for match in [1]] == [1]",
    "[type for type in [1]] == [1]",
    "1 == 1  # and more",
    "1 == 1 #",
    "1 == \\\n 1",
    "(1\n== 1)",
    "1\t== 1",
    "1\x0c== 1",
    "1 == 1\x1b[2J",
    "1 == 1\u202e",
    "1 ==\u00a01",
    "\uff11 == 1",
    "\uff41bs(1) == 1",
    "\u017fum([1]) == 1",
    "[\u212f for \u212f in [1]] == [1]",
    "1or 2 == 1",
    "1if 1 == 1else 2",
    "0x10 == 16",
    "1_0 == 10",
    "0o7 == 7",
]
ENDLESS = [
    "[0 for a in range(10**9)] == []",
    "len(range(10**18)) == 1",
    "any(a == b for a in range(10**5) for b in range(10**5))",
    "9**9**9 == 1",
    "((2**9999)**9999)**9999 == 1",
    "2**-10**9 == 1",
    "sum(1/n for n in range(1, 10**5)) == 1",
    "(" * 4000 + "1" + ")" * 4000 + " == 1",
    "-" * 9000 + "1 == 1",
    "not " * 2400 + "True",
    "1" * 9000 + " == 1",
    " + ".join(["1"] * 2400) + " == 2400",
    "1 == 1" + " " * 10**6,
    "[" * 150 + "]" * 150 + " == 1",
    "len([[[0 for a in range(999)] for b in range(999)] for c in range(999)]) == 999",
    "len(range(2**90000, 2**90000 + 10**5)) == 10**5",
    "all([x % 3 == 0 for x in [3**50000] for y in [3**25000] for i in range(10**4) if x % y == 0])",
    "len(sorted([1 / (n + 1) for n in range(10**5)])) == 10**5",
    "1 == 1 or " + " or ".join(["1/2"] * 1999),
]


@pytest.mark.parametrize("kind", ["instance", "refutation"])
@pytest.mark.parametrize("text", OUTSIDE + WITHOUT_VALUE)
def test_whatever_has_no_value_in_the_language_is_malformed(text: str, kind: str) -> None:
    with pytest.raises(MalformedError):
        verify.verify(instance(text) | {"kind": kind})


MANY = {f"a{i}": 1 for i in range(100_000)}
SLOW = {
    "empty polynomials": identity("sum((x - x)**9999 for i in range(40000))", "0"),
    "zero terms": identity("sum(p - p for p in [(x + y + z)**9] for i in range(10**5))", "0"),
    "names copied for a comprehension": instance("sum(i for i in range(9000)) == 1", given=MANY),
    "names copied for a call": instance("all([f(i) > -1 for i in range(9**4)])", given=MANY, define={"f(x)": "x"}),
    "names copied for an expression": instance(*["1 == 1"] * 100_000, given=MANY),
    "texts": instance(*["1 == 1" + " " * 9000] * 20_000),
    "texts that nest": instance(*["(" * 150 + "1" + ")" * 150 + " == 1"] * 20_000),
    "definitions": instance("f0(1) == 1", define={f"f{i}(x)": "x" for i in range(100_000)}),
    "numbers": instance("a == a", given={"a": [1] * 2_000_000}),
    "empty lists": instance("a == a", given={"a": [[]] * 2_000_000}),
    "names bound": instance(
        f"len([0 for i in range(9**4) for ({', '.join(f'x{i}' for i in range(1000))}) in [a]]) == 1",
        given={"a": [1] * 1000},
    ),
}


@pytest.mark.parametrize(
    "witness", [*map(instance, ENDLESS), *SLOW.values()], ids=[*(text[:30] for text in ENDLESS), *SLOW]
)
def test_nothing_takes_long(witness: Witness) -> None:
    started = time.process_time()
    with pytest.raises(MalformedError):
        verify.verify(witness)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    ("define", "text"),
    [
        ({"f(x)": "f(x)"}, "f(1) == 1"),
        ({"f(x)": "f(x - 1) + f(x - 1) if x > 0 else 1"}, "f(90) == 1"),
        ({"f(x)": "g(x)", "g(x)": "f(x) + 1"}, "f(1) == 1"),
        ({"f(x)": "[x, x]", "g(h, n, x)": "x if n == 0 else g(h, n - 1, h(x))"}, "g(f, 99, 0) == g(f, 99, 0)"),
        ({"abs(x)": "0"}, "abs(3) == 0"),
        ({"f(x)": "0", "f(y)": "1"}, "f(3) == 1"),
        ({"f(x, x)": "x"}, "f(1, 2) == 2"),
        ({"f(sum)": "sum"}, "f(1) == 1"),
        ({"f": "1"}, "f == 1"),
        ({"f(x=1)": "x"}, "f() == 1"),
        ({"f.g(x)": "x"}, "1 == 1"),
        ({"f(x)": "open(x)"}, "f(1) == 1"),
        ({"f(x)": 1}, "f(1) == 1"),
        ({"f(x)": "x"}, "f(1, 2) == 1"),
        ({"f(x)": "x"}, "f == 1"),
    ],
)
def test_definitions_are_no_way_round(define: Any, text: str) -> None:
    with pytest.raises(MalformedError):
        verify.verify(instance(text, define=define))


@pytest.mark.parametrize(
    "value",
    [
        0.5,
        True,
        None,
        "nan",
        "inf",
        "1e9",
        "1e999999999",
        "1_0",
        " 1",
        "1/0",
        "1/-2",
        "½",
        "٣",
        "",
        "x",
        {},
        [0.5],
        [[True]],
        "1" * 5000,
        "1/3/2",
        "0x10",
    ],
)
def test_given_numbers_are_exact(value: Any) -> None:
    with pytest.raises(MalformedError):
        verify.verify(instance("1 == 1", given={"x": value}))


NO_NAMES = ("_", "True", "None", "lambda", "if", "match", "case", "type", "", "1a", "a b", "a-b", "é", "ａ", "a\n", "ſ")


@pytest.mark.parametrize(
    "witness",
    [
        None,
        [],
        "x",
        3,
        {},
        {"format": FORMAT},
        {"format": FORMAT, "kind": []},
        {"format": "other", "kind": "instance"},
        instance(),
        instance("1 == 1", conclusion="1 == 1"),
        instance("1 == 1", given=[]),
        instance("1 == 1", define=[]),
        instance("1 == 1", given={"abs": 1}),
        instance("1 == 1", given={"f": 1}, define={"f(x)": "x"}),
        instance("1 == 1", conclusion=[True]),
        instance("1 == 1", hypotheses="1"),
        instance("1 == 1", hypotheses={"1": 1}),
        refutation("1 == 2", hypothesis=["1 == 2"]),
        refutation("1 == 2", multipliers=[]),
        linear([], [], "1 in [1]"),
        linear("x > 0", ["1"], "x > 0"),
        linear(["x > 0"], [], "x > 0"),
        linear(["x > 0"], [1.0], "x > 0"),
        linear(["x > 0"], [True], "x > 0"),
        linear(["x > 0"], [["1"]], "x > 0"),
        linear(["x > 0"], ["1", "1"], "x > 0"),
        linear(["0 < x < 1"], ["1"], "x > 0"),
        linear(["x"], ["1"], "x > 0"),
        linear(["x != 0"], ["1"], "x != 0"),
        linear(["x > 0 and y > 0"], ["1"], "x > 0"),
        linear(["x > 0"], ["1"], "x >"),
        linear(["x > 0"], "1", "x > 0"),  # type: ignore[arg-type]
        linear(["x > 0"], {"1": 1}, "x > 0"),  # type: ignore[arg-type]
        linear(["x > 0"], ["1e3000000"], "x > 0"),
        linear(["x > 0"], ["1" * 10**7], "x > 0"),
        linear(["_ > 0"], ["1"], "_ > 0"),
        linear(["match > 0"], ["1"], "match > 0"),
        linear(["é > 0"], ["1"], "é > 0"),
        *(instance("1 == 1", given={name: 1}) for name in NO_NAMES),
        *(instance("1 == 1", define={f"{name}(x)": "x"}) for name in NO_NAMES),
        *(instance("1 == 1", define={f"f({name})": "1"}) for name in NO_NAMES if name),
        instance("1 == 1", says=["1"]),
        instance("1 == 1", claim=1),
        {"format": FORMAT, "kind": "linear"},
        *({"format": FORMAT, "kind": "identity", "identities": x} for x in ([], ["xx"], [["x"]], "xx", [[1, 1]])),
    ],
)
def test_malformed_witnesses(witness: Any) -> None:
    with pytest.raises(MalformedError):
        verify.verify(witness)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("x == y", "0"),
        ("x == x", "1"),
        ("1 if x else 2", "1"),
        ("not x", "0"),
        ("x and y", "1"),
        ("x in [y]", "0"),
        ("True", "1"),
        ("abs(x)", "x"),
        ("max(x, y)", "x"),
        ("sign(x)", "1"),
        ("sorted([x])[0]", "x"),
        ("1 / x * x", "1"),
        ("x / x", "1"),
        ("x // 1", "x"),
        ("x % 2", "x"),
        ("x**y", "x**y"),
        ("x**-1", "x**-1"),
        ("x**(1/2)", "x**(1/2)"),
        ("2**x", "2**x"),
        ("integer(x)", "1"),
        ("[x]", "[x]"),
        ("range(x)", "x"),
        ("(a + b + c + d + e)**200", "1"),
        ("(10*x)**9999**2", "1"),
        ("((9*x)**9999)**9999", "1"),
        ("x.real", "x.real"),
        ("abs", "abs"),
        ("x if x > 0 else x", "x"),
    ],
)
def test_only_polynomials_are_identical(left: str, right: str) -> None:
    with pytest.raises(MalformedError):
        verify.verify(identity(left, right))


def test_identities_without_an_end_of_variables() -> None:
    verify.verify(identity("sum(x * k for k in range(4)) + dot([x, y], [y, x])", "6*x + 2*x*y"))
    with pytest.raises(WitnessError, match="different polynomials"):
        verify.verify(identity("(x + y)**2", "x**2 + y**2"))


# --- Farkas certificates ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hypotheses", "multipliers", "goal"),
    [
        (["x >= 1", "y >= 2"], ["2", "1/2"], "2*x + y/2 >= 3"),
        (["x > 1"], ["1"], "x >= 1"),
        (["x > 0", "y >= 0"], ["1", "1"], "x + y > 0"),
        (["x >= 0"], ["1"], "x > -1"),
        (["x == 1", "y == 2"], ["1", "-1"], "x - y == -1"),
        (["x == 1"], ["-1"], "x <= 1"),
        (["x <= 0", "x >= 1"], ["1", "1"], "0 > 0"),
        (["(a - b)**2 >= 0"], ["1/2"], "a*b <= (a*a + b*b)/2"),
        (["x >= 0", "y == 0"], ["0", "1"], "y == 0"),
        ([], [], "1 > 0"),
    ],
)
def test_good_certificates(hypotheses: list[str], multipliers: list[str], goal: str) -> None:
    verify.verify(linear(hypotheses, multipliers, goal))


@pytest.mark.parametrize(
    ("hypotheses", "multipliers", "goal", "words"),
    [
        (["x >= 1"], ["-1"], "x <= 1", "negative multiplier"),
        (["x > 0"], ["-1"], "-x > 0", "negative multiplier"),
        (["x >= 1"], ["1"], "x >= 2", "only up to -1"),
        (["x >= 0"], ["1"], "x > 0", "only up to 0"),
        (["x >= 0", "y > 0"], ["1", "0"], "x > 0", "only up to 0"),
        (["x >= 0"], ["1"], "x == 0", "from equations only"),
        (["x == 1"], ["1"], "x == 0", "only up to 1"),
        (["x == 1"], ["1"], "x == 2", "only up to -1"),
        (["x >= 1"], ["2"], "x >= 1", "leaves .* over"),
        (["x * y >= 1"], ["1"], "x >= 1", "leaves .* over"),
        ([], [], "0 > 0", "only up to 0"),
        ([], [], "x >= 0", "leaves .* over"),
    ],
)
def test_bad_certificates(hypotheses: list[str], multipliers: list[str], goal: str, words: str) -> None:
    with pytest.raises(WitnessError, match=words):
        verify.verify(linear(hypotheses, multipliers, goal))


small = st.integers(-4, 4)
SIGNS = {">=": lambda v: v >= 0, ">": lambda v: v > 0, "==": lambda v: v == 0}
ROW = st.tuples(st.lists(small, min_size=3, max_size=3), st.sampled_from(sorted(SIGNS)))


def _text(row: list[Any]) -> str:
    return f"{row[0]}*x + ({row[1]})*y + ({row[2]})"


def _true(row: list[Any], sign: str, point: tuple[Fraction, Fraction]) -> bool:
    return bool(SIGNS[sign](row[0] * point[0] + row[1] * point[1] + row[2]))


POINTS = [(Fraction(a, 2), Fraction(b, 2)) for a in range(-9, 10) for b in range(-9, 10)]


@settings(max_examples=300, deadline=None)
@given(st.lists(ROW, max_size=3), st.lists(st.fractions(-2, 2, max_denominator=3), min_size=3, max_size=3), ROW, small)
def test_an_accepted_certificate_is_a_true_implication(system: Any, weights: Any, other: Any, slack: int) -> None:
    """Goals near the combination, so that many certificates are good, and a few of any kind."""
    pairs = list(zip(system, weights, strict=False))
    combined = [sum((w * row[i] for (row, _), w in pairs), Fraction(0)) for i in range(3)]
    combined[2] -= slack
    for goal, sign in [(combined, sign) for sign in SIGNS] + [other]:
        known = [f"{_text(row)} {s} 0" for row, s in system]
        witness = linear(known, [str(weight) for _, weight in pairs], f"{_text(goal)} {sign} 0")
        try:
            verify.verify(witness)
        except WitnessError:
            continue
        for point in POINTS:
            if all(_true(row, s, point) for row, s in system):
                assert _true(goal, sign, point), (witness, point)


EXPRESSIONS = st.recursive(
    st.sampled_from(["x", "y", "z", "2", "1/3", "0"]),
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*"), inner)
        | st.builds("(-{})".format, inner)
        | st.builds("({})**2".format, inner)
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(EXPRESSIONS, EXPRESSIONS)
def test_identities_are_those_of_sympy(left: str, right: str) -> None:
    expanded = sympy.expand(sympy.sympify(left, rational=True))
    pairs = [(left, right), (left, str(expanded)), (left, str(expanded + 1))]
    for a, b in pairs:
        same = sympy.expand(sympy.sympify(a, rational=True) - sympy.sympify(b, rational=True)) == 0
        try:
            verify.verify(identity(a, b))
        except MalformedError:
            raise
        except WitnessError:
            assert not same
        else:
            assert same


NUMBERS = st.recursive(
    st.builds("Q({}, {})".format, st.integers(-9, 9), st.integers(1, 5)),
    lambda inner: (
        st.builds("({} {} {})".format, inner, st.sampled_from(["+", "-", "*", "/", "//", "%"]), inner)
        | st.builds("abs({})".format, inner)
        | st.builds("max({}, {})".format, inner, inner)
        | st.builds("({} if {} < {} else {})".format, inner, inner, inner, inner)
    ),
    max_leaves=8,
)


@settings(max_examples=200, deadline=None)
@given(NUMBERS)
def test_arithmetic_is_that_of_fractions(text: str) -> None:
    expression = re.sub(r"Q\((-?\d+), (\d+)\)", r"((\1)/\2)", text)
    try:
        wanted = Fraction(eval(text, {"Q": Fraction}))
    except ZeroDivisionError:
        with pytest.raises(ZeroDivisionError):
            evaluate(expression, {})
        return
    assert evaluate(expression, {}) == wanted
    assert type(evaluate(expression, {})) is Fraction


# --- standing alone --------------------------------------------------------------------------------------------------

FOLDER = Path(verify.__file__).parent


@pytest.mark.parametrize("source", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_it_imports_the_standard_library_only_and_runs_no_text(source: Path) -> None:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    from_others = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level == 0]
    assert all(node.level < 2 for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    imported |= {str(node.module) for node in from_others}
    assert {name.split(".")[0] for name in imported} <= set(sys.stdlib_module_names)
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not called & {"eval", "exec", "compile", "getattr", "setattr", "__import__", "globals", "vars"}


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    shutil.copytree(FOLDER, folder / "alone", dirs_exist_ok=True)
    command = [sys.executable, "-I", "alone", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace")


def claims_of(**witnesses: list[Any]) -> dict[str, Any]:
    """A claims file: names that begin with ``not`` are claims that fail."""
    return {
        "claims": [
            {
                "id": name,
                "verdict": {"truth": "fails" if name.startswith("not") else "holds"},
                "evidence": [{"witnesses": found}],
            }
            for name, found in witnesses.items()
        ]
    }


def test_it_runs_alone(tmp_path: Path) -> None:
    good = instance("1 == 1", says="näher ≤ π", claim="prop")
    bad = refutation("1 == 1 + a", says="two\nlines\x1b[2J", claim="prop")
    red = instance("1 ==\x1b[31m 1", says="red", claim="prop")
    deep: Any = "deep"
    for _ in range(300):
        deep = [deep]
    files = {"good": good, "bad": bad, "list": [1], "claims": claims_of(prop=[good, bad, 3, red]), "says": good}
    files["says"] = good | {"says": deep}
    for name, content in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    (tmp_path / "twice.json").write_text('{"format": 1, "format": 2}')
    (tmp_path / "deep.json").write_text("[" * 100_000)
    (tmp_path / "deeper.json").write_text('{"claims": ' + "[" * 100_000)
    (tmp_path / "marked.json").write_text(json.dumps(good), encoding="utf-8-sig")
    (tmp_path / "wide.json").write_text(json.dumps(good), encoding="utf-16")
    result = run(tmp_path, "good.json", "marked.json")
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.endswith("2 good, 0 bad\n")
    names = [*files, "twice", "deep", "deeper", "wide", "missing", "\x1b[31m"]
    result = run(tmp_path, *(f"{name}.json" for name in names))
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.endswith("2 good, 12 bad\n")
    assert result.stdout.replace("\n", "").isprintable()
    assert "two?lines?[2J" in result.stdout


CLAIM = {"claim": "not-x"}
GOOD = refutation("1 == 2", **CLAIM)
CONTRADICTION = linear(["x > 0", "x <= 0"], ["1", "1"], "0 > 0") | CLAIM


@pytest.mark.parametrize("witness", [GOOD, CONTRADICTION, CONTRADICTION | {"goal": "1 <= 2 - 1 - 1/2"}])
def test_a_claim_that_fails_has_a_witness_that_refutes_it(witness: Witness) -> None:
    if witness.get("goal") == "1 <= 2 - 1 - 1/2":
        witness = witness | {"hypotheses": ["x >= 1", "x <= 1/2"], "multipliers": ["1", "1"]}
    assert [fault for _, fault in verify.examine(claims_of(**{"not-x": [witness]}))] == [""]


@pytest.mark.parametrize(
    ("witnesses", "words"),
    [
        ([], "no good witness of its own refutes it"),
        ([instance("1 == 1", **CLAIM)], "no good witness of its own refutes it"),
        ([linear([], [], "1 > 0") | CLAIM], "no good witness of its own refutes it"),
        ([linear(["x > 0"], ["1"], "x > 0") | CLAIM], "no good witness of its own refutes it"),
        ([linear([], [], "0 > 0") | CLAIM], "only up to 0"),
        ([refutation("1 == 1", **CLAIM)], "nothing is refuted"),
        ([GOOD | {"claim": "not-y"}], "it stands under not-x, and is for not-y"),
        ([refutation("1 == 2")], "it stands under not-x, and is for no claim"),
        ([instance("1 == 1", claim="other"), GOOD], "is for other"),
        ([3, GOOD], "malformed"),
    ],
)
def test_witnesses_are_tied_to_their_claims(
    witnesses: list[Any], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "claims.json").write_text(json.dumps(claims_of(**{"not-x": witnesses})))
    assert verify.main([str(tmp_path / "claims.json")]) == 1
    assert words in capsys.readouterr().out


def test_it_says_what_has_no_witness(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "some.json").write_text(json.dumps(claims_of(a=[instance("1 == 1", claim="a")], b=[], c=[])))
    assert verify.main([str(tmp_path / "some.json")]) == 0
    assert "2 statements were judged without a witness: b, c" in capsys.readouterr().out
    (tmp_path / "none.json").write_text(json.dumps(claims_of(b=[])))
    assert verify.main([str(tmp_path / "some.json"), str(tmp_path / "none.json")]) == 1
    assert "none.json\n      there is no witness in it" in capsys.readouterr().out


@pytest.mark.parametrize(
    "document",
    [
        {"claims": 3},
        {"claims": {}},
        {"claims": [3]},
        {"claims": [{"id": "a"}]},
        {"claims": [{"id": "a", "evidence": [{"witnesses": 3}], "verdict": {"truth": "holds"}}]},
        {"claims": [{"id": "a", "evidence": [{}], "verdict": {"truth": "holds"}}]},
        {"claims": [{"id": "a", "evidence": [], "verdict": "fails"}]},
        {"claims": [{"id": ["a"], "evidence": [], "verdict": {"truth": "fails"}}]},
    ],
)
def test_malformed_claims_files(document: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "claims.json").write_text(json.dumps(document))
    assert verify.main([str(tmp_path / "claims.json")]) == 1
    assert "BAD" in capsys.readouterr().out


def test_nothing_to_verify_is_not_success(tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_text('{"claims": []}')
    assert verify.main([str(tmp_path / "empty.json")]) == 1
    assert verify.main([]) == 1


def test_rational_and_polynomial() -> None:
    assert rational(["1/3", 2, ["-0.5"]]) == [Fraction(1, 3), 2, [Fraction(-1, 2)]]
    assert polynomial("(a - 1)**2").terms == {("a", "a"): 1, ("a",): -2, (): 1}
    assert verify.names_in("a + f(b)") == {"a", "b", "f"}
