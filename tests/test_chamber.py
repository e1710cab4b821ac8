"""Processes that a lab or a pool makes do not outlive what made them."""

import subprocess
import sys

import pytest

# A process makes another and ends; only then the other one asks to end with it.
LATE = """
import os
from tallystick import chamber
go, start = os.pipe()
told, tell = os.pipe()
middle = os.fork()
if middle == 0:
    made_by = os.getpid()
    if os.fork() == 0:
        os.read(go, 1)
        chamber.end_with_parent({parent})
        os.write(tell, b"alive")
    os._exit(0)
os.close(tell)
os.waitpid(middle, 0)
os.write(start, b"1")
print(os.read(told, 9).decode())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="prctl(2) is of Linux")
@pytest.mark.parametrize(("parent", "left"), [("made_by", ""), ("os.getppid()", "alive")])
def test_what_asks_to_end_with_a_parent_that_has_ended_ends(parent: str, left: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LATE.format(parent=parent)], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, left, "")
