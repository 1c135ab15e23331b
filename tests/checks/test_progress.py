"""The progress of a run: a line rewritten on a terminal, elsewhere a plain one at most every half minute."""

from __future__ import annotations

import io

import pytest

from checks._parallel.progress import Progress


class _Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock() -> _Clock:
    return _Clock()


NAMES = ["checks/test_a.py::test_x[as stated]", "checks/test_a.py::test_x[sabotage: two]", "checks/test_b.py::test_y"]
GROUPS = dict.fromkeys(NAMES[:2], "training checks.test_a.train")


def test_what_is_done_what_runs_and_what_is_left(clock):
    progress = Progress(io.StringIO(), clock)
    progress.begin(NAMES, GROUPS, dict(zip(NAMES, (60.0, 20.0, 100.0), strict=True)), 2)
    assert progress.line() == "0 of 3 checks and sabotages; about 2 min left"
    progress.start(NAMES[0])
    progress.start(NAMES[2])
    assert progress.line().split("; ")[2] == "training checks.test_a.train, test_b.py::test_y"
    clock.now = 30
    progress.phase(NAMES[0], 30.0, False)
    assert progress.line().split("; ")[2] == "test_a.py::test_x, test_b.py::test_y"
    assert progress.left() == 70
    progress.phase(NAMES[0], 25.0, True)
    progress.finish(NAMES[0])
    progress.start(NAMES[1])
    doing = "test_b.py::test_y, test_a.py::test_x[sabotage: two]"
    assert progress.line() == f"1 of 3 checks and sabotages, 1 failed; about 1 min left; {doing}"
    clock.now = 1000
    assert progress.left() == 0


def test_without_an_earlier_run_the_estimate_comes_from_this_one(clock):
    progress = Progress(io.StringIO(), clock)
    names = [*NAMES, "test_c.py::test_z"]
    progress.begin(names, GROUPS, {}, 1)
    for name, seconds in ((NAMES[0], 40.0), (NAMES[2], 3.0)):
        assert progress.left() is None
        progress.start(name)
        progress.phase(name, seconds, False)
        progress.finish(name)
    assert progress.left() == 40 + 3


def test_a_terminal_shows_one_line_that_is_rewritten(clock, monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    screen = _Terminal()
    progress = Progress(screen, clock)
    progress.begin(NAMES, {}, {}, 1)
    progress.show()
    progress.show()
    progress.clear()
    assert screen.getvalue() == "\r\x1b[K0 of 3 checks and s" * 2 + "\r\x1b[K"


def test_elsewhere_plain_lines_are_half_a_minute_apart(clock):
    log = io.StringIO()
    progress = Progress(log, clock)
    progress.begin(NAMES, {}, {}, 1)
    for clock.now in range(0, 70, 10):
        progress.show()
    progress.clear()
    assert log.getvalue() == "0 of 3 checks and sabotages\n" * 3


@pytest.mark.parametrize("arguments", [[], ["-n", "2", "--dist=loadgroup"]])
def test_progress_takes_the_place_of_dots(small, arguments):
    small.state("sum").state("wrong").write(small.check("sum") + small.check("wrong", "1 / 0"))
    result = small.pytester.runpytest_subprocess("-q", "--claims-progress", *arguments)
    result.assert_outcomes(passed=2, failed=2)
    assert "F" not in result.outlines[:3] and ".FF" not in result.stdout.str()
    result.stderr.fnmatch_lines(["0 of 4 checks and sabotages"])
    result.stdout.fnmatch_lines(["not as expected: wrong: *", "FAILED test_sums.py::test_wrong*"])
