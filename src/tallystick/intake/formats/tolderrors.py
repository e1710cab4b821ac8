"""What a log says of a failure in an object of any shape: its words, and its codes."""

import re
from collections.abc import Iterator, Mapping

from tallystick.intake.formats.names import NAMES, WORDS
from tallystick.intake.formats.nodes import Node


def told_error(nodes: list[Node]) -> str | None:
    """What the log says of a failure, in its own words."""
    wanted, never = WORDS["error"]
    failed = (n.value for n in nodes if isinstance(n.value, str) and _FAILED.match(n.value))
    said: str | None = next(failed, None)
    if said is not None:
        return said
    for node in nodes:
        spoken = bool(wanted & node.own) and not never & node.own and isinstance(node.value, str)
        held = bool(wanted & node.own) and isinstance(node.value, dict)
        if node.name not in NAMES["error"] and not spoken and not held:
            continue
        if isinstance(node.value, str) and node.value.strip():
            return node.value
        if isinstance(node.value, dict):
            words = [
                node.value.get(k)
                for k in ("type", "name", "class", "kind", "reason", "message", "stack")
            ]
            told = ": ".join(str(word) for word in words if isinstance(word, str) and word)
            if told:
                return f"{told}{_caused(node.value)}"
    return _stack(nodes)


def _caused(error: Mapping[str, object], depth: int = 0) -> str:
    """What an error was caused by, as runtimes nest it (ECMA-262, `Error.cause`; Python's
    `__cause__`), outermost first.
    """
    cause = next((error[name] for name in ("cause", "__cause__") if name in error), None)
    if isinstance(cause, str) and cause.strip():
        return f"\n[cause]: {cause}"
    if not isinstance(cause, dict) or depth > _MOST_CAUSES:
        return ""
    words = [cause.get(name) for name in (*_OF_CAUSE, "syscall")]
    told = ": ".join(word for word in words if isinstance(word, str) and word)
    return (f"\n[cause]: {told}" if told else "") + _caused(cause, depth + 1)


_MOST_CAUSES = 4


# What a stack begins with, as runtimes of JavaScript print it.
_STACK = re.compile(r"\w*(?:Error|Exception)\b[^\n]*\n\s+at ")
_OF_CAUSE = ("name", "code", "message")


def _stack(nodes: list[Node]) -> str | None:
    """The stack of an error that stands beside the members of its line (winston), and the errors
    that caused it, innermost last.
    """
    stack = next((n.value for n in nodes if n.name == "stack" and isinstance(n.value, str)), "")
    if not _STACK.match(stack):
        return None
    inner = (n.value for n in nodes if n.is_in(_CAUSES) and n.name in _OF_CAUSE)
    causes = [str(value) for value in inner if isinstance(value, str)]
    return f"{stack}\n[cause]: {': '.join(causes)}" if causes else stack


_CAUSES = frozenset(("cause",))


# How relays of the one-api family write a failed call into their log, Guzzle one that it made
# (RequestException), and the SDK for .NET an answer (ClientResultException), whatever the member's
# name.
_FAILED = re.compile(
    r"status_code=[45]\d\d, |.{0,80}`POST https?://\S+` resulted in a `[45]\d\d "
    r"|HTTP [45]\d\d \(\w+: ?\w*\)\s"
)


def error_code(nodes: list[Node]) -> str | None:
    """The error's code, where a log keeps it apart from its text."""
    apart = (n.value for n in nodes if n.name.endswith(("errorcode", "errcode")))
    named = (*apart, *_of_error(nodes, "code"))
    return next((one for one in named if isinstance(one, str) and _CODE.fullmatch(one)), None)


def error_param(nodes: list[Node]) -> str | None:
    """The part of the request that the error names, where a log keeps it apart from its text."""
    return next((one for one in _of_error(nodes, "param") if isinstance(one, str) and one), None)


def _of_error(nodes: list[Node], name: str) -> Iterator[object]:
    """The members of that name that errors have, as SDKs keep what an envelope told."""
    return (n.value for n in nodes if n.name == name and n.names[-2:-1] and n.names[-2] in _ERRORS)


_ERRORS = frozenset(("err", "error", "exception"))
_CODE = re.compile(r"[A-Za-z][\w.-]{2,60}")


def own_code(nodes: list[Node]) -> str | None:
    """What a log's own code says that stands where a status would: no status is below zero."""
    codes = [n.value for n in nodes if n.name in NAMES["status"] and isinstance(n.value, int)]
    return f"the log has {codes[0]} for a status" if codes and codes[0] < 0 else None
