"""Proposition 9 with its proof, and the remark on residual connections in Appendix D."""

from fractions import Fraction as F

import pytest

from checks.derive import product
from checks.implication import Implication
from checks.randomness import stream, streams
from checks.statistics import TRAININGS, spread
from checks.witness import identity, instance

claim = pytest.mark.claim

DEPTHS = (2, 4, 8, 16, 32, 64)

FROBENIUS = ("(v1*h1)**2 + (v1*h2)**2 + (v2*h1)**2 + (v2*h2)**2", "(v1**2 + v2**2) * (h1**2 + h2**2)")
NOT_LONGER = ("gg*hh - vv*hh", "hh * (gg - vv)")
"""vv = |v|^2, gg = |g|^2, hh = |H|^2."""


@claim(
    "prop-9",
    by="symbolic",
    subject=(FROBENIUS, NOT_LONGER),
    sabotage={
        "another rank-one norm": ((FROBENIUS[0], "(v1**2 + v2**2) + (h1**2 + h2**2)"), NOT_LONGER),
        "half the norm of g": (FROBENIUS, ("gg*hh - vv*hh", "hh * (gg/2 - vv)")),
    },
)
def test_proposition_9(evidence, subject):
    frobenius, bound = subject
    evidence.certify(identity("‖v Hᵀ‖² = ‖v‖² ‖H‖², entry by entry (two of each stand for any number)", frobenius))
    evidence.certify(identity("‖g‖² ‖H‖² − ‖v‖² ‖H‖² is a product of numbers that are not negative", bound))
    evidence.assume("products of non-negative numbers are not negative")


@claim("prop-9", by="formal")
def test_proposition_9_from_the_chain_rule(evidence, subject):
    evidence.derive(product("g - v >= 0", "h >= 0"))


def backward(network, points):
    """For each affine layer: its inputs H (p, w), and the gradients v (p, w) of the output in its bias."""
    import numpy as np

    inputs, swaps = [np.asarray(points, dtype=float)], []
    for weight, bias in zip(network.weights[:-1], network.biases[:-1], strict=True):
        pairs = (inputs[-1] @ weight.T + bias).reshape(len(inputs[-1]), -1, 2)
        swaps.append(pairs[..., 0] > pairs[..., 1])
        inputs.append(np.sort(pairs, axis=-1).reshape(len(pairs), -1))
    upward, gradients = np.ones((len(inputs[0]), 1)), []
    for weight, swap in zip(network.weights[:0:-1], swaps[::-1], strict=True):
        gradients.append(upward)
        pairs = (upward @ weight).reshape(len(upward), -1, 2)
        upward = np.where(swap[..., None], pairs[..., ::-1], pairs).reshape(len(pairs), -1)
    return inputs, [*gradients, upward][::-1]


def trained_on_digits(scale, device, *, claims_seed):
    """Figure 3a's networks of L = 1, and every tenth digit."""
    from checks.papers.many_faces.experiments.epochs import Case, config, sample
    from checks.training import fit_many_cached
    from theory.losses import BCE

    digits = sample("quick", None)
    configs = [config(Case(1.0, BCE(), 1.0), seed, scale) for seed in streams(TRAININGS, claims_seed)]
    trained = fit_many_cached(digits.points, digits.labels, configs, device=device)
    return [each.network for each in trained], digits.points[::10]


@claim(
    "prop-9",
    by="training",
    build=trained_on_digits,
    sabotage={"a layer of norm 1.5": lambda built: ([*built[0][1:], _stretched(built[0][0])], built[1])},
)
def test_gradients_of_trained_networks(evidence, subject):
    """Every layer at every digit; the gradient in W is v Hᵀ, whose norm is computed as a matrix norm."""
    networks, points = subject
    found = [shares_of(network, points) for network in networks]
    evidence.fact("the gradient in x agrees with the networks' own", max(miss for miss, _ in found) < 1e-12)
    evidence.fact("every layer of every network is within the bound", max(share for _, share in found) <= 1 + 1e-12)
    evidence.value("largest share of the bound", spread(share for _, share in found))
    evidence.count(len(points) * sum(len(network.weights) for network in networks), 0)


