"""The names within the brackets of a code sample, in whatever language it is."""

import re
from collections.abc import Iterator

_OPEN, _CLOSE = "([{", ")]}"
_KEY = re.compile(r"[\"']?([A-Za-z_]\w*)[\"']?\s*(?::|=(?![=>])|=>)")


def groups_of(code: str) -> Iterator[tuple[int, dict[str, tuple[int, int]]]]:
    """The names that stand directly within each pair of brackets, with their characters, and how
    many pairs it stands in.
    """
    stack: list[dict[str, tuple[int, int]]] = []
    at, quote = 0, ""
    while at < len(code):
        char = code[at]
        key = _KEY.match(code, at) if stack and not quote and _may_begin(code, at) else None
        if key:
            stack[-1].setdefault(key[1], key.span(1))
            at = key.end()
        elif not quote and char in _OPEN:
            stack.append({})
            at += 1
        elif not quote and char in _CLOSE and stack:
            names = stack.pop()
            yield len(stack), names
            at += 1
        else:
            quote = _quoted(code, at, quote)
            at += 2 if char == "\\" else 1


def _may_begin(code: str, at: int) -> bool:
    before = code[:at].rstrip()[-1:] if code[at - 1 : at].isspace() else code[at - 1 : at]
    return before in ("(", "{", "[", ",", "'", "\n", "")


def _quoted(code: str, at: int, quote: str) -> str:
    """The quotation mark that is open behind a character; a shell's around JSON is passed over."""
    char = code[at]
    if char not in "\"'`":
        return "" if char == "\n" and quote != "`" else quote
    if quote:
        return "" if char == quote else quote
    return "" if char == "'" and code[at + 1 : at + 2] in "{\n " else char
