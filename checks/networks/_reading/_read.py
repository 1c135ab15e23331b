"""From a module to a graph that is checked against it."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from checks.networks._reading._program import Program
from checks.networks._reading._trace import SAMPLES, dtype_of, evaluating_copy, trace, with_plain_leaves
from checks.networks._reading._translate import translate
from checks.networks.graph import Graph

_SLACK = 1024  # units in the last place of the largest output, of the same operators in the same precision; chosen


def from_torch(module: Any, input_shape: Sequence[int] | None = None, *, example: ArrayLike | None = None) -> Graph:
    """A module of torch as a `Graph`, in evaluation mode: its weights are the module's numbers, exactly, in float64.

    The module is traced on a copy, operator by operator. Each is compared in float64 with torch's own values at random
    points, within the rounding that is possible, and the whole trace with the module in its own precision. What depends
    on parameters alone (orthogonal and spectral parametrisations, weight norms) is computed once, in the module's own
    precision. Batch normalisation is x - mean, then a product with the weight over the root of the variance, which is
    rounded to float64 as any factor that stems from several parameters. Softplus is read without the jump to x that
    torch has at beta x = 20.

    Args:
        module: any `torch.nn.Module` of one input and one output whose first axis is that of the samples.
        input_shape: of one sample, without that axis; may be left out where the first layer is dense and says it.
        example: instead of it a batch (p, *shape) of inputs, of which only the shape counts.

    Raises:
        ValueError: both of the two, or neither where the model does not say it; what is no module; an operator that is
            not known or has no Lipschitz constant, named with its module; one that mixes samples, draws at random or
            decides by values; several inputs or outputs; NaN or infinity among the weights, named; values that differ
            from the module's.

    >>> import torch
    >>> model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(4, 2), torch.nn.ReLU(), torch.nn.Linear(2, 1))
    >>> network = from_torch(model.eval(), (2, 2))
    >>> [type(node.operation).__name__ for node in network.nodes[1:]]
    ['Gather', 'Dense', 'Activation', 'Dense']
    >>> bool((network.nodes[2].operation.weight == model[1].weight.detach().double().numpy()).all())
    True
    """
    import torch

    if isinstance(module, torch.export.ExportedProgram):
        raise ValueError("module is an exported programme: write it with torch.export.save, and read it by from_file")
    module = getattr(module, "_orig_mod", module)  # of torch.compile
    if not isinstance(module, torch.nn.Module):
        raise ValueError(f"module is a {type(module).__name__}: give a torch.nn.Module, or read a file by from_file")
    if module.training:
        warnings.warn("the model is in training mode: it is read as in evaluation, after .eval()", stacklevel=2)
    if input_shape is None and example is None:
        input_shape = _first_shape(module)
    shape = _batch(input_shape, example)
    twin = evaluating_copy(module)
    dtype = dtype_of(twin)
    rng = np.random.default_rng(0)
    batches = [torch.from_numpy(rng.normal(size=shape)).to(dtype) for _ in range(2)]
    program, again = _traced(twin, batches[0])
    network = translate(program, batches[0].double().numpy())
    for batch in batches:
        _compare(again, twin, batch)
    return network


def _first_shape(module: Any) -> tuple[int, ...]:
    """What a module takes where its first layer with weights is a dense one.

    Raises:
        ValueError: another first layer.
    """
    for part in module.modules():
        if hasattr(part, "in_features"):
            return (int(part.in_features),)
        if any(True for _ in part.parameters(recurse=False)):
            break
    raise ValueError("give input_shape, that of one sample: the model's first layer does not say it")


def _traced(twin: Any, batch: Any) -> tuple[Program, Any]:
    import torch

    try:
        return trace(twin, batch)
    except ValueError as error:
        plain = with_plain_leaves(torch.nn.Sequential(copy.deepcopy(twin)))
        try:
            return trace(plain, batch)
        except ValueError:
            raise error from None


def _batch(input_shape: Sequence[int] | None, example: Any) -> tuple[int, ...]:
    if (input_shape is None) == (example is None):
        raise ValueError("give input_shape, that of one sample, or example, a batch of inputs, not both")
    if example is None:
        assert input_shape is not None
        sizes = (input_shape,) if isinstance(input_shape, int) else tuple(input_shape)
        if not all(isinstance(size, int | np.integer) and size > 0 for size in sizes):
            raise ValueError(f"input_shape={input_shape!r}: give positive whole numbers, without the axis of samples")
        return (SAMPLES, *map(int, sizes))
    given = tuple(np.shape(example.detach().cpu() if hasattr(example, "detach") else example))
    if len(given) < 2 or 0 in given:
        raise ValueError(f"example has shape {given}: give (samples, ...), at least one sample")
    return given


def _compare(again: Any, twin: Any, batch: Any) -> None:
    """The trace beside the module, in its own precision.

    Raises:
        ValueError: they differ by more than the order of sums may change.
    """
    import torch

    with torch.no_grad():
        theirs, ours = (f(batch.clone()) for f in (twin, again))
    theirs, ours = ((y[0] if isinstance(y, list | tuple) else y).double() for y in (theirs, ours))
    off = (theirs - ours).abs().max().item()
    if not off <= _SLACK * torch.finfo(batch.dtype).eps * theirs.abs().max().item():
        raise ValueError(
            f"the module's values differ by {off:.3g} from those of its own trace: it does something that the trace "
            "does not show, such as another result in each call"
        )