def shares_of(network, points):
    """How far the gradient in x is from the network's own, and the largest share of the bound at any layer."""
    import numpy as np

    inputs, gradients = backward(network, points)
    shares = []
    for h, v in zip(inputs, gradients, strict=True):
        outer = [np.linalg.norm(v[k, :, None] * h[k]) for k in range(len(points))]
        shares += [np.linalg.norm(v, axis=1).max(), (outer / np.linalg.norm(h, axis=1)).max()]
    slopes = np.linalg.norm(gradients[0] @ network.weights[0], axis=1)
    return float(np.abs(slopes - network.slope(points)).max()), float(max(shares))


def _stretched(network):
    from checks.networks import LipschitzNetwork

    weights = [*network.weights[:-1], 1.5 * network.weights[-1]]
    hidden = [1.5 * w if i == 1 else w for i, w in enumerate(weights)]
    return LipschitzNetwork(hidden, network.biases)


@claim(
    "eq-19",
    by="exact",
    subject={"a": 1, "x": F(3, 5)},
    sabotage={"at the origin": {"a": 1, "x": 0}, "a layer above that is 0": {"a": 0, "x": F(3, 5)}},
)
def test_equation_19_as_printed(evidence, subject):
    """f(x) = h2(h1(x)) with h1(z) = w z and h2(z) = a z; the loss is the output: its derivative in w is a x."""
    evidence.certify(
        identity("the loss a w x is linear in w with the derivative a x", ("a*(w + t)*x - a*w*x", "t*(a*x)"))
    )
    evidence.counterexample(
        "two scalar layers, a = 1, at x = 3/5: the derivative is 3/5; the layer above does not contain w, so the "
        "printed factor is 0",
        **subject,
        w=F(1, 2),
        e=1,
    )


SUBMULTIPLICATIVE = Implication(("n2 <= n1", "n1 <= n0"), "n2 <= n0")
"""Norms of the gradient before, between and after two layers above."""


@claim(
    "eq-19.amended",
    by="symbolic",
    subject=SUBMULTIPLICATIVE,
    sabotage={"a layer that stretches": SUBMULTIPLICATIVE.without(0)},
)
def test_equation_19_amended(evidence, subject):
    evidence.certify(subject.proof("each 1-Lipschitz layer above keeps the norm or lowers it"))
    evidence.certify(
        Implication(("rise <= t * u", "n * t == rise"), "t * n <= t * u").proof(
            "difference quotients of a 1-Lipschitz map have norm at most ‖u‖"
        )
    )
    evidence.assume("chain rule")


@claim(
    "eq-19.amended",
    by="exact",
    subject=1,
    sabotage={"the factor of the layer above left out": 0},
)
def test_the_chain_rule_on_rational_layers(evidence, subject):
    """f(x) = c · sort(W x), W a rational rotation; gradient in the bias of W against differences, exactly."""
    evidence.certify(
        instance(
            "W turns by (3/5, 4/5), readout (3/5, −4/5), x = (2, 1): a difference in the bias, step 1/1000",
            given={
                "w": [[F(3, 5), F(-4, 5)], [F(4, 5), F(3, 5)]],
                "c": [F(3, 5), F(-4, 5)],
                "x": [2, 1],
                "t": F(1, 1000),
                "keep": subject,
            },
            define={
                "z(i, b)": "dot(w[i], x) + b",
                "f(b, e)": "c[0] * max(z(0, b), z(1, e)) + c[1] * min(z(0, b), z(1, e))",
                "upper()": "c[1] if z(0, 0) < z(1, 0) else c[0]",
            },
            conclusion=[
                "(f(t, 0) - f(0, 0)) / t == upper() * keep",
                "upper() ** 2 + (c[0] + c[1] - upper()) ** 2 <= 1",
            ],
        )
    )


