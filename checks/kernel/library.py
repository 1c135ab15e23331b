"""A folder of proofs, compiled; and what Rocq says of its theorems."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from checks import store
from checks.kernel.sources import INHABITED, LIBRARY, Source, faults, mutants, read_sources
from checks.kernel.text import KernelText
from checks.records import KernelProof

WIDTH = 110
"""Characters in a line of what Rocq prints: part of what is compared, so it never changes."""

_PRINTING = f"Set Printing Width {WIDTH}."

_SECONDS = 300
"""For one file; a proof that takes longer is to be made shorter."""

_INSTANCES = "instances"
"""All of the instances, in the place of a file's name, which begins with a capital letter."""

_MUTANT_SECONDS = 10
"""For one tactic of a proof that is put to a wrong statement; chosen, many times what the proofs here take, so that a
slow machine refuses the same ones."""


_GIVEN = Source(INHABITED, Path(__file__).with_name(f"{INHABITED}.v").read_text(encoding="utf-8"), ())
_ENGINE = "\0".join(Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("library.py", "sources.py"))
"""What asks and what is asked are part of an answer."""


class NotProved(AssertionError):
    """A theorem is not what the ledger says, or not proved from the axioms that the paper allows."""


@cache
def installed() -> str:
    """The version of the compiler of proofs on this machine; empty where there is none."""
    if not all(shutil.which(program) for program in ("coqc", "coqtop", "coqchk")):
        return ""
    ran = subprocess.run(["coqc", "--print-version"], capture_output=True, text=True, check=False, timeout=60)
    return ran.stdout.split()[0] if ran.returncode == 0 and ran.stdout.split() else ""


