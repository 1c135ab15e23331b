"""Example 1, Figure 1 and what Section 2.3 says of its network."""

from fractions import Fraction as F
from itertools import pairwise

import pytest

from checks.implication import Implication
from checks.witness import instance, refutation

claim = pytest.mark.claim


def train(scale, device, *, claims_seed):
    from checks.papers.many_faces.experiments.figure_1 import figure1_network

    return figure1_network(scale, device, claims_seed=claims_seed)


def changed(**parts):
    """A sabotage: the trained result with parts of its network put through functions of the same name."""
    from dataclasses import replace

    def apply(trained):
        from checks.networks import LipschitzNetwork

        weights, biases = list(trained.network.weights), list(trained.network.biases)
        if "last" in parts:
            weights[-1] = parts["last"](weights[-1])
        if "biases" in parts:
            biases = [parts["biases"](bias) for bias in biases]
        return replace(trained, network=LipschitzNetwork(weights, biases))

    return apply


def pixels_and_target():
    from checks.papers.many_faces.experiments.figure_1 import figure1_samples

    return figure1_samples()


@claim(
    "ex-1",
    by="training",
    build=train,
    sabotage={
        "biases dropped": changed(biases=lambda b: 0 * b),
        "output scaled by 0.9": changed(last=lambda w: 0.9 * w),
        "sign flipped": changed(last=lambda w: -w),
    },
)
def test_the_network_of_figure_1(evidence, subject):
    """All 160,000 pixels in float64, true min and max, after division by a certified bound."""
    import numpy as np

    pixels, target = pixels_and_target()
    network = subject.network
    error = np.abs(network(pixels) - target)
    evidence.fact("the network has 5 hidden layers of width 128", [len(b) for b in network.biases] == [128] * 5 + [1])
    evidence.fact("its certified Lipschitz constant is at most 1", network.certified_lipschitz() <= 1)
    evidence.fact("mean absolute error below 1 pixel", error.mean() < 1)
    evidence.count(len(target), 0)
    _describe(evidence, subject, error)
    evidence.figure(
        "figure-1",
        "The exact HMF of Figure 1, the trained network, its strip |f| ≤ 0.5 and the difference.",
        scale=evidence.scale,
        device=evidence.device,
        claims_seed=evidence.claims_seed,
    )
    evidence.figure(
        "curve",
        "Training: root mean squared error of the batches, in pixels.",
        x=np.linspace(0, subject.config.steps, len(subject.loss) + 1)[1:].tolist(),
        y=np.sqrt(subject.loss).tolist(),
        xlabel="step",
        ylabel="RMSE (pixels)",
        log=True,
    )


def _describe(evidence, trained, error):
    import numpy as np

    evidence.value("mean absolute error (pixels)", float(error.mean()))
    evidence.value("largest error (pixels)", float(error.max()))
    evidence.value("root mean squared error (pixels)", float(np.sqrt((error**2).mean())))
    evidence.value("training steps", trained.config.steps)
    evidence.value("batch", trained.config.batch)
    evidence.value("seconds of training", float(trained.seconds))
    evidence.value("device", trained.device)


@claim(
    "ex-1.lipschitz",
    by="interval",
    build=train,
    sabotage={
        "last layer × 1.01": changed(last=lambda w: 1.01 * w),
        "last layer × (1 + 10⁻⁹)": changed(last=lambda w: (1 + 1e-9) * w),
    },
)
def test_the_network_is_lipschitz(evidence, subject):
    """Certified enclosures of the singular values of every matrix; their product rounded up."""
    network = subject.network
    evidence.fact("the product of the certified norms is at most 1", network.certified_lipschitz() <= 1)
    bounds = network.singular_bounds()
    for number, bound in enumerate(bounds, 1):
        evidence.value(f"singular values of layer {number}", f"[{bound.least!r}, {bound.largest!r}]")
    evidence.fact(
        "every layer is orthogonal up to 10⁻⁶: all its singular values lie in [1 − 10⁻⁶, 1]",
        all(bound.least >= 1 - 1e-6 and bound.largest <= 1 for bound in bounds),
    )
    evidence.assume("sorting pairs of coordinates is 1-Lipschitz")


