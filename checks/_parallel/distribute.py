"""Checks on several workers of pytest-xdist: those that share an artefact go to one of them, long ones first.

With ``--dist loadgroup``. Workers collect and the controller does not, so each worker writes down what belongs
together: the plan, a file that the controller names to them.
"""

from __future__ import annotations

import json
import math
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pytest

from checks._builds import build_name
from checks._marker import claim_of
from checks._parallel import durations
from checks.document import write_json
from manyfaces.places import has_claim

_INPUT = "claims-input"
_SENT = pytest.StashKey[dict[str, Any]]()


@dataclass(frozen=True)
class Plan:
    """What workers tell the controller.

    groups: by node id, the name of what an item shares with others. carried: the ids of those that need no run.
    """

    groups: Mapping[str, str] = field(default_factory=dict)
    carried: Sequence[str] = ()


def configure_node(config: pytest.Config, node: Any) -> None:
    """On the controller: tell a worker how long the checks took last time, and where its plan goes."""
    if _SENT not in config.stash:
        folder = tempfile.TemporaryDirectory(prefix="claims-")
        config.add_cleanup(folder.cleanup)
        plan = str(Path(folder.name) / "plan.json")
        config.stash[_SENT] = {"plan": plan, "seconds": durations.load(), "kept": _kept(config)}
    node.workerinput[_INPUT] = config.stash[_SENT]  # a worker that replaces another has to collect the same


def _kept(config: pytest.Config) -> list[str]:
    if not config.getoption("--claims-carry"):
        return []
    from checks._resume import records

    return records.present()


def is_grouped(config: pytest.Config) -> bool:
    """Whether this process is a worker that is to keep together what belongs together."""
    return _INPUT in getattr(config, "workerinput", {})


def kept_records(config: pytest.Config) -> list[str] | None:
    """The names of the records that were kept when the run began, the same for all its workers; None to look."""
    return _input(config)["kept"] if is_grouped(config) else None


def write_plan(config: pytest.Config, items: Sequence[pytest.Item], carried: Sequence[str]) -> None:
    """On a worker: write the plan of the items that were collected."""
    if is_grouped(config):
        plan = Plan({item.nodeid: name for item, name in groups(items).items()}, carried)
        write_json(asdict(plan), Path(_input(config)["plan"]))


def read_plan(config: pytest.Config) -> Plan:
    """On the controller, once the workers have collected; an empty plan where they work on another machine."""
    try:
        return Plan(**json.loads(Path(config.stash[_SENT]["plan"]).read_text(encoding="utf-8")))
    except (KeyError, OSError):
        return Plan()


def arrange(config: pytest.Config, items: list[pytest.Item], carried: Sequence[str]) -> None:
    """On a worker: put the items in the order in which they are handed out, those first that need no run."""
    if is_grouped(config):
        seconds = _input(config)["seconds"] | dict.fromkeys(carried, 0.0)
        ordered, known = long_first(items, seconds), set(carried)
        items[:] = sorted(ordered, key=lambda item: item.nodeid not in known)


def _input(config: pytest.Config) -> dict[str, Any]:
    found: dict[str, Any] = config.workerinput[_INPUT]  # type: ignore[attr-defined]
    return found


def groups(items: Sequence[pytest.Item]) -> dict[pytest.Item, str]:
    """The group of each check with a build: the build's name, after "training" where a check by training shares it."""
    claims = {item: claim_of(item) for item in items if has_claim(item.config, item)}
    names = {item: build_name(claim.build) for item, claim in claims.items() if claim.build}
    trained = {names[item] for item in names if claims[item].by == "training"}
    return {item: f"{'training' if name in trained else 'building'} {name}" for item, name in names.items()}


def long_first(items: Sequence[pytest.Item], seconds: Mapping[str, float]) -> list[pytest.Item]:
    """The items, groups together and in the order of what they will take, so that no worker ends with a long one.

    Args:
        seconds: by node id, what an item took last time. Where nothing is known trainings go first, then other builds.
    """
    group = groups(items)
    units: dict[str, list[pytest.Item]] = {}
    for item in items:
        units.setdefault(group.get(item, item.nodeid), []).append(item)
    ordered = sorted(units.items(), key=lambda unit: _rank(unit[0], unit[1], seconds), reverse=True)
    return [item for _, unit in ordered for item in unit]


def _rank(name: str, unit: Sequence[pytest.Item], seconds: Mapping[str, float]) -> tuple[float, bool, bool]:
    """What is long: builds of unknown length longer than anything known, and of those trainings."""
    shared, known = name.startswith(("training ", "building ")), all(item.nodeid in seconds for item in unit)
    total = sum(seconds.get(item.nodeid, 0.0) for item in unit)
    return (total if known or not shared else math.inf), shared, name.startswith("training ")
