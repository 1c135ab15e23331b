"""Is a network what its owner says it is? Its Lipschitz constant, certificates, loss, pieces and generalization.

Every line of an audit has its grade, as in a ledger: machine-checked, argued (a named theorem besides), or supported
(samples and searches, with their statistics).
"""

from checks.audit._audit import Audit, audit
from checks.audit._certificates import Certificates
from checks.audit._constant import Constant
from checks.audit._generalization import Generalization
from checks.audit._lines import Line, Part, rounded
from checks.audit._loss import LossGap
from checks.audit._pieces import Pieces

__all__ = [
    "Audit",
    "Certificates",
    "Constant",
    "Generalization",
    "Line",
    "LossGap",
    "Part",
    "Pieces",
    "audit",
    "rounded",
]
