"""The pytest plugin: options, marker and fixtures. Everything else is imported once a claim is collected."""

from __future__ import annotations

from typing import Any

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("claims", "theorem checking")
    group.addoption("--claims-json", metavar="PATH", help="write every verdict with its evidence to PATH")
    group.addoption("--claims-witnesses", metavar="DIR", help="write each exact witness to a file of its own in DIR")
    group.addoption("--claims-show", action="store_true", help="print the evidence below the verdict table")
    group.addoption("--claims-compare", metavar="OLD.json", help="print which verdicts changed since OLD.json")
    group.addoption("--claims-only", metavar="IDS", help="run these claims only: ids or patterns, comma-separated")
    group.addoption("--claims-scale", choices=["quick", "paper"], default="quick", help="sizes of the computations")
    group.addoption("--claims-device", choices=["auto", "cpu", "cuda"], default="auto", help="where networks train")
    group.addoption("--claims-search", metavar="MINUTES", type=float, default=0.0,
                    help="spend so long on looking for counterexamples with fresh seeds")  # fmt: skip
    parser.addini("claims_ledger", "the ledger: a TOML file or a folder of them (default: 'ledger' or 'ledger.toml' "
                  "beside the checks)", default="")  # fmt: skip


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line(
        "markers",
        "claim(id, by, sabotage, subject=None, build=None): this test is a check of the ledger's statement `id`, which "
        "reaches its verdict by `by`; `sabotage` maps names to wrong subjects that it must catch.",
    )


    config.pluginmanager.register(_Reports(config), "claims-reports")


class _Reports:
    """Sees every finished test, on the controller of a distributed run too."""

    def __init__(self, config: pytest.Config):
        self.config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if any(key == "claim" for key, _ in report.user_properties):
            from checks import _session

            _session.note(self.config, report)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if any(metafunc.definition.iter_markers("claim")):
        from checks import _sabotage, _session

        if _session.ledger_path(metafunc.config, metafunc.definition.path):
            _sabotage.parametrize(metafunc)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if any(item.get_closest_marker("claim") for item in items):
        from checks import _session

        _session.register(config, items)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    if "claims" in getattr(node, "workeroutput", {}):
        from checks import _session

        _session.receive(node.config, node.workeroutput["claims"])


@pytest.fixture
def subject(request: pytest.FixtureRequest) -> Any:
    """What a check examines: the statement's own object, or one of the marker's sabotages."""
    from checks import _sabotage

    return _sabotage.subject_of(request)


@pytest.fixture
def evidence(request: pytest.FixtureRequest) -> Any:
    """The record of a check: see `checks.evidence.Evidence`."""
    from checks import _session

    return _session.evidence_of(request)
