"""Experiments: the user's real client process against a simulated provider.

Everything but `transport` is pure; `transport` opens the sockets and starts the processes.
"""

from tallystick.lab.assume import assumptions
from tallystick.lab.catalogue import BASELINE, BASELINES, catalogue
from tallystick.lab.observe import LabError, baseline_observation, observe
from tallystick.lab.provider import respond
from tallystick.lab.transport import Trial, run_trials
from tallystick.lab.wire import ProcessResult

__all__ = [
    "BASELINE",
    "BASELINES",
    "LabError",
    "ProcessResult",
    "Trial",
    "assumptions",
    "baseline_observation",
    "catalogue",
    "observe",
    "respond",
    "run_trials",
]
