"""The caption of Figure 1 beside Example 1: steps and epochs."""

import pytest

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
