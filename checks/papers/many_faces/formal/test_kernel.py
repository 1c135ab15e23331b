"""The theorems beside the statements, put to the kernel of Rocq where that is installed.

Where it is not there are no checks by it, and the statements stand on what is written: `kernel_words` says so.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from checks.kernel import Library, installed
from checks.ledger import load_ledger
from checks.papers import ledger_of

LEDGER = load_ledger(ledger_of())


def library(scale: str, device: str) -> Library:
    """The proofs of this folder, compiled."""
    return Library(Path(__file__).parent, LEDGER.paper["kernel"]["axioms"])


def _check_of(identifier: str) -> Callable[..., None]:
    @pytest.mark.claim(identifier, by="kernel", build=library)
    def check(evidence: Any, subject: Library) -> None:
        evidence.prove(subject)

    return check


if installed():
    for _entry in LEDGER:
        if _entry.kernel:
            globals()[f"test_{_entry.kernel.theorem.partition('.')[2]}"] = _check_of(_entry.id)
