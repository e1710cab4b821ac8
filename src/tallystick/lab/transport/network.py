"""Where a client's traffic can go: to the lab, and where the system allows it nowhere else."""

import array
import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tallystick import chamber

_NEWUSER, _NEWNET = 0x10000000, 0x40000000
_BACKLOG = 256
_GRACE_S = 1.0
SCRIPT = Path(chamber.__file__)


class Network:
    """Loopback sockets for trials, in a network namespace of their own if there can be one.

    `isolated` says whether there is. `enter` is what a client's process calls before it starts.
    """

    def __init__(self, isolate: bool) -> None:
        self.isolated = False
        self._holder: subprocess.Popen[bytes] | None = None
        self._control, theirs = control_pair()
        self._spaces: list[tuple[int, int]] = []
        if isolate and sys.platform == "linux":
            self._hold(theirs)
        theirs.close()

    def _hold(self, theirs: socket.socket) -> None:
        command = [sys.executable, "-I", str(SCRIPT), "hold", str(theirs.fileno())]
        self._holder = subprocess.Popen(  # noqa: S603 - our own interpreter and file
            command,
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        theirs.close()
        self.isolated = receive(self._control)[0] == "own"  # nothing at all: it could not start
        if self.isolated:
            self._spaces = list(_namespaces(self._holder.pid))

    def bound(self) -> socket.socket:
        """A socket that is bound to a free loopback port and does not listen yet."""
        if not self.isolated:
            return chamber.bound(0)
        self._control.send(b"1")
        return receive(self._control)[1][0]

    @property
    def enter(self) -> Callable[[], None] | None:
        """Joins the network (setns(2)); None where there is none to join."""
        if not self.isolated:
            return None
        setns, spaces = ctypes.CDLL(None, use_errno=True).setns, tuple(self._spaces)

        def join() -> None:
            for handle, kind in spaces:
                if setns(handle, kind):
                    raise OSError(ctypes.get_errno(), "setns")

        return join

    def close(self) -> None:
        """Forget the network; what runs in it keeps it until it ends."""
        for handle, _ in self._spaces:
            os.close(handle)
        self._spaces = []
        self._control.close()
        if self._holder is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._holder.wait(_GRACE_S)  # it ends when nobody asks any more
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._holder.pid, signal.SIGKILL)
            self._holder.wait()


def _namespaces(pid: int) -> list[tuple[int, int]]:
    """Handles of a process's user and network namespaces, those of ours left out."""
    found = []
    for name, kind in (("user", _NEWUSER), ("net", _NEWNET)):
        path = Path(f"/proc/{pid}/ns/{name}")
        if path.readlink() != Path(f"/proc/self/ns/{name}").readlink():
            found.append((os.open(path, os.O_RDONLY), kind))
    return found


def control_pair() -> tuple[socket.socket, socket.socket]:
    """Our end and a child's end of a socket for messages."""
    kind = socket.SOCK_SEQPACKET if sys.platform == "linux" else socket.SOCK_DGRAM
    return socket.socketpair(socket.AF_UNIX, kind)


def receive(control: socket.socket) -> tuple[str, list[socket.socket]]:
    """One message of `chamber.send`: its word, and the sockets that came with it."""
    handles = array.array("i")
    data, attached, _, _ = control.recvmsg(256, socket.CMSG_SPACE(4 * handles.itemsize))
    for level, kind, payload in attached:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            handles.frombytes(payload[: len(payload) - len(payload) % handles.itemsize])
    return data.decode(), [socket.socket(fileno=handle) for handle in handles]


def listen(bound: socket.socket) -> None:
    """Open a bound socket for connections."""
    bound.listen(_BACKLOG)
