"""Between a layer's block in training, whose gates pair channels c and c + w/2 of a turned basis, and the matrix of a
network, whose gates pair rows 2j and 2j + 1 and which has a block for every place.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from checks.arrays import Floats
from checks.networks import ACTIVATIONS
from checks.training._activations import GATES
from checks.training._config import TrainingConfig
from checks.training._convolution import pixel_order, stages


@dataclass(frozen=True, eq=False)
class Form:
    """How one layer is written.

    Attributes:
        before: (r, r), orthogonal, what the block is multiplied by on its left.
        after: (c, c), orthogonal, that of the layer below: its transpose is multiplied by on the right, entry by entry
            of a patch.
        places: where the block is applied.
        rows, columns: the order in which a network has outputs and inputs.
    """

    before: Floats
    after: Floats
    places: int
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]

    def written(self, block: Floats) -> Floats:
        """The network's matrix, of a block (r, c k^2)."""
        turned = self.before @ _turned(block, self.after)
        rows, columns = np.argsort(self.rows), np.argsort(self.columns)
        found = np.zeros((len(rows), len(columns)))
        every = rows.reshape(len(turned), -1), columns.reshape(turned.shape[1], -1)
        for one, other in zip(*(index.T for index in every), strict=True):  # place by place
            found[np.ix_(one, other)] = turned
        return found

    def written_bias(self, bias: Floats) -> Floats:
        """The network's bias, of one (r,)."""
        return np.repeat(self.before @ bias, self.places)[self.rows]

    def read(self, matrix: Floats) -> Floats:
        """The block of a network's matrix: the mean of those of all places."""
        ordered = np.empty_like(matrix)
        ordered[np.ix_(self.rows, self.columns)] = matrix
        p = self.places
        blocks = ordered.reshape(len(matrix) // p, p, matrix.shape[1] // p, p)
        block = blocks[:, 0, :, 0] if p == 1 else np.einsum("ipjp->ij", blocks) / p
        return self.before.T @ _turned(block, self.after.T)

    def read_bias(self, bias: Floats) -> Floats:
        """The bias (r,) of a network's."""
        ordered = np.empty_like(bias)
        ordered[self.rows] = bias
        return self.before.T @ ordered.reshape(-1, self.places).mean(axis=1)


def forms_of(config: TrainingConfig, inputs: int) -> list[Form]:
    """Of every layer, first to last."""
    gate, image = GATES[config.activation], config.image
    gated = [(stage.channels, stage.order) for stage in stages(config)]
    gated += [(config.width, np.zeros(1, dtype=np.intp))] * config.depth
    after = np.eye(image[0] if image and config.convolutions else inputs)
    columns, forms = np.argsort(pixel_order(config, inputs)), []
    for channels, order in gated:
        before, onward = gate.turns(channels)
        rows = len(order) * np.arange(channels)[:, None] + np.argsort(order)
        if ACTIVATIONS[config.activation].even:  # channels 2j and 2j + 1 of one place beside each other
            rows = rows.reshape(-1, 2, len(order)).swapaxes(1, 2)
        rows, places = rows.ravel(), len(order)
        forms.append(Form(before, after, places, rows, columns))
        after, columns = onward, rows
    return [*forms, Form(np.eye(config.outputs), after, 1, np.arange(config.outputs), columns)]


def _turned(block: Floats, after: Floats) -> Floats:
    """block times after', at every entry of a patch."""
    patches = block.reshape(len(block), len(after), -1)
    return np.tensordot(patches, after, axes=(1, 1)).swapaxes(1, 2).reshape(block.shape)
