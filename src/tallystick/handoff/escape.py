"""The one escaper of everything that is printed: pages, captures, case files and clients name
things, and what they say must not act where it is shown.
"""

import re

# Control characters (ECMA-48) move cursors and start escape sequences; the bidirectional ones of
# Unicode (UAX #9) show text in another order than it has; separators break lines.
_ACTING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"
    "\u061c\u200b\u2060-\u2064\ufff9-\ufffb]"
)
_SHOWN = "\N{REPLACEMENT CHARACTER}"
_SPACE = re.compile(r"\s+")
_TICKS = re.compile(r"`+")
# What begins or ends an image, a link, HTML, an entity or emphasis (CommonMark 0.31, section 2.4).
_MARKS = re.compile(r"[\\\[\]<&*~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
# What makes a block of a line: headings, quotations, lists, fences and rules.
_BLOCK = re.compile(
    r"^(?P<lead> ?)(?P<mark>(?:#{1,6}|[-+]|\d{1,9}(?=[.)]))(?=[.)]?(?: |$))|>|-{2,}$|=+$)"
)


class Escaped(str):
    """Text that an escaper has made; it is not escaped again."""

    __slots__ = ()


def printable(text: str) -> str:
    """Text whose characters act on nothing. Lines and tabs stay; other controls become U+FFFD."""
    return _ACTING.sub(_SHOWN, text)


def one_line(name: str) -> str:
    """A name that somebody else gave, as one line: what is no printable character shows as its
    escape, so that no line can be forged and no byte that is no text is lost.
    """
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in name)


def json_text(text: str) -> str:
    """JSON that means the same (RFC 8259, section 7), with what acts on a terminal escaped."""
    return _ACTING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def markdown(text: object) -> Escaped:
    """Text as one line of Markdown that shows as it is, with its code spans kept; what an escaper
    has made stays as it is.

    A row of a table stays one row. Escaped text may stand beside other text: what is left of it is
    no half of anything.
    """
    if isinstance(text, Escaped):
        return text
    flat = _SPACE.sub(" ", printable(str(text)))
    whole = "".join(_spans(flat))
    return Escaped(_BLOCK.sub(_unblocked, whole))


def code(text: object) -> Escaped:
    """Text as a code span (CommonMark 0.31, section 6.1)."""
    flat = " ".join(printable(str(text)).split()) or " "
    longest = max((len(run) for run in _TICKS.findall(flat)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if flat.startswith("`") or flat.endswith("`") else ""
    return Escaped(f"{fence}{pad}{_row(flat)}{pad}{fence}")


def block(text: str) -> Escaped:
    """Text as a block of code (CommonMark 0.31, section 4.5), with its lines."""
    shown = printable(text)
    longest = max((len(run) for run in _TICKS.findall(shown)), default=0)
    fence = "`" * max(3, longest + 1)
    return Escaped(f"{fence}\n{shown}\n{fence}")


def _spans(flat: str) -> list[str]:
    """The text with its code spans as they are and everything else escaped."""
    runs = list(_TICKS.finditer(flat))
    out: list[str] = []
    here = 0
    while runs:
        opening = runs.pop(0)
        closing = next((run for run in runs if len(run[0]) == len(opening[0])), None)
        out.append(_escaped(flat[here : opening.start()]))
        if closing is None:
            out.append("\\`" * len(opening[0]))
            here = opening.end()
            continue
        out.append(_row(flat[opening.start() : closing.end()]))
        here = closing.end()
        runs = [run for run in runs if run.start() >= here]
    out.append(_escaped(flat[here:]))
    return out


def _escaped(text: str) -> str:
    return _row(_MARKS.sub(_one, text))


def _one(mark: re.Match[str]) -> str:
    return {"<": "&lt;", "&": "&amp;"}.get(mark[0], f"\\{mark[0]}")


def _row(text: str) -> str:
    return text.replace("|", "\\|")


def _unblocked(begins: re.Match[str]) -> str:
    lead, mark = begins["lead"], begins["mark"]
    return f"{lead}{mark}\\" if mark.isdigit() else f"{lead}\\{mark}"
