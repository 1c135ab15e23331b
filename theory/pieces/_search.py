"""From a network to the complexes that hold all its cells: whole, in blocks one after the other, or on an executor."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

import numpy as np

from theory.pieces._certificate import certify
from theory.pieces._lattice.complex import Complex
from theory.pieces._lattice.places import neighbourhoods
from theory.pieces._lattice.rounds import TOGETHER, run_round
from theory.pieces._lattice.split import Inconsistent
from theory.pieces._lattice.start import start
from theory.pieces._linear_cells import LinearCells
from theory.pieces._maps import AnyCells, count_patterns, patterns
from theory.pieces._network.plan import Plan
from theory.pieces._programmes import collect, expand, finished_regions, whole
from theory.pieces._progress import Stopped, Tell, Watch, bar
from theory.pieces._regions import Region
from theory.pieces._witness import drawn, witnessed

NUMBERS_IN_BLOCK = 100_000
"""Of `Complex.size`, times 2^n, in one or two inputs: blocks bound the memory, and their faces stay in a processor's
cache; chosen for that, the count is the same."""

CROWD = 4
"""A complex of the plane that grows to so many blocks within a round is parted there: chosen for memory, and for how
often the clock is looked at."""

LARGEST_CROWD = 2**25
"""Of `Complex.size`. Of more inputs nearly all cells of a block are at its boundary, whose faces each block has for
itself: nothing is parted before it has grown to so many. Chosen for memory, some 0.5 GB, twice that while it grows."""

BLOCKS = 8
"""Into so many it is parted then: chosen for time."""

REGIONS_IN_BLOCK = 1000
"""Cells that linear programmes found, handed on together: chosen, so that the first come soon."""

TASKS = 32
"""For linear programmes, and for an executor that does not say how many workers it has: chosen to keep some ten busy to
the end, when tasks take unequal time."""

TASKS_A_WORKER = 2
"""Chosen: more of them end more evenly, and repeat more of what every cut costs, however few its cells."""

NUMBERS_IN_TASK = 20_000
"""Of `Complex.size`, at least: chosen, so that cuts cost more by their cells than each costs by itself."""

LATTICE_INPUTS = 9
"""Beyond so many inputs faces are too many: 2^n a cell, 3^n of the box at the start."""

TOLERANCES = (1e-9, 1e-5, math.inf)
"""Of `Plan`: values up to so much of a gate's largest get their signs from integers; the next where a sign was proved
wrong or did not fit. With infinity all are exact. Chosen for time, 1e-9 is 10^7 u; without `certify` nothing proves
it. Numbers that float64 rounds may differ by less than it sees, as two of 10^30: they are exact from the start."""

Result = TypeVar("Result")


class Executor(Protocol):
    """Anything that runs tasks: threads, processes, Dask, MPI."""

    def submit(self, function: Callable[..., Any], /, *args: Any) -> Any: ...


class NotProved(ArithmeticError):
    """A sign that a complex rests on is wrong."""


@dataclass(frozen=True)
class Options:
    """certify: prove all signs. limit: most cells, or None. deadline: of `Watch`, and then of what proves the cells
    that were reached. whole: one complex, not blocks. unordered: nobody asks in which order cells are."""

    certify: bool
    limit: int | None
    deadline: tuple[float, float] | None = None
    executor: Executor | None = None
    progress: bool = False
    whole: bool = False
    unordered: bool = False

    @property
    def may_stop(self) -> bool:
        return self.limit is not None or self.deadline is not None


@dataclass(frozen=True)
class Part(Generic[Result]):
    """A summary of a set of cells, how many of them are proved to exist, and whether they all are, and right."""

    summary: Result
    exist: int
    proved: bool


@dataclass(frozen=True)
class Found(Generic[Result]):
    """Parts that together hold each cell once; of some cells none where not `exact`: the search was stopped."""

    parts: list[Part[Result]]
    exact: bool
    certify: bool

    @property
    def summaries(self) -> list[Result]:
        return [part.summary for part in self.parts]

    @property
    def proved(self) -> bool:
        """Of all cells that there are no others, which takes `certify`; of some that they exist."""
        return (self.certify or not self.exact) and all(part.proved for part in self.parts)


Summary = Callable[[Plan, Any], Result]


def search(plan: Plan, options: Options, summary: Summary[Result]) -> Found[Result]:
    """`summary`, a picklable function, of complexes, or of LinearCells where there are many inputs, or a stop."""
    for tolerance in TOLERANCES[-1:] if plan.rounded else TOLERANCES:
        try:
            with bar(options.progress) as tell:
                watch = _watch(options, tell)
                found = list(parts(replace(plan, tolerance=tolerance), options, summary, watch))
                return Found(found, not watch.stopped, options.certify)
        except (NotProved, Inconsistent):
            if tolerance == TOLERANCES[-1]:
                raise
    raise AssertionError("unreachable")


def search_lazily(plan: Plan, options: Options, summary: Summary[Sequence[Result]]) -> Iterator[Result | None]:
    """The entries of summaries, as they are found; some come twice where signs must be taken again. None last: the
    search was stopped."""
    for tolerance in TOLERANCES[-1:] if plan.rounded else TOLERANCES:
        try:
            with bar(options.progress) as tell:
                watch = _watch(options, tell)
                for part in parts(replace(plan, tolerance=tolerance), options, summary, watch):
                    yield from part.summary
        except (NotProved, Inconsistent):
            if tolerance == TOLERANCES[-1]:
                raise
            continue
        if watch.stopped:
            yield None
        return


def parts(plan: Plan, options: Options, summary: Summary[Result], watch: Watch) -> Iterator[Part[Result]]:
    """One after the other, as they are found. `watch.stopped` says in the end whether they are all."""
    linear = plan.domain.dimension > LATTICE_INPUTS
    waiting: list[Any] = [whole(plan)] if linear else [_Waiting(_box(plan, options), 0, 1.0)]
    if options.executor is None or options.whole:
        yield from _run(plan, waiting, options, summary, watch)
        return
    try:
        if linear:
            expand(plan, waiting, TASKS, options.certify, watch)
        else:
            _share_out(plan, waiting, _tasks(options.executor), watch)
    except Stopped:
        watch.stopped = True
        yield from _witnesses(plan, waiting, options, summary)
        return
    rest = replace(options, executor=None, progress=False)
    submit = options.executor.submit
    tasks = [(submit(_task, replace(plan), [each], rest, summary), each.share) for each in waiting]
    yield from _gathered(tasks, watch)


def _box(plan: Plan, options: Options) -> Complex:
    found = start(plan.domain)
    found.unordered = options.unordered
    return found


def _gathered(tasks: list[tuple[Any, float]], watch: Watch) -> Iterator[Part[Any]]:
    try:
        for task, share in tasks:
            found, count, stopped = task.result()
            yield from found
            watch.stopped |= stopped
            watch.add(count, share)
            watch.look(0)
    except Stopped:
        watch.stopped = True
    finally:
        for task, _ in tasks:
            getattr(task, "cancel", lambda: None)()


def _task(plan: Plan, waiting: list[Any], options: Options, summary: Summary[Any]) -> tuple[list[Any], int, bool]:
    watch = _watch(options, lambda share, cells: None)
    found = list(_run(plan, waiting, options, summary, watch))
    return found, watch.finished, watch.stopped


def _run(plan: Plan, waiting: list[Any], options: Options, summary: Summary[Any], watch: Watch) -> Iterator[Part[Any]]:
    linear = plan.domain.dimension > LATTICE_INPUTS
    run = _linear_blocks if linear else _blocks
    try:
        for cells in run(plan, waiting, options, watch):
            yield _part(plan, options, summary, cells)
    except Stopped:
        watch.stopped = True
        yield from _witnesses(plan, waiting, options, summary)


def _part(plan: Plan, options: Options, summary: Summary[Any], cells: AnyCells) -> Part[Any]:
    proved = cells.proved if isinstance(cells, LinearCells) else options.certify
    if proved or not options.may_stop:
        return Part(summary(plan, cells), count_patterns(plan, cells), proved)
    exist = witnessed(plan, cells).cells
    return Part(summary(plan, cells), exist, exist == count_patterns(plan, cells))


def _watch(options: Options, tell: Tell) -> Watch:
    return Watch(options.limit, options.deadline and options.deadline[0], tell)


def _witnesses(plan: Plan, waiting: list[Any], options: Options, summary: Summary[Any]) -> Iterator[Part[Any]]:
    """What is proved of cells that were not finished; a few that are drawn, where that is nothing."""
    linear = plan.domain.dimension > LATTICE_INPUTS
    rest = [collect(plan, waiting, False)] if linear else [each.cells for each in waiting]
    end, any_found = options.deadline and options.deadline[1], False
    for cells in rest:
        found = witnessed(plan, cells, end)
        any_found |= bool(found.cells)
        if found.cells:
            yield Part(summary(plan, found), found.cells, True)
        if end is not None and time.time() > end:
            break
    if not any_found and (found := drawn(plan)).cells:
        yield Part(summary(plan, found), found.cells, True)


def _linear_blocks(plan: Plan, waiting: list[Region], options: Options, watch: Watch) -> Iterator[LinearCells]:
    found: list[Region] = []
    try:
        for region in finished_regions(plan, waiting, options.certify, watch):
            found.append(region)
            if len(found) == REGIONS_IN_BLOCK and not options.whole:
                yield collect(plan, found, options.certify)
                found = []
    except Stopped:
        if found:
            yield collect(plan, found, options.certify)
        raise
    if found:
        yield collect(plan, found, options.certify)


@dataclass
class _Waiting:
    """A complex on which so many rounds have been run, and so many gates of the next; `share` of the work."""

    cells: Complex
    done: int
    share: float
    gates: int = 0

    def count(self, plan: Plan) -> int:
        """Cells that it will have, at least: over R^n, where artificial cuts count too, one is in at most 2^n parts."""
        parts = 1 if plan.domain.bounded else 2**plan.domain.dimension
        return 1 if plan.network.merges else -(-self.cells.cells // parts)


def _tasks(executor: Executor) -> int:
    """Into how many the work is cut: those of concurrent.futures know their workers."""
    workers = getattr(executor, "_max_workers", None)
    return TASKS_A_WORKER * workers if isinstance(workers, int) else TASKS


def _share_out(plan: Plan, waiting: list[_Waiting], tasks: int, watch: Watch) -> None:
    """Cuts the one complex that is waiting until it can be parted into tasks."""
    each = waiting[0]
    while each.done < len(plan.rounds) and each.cells.size < tasks * NUMBERS_IN_TASK:
        _round(plan, each, watch, tasks * NUMBERS_IN_TASK)
    each.cells.carried = None  # quicker worked out again than sent
    waiting[:] = _parts(plan, each, tasks)


def _blocks(plan: Plan, waiting: list[_Waiting], options: Options, watch: Watch) -> Iterator[Complex]:
    """Complexes on which all rounds have been run; depth first, so that few are held at a time."""
    if plan.domain.dimension <= TOGETHER:
        block = held = NUMBERS_IN_BLOCK << plan.domain.dimension
        crowd = CROWD * block
    else:
        held = crowd = LARGEST_CROWD
        block = LARGEST_CROWD // BLOCKS
    while waiting:
        each = waiting[-1]
        watch.waiting = sum(other.count(plan) for other in waiting[:-1])
        blocks = 1 if options.whole or each.cells.size <= held else each.cells.size // block
        if each.done == len(plan.rounds):
            if options.certify and not certify(plan, each.cells, watch.clock):
                raise NotProved("a sign differs from its exact value")
            waiting.pop()
            watch.add(count_patterns(plan, each.cells), each.share)
            yield each.cells
        elif not (blocks > 1 and _parted(plan, waiting, blocks)):
            _round(plan, each, watch, None if options.whole or each.cells.size >= crowd else crowd)


def _parted(plan: Plan, waiting: list[_Waiting], blocks: int) -> bool:
    """Part the last complex, if that can be done; no part is held but by the list."""
    parts = list(_parts(plan, waiting[-1], blocks))
    if len(parts) > 1:
        waiting[-1:] = parts
    return len(parts) > 1


def _round(plan: Plan, each: _Waiting, watch: Watch, most: int | None) -> None:
    """Runs the next round, or what is left of it, or as much until the complex has grown to more than `most`."""

    def look(cells: Complex) -> bool:
        watch.look(each.count(plan))
        return most is not None and cells.size > most

    if plan.network.merges:
        watch.look(count_patterns(plan, each.cells))
    closely = watch.limit is not None  # so that the limit is passed by no more cells than without compiled loops
    try:
        gates = run_round(plan, each.cells, each.done, look, each.gates, math.inf if most is None else most, closely)
    except Stopped:
        each.cells.end_round()
        raise
    if gates < plan.rounds[each.done].gates:
        each.gates = gates
        return
    each.gates, each.done = 0, each.done + 1
    part = each.share / (1 + len(plan.rounds) - each.done)
    each.share -= part
    watch.advance(part)


def _parts(plan: Plan, whole: _Waiting, count: int) -> Iterator[_Waiting]:
    """At most `count` complexes of cells near one another, so that they share few faces; cells of equal signs stay
    together, so that none is counted twice."""
    cells = whole.cells
    labels = patterns(plan, cells)
    where = neighbourhoods(cells)[np.unique(labels, return_index=True)[1]]
    place = np.empty(len(where), np.intp)
    place[np.argsort(where, kind="stable")] = np.arange(len(where))
    order = np.argsort(place[labels], kind="stable")
    edges = np.flatnonzero(np.diff(place[labels[order]], prepend=-1))
    for group in np.array_split(edges, min(count, len(edges))):
        last = np.searchsorted(edges, group[-1], side="right")
        some = np.sort(order[group[0] : edges[last] if last < len(edges) else len(order)])
        yield _Waiting(cells.take(some), whole.done, whole.share * len(some) / len(order), whole.gates)
