"""How pytest-xdist hands out checks: by the workers' plan."""

from __future__ import annotations

from functools import cached_property

from xdist.scheduler import LoadGroupScheduling

from checks._parallel.distribute import Plan, read_plan


class PlannedScheduling(LoadGroupScheduling):  # type: ignore[misc]  # pytest-xdist is untyped
    """Items of one group, together, to one worker; others wherever there is time."""

    @cached_property
    def plan(self) -> Plan:
        return read_plan(self.config)

    def _split_scope(self, nodeid: str) -> str:
        scope: str = self.plan.groups.get(nodeid) or super()._split_scope(nodeid)
        return scope
