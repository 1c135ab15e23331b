"""Steps of derivations about the logistic loss log(1 + exp(-t))."""

from __future__ import annotations

from fractions import Fraction as F

from checks.derive import Step, axiom, congruence, have, product, square


def convex(s: str, t: str) -> Step:
    """That the losses at s and t sum to at least twice the loss at their mean: (1 + a²)(1 + b²) ≥ (1 + a b)²."""
    a, b, both, mean = f"exp(-({s})/2)", f"exp(-({t})/2)", f"exp(-({s}) - ({t}))", f"exp(-({s})/2 - ({t})/2)"
    one, other = f"1 + exp(-({s}))", f"1 + exp(-({t}))"
    steps = [
        axiom("exp_sum", f"-({s})/2", f"-({s})/2"),
        axiom("exp_sum", f"-({t})/2", f"-({t})/2"),
        axiom("exp_sum", f"-({s})/2", f"-({t})/2"),
        axiom("exp_sum", f"-({s})", f"-({t})"),
        axiom("exp_sum", f"-({s})/2 - ({t})/2", f"-({s})/2 - ({t})/2"),
        axiom("exp_positive", f"-({s})"),
        axiom("exp_positive", f"-({t})"),
        axiom("exp_positive", f"-({s})/2 - ({t})/2"),
        square(f"{a} - {b}"),
        have(f"exp(-({s})) + exp(-({t})) >= 2 * {mean}"),
        have(f"{mean} * {mean} == {both}"),
        have(f"(1 + {mean}) * (1 + {mean}) <= ({one}) * ({other})"),
        have(f"1 + {mean} > 0"),
        have(f"{one} > 0"),
        have(f"{other} > 0"),
        product(f"1 + {mean} > 0", f"1 + {mean} > 0"),
        axiom("log_increasing", f"(1 + {mean}) * (1 + {mean})", f"({one}) * ({other})"),
        axiom("log_product", f"1 + {mean}", f"1 + {mean}"),
        axiom("log_product", one, other),
    ]
    return have(f"log({one}) + log({other}) >= 2 * log(1 + {mean})", *steps)


def support(t: str, odds: F) -> Step:
    """That the loss at t is at least what its tangent at the logarithm of the odds is: by log x <= x - 1, twice."""
    z, s = f"exp(-({t}))", 1 / (1 + odds)
    whole, share = f"1 + {z}", f"1 / (1 + {z})"
    right, wrong = f"({1 / (1 - s)})", f"({1 / s})"
    steps = [
        axiom("exp_positive", f"-({t})"),
        axiom("log_exp", f"-({t})"),
        axiom("divide", whole),
        axiom("log_product", whole, share),
        congruence("log", [f"({whole}) * ({share})"], ["1"]),
        axiom("log_product", right, share),
        product(f"{z} > 0", f"{share} > 0"),
        axiom("log_product", z, share),
        axiom("log_product", wrong, f"{z} * ({share})"),
        axiom("log_tangent", f"{right} * ({share})"),
        axiom("log_tangent", f"{wrong} * ({z} * ({share}))"),
    ]
    return have(f"log({whole}) >= {1 - s} * log({right}) + {s} * log({wrong}) - {s} * ({t})", *steps)


def greater(s: str, t: str) -> Step:
    """That the loss at s is at least that at t, where s <= t."""
    one, other = f"1 + exp(-({t}))", f"1 + exp(-({s}))"
    return have(
        f"log({other}) >= log({one})",
        axiom("exp_positive", f"-({t})"),
        axiom("exp_increasing", f"-({t})", f"-({s})"),
        axiom("log_increasing", one, other),
    )


def positive(s: str) -> Step:
    """That the loss at s is."""
    return have(
        f"log(1 + exp(-({s}))) > 0", axiom("exp_positive", f"-({s})"), axiom("log_increasing", "1", f"1 + exp(-({s}))")
    )


def strictly(s: str, t: str) -> Step:
    """That the loss at s is more than that at t, where s < t."""
    one, other = f"1 + exp(-({t}))", f"1 + exp(-({s}))"
    return have(
        f"log({other}) > log({one})",
        axiom("exp_positive", f"-({t})"),
        axiom("exp_increasing", f"-({t})", f"-({s})"),
        axiom("log_increasing", one, other),
    )
