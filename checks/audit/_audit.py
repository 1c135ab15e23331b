"""One network, its data and what its owner claims: all that can be said of it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from html import escape
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from checks.arrays import floats
from checks.audit._certificates import Certificates, certificates_of
from checks.audit._constant import CERTIFIED, Constant, constant_of
from checks.audit._generalization import Generalization, generalization_of
from checks.audit._lines import Line, Part, joined, plain, section
from checks.audit._loss import LossGap, loss_named, loss_of
from checks.audit._model import Sample, graph_of, sample_of
from checks.audit._pieces import Pieces, pieces_of
from checks.audit._progress import steps
from checks.networks.graph import Activation, Gather, Graph, Softmax

FLOAT32 = 1e-5
"""Relative: rounding to float32 and iterations that end there leave some 5e-7 a layer; this is for twenty layers."""
SECONDS = 60.0
SCHEMA = "manyfaces-audit/1"
"""The form of `Audit.as_dict`; ``audit.schema.json`` beside this file publishes it."""
PARTS = ("constant", "certificates", "loss", "pieces", "generalization")
Found = TypeVar("Found")


@dataclass(frozen=True, eq=False)
class Audit:
    """What is known of a network; see `audit`.

    Attributes:
        network: as it was read.
        constant: its Lipschitz constant, and the verdict on the claim.
        certificates: radii within which labels stay; None without labelled points, as all that follows.
        loss: against the least possible; None for losses whose least value is not known.
        pieces: affine pieces between points; None for networks that are not dense and piecewise affine.
        generalization: bounds on the error on new data.
        notes: what was left out, and why.
    """

    network: Graph
    constant: Constant
    certificates: Certificates | None
    loss: LossGap | None
    pieces: Pieces | None
    generalization: Generalization | None
    notes: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """On the claim of the Lipschitz constant: "certified", "refuted" or "undecided"."""
        return self.constant.verdict

    @property
    def lower(self) -> float:
        """A certified lower bound on the Lipschitz constant."""
        return self.constant.lower

    @property
    def upper(self) -> float:
        """A certified upper bound on the Lipschitz constant."""
        return self.constant.upper

    @property
    def parts(self) -> tuple[Part, ...]:
        """Those that there are, in order."""
        return tuple(part for name in PARTS if (part := getattr(self, name)) is not None)

    def lines(self) -> tuple[Line, ...]:
        """All that is said, with its grades."""
        return joined(self.parts)

    def as_dict(self) -> dict[str, Any]:
        """In what JSON has, in the form of ``audit.schema.json``: the verdict, the bounds, every number and every line.

        Parts that there are not are None; so are numbers that are none, and infinite ones are "inf" and "-inf".
        """
        told = {name: None if (part := getattr(self, name)) is None else _fields(part) for name in PARTS}
        lines = [
            {
                "part": part.title,
                "text": line.text,
                "grade": line.grade,
                "source": line.source,
                "statements": list(line.statements),
            }
            for part in self.parts
            for line in part.lines()
        ]
        top = {"schema": SCHEMA, "verdict": self.verdict, "lower": plain(self.lower), "upper": plain(self.upper)}
        return {**top, "lines": lines, "notes": list(self.notes), **told}

    def __str__(self) -> str:
        verdict = "no claim" if self.constant.claim is None else self.verdict
        return "\n".join([f"Audit: {verdict}", *map(str, self.parts), *(f"Note: {note}" for note in self.notes)])

    def __repr__(self) -> str:
        return f"Audit(verdict={self.verdict!r}, lower={self.lower!r}, upper={self.upper!r})"

    def _repr_html_(self) -> str:
        notes = "".join(f"<p><small>{escape(note)}</small></p>" for note in self.notes)
        return f"<h2>Audit: {escape(self.verdict)}</h2>{''.join(map(section, self.parts))}{notes}"


def audit(
    model: Any,
    points: ArrayLike | None = None,
    labels: ArrayLike | None = None,
    *,
    lipschitz: float | None = 1.0,
    loss: Any = None,
    held_out: tuple[ArrayLike, ArrayLike] | None = None,
    input_shape: Sequence[int] | None = None,
    radii: Sequence[float] | None = None,
    tolerance: float = FLOAT32,
    time_limit: float = SECONDS,
    seed: int = 0,
    progress: bool = False,
) -> Audit:
    """Is this network what its owner says it is?

    1. The Lipschitz constant: certified from the weights, or refuted by two points. 2. Certificates: how far points may
    move before their label changes, attacked, and beside what is possible at best. 3. The loss, beside the least that
    any function of the same constant reaches. 4. Affine pieces between points. 5. Bounds on the error on new data.
    (Béthune et al., Sections 2.3, 3, 4 and 5.)

    Args:
        model: a `torch.nn.Module` that `checks.networks.from_torch` reads, a path that `checks.networks.from_file`
            does, a `checks.networks.graph.Graph` or a `checks.networks.LipschitzNetwork`; of one output, whose sign is
            the label, or of one for each class.
        points: (p, *shape of the input), such as the training data.
        labels: (p,), -1 and 1 or 0 and 1 for one output, else 0 to K - 1.
        lipschitz: what is claimed of the constant, for Euclidean norms on both sides; None for no claim.
        loss: a name or an object of `theory.losses` (default "bce"); for several outputs "cross_entropy", "hinge", or
            BCE and Hinge with their parameters, as in `theory.risk.minimize_multiclass_risk`.
        held_out: points and labels that training has not seen.
        input_shape: of one input, where no points are given and the model does not say.
        radii: at which shares of certified held-out points are given; by default a few up to the largest.
        tolerance: by which the constant may exceed the claim, relative: what rounding of weights to float32 explains;
            0 for the claim to the letter.
        time_limit: seconds for each of the parts that search; what is not finished by then has two bounds.
        seed: of the searches.
        progress: a bar over the parts, where tqdm is installed.

    Raises:
        ValueError: a model that cannot be read, with the layer that is in the way; shapes that do not fit; labels that
            are none; numbers out of their ranges.
        OverflowError: weights whose constant is beyond float64.

    >>> from checks.networks import LipschitzNetwork
    >>> network = LipschitzNetwork([[[1.0], [-1.0]], [[0.0, 1.0]]], [[0.0, 0.0], [-1.0]])  # |x| - 1
    >>> found = audit(network, [[-3.0], [0.0], [2.5]], [1, -1, 1])
    >>> found.verdict, found.upper, found.certificates.radii.round(6).tolist()
    ('certified', 1.0, [2.0, 1.0, 1.5])
    >>> audit(network.dilated(1.5)).verdict
    'refuted'
    """
    claim = None if lipschitz is None else _positive("lipschitz", lipschitz)
    slack = _at_least_zero("tolerance", tolerance)
    seconds = _positive("time_limit", time_limit)
    if not isinstance(seed, int | np.integer) or isinstance(seed, bool) or seed < 0:
        raise ValueError(f"seed={seed!r}: give a whole number, at least 0")
    if (points is None) != (labels is None) and labels is not None:
        raise ValueError("labels without points: give both")
    shape = _shape(points, input_shape)
    with steps(progress, 2 if labels is None else 1 + len(PARTS)) as begin:
        begin("reading the network")
        network = graph_of(model, shape)
        sample = None if points is None or labels is None else sample_of("points and labels:", points, labels, network)
        unseen = None if held_out is None else sample_of("held_out:", *_two(held_out), network)
        chosen = loss_named(loss, math.prod(network.output_shape))
        given = None if radii is None else _several("radii", radii)
        limits = None if given is None else tuple(_at_least_zero("radii", radius) for radius in given)
        notes = [*_head(network), *_seen(sample, unseen)]
        places = Sample(_points(points, network), np.zeros(0)) if points is not None else None
        begin("the constant")
        constant = constant_of(network, claim, slack, places, seed, seconds)
        used = max(claim, constant.upper) if claim is not None and constant.verdict == CERTIFIED else constant.upper
        if sample is None:
            notes.append("No labelled points were given: certificates, loss, pieces and generalization need them.")
            if unseen is not None:
                notes.append("Points that are held out are used beside those of the sample only.")
            return Audit(network, constant, None, None, None, None, tuple(notes))
        begin("certificates")
        certificates = certificates_of(network, constant, sample, unseen, limits)
        begin("the loss")
        loss_gap = _tried(notes, "The least loss", lambda: loss_of(network, sample, used, chosen, seconds))
        radius = float(np.median(certificates.radii))
        begin("pieces")
        pieces = _tried(notes, "The count of pieces", lambda: pieces_of(network, sample, radius, seconds, seed))
        begin("generalization")
        error = _tried(
            notes, "The error on new data", lambda: generalization_of(network, constant, sample, unseen, used)
        )
    return Audit(network, constant, certificates, loss_gap, pieces, error, tuple(notes))


def _head(network: Graph) -> list[str]:
    """What is odd about the outputs, whose signs or order are the labels."""
    last = len(network.nodes) - 1
    while isinstance(move := network.nodes[last].operation, Gather) and move.only_reshapes:
        last = network.nodes[last].inputs[0]
    operation = network.nodes[last].operation
    if isinstance(operation, Activation) and operation.name == "sigmoid":
        return ["The network ends in a sigmoid, which is never negative: audit it without, so that signs are labels."]
    if isinstance(operation, Softmax):
        return ["The network ends in a softmax: margins, loss and constant are those of probabilities."]
    return []


def _seen(sample: Sample | None, unseen: Sample | None) -> list[str]:
    """Whether points that are held out are among the others."""
    if sample is None or unseen is None:
        return []
    known = {row.tobytes() for row in sample.flat + 0.0}  # -0 is 0
    count = sum(row.tobytes() in known for row in unseen.flat + 0.0)
    words = f"Of the points that are held out {count} are among the others: their limits are for new ones."
    return [words] if count else []


def _tried(notes: list[str], what: str, step: Callable[[], Found]) -> Found | None:
    """A solver's refusal of numbers is a note, not the end."""
    try:
        return step()
    except (ArithmeticError, ValueError) as error:
        notes.append(f"{what} is left out: {error}")
        return None


