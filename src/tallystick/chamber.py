"""A network of its own for a client under test, and a process that forks once per trial.

Run as a script by the lab, in the lab's interpreter (`hold`) or in the client's (`fork`), which
may be any Python from 3.9 on: the standard library only, and nothing of ours.

    chamber.py hold CONTROL                            listen on request, in a network of its own
    chamber.py fork CONTROL PORTS MODULE:CALLABLE ARG… import, call once, then fork every trial
    chamber.py fork-shared …                           the same, in the network there is

CONTROL is the descriptor of a SEQPACKET socket to the lab. Networks are separated on Linux only
(namespaces(7)); elsewhere `shared` is answered, and the lab says that it could not isolate.
"""

from __future__ import annotations

import array
import asyncio
import ctypes
import fcntl
import importlib
import inspect
import json
import os
import signal
import socket
import struct
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

Call = Callable[..., Any]

_NEWUSER, _NEWNET, _PDEATHSIG = 0x10000000, 0x40000000, 1
_GET_FLAGS, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1
_BACKLOG = 128
_libc = ctypes.CDLL(None, use_errno=True)


def own_network() -> bool:
    """Leave the network that is shared with others. True: only a loopback of our own is left.

    Some systems allow the first step and forbid a later one; there is no way back from the first,
    so a child tries all of them before.
    """
    if not sys.platform.startswith("linux"):
        return False
    pid = os.fork()
    if pid == 0:
        try:
            os._exit(0 if _leave_network() else 1)
        finally:
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0 and _leave_network()


def _leave_network() -> bool:
    uid, gid = os.getuid(), os.getgid()
    if uid or _libc.unshare(_NEWNET):
        if _libc.unshare(_NEWUSER | _NEWNET):
            return False
        for name, text in (
            ("setgroups", "deny"),
            ("uid_map", f"{uid} {uid} 1"),
            ("gid_map", f"{gid} {gid} 1"),
        ):
            with open(f"/proc/self/{name}", "w") as file:
                file.write(text)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        answer = fcntl.ioctl(any_socket, _GET_FLAGS, struct.pack("16sH14x", b"lo", 0))
        flags = struct.unpack("16xH14x", answer)[0] | _UP
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH14x", b"lo", flags))
    return True


def bound(port: int) -> socket.socket:
    """A socket bound to a loopback port; 0 takes a free one."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind(("127.0.0.1", port))
    return made


def send(control: socket.socket, word: str, sockets: Sequence[socket.socket] = ()) -> None:
    """One message with sockets attached (unix(7), SCM_RIGHTS); they are closed here."""
    handles = array.array("i", [made.fileno() for made in sockets])
    attached = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, handles)] if sockets else []
    control.sendmsg([word.encode()], attached)
    for made in sockets:
        made.close()


def hold(control: socket.socket) -> None:
    """Say whether the network is our own, then give a bound socket for every byte asked."""
    own = own_network()
    send(control, "own" if own else "shared")
    while own and control.recv(1):
        send(control, "bound", [bound(0)])


class Forker:
    """Imports the callable once, calls it once, and forks for every trial."""

    def __init__(
        self, control: socket.socket, ports: list[int], arguments: list[str], apart: bool
    ) -> None:
        self.control, self.ports, self.arguments = control, ports, arguments
        self.children: dict[str, int] = {}
        self.own = apart and own_network()
        send(control, "own" if self.own else "shared", self.listening() if self.own else ())

    def listening(self, closed: bool = False) -> list[socket.socket]:
        """The sockets of a network: the same ports in every one; the first may stay closed."""
        made = [bound(port) for port in self.ports]
        for one in made[closed:]:
            one.listen(_BACKLOG)
        return made

    def serve(self, target: str) -> None:
        """Answer every line on stdin; what the callable prints by itself goes to stderr."""
        report = os.dup(1)
        os.dup2(2, 1)
        call = _imported(target)
        for line in sys.stdin:
            asked = json.loads(line)
            self.children = {i: pid for i, pid in self.children.items() if not _reaped(pid)}
            if "end" in asked:
                if asked["end"] in self.children:
                    os.kill(self.children[asked["end"]], signal.SIGTERM)
            elif asked.get("warm"):
                _tell(report, asked["id"], _called(call, self.arguments))
            else:
                self.children[asked["id"]] = self.start(asked, call, report)
        for pid in self.children.values():
            if not _reaped(pid):
                os.kill(pid, signal.SIGTERM)

    def start(self, asked: dict[str, Any], call: Call, report: int) -> int:
        """A watcher in a session of its own, which forks the trial, waits for it and tells."""
        forker = os.getpid()
        pid = os.fork()
        if pid:
            return pid
        os.setsid()
        end_with_parent(forker)
        watcher = os.getpid()
        trial = os.fork()
        if trial == 0:
            os.setpgid(0, 0)
            self.trial(asked, call, watcher)
        signal.signal(signal.SIGTERM, lambda *_: _ended_group(trial))
        status = os.waitpid(trial, 0)[1]
        left = _ended_group(trial)
        _tell(report, asked["id"], os.waitstatus_to_exitcode(status), left)
        os._exit(0)

    def trial(self, asked: dict[str, Any], call: Call, watcher: int) -> NoReturn:
        """One call in a process, and if possible a network, of its own. Never returns."""
        code = 70
        try:
            end_with_parent(watcher)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            for number, path in ((1, asked["out"]), (2, asked["err"])):
                os.dup2(os.open(path, os.O_WRONLY), number)
                os.unlink(path)  # the lab holds it open; nothing is left where both are killed
            if self.own and own_network():
                send(self.control, asked["id"], self.listening(asked.get("closed", False)))
            code = _called(call, self.arguments)
            sys.stdout.flush()
            sys.stderr.flush()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)


def end_with_parent(parent: int) -> None:
    """End this process when `parent`, which made it, ends, where the system can.

    A parent that ended before this call sends no signal any more (prctl(2), PR_SET_PDEATHSIG): it
    is asked for afterwards.
    """
    if sys.platform.startswith("linux"):
        _libc.prctl(_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def _reaped(pid: int) -> bool:
    return os.waitpid(pid, os.WNOHANG)[0] == pid


def _imported(target: str) -> Call:
    sys.path[0] = os.getcwd()
    module, _, name = target.partition(":")
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    return found  # type: ignore[no-any-return]


def _ended_group(pid: int) -> bool:
    """End what a trial left behind in its process group; whether there was anything."""
    try:
        os.killpg(pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _tell(report: int, name: str, code: int, left: bool = False) -> None:
    """One short line: shorter than PIPE_BUF, so that lines of several writers do not mix."""
    told = {"id": name, "exit_code": code, "left": left}
    os.write(report, (json.dumps(told) + "\n").encode())


def _called(call: Call, arguments: Sequence[str]) -> int:
    """Call it as a command would be: what it returns is printed, what it raises is told."""
    try:
        result = call(*arguments)
        if inspect.iscoroutine(result):
            result = asyncio.run(result)
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else int(error.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    if result is not None:
        print(result)
    return 0


def main(words: list[str]) -> None:
    """See the module's text."""
    control = socket.socket(fileno=int(words[1]))
    if words[0] == "hold":
        hold(control)
    else:
        ports = [int(port) for port in words[2].split(",")]
        Forker(control, ports, words[4:], words[0] == "fork").serve(words[3])


if __name__ == "__main__":
    main(sys.argv[1:])
