"""What the first page says of the run."""

from __future__ import annotations

from reports._content import content


def test_checks_that_were_carried_over_are_named_with_their_dates(document):
    assert "Carried over" not in dict(content(document)["facts"])
    runs = ["2030-01-02T03:04:05+00:00", "2030-01-02T13:04:05+00:00", "2030-02-03T03:04:05+00:00"]
    facts = dict(content(document | {"carried": {"checks": 3, "of": 4, "runs": runs}})["facts"])
    assert facts["Carried over"] == "3 of 4 checks carried over from runs of 2030-01-02, 2030-02-03"