def some_pixels(network):
    """Pixels spread over the box, the one with the flattest gradient among every sixteenth."""
    import numpy as np

    pixels = pixels_and_target()[0][::16]
    flattest = int(np.argmin(network.slope(pixels)))
    return [tuple(map(float, pixels[i])) for i in (flattest, *np.linspace(0, len(pixels) - 1, 3).astype(int))]


def projected(trained):
    """A sabotage: a network of the same widths that is the first coordinate on the whole box, of slope 1."""
    from dataclasses import replace

    import numpy as np

    from checks.networks import LipschitzNetwork

    weights = [np.eye(*weight.shape) for weight in trained.network.weights]
    biases = [1e3 * np.arange(len(bias)) for bias in trained.network.biases]  # no gate is tied, or ever swaps
    return replace(trained, network=LipschitzNetwork(weights, biases))


@claim(
    "ex-1.gradient",
    by="training",
    build=train,
    sabotage={"a network with slope 1 where it is looked at": projected},
)
def test_the_gradient_is_not_a_unit_vector(evidence, subject):
    """Exact rational arithmetic on the trained weights: gates decided exactly, squared length compared with 1.

    The witness holds the bound that comes out, not the network; hence by training, which proves nothing.
    """
    network = subject.network
    below = []
    for pixel in some_pixels(network):
        gradient = network.exact_gradient(pixel)
        squared = sum(g * g for g in gradient)
        if squared + F(1, 10**6) < 1:
            below.append(squared)
    assert below, "every gradient looked at is a unit vector up to 10⁻⁶"
    flattest = min(below)
    evidence.value("‖∇f‖ at the flattest pixel", float(flattest) ** 0.5)
    evidence.value("of 4 pixels, how many have ‖∇f‖² < 1 − 10⁻⁶ exactly", len(below))
    upper = F(int(flattest * 10**9) + 1, 10**9)
    evidence.count(len(below))
    evidence.refute(
        refutation(
            "no gate ties at the pixel, so the gradient is constant on an open set around it; its exact squared "
            "length is below the stated rational",
            given={"squared_length_is_below": upper},
            hypotheses=["squared_length_is_below > 0"],
            conclusion=["squared_length_is_below >= 1"],
        )
    )


@claim(
    "ex-1.gradient.amended",
    by="training",
    build=train,
    sabotage={
        "output scaled by 1.1": changed(last=lambda w: 1.1 * w),
        "output scaled by 0.7": changed(last=lambda w: 0.7 * w),
    },
)
def test_the_gradient_is_mostly_close_to_1(evidence, subject):
    import numpy as np

    pixels, _ = pixels_and_target()
    slope = subject.network.slope(pixels)
    evidence.fact("‖∇f‖ ≤ 1 at every pixel", slope.max() <= 1 + 1e-12)
    evidence.fact("‖∇f‖ > 0.8 at more than half of the pixels", (slope > 0.8).mean() > 0.5)
    for share in (0.01, 0.1, 0.5, 0.9):
        evidence.value(f"quantile {share} of ‖∇f‖", float(np.quantile(slope, share)))
    evidence.value("share of pixels with ‖∇f‖ > 0.999", float((slope > 0.999).mean()))
    counts, edges = np.histogram(slope, bins=50, range=(0, 1.0000001))
    evidence.figure(
        "histogram",
        "‖∇f‖ of the trained network at the 160 000 pixels of Figure 1.",
        edges=edges.tolist(),
        counts=counts.tolist(),
        xlabel="‖∇f‖",
        log=True,
    )
    evidence.count(len(slope), 0)


@claim("ex-1.hmf", by="samples", subject=1.0, sabotage={"one class moved by a tenth of an edge": 1.1})
def test_figure_1_is_an_hmf(evidence, subject):
    """The HMF of some 8,000 mirrored sites against the signed distance to the two snowflakes."""
    import numpy as np

    from checks.papers.many_faces.frontier.mirrored import ring_classes
    from theory.hmf import highest_mountain
    from theory.shapes import figure_1

    layout = figure_1()
    positive, negative = ring_classes(layout.outer, layout.inner)
    hill = highest_mountain(subject * positive, negative)
    pixels = layout.pixels().reshape(-1, 2)
    chosen = pixels[
        evidence.rng(1).choice(len(pixels), 4000 if evidence.scale == "quick" else len(pixels), replace=False)
    ]
    error = np.abs(hill(chosen) - layout.frontier()(chosen))
    evidence.fact("they agree to 10⁻⁶ pixels at every pixel looked at", error.max() < 1e-6)
    evidence.value("sites", len(positive) + len(negative))
    evidence.value("largest difference (pixels)", float(error.max()))
    evidence.count(len(chosen), 1)