def random_networks(scale, device, *, claims_seed):
    """Norms of the gradient in the first bias by depth: orthogonal GroupSort2, and Gaussian ReLU."""
    import numpy as np

    from checks.networks import LipschitzNetwork

    rng, width, orthogonal, gaussian = np.random.default_rng(stream(9, claims_seed)), 32, {}, {}
    for depth in DEPTHS:
        weights = [np.linalg.qr(rng.normal(size=(width, width)))[0] for _ in range(depth)]
        readout = rng.normal(size=(1, width))
        network = LipschitzNetwork(
            [*weights, readout / np.linalg.norm(readout)], [np.zeros(width)] * depth + [np.zeros(1)]
        )
        points = rng.normal(size=(40, width))
        orthogonal[depth] = np.linalg.norm(backward(network, points)[1][0], axis=1).tolist()
        gaussian[depth] = [_relu_gradient(rng, width, depth, x) for x in points]
    return {"orthogonal": orthogonal, "gaussian": gaussian}


def _relu_gradient(rng, width, depth, x):
    """A ReLU network of weights N(0, 4/width): the gradient of its output in the first bias."""
    import numpy as np

    weights = [rng.normal(size=(width, width)) * 2 / np.sqrt(width) for _ in range(depth)]
    readout, active, z = rng.normal(size=width), [], x
    for weight in weights:
        z = weight @ z
        active.append(z > 0)
        z = np.maximum(z, 0)
    upward = readout / np.linalg.norm(readout)
    for weight, on in zip(weights[:0:-1], active[:0:-1], strict=True):
        upward = weight.T @ (upward * on)
    return float(np.linalg.norm(upward * active[0]))


@claim(
    "prop-9.depth",
    by="samples",
    build=random_networks,
    sabotage={
        "exchanged": lambda run: {"orthogonal": run["gaussian"], "gaussian": run["orthogonal"]},
        "no growth": lambda run: run | {"gaussian": dict.fromkeys(DEPTHS, run["gaussian"][2])},
    },
)
def test_gradients_and_depth(evidence, subject):
    import numpy as np

    bounded = max(max(norms) for norms in subject["orthogonal"].values())
    medians = [float(np.median(subject["gaussian"][depth])) for depth in DEPTHS]
    slope = float(np.polyfit(DEPTHS, np.log(np.maximum(medians, 1e-300)), 1)[0])
    evidence.fact("1-Lipschitz networks: never more than ‖g‖ = 1", bounded <= 1 + 1e-12)
    evidence.fact("Gaussian ReLU networks: growth by a factor of more than 1.2 a layer", slope > np.log(1.2))
    evidence.value("largest gradient, 1-Lipschitz", bounded)
    evidence.value("growth per layer, Gaussian ReLU", float(np.exp(slope)))
    evidence.count(40 * 2 * len(DEPTHS), 9)
    evidence.figure(
        "curves",
        "Gradient of the output in the first bias, by depth: median over random inputs and, for ReLU, networks.",
        series=[
            {
                "label": "orthogonal, GroupSort2",
                "x": list(DEPTHS),
                "marker": True,
                "y": [float(np.median(subject["orthogonal"][depth])) for depth in DEPTHS],
            },
            {"label": "Gaussian, ReLU", "x": list(DEPTHS), "y": medians, "marker": True},
        ],
        xlabel="hidden layers",
        ylabel="norm",
        log=True,
    )


# --- residual connections -----------------------------------------------------------------------------------------


@claim(
    "app-d.residual",
    by="exact",
    subject=[[1, 0], [0, -1]],
    sabotage={"a rotation by a right angle": [[0, -1], [1, 0]], "minus the identity": [[-1, 0], [0, -1]]},
)
def test_averages_may_keep_the_operator_norm(evidence, subject):
    """The average of I and Q maps e1 to (e1 + Q e1)/2; norm below 1 would make that shorter than e1."""
    evidence.counterexample(
        "f(x) = x, g(x) = (x₁, −x₂): the average (x₁, 0) maps (1, 0) to itself",
        P=[[1, 0], [0, 1]],
        Q=subject,
        u=[1, 0],
    )


PARALLELOGRAM = ("(a1 + b1)**2 + (a2 + b2)**2 + (a1 - b1)**2 + (a2 - b2)**2", "2*(a1**2 + a2**2) + 2*(b1**2 + b2**2)")
MEAN = Implication(("plus + minus == 4",), "plus / 4 == 1 - minus / 4")


