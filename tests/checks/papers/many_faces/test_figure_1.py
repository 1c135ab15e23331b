"""The function that Figure 1's network is fitted to."""

import numpy as np
import pytest

from checks.papers.many_faces.experiments.figure_1 import figure1_network, figure1_samples


def test_the_samples_are_every_pixel_once() -> None:
    x, y = figure1_samples()
    assert x.shape == (160_000, 2) and y.shape == (160_000,)
    assert len(np.unique(x, axis=0)) == 160_000
    assert y[np.abs(x).max(axis=1) < 1].min() > 0  # the centre is +1


def test_unknown_scales_are_named() -> None:
    with pytest.raises(ValueError, match="scale='huge'"):
        figure1_network("huge")
