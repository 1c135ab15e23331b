"""How Rocq is asked about many theorems at once, and its answers told from each other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence


class NotProved(AssertionError):
    """A theorem is not what the ledger says, or not proved from the axioms that the paper allows."""


def axioms_in(told: str) -> list[str]:
    r"""What a theorem rests on, as Rocq says: names of axioms, and in full what else it says, such as of a check that
    was switched off.

    Raises:
        NotProved: it does not say.

    >>> axioms_in("Axioms:\nclassic : forall P : Prop,\n            P\nf is assumed to be guarded.\n")
    ['classic', 'f is assumed to be guarded.']
    >>> axioms_in("Closed under the global context\n")
    []
    """
    if told.strip() == "Closed under the global context":
        return []
    _, said, listed = told.partition("Axioms:\n")
    lines = [line for line in listed.splitlines() if line.strip() and not line[0].isspace()]
    if not said or not lines:
        raise NotProved(f"Rocq does not say what a theorem rests on: {told.strip()!r}")
    names = [re.match(r"([\w.']+)\s*(?::|$)", line) for line in lines]
    return [name[1] if name else line for name, line in zip(names, lines, strict=True)]


def parts(told: str) -> Iterator[tuple[str, str]]:
    r"""What is told after each mark, with the name in the mark.

    >>> list(parts("<<A.b>>\nso\n<<A.c>>\n"))
    [('A.b', 'so\n'), ('A.c', '')]
    """
    pieces = re.split(r"^<<([\w.]+)>>\n", told, flags=re.MULTILINE)
    yield from zip(pieces[1::2], pieces[2::2], strict=True)


def asking_together(tuples: Mapping[str, Sequence[str]]) -> list[str]:
    """What asks for the axioms of tuples of proofs."""
    return [
        *(f"Definition of_{name} := ({', '.join(proofs)})." for name, proofs in tuples.items()),
        *(line for name in tuples for line in (mark(name), f"Print Assumptions of_{name}.")),
    ]


def asking_each(names: Iterable[str], command: str) -> list[str]:
    """A command about each name, its answer under a mark."""
    return [f"{mark(name)}\n{command} {name}." for name in names]


def mark(name: str) -> str:
    """What makes Rocq print a line to know the next answer by."""
    return f'Goal True. idtac "<<{name}>>". Abort.'


def alone(part: str) -> str:
    """Without the goal that marks the next one."""
    return part.partition("\n1 goal\n")[0]


def unindented(text: str) -> str:
    """A statement without the margin that `Check` gives the lines after its first."""
    lines = text.rstrip().splitlines()
    return "\n".join([lines[0], *(line.removeprefix(" " * 7) for line in lines[1:])]) if lines else ""