def _two(held_out: Any) -> tuple[ArrayLike, ArrayLike]:
    if not isinstance(held_out, tuple | list) or len(held_out) != 2:
        raise ValueError(f"held_out is a {type(held_out).__name__}: give a pair, points and labels")
    return held_out[0], held_out[1]


def _several(name: str, values: Any) -> list[Any]:
    return floats(name, values).ravel().tolist()


def _shape(points: Any, input_shape: Sequence[int] | None) -> tuple[int, ...] | None:
    if input_shape is not None:
        return tuple(int(size) for size in input_shape)
    given = None if points is None else tuple(np.shape(points.detach() if hasattr(points, "detach") else points))
    return given[1:] if given is not None and len(given) > 1 else None


def _points(points: Any, network: Graph) -> Any:
    given = floats("points", points)
    if given.ndim < 2 or not len(given) or given[0].size != math.prod(network.input_shape):
        raise ValueError(
            f"points have shape {given.shape}: give (p, {', '.join(map(str, network.input_shape))}), p >= 1"
        )
    if not np.isfinite(given).all():
        raise ValueError("points hold NaN or infinity: drop those rows")
    return given.reshape(len(given), *network.input_shape)


def _positive(name: str, value: Any) -> float:
    number = _real(name, value)
    if not 0 < number < math.inf:
        raise ValueError(f"{name}={value!r}: give a finite number greater than 0")
    return number


def _at_least_zero(name: str, value: Any) -> float:
    number = _real(name, value)
    if not 0 <= number < math.inf:
        raise ValueError(f"{name}={value!r}: give a finite number, at least 0")
    return number


def _real(name: str, value: Any) -> float:
    if isinstance(value, bool):
        raise ValueError(f"{name}={value!r}: give a number")
    try:
        return float(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"{name}={value!r}: give a number") from None


def _fields(value: Any) -> Any:
    """What JSON has of a part, of what it is made of, and so on."""
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _fields(getattr(value, f.name)) for f in fields(value) if not f.name.startswith("_")}
    if isinstance(value, tuple | list):
        return [_fields(each) for each in value]
    return plain(value)
