"""The frozen values on the arrows between the rooms, and the format of the case folder.

`record` imports nothing of ours and does no I/O: values in, values and bytes out.
"""

from tallystick.record.canonical import canonical, digest, pretty
from tallystick.record.case import Case
from tallystick.record.clause import Clause, Source
from tallystick.record.exchange import Exchange
from tallystick.record.finding import Finding, Verdict
from tallystick.record.scenario import Scenario
from tallystick.record.trial import Assumption, Observation

__all__ = [
    "Assumption",
    "Case",
    "Clause",
    "Exchange",
    "Finding",
    "Observation",
    "Scenario",
    "Source",
    "Verdict",
    "canonical",
    "digest",
    "pretty",
]
