"""Values of `finish_reason` that a page defines one by one, as if they were names of members."""

import re
from collections.abc import Iterable

# How it is marked that a title is one of them.
OF_END = "finish_reason "
# OpenAI, the chat completion object.
ENDS = ("stop", "length", "tool_calls", "content_filter", "function_call")
_OF_ENDS = re.compile(
    r"\b(?:finish(?:ed|_reasons?| reasons?)?|end(?:s|ed)?|stop(?:s|ped))\b", re.IGNORECASE
)


def as_end(term: str, titles: Iterable[str]) -> str:
    """A defined term, marked where the titles above it are of how an answer ends."""
    return f"{OF_END}{term}" if term in ENDS and any(map(_OF_ENDS.search, titles)) else term
