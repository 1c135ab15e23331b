"""Classifiers in scikit-learn's conventions: the Highest Mountain Function and the functions of least risk.

They need scikit-learn (``pip install 'manyfaces[estimators]'``) and work in its pipelines and searches.
"""

try:
    import sklearn  # noqa: F401
except ImportError as error:
    raise ImportError("theory.estimators needs scikit-learn: pip install 'manyfaces[estimators]'") from error

from theory.estimators._highest_mountain import HighestMountainClassifier
from theory.estimators._least_risk import LeastRiskClassifier

__all__ = ["HighestMountainClassifier", "LeastRiskClassifier"]