WIDENING = {"W": [F(3, 5), F(4, 5)], "v": [1, 0], "x": 2, "h": F(1, 4)}


@claim(
    "sec-2.3.gradient",
    by="exact",
    subject=WIDENING,
    sabotage={
        "columns that are not orthonormal": WIDENING | {"W": [F(3, 5), F(3, 5)]},
        "one coordinate only": WIDENING | {"W": [1, 0], "x": -2},
    },
)
def test_orthogonal_layers_do_not_give_unit_gradients(evidence, subject):
    """R -> R^2 -> R with GroupSort2 between: sort(W x) read out by a unit vector."""
    evidence.refute(
        refutation(
            "W = (3/5, 4/5)ᵀ has an orthonormal column, v = (1, 0) an orthonormal row, f(x) = min(3x/5, 4x/5) has "
            "slope 3/5 for x > 0 and 4/5 for x < 0",
            given=subject,
            define={"f(t)": "v[0] * min(W[0] * t, W[1] * t) + v[1] * max(W[0] * t, W[1] * t)"},
            hypotheses=["dot(W, W) == 1", "dot(v, v) == 1", "h > 0", "abs(x) > h"],
            conclusion=["abs(f(x + h) - f(x)) == h"],
        )
    )


ROWS = Implication(("wu == uWWu", "uWWu == uu"), "wu == uu")
COLUMNS = Implication(("e == uu - 2 * uWWu + WWu", "WWu == uWWu", "wu == uWWu", "e >= 0"), "wu <= uu")


@claim(
    "sec-2.3.gradient.amended",
    by="symbolic",
    subject=(ROWS, COLUMNS),
    sabotage={
        "rows not orthonormal": (ROWS.without(1), COLUMNS),
        "columns not orthonormal": (ROWS, COLUMNS.without(1)),
    },
)
def test_unit_gradients_without_widening(evidence, subject):
    """wu = |W'u|^2, uWWu = u'WW'u, WWu = |WW'u|^2, e = |u - WW'u|^2."""
    rows, columns = subject
    evidence.certify(rows.proof("WWᵀ = I: ‖Wᵀu‖² = uᵀWWᵀu = ‖u‖²"))
    evidence.certify(columns.proof("WᵀW = I: ‖Wᵀu‖² ≤ ‖u‖²"))
    evidence.certify(
        instance(
            "a gate passes or exchanges two coordinates: both keep ‖u‖",
            given={"u": [F(3), F(-7, 2)]},
            conclusion=["dot([u[1], u[0]], [u[1], u[0]]) == dot(u, u)"],
        )
    )
    evidence.assume("finitely many hyperplanes form a null set")


@claim(
    "sec-2.3.gradient.amended",
    by="samples",
    subject=(8, 8, 8, 4, 1),
    sabotage={"a layer that widens": (2, 8, 8, 1), "orthogonal up to 1 %": (8, 8, 1, 1.01)},
)
def test_unit_gradients_of_random_networks(evidence, subject):
    import numpy as np

    from checks.networks import LipschitzNetwork

    rng = evidence.rng(2)
    *widths, scale = subject if isinstance(subject[-1], float) else (*subject, 1.0)
    frames = [np.linalg.svd(rng.normal(size=(p, q)), full_matrices=False) for q, p in pairwise(widths)]
    weights = [scale * (left @ right) for left, _, right in frames]
    network = LipschitzNetwork(weights, [rng.normal(size=p) for p in widths[1:]])
    slope = network.slope(rng.normal(size=(2000, widths[0])))
    evidence.fact("‖∇f‖ = 1 up to rounding at 2000 random points", np.abs(slope - 1).max() < 1e-12)
    evidence.count(2000, 2)


@claim("sec-2.3.gradient", by="formal")
def test_a_widening_layer_loses_slope(evidence, subject):
    evidence.counterexample(W=[F(3, 5), F(4, 5)], V=[1, 0], x=1, z=2)
