"""Derivations of formal texts beside z3 (its solver for nonlinear reals), same process, in turns: reach and time.

`python tests/benchmarks/bench_derive.py`; z3 is no dependency: `pip install z3-solver`. The peer is asked whether the
hypotheses and the negated conclusion can be met together, and leaves no steps that another program could check; ours
finds steps, and its time includes that of the verifier.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from checks.derive import Effort, Step, derivation, square
from checks.implication import NotImplied
from checks.verify import FORMAT, WitnessError, verify

try:
    import z3
except ImportError:
    z3 = None

Text = Mapping[str, Any]
EFFORT = 60
"""The linear programmes that ours may solve, and about the seconds that the peer may take."""

CASES: dict[str, Text] = {
    "sum": {"hypotheses": ["a <= b", "b < c"], "conclusion": ["a < c"]},
    "triangle": {"conclusion": ["abs(a - c) <= abs(a - b) + abs(b - c)"]},
    "reverse triangle": {"conclusion": ["abs(abs(a) - abs(b)) <= abs(a - b)"]},
    "max is 1-Lipschitz": {"conclusion": ["abs(max(a, b) - max(c, d)) <= max(abs(a - c), abs(b - d))"]},
    "margin": {"hypotheses": ["abs(a - b) <= d", "a > 0", "b <= 0"], "conclusion": ["d >= abs(a)"]},
    "squares grow": {"hypotheses": ["0 <= a", "a <= b"], "conclusion": ["a**2 <= b**2"]},
    "product of signs": {"hypotheses": ["a > 0", "b > 0"], "conclusion": ["a*b > 0"]},
    "mean": {"hypotheses": ["a >= 0", "b >= 0"], "conclusion": ["4*a*b <= (a + b)**2"]},
    "Cauchy": {"conclusion": ["(a*c + b*d)**2 <= (a**2 + b**2) * (c**2 + d**2)"]},
    "quotient": {"hypotheses": ["b > 0", "a > b"], "conclusion": ["a / b > 1"]},
    "false": {"hypotheses": ["a <= b"], "conclusion": ["a**2 <= b**2"]},
}

SCRIPTS = {"mean": (square("a - b"),), "Cauchy": (square("a*d - b*c"),)}
"""What a person adds where ours finds no sum of squares by itself."""


def ours(text: Text, *script: Step) -> bool:
    try:
        steps = derivation(text, script, effort=Effort(EFFORT))
    except (NotImplied, WitnessError):
        return False
    verify({"format": FORMAT, "kind": "derivation", "formal": text, "steps": steps})
    return True


def peer(text: Text) -> bool:
    names: dict[str, Any] = {name: z3.Real(name) for name in "abcd"}
    names["abs"] = lambda t: z3.If(t >= 0, t, -t)
    names["max"] = lambda s, t: z3.If(s >= t, s, t)
    solver = z3.SolverFor("QF_NRA")
    solver.set("timeout", 1000 * EFFORT)
    solver.add(*(eval(each, {}, names) for each in text.get("hypotheses", [])))
    solver.add(z3.Not(z3.And(*(eval(each, {}, names) for each in text["conclusion"]))))
    return bool(solver.check() == z3.unsat)


def timed(decide: Callable[[Text], bool], text: Text) -> tuple[float, bool]:
    began = time.perf_counter()
    found = decide(text)
    return time.perf_counter() - began, found


def main() -> None:
    ours({"for_all": {"a": "real"}, "conclusion": ["a <= a"]})  # imports
    print(f"{'text':20} {'ours':>9} {'z3':>9}  ratio")
    for name, case in CASES.items():
        text = {"for_all": dict.fromkeys("abcd", "real"), **case}
        mine, found = timed(ours, text)
        shown = f"{name:20} {1000 * mine:6.0f} ms"
        if z3 is not None:
            other, decided = timed(peer, text)
            shown += f" {1000 * other:6.0f} ms  {mine / other:5.1f}  z3 {'shows it' if decided else 'does not'}"
        shown += f", ours {'derives it' if found else 'does not'}"
        if name in SCRIPTS:
            helped, found = timed(lambda text, script=SCRIPTS[name]: ours(text, *script), text)
            shown += f"; with a square given it {'does' if found else 'does not'}, in {1000 * helped:.0f} ms"
        print(shown)


if __name__ == "__main__":
    main()
