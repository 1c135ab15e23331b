"""The gradients of m networks at once, written out by hand: beyond the matrix products, little is left."""

from __future__ import annotations

import torch
from torch import Tensor

from checks.training._activations import Gate
from checks.training._layout import Layout, State
from checks.training._losses import Rows
from checks.training._outputs import wrong_labels
from checks.training._products import Scratch, product

_IDLE = 0.02  # share of the rows: gates that swap more rarely are revived; chosen, training alone depends on it


def gradients(
    layout: Layout,
    gate: Gate,
    state: State,
    x: Tensor,
    y: Tensor,
    loss_rows: Rows,
    scratch: Scratch,
    weights: Tensor | None = None,
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """At x (m, n, p) and y (m, p) or (m, K, p): mean losses (m,), shares of wrong labels (m,), and the gradients of
    the mean losses, shaped like `small` and `hidden`.

    weights: (m, p), of mean 1 over all the data.
    """
    matrices, biases = layout.parts(state["small"], state["hidden"])
    inputs, pieces, output = _forward(matrices, biases, gate, x, scratch)
    losses, slopes, wrong = _judged(output, y, loss_rows)
    if weights is not None:
        losses, slopes, wrong = losses * weights, slopes * weights[:, None], wrong * weights
    upward = slopes / y.shape[-1]
    small, hidden = (scratch(f"d {key}", state[key].shape, state[key]) for key in ("small", "hidden"))
    matrix_gradients, bias_gradients = layout.parts(small, hidden)
    for i in reversed(range(len(matrices))):
        product(upward, inputs[i].mT, matrix_gradients[i])
        torch.sum(upward, -1, keepdim=True, out=bias_gradients[i])
        if i:
            pulled = _pulled(matrices[i], upward, scratch(f"d{i % 2}", inputs[i].shape, x))
            upward = gate.backward(pulled.view(len(pulled), matrices[i - 1].shape[-2], -1), pieces[i - 1])
    return losses.mean(-1), wrong.mean(-1), small, hidden


def judged(
    layout: Layout,
    gate: Gate,
    state: State,
    x: Tensor,
    y: Tensor,
    loss_rows: Rows,
    scratch: Scratch,
    weights: Tensor | None = None,
) -> tuple[Tensor, Tensor]:
    """Mean losses (m,) and shares of wrong labels (m,), as `gradients` has them."""
    matrices, biases = layout.parts(state["small"], state["hidden"])
    losses, _, wrong = _judged(_forward(matrices, biases, gate, x, scratch)[2], y, loss_rows)
    if weights is not None:
        losses, wrong = losses * weights, wrong * weights
    return losses.mean(-1), wrong.mean(-1)


def _judged(output: Tensor, y: Tensor, loss_rows: Rows) -> tuple[Tensor, Tensor, Tensor]:
    """Of outputs (m, K, p): losses (m, p), their derivatives (m, K, p), and 1 where the label is wrong, (m, p)."""
    if output.shape[1] == 1:
        losses, slopes = loss_rows(output[:, 0], y)
        return losses, slopes[:, None], (y * output[:, 0] <= 0.0).float()
    losses, slopes = loss_rows(output, y)
    wrong = wrong_labels(output, y).float() if y.ndim == 2 else torch.zeros_like(losses)
    return losses, slopes, wrong


def _pulled(matrix: Tensor, upward: Tensor, out: Tensor) -> Tensor:
    """The transposed matrix applied; to a single row, an outer product."""
    if matrix.shape[-2] == 1:
        return torch.mul(matrix.mT, upward, out=out)
    return product(matrix.mT, upward, out)


def _forward(
    matrices: list[Tensor], biases: list[Tensor], gate: Gate, x: Tensor, scratch: Scratch
) -> tuple[list[Tensor], list[Tensor], Tensor]:
    """What enters each layer, which pieces are active between them, and the outputs (m, K, p)."""
    inputs, pieces, z = [], [], x
    for i, (matrix, bias) in enumerate(zip(matrices, biases, strict=True)):
        if i:
            z, piece = gate.forward(z, f"piece {i}", scratch)
            pieces.append(piece)
        inputs.append(_entering(matrix, z))
        shape = (*matrix.shape[:2], inputs[-1].shape[-1])
        z = product(matrix, inputs[-1], scratch(f"z{i}", shape, x)).add_(bias)
    return inputs, pieces, z


def _entering(matrix: Tensor, z: Tensor) -> Tensor:
    """z (m, channels, places of all points) as columns for that matrix, a patch each; a dense layer's patch is all."""
    return z.reshape(len(z), matrix.shape[-1], -1)


def revive(layout: Layout, state: State, x: Tensor, hot: Tensor) -> None:
    """In the networks that are hot (m,), move the crease of every fold that hardly ever swaps at x (m, n, p) into
    the middle of what it sees.

    Such a gate is linear, so nothing pulls its crease back; noisy early steps would lose half of the gates.
    """
    (*matrices, _), (*biases, _) = layout.parts(state["small"], state["hidden"])
    z = x
    for matrix, bias in zip(matrices, biases, strict=True):
        z = _entering(matrix, z)
        z = product(matrix, z, z.new_empty(*matrix.shape[:2], z.shape[-1])).add_(bias)
        half = z.shape[-2] // 2
        folded = z[:, half:]
        share = (folded > 0).float().mean(-1, keepdim=True)
        idle = ((share < _IDLE) | (share > 1 - _IDLE)) & hot[:, None, None]
        shift = torch.where(idle, folded.mean(-1, keepdim=True), 0.0)
        bias[:, half:].sub_(shift)
        folded.sub_(shift).abs_()
