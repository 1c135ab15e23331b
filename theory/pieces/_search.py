"""From a network to the complexes that hold all its cells: whole, in blocks one after the other, or on an executor."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

from theory._progress import bar
from theory.pieces._certificate import certify
from theory.pieces._errors import PieceLimitExceeded
from theory.pieces._lattice.complex import Complex
from theory.pieces._lattice.rounds import run_round
from theory.pieces._lattice.split import Inconsistent
from theory.pieces._lattice.start import start
from theory.pieces._maps import patterns
from theory.pieces._network.plan import Plan
from theory.pieces._programmes import Region, collect, expand, finished_regions, whole
from theory.pieces._progress import Watch

CELLS_IN_BLOCK = 30_000
"""Blocks bound the memory, and their faces stay in a processor's cache; chosen for that, the count is the same."""

TASKS = 32
"""For an executor: chosen to keep some ten workers busy to the end, when tasks take unequal time."""

SHARED_FROM = 4 * TASKS
"""Cells from which on they are shared out: four a task make these less unequal; chosen."""

LATTICE_INPUTS = 9
"""Beyond so many inputs faces are too many: 2^n a cell, 3^n of the box at the start."""

TOLERANCES = (1e-9, 1e-5, math.inf)
"""Of `Plan`: values up to so much of a gate's largest get their signs from integers; the next where a sign was proved
wrong or did not fit. With infinity all are exact. Chosen for time, 1e-9 is 10^7 u; without `certify` nothing proves
it."""

Result = TypeVar("Result")


class Executor(Protocol):
    """Anything that runs tasks: threads, processes, Dask, MPI."""

    def submit(self, function: Callable[..., Any], /, *args: Any) -> Any: ...


class NotProved(ArithmeticError):
    """A sign that a complex rests on is wrong."""


@dataclass(frozen=True)
class Options:
    """certify: prove all signs. limit: most cells, or None. whole: one complex, not blocks."""

    certify: bool
    limit: int | None
    executor: Executor | None = None
    progress: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Found(Generic[Result]):
    """Summaries of sets of cells that together hold each cell once; proved: the cells are all, and right."""

    summaries: list[Result]
    proved: bool


def search(plan: Plan, options: Options, summary: Callable[[Plan, Any], Result]) -> Found[Result]:
    """`summary`, a picklable function, of complexes, or of LinearCells where there are many inputs."""
    for tolerance in TOLERANCES:
        try:
            with bar(options.progress) as advance:
                if plan.domain.dimension > LATTICE_INPUTS:
                    return _search_linear(plan, options, summary, advance)
                return Found(_search(replace(plan, tolerance=tolerance), options, summary, advance), options.certify)
        except (NotProved, Inconsistent):
            if tolerance == TOLERANCES[-1]:
                raise
    raise AssertionError("unreachable")


def _search_linear(
    plan: Plan, options: Options, summary: Callable[[Plan, Any], Result], advance: Callable[[float], None]
) -> Found[Result]:
    watch = Watch(plan, options.limit, advance, 1.0)
    parts = expand(plan, whole(plan), 1 if options.executor is None else TASKS, options.certify)
    if options.executor is None or options.whole:
        found = _linear_task(plan, parts, options, summary)[0]
    else:
        rest, submit = replace(options, executor=None), options.executor.submit
        tasks = [submit(_linear_task, replace(plan), [part], rest, summary) for part in parts]
        shares = [(task, 1 / len(parts)) for task in tasks]
        found = _gathered(shares, watch, 1.0)
    return Found([each[0] for each in found], all(each[1] for each in found))


def _linear_task(plan: Plan, parts: list[Region], options: Options, summary: Callable[..., Any]) -> Any:
    regions: list[Region] = []
    for part in parts:
        for region in finished_regions(plan, part, options.certify):
            regions.append(region)
            if options.limit is not None and len(regions) > options.limit:
                raise PieceLimitExceeded(options.limit, len(regions))
    cells = collect(plan, regions, options.certify)
    return [(summary(plan, cells), cells.proved)], cells.cells


def _search(
    plan: Plan, options: Options, summary: Callable[[Plan, Complex], Result], advance: Callable[[float], None]
) -> list[Result]:
    cells, done = start(plan.domain), 0
    watch = Watch(plan, options.limit, advance, 1.0)
    if options.executor is None or options.whole:
        return [_summary(plan, options, summary, part, watch) for part in _finished(plan, cells, 0, options, watch)]
    while done < len(plan.rounds) and cells.cells < SHARED_FROM:
        run_round(plan, cells, done, watch)
        done += 1
    rest = replace(options, executor=None, progress=False)
    tasks = [
        (options.executor.submit(_task, replace(plan), part, done, rest, summary), part.cells / cells.cells)
        for part in _parts(plan, cells, TASKS)
    ]
    return _gathered(tasks, watch, 1 - done / max(1, len(plan.rounds)))


def _gathered(tasks: list[tuple[Any, float]], watch: Watch, share: float) -> list[Any]:
    results: list[Any] = []
    try:
        for task, part in tasks:
            found, count = task.result()
            watch.add(count, share * part)
            results += found
    except BaseException:
        for task, _ in tasks:
            getattr(task, "cancel", lambda: None)()
        raise
    return results


def _task(
    plan: Plan, cells: Complex, done: int, options: Options, summary: Callable[..., Any]
) -> tuple[list[Any], int]:
    watch = Watch(plan, options.limit, lambda _: None, 1.0)
    parts = _finished(plan, cells, done, options, watch)
    return [_summary(plan, options, summary, part, watch) for part in parts], watch.finished


def _summary(plan: Plan, options: Options, summary: Callable[..., Any], cells: Complex, watch: Watch) -> Any:
    if options.certify and not certify(plan, cells):
        raise NotProved("a sign differs from its exact value")
    watch.finish(cells)
    return summary(plan, cells)


def _finished(plan: Plan, cells: Complex, done: int, options: Options, watch: Watch) -> Iterator[Complex]:
    """Complexes on which all rounds have been run; depth first, so that few are held at a time."""
    for number in range(done, len(plan.rounds)):
        if cells.cells > 2 * CELLS_IN_BLOCK and not options.whole:
            parts = _parts(plan, cells, cells.cells // CELLS_IN_BLOCK)
            for part in parts:
                yield from _finished(plan, part, number, options, watch.part(part.cells / cells.cells))
            return
        run_round(plan, cells, number, watch)
    yield cells


def _parts(plan: Plan, cells: Complex, count: int) -> Iterator[Complex]:
    """At most `count` complexes; cells of equal signs stay together, so that none is counted twice."""
    labels = patterns(cells, plan.domain)
    order = np.argsort(labels, kind="stable")
    edges = np.flatnonzero(np.diff(labels[order], prepend=-1))
    for group in np.array_split(edges, min(count, len(edges))):
        last = np.searchsorted(edges, group[-1], side="right")
        yield cells.take(order[group[0] : edges[last] if last < len(edges) else len(order)])
