"""A check has power: each runs once as it stands and once for each of its sabotages, which it must catch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from checks._builds import Builds, ChangedError, Own, build_name
from checks.verdict import METHODS


@dataclass(frozen=True)
class Claim:
    """The arguments of one ``claim`` marker."""

    id: str
    by: str
    sabotage: Mapping[str, Any] = field(default_factory=dict)
    subject: Any = None
    build: Any = None


def claim_of(node: Any) -> Claim:
    """The claim that a test (or its definition) checks.

    Raises:
        pytest.UsageError: the marker's arguments are wrong, or it names no sabotage.
    """
    marker = node.get_closest_marker("claim")
    try:
        claim = Claim(*marker.args, **marker.kwargs)
    except TypeError as error:
        raise pytest.UsageError(f"{node.nodeid}: claim marker: {error}; use claim(id, by=..., sabotage=...)") from error
    if sum(mark.name == "claim" for mark in node.own_markers) > 1:
        raise pytest.UsageError(f"{node.nodeid}: two claim markers; write a check for each statement")
    if claim.by not in METHODS:
        raise pytest.UsageError(f"{node.nodeid}: claim {claim.id!r}: by={claim.by!r}; use one of {list(METHODS)}")
    if not isinstance(claim.sabotage, Mapping) or not (claim.sabotage or claim.by in ("formal", "kernel")):
        raise pytest.UsageError(
            f"{node.nodeid}: claim {claim.id!r} names no sabotage; a check that cannot fail is "
            "none, so give sabotage={'name': a wrong subject}, or decide the formal text, by='formal' or by='kernel'"
        )
    return claim


def parametrize(metafunc: pytest.Metafunc) -> None:
    """Add an item for the check itself and one for each sabotage."""
    claim = claim_of(metafunc.definition)
    if "subject" not in metafunc.fixturenames or "evidence" not in metafunc.fixturenames:
        raise pytest.UsageError(f"{metafunc.definition.nodeid}: a check takes the fixtures 'evidence' and 'subject'")
    names = list(claim.sabotage)
    metafunc.parametrize(
        "subject", [None, *names], indirect=True, ids=["as stated", *(f"sabotage: {name}" for name in names)]
    )


def sabotage_name(item: Any) -> str | None:
    """The name of the sabotage that an item runs, None for the check itself.

    Raises:
        pytest.UsageError: the item is no check, because sabotages cannot be handed to it.
    """
    if "subject" not in getattr(getattr(item, "callspec", None), "params", {}):
        raise pytest.UsageError(f"{item.nodeid}: a check is a plain function or method with 'evidence' and 'subject'")
    name: str | None = item.callspec.params["subject"]
    return name


@contextmanager
def lent_subject(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The object the check examines, for as long as it runs: a copy of its own, so that no other meets what it changes.

    With ``build``, a function of (scale, device), the artefact is built once and a sabotage is a function that returns
    a changed copy of it; otherwise a sabotage stands in the subject's place. A keyword-only argument of
    ``build`` is handed the option of that name, such as ``claims_seed``, or a path of ``--claims-data``.

    Raises:
        pytest.UsageError: the test is no check.
        ChangedError: what cannot be copied was changed.
    """
    if not hasattr(request, "param"):
        raise pytest.UsageError(f"{request.node.nodeid}: the fixture 'subject' is for checks of a claim of a ledger")
    claim, name = claim_of(request.node), request.param
    builds = builds_of(request.config)
    if claim.build is None:
        original, origin = (claim.subject if name is None else claim.sabotage[name]), "stands in the marker"
    else:
        original, origin = builds.artefact(claim.build), f"was built by {build_name(claim.build)}"
    own = Own(original)
    yield own.value if name is None or claim.build is None else claim.sabotage[name](own.value)
    if own.changed():
        builds.forget(claim.build)
        who = "the check" if name is None else f"the sabotage {name!r}"
        raise ChangedError(f"{request.node.nodeid}: {who} changed what {origin}; let it change a copy")


_BUILDS = pytest.StashKey[Builds]()


def builds_of(config: pytest.Config) -> Builds:
    """The artefacts that this process has built."""
    return config.stash.setdefault(_BUILDS, Builds(config))