@claim(
    "app-d.residual.scalar",
    by="symbolic",
    subject=(PARALLELOGRAM, MEAN),
    sabotage={
        "no factor 2": ((PARALLELOGRAM[0], "(a1**2 + a2**2) + (b1**2 + b2**2)"), MEAN),
        "no loss": (PARALLELOGRAM, MEAN.concluding("plus / 4 == 1")),
    },
)
def test_averages_of_unit_vectors(evidence, subject):
    law, mean = subject
    evidence.certify(identity("parallelogram law, coordinate by coordinate", law))
    evidence.certify(mean.proof("‖(a + b)/2‖² = 1 − ‖a − b‖²/4"))


@claim("app-d.residual.scalar", by="formal")
def test_averages_of_unit_vectors_from_end_to_end(evidence, subject):
    evidence.derive()


EQUAL = Implication(
    ("plus == pp + 2 * pq + qq", "minus == pp - 2 * pq + qq", "pp == 1", "qq == 1", "plus == 4"), "minus == 0"
)
SHORTER = EQUAL._replace(hypotheses=(*EQUAL.hypotheses[:4], "minus >= 0"), goal="plus <= 4")
"""plus = |Pu + Qu|^2, minus = |Pu - Qu|^2, pq their inner product, for a unit vector u."""


@claim(
    "app-d.residual.amended",
    by="symbolic",
    subject=(EQUAL, SHORTER),
    sabotage={
        "Q is not orthogonal": (EQUAL.without(3), SHORTER),
        "shorter by half": (EQUAL, SHORTER.concluding("plus <= 2")),
    },
)
def test_averages_of_orthogonal_matrices(evidence, subject):
    equal, shorter = subject
    evidence.certify(shorter.proof("‖(P u + Q u)/2‖ ≤ 1"))
    evidence.certify(equal.proof("equality only for P u = Q u"))


@claim("app-d.residual.amended", by="formal")
def test_averages_of_orthogonal_matrices_from_end_to_end(evidence, subject):
    evidence.derive()


HALVED = Implication(("qq == vv", "cross == 0"), "(vv + 2*cross + qq) / 4 == vv / 2")


@claim(
    "app-d.residual.depth",
    by="symbolic",
    subject=HALVED,
    sabotage={
        "correlated": HALVED._replace(hypotheses=("qq == vv", "cross == vv")),
        "a sum in place of an average": HALVED.concluding("vv + 2*cross + qq == vv / 2"),
    },
)
def test_chains_of_residual_averages(evidence, subject):
    """cross = E<v, Qv>, qq = E|Qv|^2."""
    evidence.certify(identity("‖(v + q)/2‖²", ("((v + q)/2)**2", "(v**2 + 2*v*q + q**2)/4")))
    evidence.certify(subject.proof("its mean is half of ‖v‖²"))
    evidence.assume("the mean of a Haar-distributed orthogonal matrix is 0")


def chains(scale, device, *, claims_seed):
    import numpy as np

    rng, n, k = np.random.default_rng(stream(10, claims_seed)), 16, 8
    squares = []
    for _ in range(400):
        v = np.eye(n)[0]
        for _ in range(k):
            q, r = np.linalg.qr(rng.normal(size=(n, n)))
            v = (v + (q * np.sign(np.diag(r))) @ v) / 2
        squares.append(float(v @ v))
    return squares, k


@claim(
    "app-d.residual.depth",
    by="samples",
    build=chains,
    sabotage={"one factor fewer": lambda run: (run[0], run[1] - 1), "no averages": lambda run: ([1.0] * 400, run[1])},
)
def test_chains_by_simulation(evidence, subject):
    import numpy as np

    squares, k = subject
    mean, error = float(np.mean(squares)), float(np.std(squares) / np.sqrt(len(squares)))
    evidence.fact("the mean square is 2⁻ᵏ within five standard errors", abs(mean - 2.0**-k) < 5 * error)
    evidence.value(f"mean square after {k} averages, times 2ᵏ", mean * 2**k)
    evidence.value("median share of the norm that is left", float(np.sqrt(np.median(squares))))
    evidence.count(len(squares), 10)
