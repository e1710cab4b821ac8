"""Clauses, Assumptions, Exchanges and Observations are joined into Findings and a Verdict. Pure."""

from tallystick.review.judge import review
from tallystick.review.material import Material
from tallystick.review.rules import RULES
from tallystick.review.table import TABLE

__all__ = ["RULES", "TABLE", "Material", "review"]
