"""Experiments: the user's real client process against a simulated provider.

Everything but `transport` is pure; `transport` opens the sockets and starts the processes.
"""

from tallystick.lab.answers import Contract, contract_of
from tallystick.lab.assume import assumptions
from tallystick.lab.baseline import Baseline, LabError, baseline
from tallystick.lab.catalogue import baselines, catalogue, matching
from tallystick.lab.observe import observe
from tallystick.lab.provider import respond

__all__ = [
    "Baseline",
    "Contract",
    "LabError",
    "assumptions",
    "baseline",
    "baselines",
    "catalogue",
    "contract_of",
    "matching",
    "observe",
    "respond",
]
