"""The least risk that any L-Lipschitz function reaches on a labelled sample, with a certificate.

Béthune et al., Section 4 (equations 3 to 5) and Appendix E. For a loss l of the margin y f(x) the least of the sum of
w_i l(y_i f(x_i)) over all L-Lipschitz f of R^n is, by McShane's extension, a convex problem in the values f(x_i); its
dual is over couplings gamma >= 0 of the two classes with marginals alpha: the greatest sum of w_i l°(alpha_i / w_i),
l°(a) = inf over t of l(t) + a t, minus L times the sum of gamma_ij |x_i - x_j|. Values bound the least risk from above,
a coupling bounds it from below: for every L-Lipschitz function, trained networks included.
"""

from theory.risk._floors import gradient_floor, gradient_floors, saturation_bound
from theory.risk._least import Extensions, LeastRisk, minimize_risk
from theory.risk._multiclass_risk import LeastMulticlassRisk, minimize_multiclass_risk
from theory.risk._needed import LipschitzBracket, lipschitz_needed
from theory.risk._path import risk_path

__all__ = [
    "Extensions",
    "LeastMulticlassRisk",
    "LeastRisk",
    "LipschitzBracket",
    "gradient_floor",
    "gradient_floors",
    "lipschitz_needed",
    "minimize_multiclass_risk",
    "minimize_risk",
    "risk_path",
    "saturation_bound",
]
