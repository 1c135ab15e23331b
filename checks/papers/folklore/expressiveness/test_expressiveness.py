"""Networks under constraints."""

from fractions import Fraction as F

import pytest

from checks.derive import cases, have, product, square, times

claim = pytest.mark.claim


@claim("expressiveness.absolute", by="formal")
def test_two_relus(evidence, subject):
    evidence.counterexample(u=[1, -1], v=[1, 1])


@claim("expressiveness.absolute.amended", by="formal")
def test_slopes_of_one(evidence, subject):
    evidence.derive(
        *(
            step
            for i in range(2)
            for step in (
                square(f"v[{i}]"),
                product(f"d[{i}] >= 0", f"1 - d[{i}] >= 0"),
                product(f"v[{i}]**2 >= 0", f"1 - d[{i}] >= 0"),
                product(f"v[{i}]**2 >= 0", f"d[{i}] * (1 - d[{i}]) >= 0"),
            )
        ),
        *(
            step
            for i in range(2)
            for step in (have(f"v[{i}]**2 * (1 - d[{i}]) <= 0"), have(f"v[{i}]**2 * (1 - d[{i}]) >= 0"))
        ),
        *(
            have(
                f"v[{i}]**2 * (1 - d[{i}]) == 0",
                cases(f"v[{i}]**2 * (1 - d[{i}]) == 0", [], [], []),
            )
            for i in range(2)
        ),
    )


@claim("expressiveness.gradient", by="formal")
def test_a_layer_that_widens(evidence, subject):
    evidence.counterexample(w=[F(3, 5), F(4, 5)], v=[1, 0])


@claim("expressiveness.gradient.amended", by="formal")
def test_nothing_is_lost(evidence, subject):
    evidence.derive()


@claim("expressiveness.maxmin", by="formal")
def test_maxmin(evidence, subject):
    evidence.derive(cases("x[0] >= x[1]", *([cases("x[2] >= x[3]", [], [])] for _ in range(2))))


@claim("expressiveness.rotated", by="formal")
def test_rotations(evidence, subject):
    evidence.derive(times("2 * r**2 - 1 == 0", "a**2"), times("2 * r**2 - 1 == 0", "b**2"))


@claim("expressiveness.relu", by="formal")
def test_a_zero_beside_a_neuron(evidence, subject):
    evidence.derive(times("z - max(0, w * y) == 0", "v"), cases("x >= 0", [], []))


@claim("expressiveness.sorting", by="formal")
def test_five_gates_sort_four_numbers(evidence, subject):
    evidence.enumerate()


@claim("expressiveness.exact", by="formal")
def test_a_parabola(evidence, subject):
    evidence.counterexample(x=0, h=F(1, 2))


@claim("expressiveness.exact.amended", by="formal")
def test_nets_are_enough(evidence, subject):
    evidence.derive()


@claim("expressiveness.universal.rows", by="formal")
def test_minima_of_cones(evidence, subject):
    evidence.derive()


@claim("expressiveness.universal", by="formal")
def test_folds(evidence, subject):
    evidence.derive(product("s >= 0", "d0 - g >= 0"))