class Library:
    """The proofs of one folder, compiled file by file where they, or what they require, changed.

    Raises:
        NotProved: a file does not compile, or it assumes what it should prove.
    """

    def __init__(self, folder: Path, axioms: Iterable[str]) -> None:
        self.sources = {source.name: source for source in read_sources(folder)}
        self.axioms = frozenset(axioms)
        for source in self.sources.values():
            for fault in faults(source.text):
                raise NotProved(f"{source.name}.v: {fault}")
        self._keys = {INHABITED: _digest(_GIVEN.text, installed())}
        for source in self.sources.values():
            below = [self._keys[name] for name in (INHABITED, *source.requires)]
            self._keys[source.name] = _digest(source.text, installed(), *below)
        self._cache = store.cache_folder().absolute() / "formal"
        with store.alone(self._cache / "lock"):
            self._compiled = self._cache / _digest(_ENGINE, *self._keys.values())
            self._build()
            self._found = self._asked("found", self._examine)
            self._mutants = self._asked("mutants", self._try_mutants)

    def proof(self, text: KernelText) -> KernelProof:
        """What the kernel proved of a theorem, compared with the ledger.

        Raises:
            NotProved: there is no such theorem, it says something else, rests on more, nothing shows that its
                hypotheses can be true, or no wrong version of its statement was refused.
        """
        if text.theorem not in self._found:
            raise NotProved(f"{text.theorem}: there is no such theorem")
        found = self._found[text.theorem]
        if found["statement"] != text.statement:
            raise NotProved(f"{text.theorem} says\n{found['statement']}\nand not\n{text.statement}")
        axioms = self._axioms(text.theorem)
        if more := sorted({*axioms, *(found["instances"] or ())} - self.axioms):
            raise NotProved(f"{text.theorem} rests on {more}, which the paper does not allow")
        if found["instances"] is None:
            name = text.theorem.partition(".")[2]
            raise NotProved(
                f"{text.theorem}: nothing shows that its hypotheses can be true; prove"
                f" Lemma {name}_{INHABITED.lower()} : ltac:({INHABITED.lower()} {name})."
            )
        alive = self._mutants.get(text.theorem, {}).get("alive", [])
        tried = self._mutants.get(text.theorem, {}).get("tried", 0)
        if len(alive) == tried:
            raise NotProved(f"{text.theorem}: no wrong version of its statement was refused: {alive}")
        return {
            "theorem": text.theorem,
            "statement": text.statement,
            "refutes": text.refutes,
            "axioms": sorted(axioms),
            "rocq": installed(),
            "mutants": {"tried": tried, "caught": tried - len(alive), "weaker": 0, "alive": alive},
        }

    def statements(self) -> Mapping[str, str]:
        """Every theorem, by file and name, as Rocq prints it."""
        return {name: found["statement"] for name, found in self._found.items()}

    def _build(self) -> None:
        self._compiled.mkdir(parents=True, exist_ok=True)
        compiled = []
        for source in (_GIVEN, *self.sources.values()):
            kept = self._cache / f"{self._keys[source.name]}.vo"
            place = self._compiled / f"{source.name}.vo"
            if kept.is_file():
                shutil.copyfile(kept, place)
                continue
            file = self._compiled / f"{source.name}.v"
            file.write_text(source.text, encoding="utf-8")
            ran = _run(["coqc", "-q", "-w", "none", *self._paths(), str(file)], self._compiled)
            if ran.returncode != 0:
                raise NotProved(f"{source.name}.v does not compile: {ran.stderr.strip()[-2000:]}")
            compiled.append(source.name)
        self._check(compiled)
        for name in compiled:
            kept = self._cache / f"{self._keys[name]}.vo"
            shutil.copyfile(self._compiled / f"{name}.vo", kept.with_suffix(".new"))
            kept.with_suffix(".new").replace(kept)

    def _check(self, names: Sequence[str]) -> None:
        """Read compiled files once more, with the checker that shares no code with the tactics."""
        chosen = [part for name in names for part in ("-norec", f"{LIBRARY}.{name}")]
        ran = _run(["coqchk", "-silent", *self._paths(), *chosen], self._compiled) if chosen else None
        if ran and ran.returncode != 0:
            raise NotProved(f"coqchk refuses what was compiled: {ran.stderr.strip()[-2000:]}")

    def _paths(self) -> list[str]:
        return ["-R", str(self._compiled), LIBRARY]

    def _asked(self, what: str, ask: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """What was found out about these very files before, or else now."""
        file = self._compiled / f"{what}.json"
        if file.is_file():
            known: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            return known
        found = ask()
        file.write_text(json.dumps(found), encoding="utf-8")
        return found

    def _axioms(self, theorem: str) -> list[str]:
        """What a proof rests on: with all of its file where that is allowed, or else alone, since Rocq takes a second
        for each answer, however many theorems it is about."""
        file = theorem.partition(".")[0]
        together: list[str] = self._found[theorem]["axioms"]
        if self.axioms.issuperset(together):
            return together
        names = self._theorems(self.sources[file])
        alone: dict[str, list[str]] = self._asked(
            f"axioms-{file}", lambda: self._rests(_each(names, "Print Assumptions"))
        )
        return alone[theorem]

    def _examine(self) -> dict[str, Any]:
        """Of each theorem what it says and rests on, and what the instances rest on, or none where it has none."""
        names = [name for source in self.sources.values() for name in self._theorems(source)]
        instances = {name: lemma for source in self.sources.values() for name, lemma in source.instances.items()}
        said = self._told([*self._opening(self.sources), _PRINTING, *_each(names, "Check")])
        # of the tuple of a file's proofs, and of that of all instances: what any of them rests on, in one answer
        tuples = {
            source.name: [f"@{each}" for each in self._theorems(source)]
            for source in self.sources.values()
            if source.theorems
        } | {_INSTANCES: ["I", *instances.values()]}
        rests = self._rests(
            [
                *(f"Definition of_{name} := ({', '.join(proofs)})." for name, proofs in tuples.items()),
                *(line for name in tuples for line in (_mark(name), f"Print Assumptions of_{name}.")),
            ]
        )
        lemmas = {name: instances.get(name.partition(".")[2], "") for name in names}
        inhabited = self._inhabited(lemmas)
        return {
            name: {
                "statement": _unindented(_alone(part).partition(" : ")[2]),
                "axioms": rests[name.partition(".")[0]],
                "instances": rests[_INSTANCES] if name in inhabited else None,
            }
            for name, part in _parts(said)
        }

    def _rests(self, lines: Iterable[str]) -> dict[str, list[str]]:
        """What Rocq prints about axioms, by what marks it."""
        # nothing is imported, so that axioms are printed with all of their names
        told = self._told([f"From {LIBRARY} Require {' '.join(self.sources)}.", _PRINTING, *lines])
        return {name: axioms_in(_alone(part)) for name, part in _parts(told)}

    def _inhabited(self, lemmas: Mapping[str, str]) -> set[str]:
        """The theorems that suppose nothing, or whose lemma says what `Inhabited.v` computes from them."""
        script = self._opening([INHABITED, *self.sources])
        for name, lemma in lemmas.items():
            shown = f"shown @{name} @{lemma}" if lemma else f"unconditional @{name}"
            script += [_mark(name), f'Goal True. {shown}; idtac "can be true".', "Abort."]
        return {name for name, part in _parts(self._told(script)) if "can be true" in part.splitlines()}

    @staticmethod
    def _theorems(source: Source) -> list[str]:
        return [f"{source.name}.{name}" for name in source.theorems]

    def _try_mutants(self) -> dict[str, Any]:
        """Wrong versions of each statement, put to its own proof, until one is refused."""
        found: dict[str, Any] = {}
        for source in self.sources.values():
            waiting = {name: mutants(theorem.statement) for name, theorem in source.theorems.items()}
            for name in waiting:
                found[f"{source.name}.{name}"] = {"tried": 0, "alive": []}
            while waiting := {name: versions for name, versions in waiting.items() if versions}:
                accepted = self._accepted(source, {name: versions[0] for name, versions in waiting.items()})
                for name, versions in waiting.items():
                    told = found[f"{source.name}.{name}"]
                    told["tried"] += 1
                    told["alive"] += [versions[0]] if name in accepted else []
                waiting = {name: versions[1:] for name, versions in waiting.items() if name in accepted}
        return found

    def _accepted(self, source: Source, wrong: Mapping[str, str]) -> set[str]:
        """The theorems whose proofs prove the wrong statements, too, or had not ended when their time was over."""
        script = [*self._opening([*source.requires, source.name]), source.preamble]
        script.append(f"Set Default Timeout {_MUTANT_SECONDS}.")
        for name, version in wrong.items():
            proof = source.theorems[name].proof
            script += [
                _mark(name),
                f"Theorem mutant_{name} : {version}.\nProof.{proof}\nQed.",
                "Abort All.",
                f"Check mutant_{name}.",
            ]
        told = self._told(script, errors=True)
        late = {name for name, part in _parts(told) if "Timeout!" in part}
        return late | set(re.findall(r"^mutant_(\w+)$", told, re.MULTILINE))

    def _opening(self, names: Iterable[str]) -> list[str]:
        first = next(iter(self.sources.values())).preamble if self.sources else ""
        return [first, f"From {LIBRARY} Require Import {' '.join(names)}."]

    def _told(self, lines: Sequence[str], *, errors: bool = False) -> str:
        """What the interactive program prints; what it cannot read it passes over. errors: among the rest."""
        command = ["coqtop", "-q", "-quiet", "-w", "none", *self._paths()]
        if errors:
            command = ["sh", "-c", 'exec "$@" 2>&1', "sh", *command]
        with tempfile.TemporaryDirectory() as folder:
            ran = _run(command, Path(folder), "\n".join(lines) + "\n")
        told = re.sub(r"^(\w* < )+", "", ran.stdout, flags=re.MULTILINE)
        return re.sub(r"^Fetching opaque proofs.*\n", "", told, flags=re.MULTILINE)


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


def _run(command: Sequence[str], folder: Path, given: str = "") -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, cwd=folder, input=given, capture_output=True, encoding="utf-8", check=False, timeout=_SECONDS
        )
    except subprocess.TimeoutExpired as error:
        raise NotProved(f"{command[0]} took more than {_SECONDS} seconds") from error


def _parts(told: str) -> Iterator[tuple[str, str]]:
    pieces = re.split(r"^<<([\w.]+)>>\n", told, flags=re.MULTILINE)
    yield from zip(pieces[1::2], pieces[2::2], strict=True)


def _each(names: Iterable[str], command: str) -> list[str]:
    return [f"{_mark(name)}\n{command} {name}." for name in names]


def _mark(name: str) -> str:
    return f'Goal True. idtac "<<{name}>>". Abort.'


def _alone(part: str) -> str:
    """Without the goal that marks the next one."""
    return part.partition("\n1 goal\n")[0]


def _unindented(text: str) -> str:
    lines = text.rstrip().splitlines()
    return "\n".join([lines[0], *(line.removeprefix(" " * 7) for line in lines[1:])]) if lines else ""


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:32]
