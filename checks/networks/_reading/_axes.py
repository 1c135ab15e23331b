"""Where torch's axes are in a node, which has none for the samples."""

from __future__ import annotations

from typing import Any

from checks.arrays import Floats
from checks.networks._reading._builder import Builder, Value
from checks.networks._reading._errors import Unreadable
from checks.networks._reading._run import exactly


def plain(value: Any) -> int:
    """The node of a value that is no square.

    Raises:
        Unreadable: a square, or a tensor that does not depend on the input.
    """
    if not isinstance(value, Value):
        raise Unreadable("its input does not depend on the model's, and another argument does")
    if value.squares:
        raise Unreadable("it is handed squares of entries, which have no Lipschitz constant: roots of sums of them do")
    return value.node


def axis(builder: Builder, value: Value, dim: int) -> int:
    """The node's axis that is torch's axis `dim`.

    Raises:
        Unreadable: it is that of the samples.
    """
    count = value.tensor.ndim
    dim = dim + count if dim < 0 else dim
    place = dim - (count - len(builder.shape(value.node)) + bool(value.squares))
    if dim == 0:
        raise Unreadable("it works along the axis of the samples: only what treats each alone is read")
    return place


def axes(builder: Builder, value: Value, dims: Any) -> list[int]:
    """The node's axes that are torch's axes; all but that of the samples cannot be meant by None."""
    if dims is None or dims == []:
        raise Unreadable("it takes all samples of the batch together")
    return [axis(builder, value, d) for d in ([dims] if isinstance(dims, int) else dims)]


def beside(builder: Builder, value: Value, tensor: Any, what: str) -> Floats:
    """A constant tensor that torch broadcasts with the value, as an array that numpy broadcasts with the node.

    Raises:
        Unreadable: it differs from sample to sample.
    """
    constant = exactly(tensor, what)
    if constant.ndim >= value.tensor.ndim:
        if constant.ndim > value.tensor.ndim or constant.shape[0] != 1:
            raise Unreadable(
                f"{what} has shape {constant.shape}, one for each sample: only what treats all alike is read"
            )
        constant = constant[0]
    return constant
