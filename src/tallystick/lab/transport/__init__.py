"""The acting part of the lab: sockets on loopback, networks, client processes, the clock.

Everything that is started here ends with its `Rig`; only processes it started itself are ended.
"""

from tallystick.lab.transport.rig import Rig
from tallystick.lab.transport.secret import new_secret
from tallystick.lab.transport.target import Target, Trial, Trigger

__all__ = ["Rig", "Target", "Trial", "Trigger", "new_secret"]
