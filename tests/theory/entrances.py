"""Every public callable of theory with one valid call of it, each argument under its name and with its kind."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from theory import hmf, intervals, losses, norms, packing, pieces, risk, sets, shapes, transport, vc
from theory.losses import BCE, Hinge

SUBJECTS = (hmf, intervals, losses, norms, packing, pieces, risk, sets, shapes, transport, vc)
# `theory.estimators` have the door of scikit-learn, whose conventions they keep.
FACES = ("theory", *(subject.__name__ for subject in SUBJECTS))

Kind = Literal[
    "numbers",  # an array of real numbers
    "places",  # such, of any shape
    "weights",  # such, at least 0
    "labels",  # such, -1 and +1
    "arrays",  # a sequence of arrays of real numbers
    "number",  # one real number
    "whole",  # one whole number
    "wholes",  # a sequence of whole numbers
    "box",  # a pair of numbers, or of arrays
    "domain",  # a set of R^n
    "loss",  # a name, or an object
    "word",  # one of a few names
    "flag",  # true or false
    "tool",  # an object with methods: a generator of random numbers, an executor
]

NUMERIC: tuple[Kind, ...] = ("numbers", "places", "weights", "labels", "arrays", "number", "whole", "wholes", "box")


@dataclass(frozen=True)
class Entrance:
    """call(**given) is valid, and quick. given: plain floats, ints and lists, all small multiples of 1/8.

    kinds: of each argument that is given. also: errors besides ValueError that the docstring promises.
    covers: the public name that it is for. extended: NaN and infinity have answers, too.
    """

    name: str
    call: Callable[..., Any]
    given: dict[str, Any]
    kinds: dict[str, Kind]
    covers: str
    also: tuple[type[Exception], ...] = ()
    extended: bool = False

    def __call__(self, **changes: Any) -> Any:
        """The result with some arguments changed; iterators are run to their end."""
        found = self.call(**{**self.given, **changes})
        return list(found) if isinstance(found, Iterator) else found

    def __str__(self) -> str:
        return self.name


MADE_BY: dict[str, str] = {
    "Certificate": "HighestMountain.certificate",
    "NormBounds": "conv_bound",
    "SemidefiniteBound": "semidefinite_bound",
    "PackingBounds": "packing_bounds",
    "PackingNumber": "packing_number",
    "PaperBounds": "paper_margin_vc_bounds",
    "LipschitzConstant": "lipschitz_constant",
    "Piece": "enumerate_pieces",
    "PieceBound": "piece_bound",
    "PieceCount": "count_pieces",
    "PieceEstimate": "estimate_pieces",
    "Extensions": "LeastRisk.extend",
    "LeastMulticlassRisk": "minimize_multiclass_risk",
    "LeastRisk": "minimize_risk",
    "LipschitzBracket": "lipschitz_needed",
    "KantorovichPotential": "kantorovich_potential",
    "TransportPlan": "transport_plan",
    "GroupSortVC": "vc_groupsort",
    "MarginFunction": "MarginFunctions[]",
    "MarginFunctions": "Shattering.functions",
    "Shattering": "shatters",
}
"""Results: no caller makes them. Each with the entrance that does."""

NO_ENTRANCE = {
    "Enclosable": "a type",
    "Number": "a type",
    "LOSSES": "a table",
    "Domain": "abstract",
    "Loss": "abstract",
    "BentLoss": "abstract",
    "NormalForm": "abstract",
    "PiecewiseLinearLoss": "abstract",
    "SmoothLoss": "abstract",
    "Undecided": "an error",
    "PieceLimitExceeded": "an error",
}

FOR_SOLVERS = {"value_above", "dual_below", "size", "pooled"}
"""Methods of losses that bounds ask, of their own float64 arrays."""


def offered() -> dict[str, Any]:
    """All that the faces of theory offer, by name."""
    modules = [importlib.import_module(face) for face in FACES]
    return {name: getattr(module, name) for module in modules for name in module.__all__}


def entrances() -> list[Entrance]:
    """A valid call of each, methods of results included."""
    return [
        *_shapes(),
        *_classes(),
        *_samples(),
        *_measures(),
        *_domains(),
        *_networks(),
        *_dimensions(),
        *_layers(),
        *_enclosures(),
    ]


def _entrance(
    call: Callable[..., Any],
    /,
    name: str = "",
    also: tuple[type[Exception], ...] = (),
    extended: bool = False,
    **given: tuple[Kind, Any],
) -> Entrance:
    kinds = {key: kind for key, (kind, _) in given.items()}
    own = call.__qualname__ if inspect.isfunction(call) or inspect.isclass(call) else ""
    name = name or own
    values, covers = {key: value for key, (_, value) in given.items()}, name.split(".")[0].partition("(")[0]
    return Entrance(name, call, values, kinds, covers, also, extended)


def _methods(made: Any, *names: str, **given: tuple[Kind, Any]) -> list[Entrance]:
    """The methods of an object, which all take the same."""
    owner = type(made).__name__
    return [_entrance(getattr(made, name), name=f"{owner}.{name}", **given) for name in names]


def _shapes() -> list[Entrance]:
    square = [[0.0, 0.0], [4.0, 0.0], [4.0, 4.0], [0.0, 4.0]]
    x: tuple[Kind, Any] = ("numbers", [[2.0, 1.0], [2.0, 6.0]])
    rings = shapes.TwoRings(np.array(square) - 2.0, np.array(square) / 4 - 0.5, -3.0, 3.0, 4)
    return [
        _entrance(hmf.signed_distance, rings=("numbers", square)),
        _entrance(hmf.SignedDistance, rings=("numbers", square)),
        _entrance(hmf.SignedDistance, name="SignedDistance(several)", rings=("arrays", [square, square[:3]])),
        *_methods(hmf.signed_distance(square), "__call__", "nearest_frontier", "gradient", x=x),
        _entrance(shapes.koch_snowflake, order=("whole", 1), side=("number", 9.0), center=("numbers", [1.0, -2.0])),
        _entrance(
            shapes.TwoRings,
            outer=("numbers", rings.outer.tolist()),
            inner=("numbers", rings.inner.tolist()),
            low=("number", -3.0),
            high=("number", 3.0),
            count=("whole", 4),
        ),
        *_methods(rings, "frontier", "pixels"),
        _entrance(shapes.figure_1),
    ]


def _classes() -> list[Entrance]:
    positive, negative = [[0.0, 0.0], [1.0, 0.0]], [[3.0, 0.0], [0.0, 4.0]]
    x: tuple[Kind, Any] = ("numbers", [[1.0, 0.0], [3.0, 1.0]])
    two: dict[str, tuple[Kind, Any]] = {"positive": ("numbers", positive), "negative": ("numbers", negative)}
    several: tuple[Kind, Any] = ("arrays", [positive, negative, [[8.0, 8.0]]])
    mountain, many = hmf.highest_mountain(positive, negative), hmf.multiclass_highest_mountain(several[1])
    return [
        _entrance(hmf.highest_mountain, **two),
        _entrance(hmf.HighestMountain, **two),
        *_methods(mountain, "__call__", "label", "certificate", "nearest_frontier", "gradient", x=x),
        *_methods(mountain, "adversarial", x=x, overshoot=("number", 0.125)),
        _entrance(hmf.multiclass_highest_mountain, classes=several),
        _entrance(hmf.MulticlassHighestMountain, classes=several),
        *_methods(many, "__call__", "label", "certificate", "nearest_frontier", "gradient", x=x),
        *_methods(many, "adversarial", x=x, overshoot=("number", 0.125)),
    ]


def _samples() -> list[Entrance]:
    sample: dict[str, tuple[Kind, Any]] = {
        "points": ("numbers", [[0.0, 0.0], [3.0, 4.0], [1.0, 1.0]]),
        "labels": ("labels", [1, -1, -1]),
        "weights": ("weights", [0.5, 0.25, 0.25]),
    }
    line = {**sample, "points": ("numbers", [0.0, 4.0, 1.0])}
    more: dict[str, tuple[Kind, Any]] = {"loss": ("loss", "bce"), "tolerance": ("number", 0.125)}
    steep: dict[str, tuple[Kind, Any]] = {"lipschitz": ("number", 2.0), "temperature": ("number", 0.5)}
    level: tuple[Kind, Any] = ("number", 0.125)
    hinged = {**more, "loss": ("loss", "hinge")}
    space = risk.minimize_risk([[0.0, 0.0], [3.0, 4.0]], [1, -1], 2.0)
    exact = risk.minimize_risk([0, 4], [1, -1], 1, loss="hinge")
    return [
        _entrance(risk.minimize_risk, also=(ArithmeticError,), **sample, **more, lipschitz=("number", 2.0)),
        _entrance(risk.minimize_risk, name="minimize_risk(line)", **line, **hinged, lipschitz=("number", 2.0)),
        _entrance(risk.minimize_multiclass_risk, **sample, **more, lipschitz=("number", 2.0)),
        _entrance(risk.risk_path, also=(ArithmeticError,), **sample, **more, lipschitz=("numbers", [2.0, 0.5])),
        *_methods(space, "extend", x=("numbers", [[1.0, 0.0], [3.0, 1.0]])),
        _entrance(exact.extend, name="LeastRisk.extend(line)", x=("places", [5.0, 1.0])),
        _entrance(risk.lipschitz_needed, **sample, **more, risk=level),
        _entrance(risk.saturation_bound, **sample, risk=level, temperature=("number", 0.5)),
        _entrance(risk.gradient_floor, **sample, **steep),
        _entrance(risk.gradient_floors, **sample, **steep),
        _entrance(losses.as_loss, loss=("loss", "hinge")),
        *_losses(),
    ]


def _losses() -> list[Entrance]:
    one: tuple[Kind, Any] = ("number", 0.5)
    made = [
        BCE(2.0),
        Hinge(0.5),
        losses.KR(),
        losses.HKR(0.5, 4.0),
        losses.SquaredHinge(2.0),
        losses.SmoothHinge(1.0, 0.5),
    ]
    found = [
        _entrance(BCE, temperature=one),
        _entrance(Hinge, margin=one),
        _entrance(losses.KR),
        _entrance(losses.HKR, margin=one, penalty=("number", 4.0)),
        _entrance(losses.SquaredHinge, margin=one),
        _entrance(losses.SmoothHinge, margin=one, width=("number", 0.25)),
    ]
    for loss in made:
        methods = {"value": ("t", [-1.0, 0.25, 3.0]), "derivative": ("t", [-1.0, 0.25, 3.0])}
        methods |= {"conjugate": ("s", [-1.0, -0.25]), "dual": ("a", [1.0, 0.25])}
        for method, (argument, numbers) in methods.items():
            name = f"{type(loss).__name__}.{method}"
            given: dict[str, tuple[Kind, Any]] = {argument: ("places", numbers)}
            found.append(_entrance(getattr(loss, method), name=name, extended=True, **given))
    return found


def _measures() -> list[Entrance]:
    pair: dict[str, tuple[Kind, Any]] = {
        "p": ("numbers", [0.0, 4.0, 2.0]),
        "q": ("numbers", [3.0, 7.0]),
        "p_weights": ("weights", [0.5, 0.25, 0.25]),
        "q_weights": ("weights", [0.75, 0.25]),
    }
    potential = transport.kantorovich_potential([0.0, 4.0], [3.0, 7.0])
    return [
        *(
            _entrance(call, **pair)
            for call in (transport.transport_plan, transport.kantorovich_potential, transport.wasserstein1)
        ),
        _entrance(
            transport.wasserstein1, name="wasserstein1(even)", p=("numbers", [0.0, 4.0]), q=("numbers", [3.0, 7.0])
        ),
        _entrance(transport.accuracy_range, **pair, threshold=("number", 0.5)),
        *_methods(potential, "__call__", x=("places", [1.0, 5.0])),
        _entrance(_sampled, name="KantorovichPotential.sample", rng=("tool", 0)),
        _entrance(
            transport.PiecewiseLinear,
            knots=("numbers", [0.0, 2.0]),
            values=("numbers", [0.0, 1.0]),
            left=("number", 0.5),
            right=("number", -1.0),
        ),
        *_methods(potential.canonical, "__call__", x=("places", [1.0, 5.0])),
    ]


def _sampled(rng: Any) -> Any:
    """From a seed, so that each call draws the same."""
    made = np.random.default_rng(rng) if type(rng) is int else rng
    return transport.kantorovich_potential([0.0, 4.0], [3.0, 7.0]).sample(made)


def _domains() -> list[Entrance]:
    corners = [[0.0, 0.0], [4.0, 0.0], [0.0, 3.0]]
    made: list[sets.Domain] = [
        sets.Interval(0, 3),
        sets.Box([0, 0], [2, 3]),
        sets.Ball([0, 0], 2),
        sets.ConvexPolygon(corners),
        sets.FiniteSet(corners),
    ]
    found = [
        _entrance(sets.Interval, a=("number", 0.0), b=("number", 3.0)),
        _entrance(sets.Box, lower=("numbers", [0.0, 0.5]), upper=("numbers", [2.0, 3.0])),
        _entrance(sets.Ball, center=("numbers", [0.0, 0.5]), radius=("number", 2.0)),
        _entrance(sets.ConvexPolygon, vertices=("numbers", corners)),
        _entrance(sets.FiniteSet, points=("numbers", corners)),
        _entrance(
            packing.packing_number, points=("numbers", corners), separation=("number", 3.5), time_limit=("number", 2.0)
        ),
        _entrance(vc.shatters, points=("numbers", corners), margin=("number", 1.5)),
    ]
    for domain in made:
        found += _methods(domain, "contains", point=("numbers", [1.0] * domain.dimension))
        found += _methods(domain, "minkowski_volume", radius=("number", 0.5))
    for call in (packing.packing_bounds, packing.margin_vc_bounds, packing.paper_margin_vc_bounds):
        length = "separation" if call is packing.packing_bounds else "margin"
        limit: dict[str, tuple[Kind, Any]] = {"time_limit": ("number", 2.0)}
        limited = {} if call is packing.paper_margin_vc_bounds else limit
        found.append(_entrance(call, domain=("domain", made[1]), **{length: ("number", 1.5)}, **limited))
    sizes: dict[str, tuple[Kind, Any]] = dict.fromkeys(("lipschitz", "margin", "delta"), ("number", 0.5))
    found.append(
        _entrance(packing.lipschitz_generalization_gap, domain=("domain", made[1]), samples=("whole", 64), **sizes)
    )
    found.append(
        _entrance(
            packing.lipschitz_rademacher,
            also=(OverflowError,),
            domain=("domain", made[1]),
            samples=("whole", 64),
            lipschitz=("number", 0.5),
            bound=("number", 0.5),
        )
    )
    return found + _shatterings()


def _shatterings() -> list[Entrance]:
    shattering = vc.shatters([[0.0, 0.0], [4.0, 0.0]], 2)
    function = shattering.functions[-1, 1]
    return [
        _entrance(lambda: shattering.functions, name="Shattering.functions"),
        _entrance(
            shattering.functions.__getitem__, name="MarginFunctions[]", also=(KeyError,), labels=("labels", [1, -1])
        ),
        *_methods(function, "__call__", x=("numbers", [[3.0, 1.0], [0.5, 0.0]])),
        *_methods(function, "at", x=("numbers", [3.0, 1.0])),
    ]


def _networks() -> list[Entrance]:
    network: dict[str, tuple[Kind, Any]] = {
        "weights": ("arrays", [[[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]], [[0.0, 1.0, 0.0, 2.0]]]),
        "biases": ("arrays", [[0.0, 0.0, 0.0, 0.5], [0.0]]),
        "box": ("box", (-2.0, [1.0, 2.0])),
        "activation": ("word", "groupsort2"),
        "certify": ("flag", True),
        "executor": ("tool", None),
        "max_pieces": ("whole", 100),
        "progress": ("flag", False),
    }
    widths: dict[str, tuple[Kind, Any]] = {"input_dim": ("whole", 2), "widths": ("wholes", [4, 4])}
    leaky: dict[str, tuple[Kind, Any]] = {"activation": ("word", "leaky_relu"), "slope": ("number", 0.125)}
    shared = {name: network[name] for name in ("weights", "biases", "box", "progress")}
    return [
        *(
            _entrance(call, **{**network, **leaky})
            for call in (pieces.count_pieces, pieces.enumerate_pieces, pieces.lipschitz_constant)
        ),
        _entrance(
            pieces.estimate_pieces,
            **{**shared, **leaky},
            descents=("whole", 5),
            confidence=("number", 0.5),
            seed=("whole", 0),
        ),
        _entrance(pieces.piece_bound, **widths, activation=("word", "relu")),
        _entrance(pieces.piece_lower_bound, **widths),
        _entrance(pieces.folding_network, **widths),
        _entrance(pieces.orthogonal_tower, pairs=("whole", 1), depth=("whole", 2)),
        _entrance(pieces.sorting_gates, count=("whole", 5)),
    ]


def _dimensions() -> list[Entrance]:
    widths: dict[str, tuple[Kind, Any]] = {"input_dim": ("whole", 2), "widths": ("wholes", [4, 2])}
    count: tuple[Kind, Any] = ("whole", 8)
    share: tuple[Kind, Any] = ("number", 0.125)
    return [
        _entrance(vc.vc_groupsort, **widths),
        _entrance(vc.growth_bound, points_count=count, **widths),
        _entrance(vc.growth_bound_log2, points_count=count, **widths),
        _entrance(vc.sample_complexity, vc=("whole", 3), epsilon=share, delta=share, agnostic=("flag", False)),
        _entrance(vc.generalization_gap, vc=("whole", 3), samples=("whole", 64), delta=share),
        _entrance(vc.binomial_sum, top=("whole", 6), terms=("whole", 2)),
    ]


def _layers() -> list[Entrance]:
    kernel: tuple[Kind, Any] = ("numbers", [[[1.0, 0.5], [-0.25, 2.0]], [[0.0, 1.0], [1.0, 0.125]]])
    one: tuple[Kind, Any] = ("whole", 1)
    order: tuple[Kind, Any] = ("number", 2.0)
    taps: dict[str, tuple[Kind, Any]] = {"kernel": ("places", [[[1.0, 0.5]]])}
    row: dict[str, tuple[Kind, Any]] = {"matrix": ("places", [[1.0, 2.0]])}
    pool: dict[str, tuple[Kind, Any]] = {"kind": ("word", "l2"), "window": ("whole", 2)}
    return [
        _entrance(
            norms.conv_bound,
            also=(OverflowError,),
            kernel=kernel,
            stride=one,
            padding=one,
            dilation=one,
            groups=one,
            padding_mode=("word", "circular"),
            size=("whole", 4),
            tolerance=("number", 0.125),
        ),
        _entrance(
            norms.conv_bound, name="conv_bound(order)", also=(OverflowError,), extended=True, order=order, **taps
        ),
        _entrance(norms.pool_bound, kind=("word", "max"), window=("whole", 3), stride=one, dilation=one, axes=one),
        _entrance(norms.pool_bound, name="pool_bound(order)", extended=True, order=order, **pool),
        _entrance(norms.matrix_bound, also=(OverflowError,), matrix=("numbers", [[1.0, 0.5], [-0.25, 2.0]])),
        _entrance(norms.matrix_bound, name="matrix_bound(order)", extended=True, order=order, **row),
        _entrance(
            norms.semidefinite_bound,
            also=(OverflowError,),
            weights=("arrays", [[[1.0, 0.5], [-0.25, 2.0]], [[1.0, 1.0]]]),
            activation=("word", "relu"),
            tolerance=("number", 0.125),
            time_limit=("number", 8.0),
        ),
        _entrance(norms.activation_slopes, activation=("word", "leaky_relu"), negative_slope=("number", 0.25)),
        _entrance(
            norms.softmax_lipschitz,
            also=(OverflowError,),
            temperature=("number", 0.5),
        ),
        _entrance(
            norms.softmax_lipschitz,
            name="softmax_lipschitz(p, q)",
            extended=True,
            p=("number", 2.0),
            q=("number", 1.5),
        ),
        *_constants(),
    ]


def _constants() -> list[Entrance]:
    size: tuple[Kind, Any] = ("number", 0.5)
    return [
        _entrance(
            norms.attention_lipschitz,
            also=(OverflowError,),
            tokens=("whole", 4),
            radius=("number", 1.5),
            logits=size,
            values=size,
        ),
        _entrance(norms.bjorck_bound, least=("number", 0.125), largest=("number", 1.5), rounds=("whole", 3)),
        _entrance(
            norms.normalization_lipschitz, also=(OverflowError,), epsilon=("number", 0.125), gain=size, variance=size
        ),
        _entrance(
            norms.norm_ratio,
            also=(OverflowError,),
            extended=True,
            dimension=("whole", 4),
            p=("number", 2.0),
            q=("number", 3.0),
        ),
        _entrance(
            norms.forward_error,
            also=(OverflowError,),
            weights=("arrays", [[[0.5, 0.25]], [[2.0]]]),
            biases=("arrays", [[0.125], [0.0]]),
            radius=("number", 1.5),
            precision=("whole", 11),
            least=("number", 0.125),
        ),
    ]


def _enclosures() -> list[Entrance]:
    value: tuple[Kind, Any] = ("number", 2.25)
    lone = (intervals.enclosure, intervals.endpoints, intervals.floor, intervals.ceil, intervals.floor_above)
    lone += (intervals.floor_below, intervals.ceil_below, intervals.sqrt)
    sides = (intervals.certainly_lt, intervals.certainly_le, intervals.certainly_gt, intervals.certainly_ge)
    return [
        *(_entrance(call, value=value) for call in lone),
        *(
            _entrance(call, also=(OverflowError,), value=value)
            for call in (intervals.lower_float, intervals.upper_float)
        ),
        *(_entrance(call, left=value, right=("number", 2.5)) for call in (*sides, intervals.decide_le)),
        _entrance(intervals.root_floats, also=(OverflowError,), square=value),
        _entrance(intervals.ball_volume, dimension=("whole", 3), radius=("number", 1.5)),
        _entrance(intervals.pi),
    ]


def plain(found: Any) -> Any:
    """A result in Python's own numbers, tuples and words: two answers are the same when these are equal."""
    if isinstance(found, np.ndarray | np.generic):
        return plain(found.tolist())
    if isinstance(found, float) and found != found:
        return "nan"
    if isinstance(found, dict | vc.MarginFunctions):
        return tuple((plain(key), plain(found[key])) for key in found)
    if isinstance(found, list | tuple):
        return tuple(map(plain, found))
    if type(found).__module__ == "flint.types.arb":
        return plain(intervals.endpoints(found))
    if type(found).__module__.startswith("theory."):
        names = [name for name in dir(found) if not name.startswith("_")]
        values = {name: getattr(found, name) for name in names if name not in SHARED}
        return type(found).__name__, plain({name: each for name, each in values.items() if not callable(each)})
    return found


SHARED = {"bounding_box", "coupling", "canonical", "normal"}
"""Properties that say nothing new, or no end of it: a box's bounding box is the box."""
