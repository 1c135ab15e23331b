"""A bar over the parts of an audit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Begin = Callable[[str], None]
"""Is told which part begins; those before it are done."""


@contextmanager
def steps(wanted: bool, total: int) -> Iterator[Begin]:
    """A function that advances a tqdm bar of so many parts, where one is wanted and tqdm is installed."""
    if not wanted:
        yield _silent
        return
    try:
        from tqdm.auto import tqdm
    except ImportError:
        yield _silent
        return
    with tqdm(total=total, bar_format="{desc:<24}{bar}| {n_fmt}/{total_fmt} {elapsed}") as bar:
        begun = False

        def begin(name: str) -> None:
            nonlocal begun
            bar.set_description_str(name, refresh=False)
            bar.update(int(begun))
            bar.refresh()
            begun = True

        yield begin
        bar.update(int(begun))


def _silent(name: str) -> None:
    pass
