"""A folder of proofs, compiled; and what Rocq says of its theorems."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from checks import store
from checks.kernel.answers import NotProved, alone, asking_each, asking_together, axioms_in, mark, parts, unindented
from checks.kernel.sources import INHABITED, LIBRARY, Source, faults, mutants, read_sources
from checks.kernel.text import KernelText
from checks.records import KernelProof

WIDTH = 110
"""Characters in a line of what Rocq prints: part of what is compared, so it never changes."""

_PRINTING = f"Set Printing Width {WIDTH}."

_SECONDS = 300
"""For one file, or what is asked about it; a proof that takes longer is to be made shorter."""

_INSTANCES, _ALL = "instances", "all"
"""All of the instances, and all proofs, in the place of a file's name, which begins with a capital letter."""

_MUTANT_SECONDS = 10
"""For one tactic of a proof that is put to a wrong statement; chosen, many times what the proofs here take, so that a
slow machine refuses the same ones."""


_GIVEN = Source(INHABITED, Path(__file__).with_name(f"{INHABITED}.v").read_text(encoding="utf-8"), ())
_ENGINE = "\0".join(
    Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("library.py", "sources.py", "answers.py")
)
"""What asks and what is asked are part of an answer."""


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
            self._together = self._asked("axioms", self._rest_together)
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
        axioms, of_instances = self._rests_on(text.theorem)
        if more := sorted({*axioms, *(of_instances if found["inhabited"] else ())} - self.axioms):
            raise NotProved(f"{text.theorem} rests on {more}, which the paper does not allow")
        if not found["inhabited"]:
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
        if not names:
            return
        ran = _run(["coqchk", "-silent", *self._paths(), *chosen], self._compiled, seconds=_SECONDS * len(names))
        if ran.returncode != 0:
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

    def _rests_on(self, theorem: str) -> tuple[list[str], list[str]]:
        """What a proof, and what the instances rest on: the proof with all others where that is allowed, or else with
        those of its file, or else alone, since Rocq takes a second and more for an answer about however many proofs."""
        if self.axioms.issuperset(self._together[_ALL]):
            return self._together[_ALL], self._together[_INSTANCES]
        by_file = self._asked("axioms-of-files", lambda: self._rests(asking_together(self._proofs())))
        file = theorem.partition(".")[0]
        if self.axioms.issuperset(by_file[file]):
            return by_file[file], self._together[_INSTANCES]
        names = self._theorems(self.sources[file])
        single = self._asked(f"axioms-{file}", lambda: self._rests(asking_each(names, "Print Assumptions")))
        return single[theorem], self._together[_INSTANCES]

    def _proofs(self) -> dict[str, list[str]]:
        """Of each file its proofs."""
        found = {source.name: [f"@{each}" for each in self._theorems(source)] for source in self.sources.values()}
        return {name: proofs for name, proofs in found.items() if proofs}

    def _rest_together(self) -> dict[str, list[str]]:
        proofs = ["I", *(proof for part in self._proofs().values() for proof in part)]
        instances = ["I", *(lemma for source in self.sources.values() for lemma in source.instances.values())]
        return self._rests(asking_together({_ALL: proofs, _INSTANCES: instances}))

    def _examine(self) -> dict[str, Any]:
        """Of each theorem what it says, and whether something shows that its hypotheses can be true."""
        names = [name for source in self.sources.values() for name in self._theorems(source)]
        instances = {name: lemma for source in self.sources.values() for name, lemma in source.instances.items()}
        said = self._told([*self._opening(self.sources), _PRINTING, *asking_each(names, "Check")])
        inhabited = self._inhabited({name: instances.get(name.partition(".")[2], "") for name in names})
        return {
            name: {"statement": unindented(alone(part).partition(" : ")[2]), "inhabited": name in inhabited}
            for name, part in parts(said)
        }

    def _rests(self, lines: Iterable[str]) -> dict[str, list[str]]:
        """What Rocq prints about axioms, by what marks it."""
        # nothing is imported, so that axioms are printed with all of their names
        told = self._told([f"From {LIBRARY} Require {' '.join(self.sources)}.", _PRINTING, *lines])
        return {name: axioms_in(alone(part)) for name, part in parts(told)}

    def _inhabited(self, lemmas: Mapping[str, str]) -> set[str]:
        """The theorems that suppose nothing, or whose lemma says what `Inhabited.v` computes from them."""
        script = self._opening([INHABITED, *self.sources])
        for name, lemma in lemmas.items():
            shown = f"shown @{name} @{lemma}" if lemma else f"unconditional @{name}"
            script += [mark(name), f'Goal True. {shown}; idtac "can be true".', "Abort."]
        return {name for name, part in parts(self._told(script)) if "can be true" in part.splitlines()}

    @staticmethod
    def _theorems(source: Source) -> list[str]:
        return [f"{source.name}.{name}" for name in source.theorems]

    def _try_mutants(self) -> dict[str, Any]:
        """Wrong versions of each statement, put to its own proof, until one is refused."""
        proofs = {
            f"{source.name}.{name}": theorem
            for source in self.sources.values()
            for name, theorem in source.theorems.items()
        }
        found: dict[str, Any] = {name: {"tried": 0, "alive": []} for name in proofs}
        waiting = {name: mutants(theorem.statement) for name, theorem in proofs.items()}
        while waiting := {name: versions for name, versions in waiting.items() if versions}:
            accepted = self._accepted({name: versions[0] for name, versions in waiting.items()})
            for name, versions in waiting.items():
                found[name]["tried"] += 1
                found[name]["alive"] += [versions[0]] if name in accepted else []
            waiting = {name: versions[1:] for name, versions in waiting.items() if name in accepted}
        return found

    def _accepted(self, wrong: Mapping[str, str]) -> set[str]:
        """The theorems whose proofs prove the wrong statements, too, or had not ended when their time was over.

        All files are loaded once, since that takes longer than most proofs; what each of them imports is forgotten at
        the end of a module.
        """
        script = [f"From {LIBRARY} Require {' '.join(self.sources)}.", f"Set Default Timeout {_MUTANT_SECONDS}."]
        for source in self.sources.values():
            versions = {
                name: wrong[f"{source.name}.{name}"] for name in source.theorems if f"{source.name}.{name}" in wrong
            }
            if not versions:
                continue
            required = " ".join([*source.requires, source.name])
            script += [f"Module Wrong{source.name}.", f"From {LIBRARY} Require Import {required}.", source.preamble]
            for name, version in versions.items():
                script += [
                    mark(f"{source.name}.{name}"),
                    f"Theorem mutant_{name} : {version}.\nProof.{source.theorems[name].proof}\nQed.",
                    "Abort All.",
                    f"Check mutant_{name}.",
                ]
            script.append(f"End Wrong{source.name}.")
        told = self._told(script, errors=True)
        return {
            name for name, part in parts(told) if "Timeout!" in part or re.search(r"^mutant_\w+$", part, re.MULTILINE)
        }

    def _opening(self, names: Iterable[str]) -> list[str]:
        first = next(iter(self.sources.values())).preamble if self.sources else ""
        return [first, f"From {LIBRARY} Require Import {' '.join(names)}."]

    def _told(self, lines: Sequence[str], *, errors: bool = False) -> str:
        """What the interactive program prints; what it cannot read it passes over. errors: among the rest."""
        command = ["coqtop", "-q", "-quiet", "-w", "none", *self._paths()]
        if errors:
            command = ["sh", "-c", 'exec "$@" 2>&1', "sh", *command]
        with tempfile.TemporaryDirectory() as folder:
            ran = _run(command, Path(folder), "\n".join(lines) + "\n", _SECONDS * (1 + len(self.sources)))
        told = re.sub(r"^(\w* < )+", "", ran.stdout, flags=re.MULTILINE)
        return re.sub(r"^Fetching opaque proofs.*\n", "", told, flags=re.MULTILINE)


def _run(
    command: Sequence[str], folder: Path, given: str = "", seconds: int = _SECONDS
) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            command, cwd=folder, input=given, capture_output=True, encoding="utf-8", check=False, timeout=seconds
        )
    except subprocess.TimeoutExpired as error:
        raise NotProved(f"{command[0]} took more than {seconds} seconds") from error


def _digest(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:32]
