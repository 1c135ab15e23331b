"""The caption of Figure 1 beside Example 1: steps and epochs."""

import pytest

from checks.derive import cases, have, integer, product, times

claim = pytest.mark.claim


@claim(
    "fig-1.steps",
    by="enumeration",
    subject=(160_000, 20),
    sabotage={"fewer pixels": (100_000, 20), "15 epochs": (160_000, 15), "16 epochs": (160_000, 16)},
)
def test_steps_and_epochs(evidence, subject):
    pixels, epochs = subject
    steps = {batch: epochs * -(-pixels // batch) for batch in range(1, pixels + 1)}
    near = [batch for batch, count in steps.items() if 29_500 <= count < 30_500]
    evidence.fact("30K steps for batches of 105 to 108", near == [105, 106, 107, 108])
    evidence.fact("exactly 30 000 for none", 30_000 not in steps.values())
    evidence.value("steps with batches of 128", steps[128])
    evidence.count(len(steps))


@claim("fig-1.recipe", by="enumeration", subject=30_000, sabotage={"40 000 steps": 40_000, "25 500 steps": 25_500})
def test_the_recipe(evidence, subject):
    """What of it is known: which batches make so many steps, to a thousand, of 20 epochs."""
    counts = {batch: 20 * -(-160_000 // batch) for batch in range(64, 257)}
    fitting = [batch for batch, count in counts.items() if abs(count - subject) < 500]
    if not (fitting and subject % 10_000 == 0 and 1 < subject / counts[128] < 3 / 2):
        raise AssertionError(f"{subject} steps fit batches of {fitting}, not of the usual kind and rounded as printed")
    evidence.value("batches that fit", f"{fitting[0]} to {fitting[-1]}")
    evidence.undecided(
        "the learning rate is not given, one run takes ten minutes, and the one that was made ended at 1.07 pixels"
    )


@claim("fig-1.steps", by="formal")
def test_steps_from_end_to_end(evidence, subject):
    evidence.derive(
        cases(
            "s >= 1",
            [
                cases(
                    "b >= 105",
                    [
                        cases(
                            "b <= 108",
                            [
                                product("s - 1 >= 0", "b - 105 >= 0"),
                                product("s - 1 >= 0", "108 - b >= 0"),
                                cases(
                                    "s == 1500",
                                    [
                                        times("s - 1500 == 0", "b"),
                                        have("b - 106 > 0"),
                                        integer("b - 106"),
                                    ],
                                    [],
                                    [],
                                ),
                            ],
                            [integer("b - 108"), product("s - 1 >= 0", "b - 109 >= 0")],
                        )
                    ],
                    [integer("105 - b"), product("s - 1 >= 0", "104 - b >= 0")],
                )
            ],
            [product("1 - s > 0", "b - 1 >= 0")],
        )
    )
