"""Proofs that the kernel of a proof assistant checks: Rocq, called Coq in the packages of most systems.

A statement of a ledger may carry a theorem, ``[statement.kernel]``; the sources are a folder of ``.v`` files beside the
checks. `Library` compiles them, asks Rocq what each theorem says and which axioms its proof rests on, and puts wrong
versions of the statement to the same proof. What the theorem says must be, letter by letter, what stands in the ledger.
"""

from checks.kernel.answers import NotProved
from checks.kernel.library import Library, installed
from checks.kernel.text import KernelText, read_kernel, theorem_of

__all__ = ["KernelText", "Library", "NotProved", "installed", "read_kernel", "theorem_of"]
