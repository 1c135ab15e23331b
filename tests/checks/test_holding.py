"""What a reader of a test file sees of its checks, and what it does not claim to see."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.holding import held
from checks.papers import ledger_of

HEAD = "import pytest\nclaim = pytest.mark.claim\n"
ONE = '\n@claim("a", by="exact", sabotage={})\ndef test_a(evidence, subject):\n    pass\n'


def read(tmp_path: Path, text: str) -> tuple[dict[str, list[int]], bool]:
    file = tmp_path / "test_it.py"
    file.write_text(text, encoding="utf-8")
    held.cache_clear()
    return tuple(held(file))


def test_plain_checks_are_read_for_certain(tmp_path):
    other = '\n@pytest.mark.claim(id="b", by="exact", sabotage={})\ndef test_b(evidence, subject):\n    pass\n'
    assert read(tmp_path, HEAD + ONE + other + ONE.replace("test_a", "test_c")) == ({"a": [5, 13], "b": [9]}, True)


@pytest.mark.parametrize(
    "text",
    [
        HEAD + ONE.replace('"a"', "NAME"),
        HEAD.replace("pytest.mark.claim", "pytest.mark.claim.with_args") + ONE,
        "from other import claim\n" + ONE,
        HEAD + ONE.replace("\n@claim", "\n@other.claim"),
        HEAD + ONE + "\nif True:\n    def test_b(): pass\n",
        HEAD + ONE + "\nclass TestIt:\n    pass\n",
        HEAD + ONE + "\nclass It(Base):\n    pass\n",
        HEAD + ONE + "\nfrom other import *\n",
        HEAD + ONE + "\nfrom other import test_b\n",
        HEAD + ONE + "\nfrom other import it as test_b\n",
        HEAD + ONE + "\ntest_b = test_a\n",
        HEAD + ONE + "\npytestmark = claim('b')\n",
        HEAD + ONE + "\nglobals()['test_b'] = test_a\n",
        HEAD + ONE + "\nasync def test_b():\n    pass\n",
        HEAD + ONE + "(",
    ],
)
def test_what_may_hold_more_is_not_sure(tmp_path, text):
    assert read(tmp_path, text)[1] is False


def test_the_papers_checks_are_read_for_certain():
    """But for those by the kernel, which are made from the ledger."""
    found = {file.parent.name: held(file).sure for file in ledger_of().parent.rglob("test_kernel.py")}
    others = [held(file) for file in ledger_of().parent.rglob("test_*.py") if file.name != "test_kernel.py"]
    assert found == {"formal": False}
    assert len(others) > 50 and all(each.sure for each in others)
