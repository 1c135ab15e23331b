"""The command itself: `manyfaces audit`."""

from __future__ import annotations

import argparse
import shlex
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from checks.document import write_json
from checks.files import replace_file
from checks.machine import installed, machine
from reports._extras import need
from reports._outputs import look_at_outputs
from reports.audit._files import read_sample, sha256

WORDS = "tell whether a network is what its owner says it is, from its weights and data"
CODES = {"certified": 0, "refuted": 1, "undecided": 3}
KINDS = {"output": "pdf", "html": "html", "json": "json"}
"""What the options of that name write."""
EXAMPLES = """\
The exit code is 0 where the claimed constant is certified or none is claimed, 1 where it is refuted, 3 where neither is
proved, 2 for misuse.

examples:
  manyfaces audit model.pt2 --data train.npz --held-out test.npz -o audit.pdf
  manyfaces audit model.pt2 --lipschitz none            only the bounds, which need no data

The model comes from torch.export.save(torch.export.export(model.eval(), (example,)), "model.pt2"), the data from
numpy.savez("train.npz", x=points, y=labels).
"""


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to a parser's."""
    command = commands.add_parser(
        "audit",
        help=WORDS,
        description=f"{WORDS[0].upper()}{WORDS[1:]}.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.set_defaults(run=run)
    command.add_argument("model", type=Path, metavar="MODEL", help="an archive of torch.export.save, or safetensors")
    command.add_argument("--data", type=Path, metavar="FILE.npz", help="arrays x and y: points and labels")
    command.add_argument("--held-out", type=Path, metavar="FILE.npz", help="the same of points that training never saw")
    command.add_argument(
        "--lipschitz", type=_claim, default=1.0, metavar="L", help="the claimed constant, or none (default: 1)"
    )
    command.add_argument(
        "--loss", metavar="NAME", help="that was trained (default: bce, cross_entropy of classes; or hinge)"
    )
    command.add_argument(
        "--tolerance",
        type=_number,
        metavar="T",
        help="by which the constant may exceed the claim, relative (default: 1e-5, what rounding to float32 explains)",
    )
    command.add_argument("--seed", type=int, default=0, metavar="N", help="of the searches (default: 0)")
    command.add_argument(
        "--time-limit", type=_number, metavar="S", help="seconds for each part that searches (default: 60)"
    )
    command.add_argument("-o", "--output", type=Path, metavar="FILE.pdf", help="write it on one to three pages")
    command.add_argument("--html", type=Path, metavar="FILE.html", help="write it as a page that needs nothing else")
    command.add_argument("--json", type=Path, metavar="FILE.json", help="write every number, by checks/audit's schema")


def run(arguments: argparse.Namespace) -> int:
    """Audit, print, write."""
    outputs = {kind: path for kind in ("output", "html", "json") if (path := getattr(arguments, kind)) is not None}
    files = _inputs(arguments)
    need("audit", typesets="output" in outputs, reads_models=arguments.model.suffix != ".safetensors")
    look_at_outputs(((path, KINDS[name]) for name, path in outputs.items()), files.values())
    record: dict[str, Any] = {
        "files": [{"role": role, "name": path.name, "sha256": sha256(path)} for role, path in files.items()]
    }
    sample = (None, None) if arguments.data is None else read_sample(arguments.data)
    unseen = None if arguments.held_out is None else read_sample(arguments.held_out)
    given = {name: getattr(arguments, name) for name in ("loss", "tolerance", "time_limit", "seed")}
    settings = {name: value for name, value in given.items() if value is not None}
    begun = time.monotonic()
    found = _audited(arguments, sample, unseen, settings)
    print(found)
    _write(found, record | _circumstances(arguments, time.monotonic() - begun), outputs)
    return 0 if arguments.lipschitz is None else CODES[found.verdict]


def _audited(arguments: argparse.Namespace, sample: Any, unseen: Any, settings: dict[str, Any]) -> Any:
    from checks.audit import audit

    try:
        return audit(
            arguments.model,
            *sample,
            lipschitz=arguments.lipschitz,
            held_out=unseen,
            progress=sys.stderr.isatty(),
            **settings,
        )
    except (ImportError, ArithmeticError) as error:
        raise ValueError(f"{arguments.model}: {error}") from error


def _inputs(arguments: argparse.Namespace) -> dict[str, Path]:
    """The files that are read, by what they are for."""
    if arguments.held_out is not None and arguments.data is None:
        raise ValueError("--held-out goes with --data: give the points that were trained on, too")
    files = {"model": arguments.model, "data": arguments.data, "held out": arguments.held_out}
    beside = arguments.model.with_suffix(".json")
    if arguments.model.suffix == ".safetensors" and beside.exists():
        files["description"] = beside
    return {role: path for role, path in files.items() if path is not None}


def _circumstances(arguments: argparse.Namespace, seconds: float) -> dict[str, Any]:
    return {
        "command": shlex.join(["manyfaces", *arguments.words]),
        "seed": arguments.seed,
        "seconds": round(seconds, 2),
        "datetime": datetime.now(UTC).isoformat(timespec="seconds"),
        "version": installed("manyfaces") or "unknown",
        "machine": machine(),
    }


def _write(found: Any, record: Any, outputs: dict[str, Path]) -> None:
    """Everything is made before anything is written."""
    made: dict[str, bytes] = {}
    if {"output", "html"} & set(outputs):
        from reports.audit._content import content
        from reports.audit._page import page
        from reports.audit._paper import paper

        told = content(found, record)
        if "output" in outputs:
            made["output"] = paper(told)
        if "html" in outputs:
            made["html"] = page(told)
    for kind, data in made.items():
        replace_file(outputs[kind], data)
    if "json" in outputs:
        write_json(found.as_dict() | {"run": record}, outputs["json"])
    for path in outputs.values():
        print(f"written: {path}")


def _claim(text: str) -> float | None:
    return None if text == "none" else _number(text)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r}: give a number") from None
