"""The place in an answer that the words of an exception name."""

import re

from tallystick.protocol.response import FINISH_REASONS

# Values that clients enumerate (chat completions, object definitions), by the place they stand at.
_ENUMERATED = {
    "choices[].finish_reason": frozenset(FINISH_REASONS),
    "service_tier": frozenset("auto default flex scale priority".split()),
    "choices[].{part}.role": frozenset("system user assistant tool developer function".split()),
    "choices[].{part}.tool_calls[].type": frozenset(("function", "custom")),
    "object": frozenset(("chat.completion", "chat.completion.chunk")),
}
# How deserializers tell a value that an enumeration lacks, and what it has: serde, pydantic, zod.
_VARIANT = re.compile(
    r"unknown variant|invalid enum|input should be|invalid_value|invalid option|not a valid"
)
_QUOTED = re.compile(r"[`'\"]([\w.]{2,40})[`'\"]")
# Where such a list begins and ends: what was met instead is quoted before it, or after.
_LISTED = re.compile(
    r"(?:.*?\bexpected\b)?(.*?)(?:\breceived\b|\bgot\b|\[type=|input_value|\binput['\"]|$)",
    re.DOTALL,
)


def enumerated(words: str, side: str) -> str:
    """The place of the enumeration whose values an exception's words list; empty where they list
    none.
    """
    listed = listed_values(words)
    # The more of a list is named, the surer it is meant; a word that two lists share names neither.
    shared = {p: (len(listed & known), len(listed & known) / len(known))
              for p, known in _ENUMERATED.items()}  # fmt: skip
    most = max(shared.values())
    best = [place for place, much in shared.items() if much == most]
    part = "delta" if side == "stream" else "message"
    return f"{side}.{best[0].format(part=part)}" if most[0] and len(best) == 1 else ""


def listed_values(words: str) -> set[str]:
    """The values that an exception's words list as those that the client knows."""
    found = _VARIANT.search(words)
    told = _LISTED.match(words[found.start() : found.start() + 400]) if found else None
    return set(_QUOTED.findall(told[1])) if told else set()


_FIELD = re.compile(
    r"\b(choices|message|content|delta|finish_reason|tool_calls|usage|arguments|role|created"
    r"|index(?! (?:out|was|\d)))\b"  # which the member is, and no item's number
)
_TOP = ("choices", "usage", "created")
# How pydantic tells where a member is missing, and the members of an answer (OpenAI, the completion
# object).
_REQUIRED_AT = re.compile(r"validation errors? for \S+\s+([a-z_][\w.]*)\s+field required")
MEMBERS = frozenset("id object created model choices usage system_fingerprint service_tier".split())


# How Jackson names a place (JsonMappingException.getPathReference).
_CHAIN = re.compile(r"reference chain: (?P<path>[^\n)]*)")
_LINK = re.compile(r"\[\"(\w{1,40})\"\]|\[[^\]\"]{1,12}\]")
# An object that a text prints: the names in it are those of the answer, not the exception's.
_PRINTED = re.compile(r"\{\s?\"(?:[^{}]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\})*\}")


# Where a value is not as expected, as a list of names and indices (Zod, `ZodIssue.path`); indices
# may be masked.
_ISSUE = re.compile(r"\"path\"\s?:\s?\[([^\]]{3,200})\]")
_STEP = re.compile(r"\"(?P<name>\w{1,40})\"|(?P<index>\d+|‹[^›]*›)")


# The Vercel AI SDK takes a chunk to be one, or an error; of an answer it has no such choice.
_OF_CHUNKS = re.compile(r"invalid_union.{1,2000}\"path\"\s?:\s?\[\s*\"error\"\s*\]", re.DOTALL)


def _issued(words: str, side: str) -> str:
    """The place of the first issue that a validator tells of an answer; empty where none is."""
    side = "stream" if _OF_CHUNKS.search(words) else side
    for issue in _ISSUE.finditer(words):
        steps = [m["name"] or "[]" for m in _STEP.finditer(issue[1])]
        path = ".".join(steps).replace(".[]", "[]")
        if path.startswith(("choices", *MEMBERS)):
            return f"{side}.{path}"
    return ""


def _linked(words: str, side: str) -> str:
    """The place that a chain of references leads to; empty where there is none."""
    chain = _CHAIN.search(words)
    links = [m[1] or "[]" for m in _LINK.finditer(chain["path"])] if chain else []
    path = ".".join(links).replace(".[]", "[]")
    return f"{side}.{path}" if path.startswith(("choices", *MEMBERS)) else ""


def place_named(words: str, side: str) -> str:
    """The place in an answer that an exception's words name; the body where they name none."""
    bare = _PRINTED.sub("{}", words)
    exact = (
        _issued(words, side)
        or _linked(words, side)
        or enumerated(bare, side)
        or _required(bare, side)
    )
    exact = exact or _subscripted(bare, side)
    return exact or _by_name(bare, side)


# A null that is subscripted, and the one part of a program's line that is (Python).
_SUBSCRIPTED = "'nonetype' object is not subscriptable"
_ITEM_OF = re.compile(r"^[^\n\[]*\.choices\[(?:\d|‹[^›]*›)\][^\n\[]*$", re.MULTILINE)


def _subscripted(words: str, side: str) -> str:
    """The choices, where the line that failed takes one of them and subscripts nothing else."""
    met = _SUBSCRIPTED in words and _ITEM_OF.search(words) is not None
    return f"{side}.choices" if met else ""


def _required(words: str, side: str) -> str:
    """The member that a validator says is missing; empty where it names none of an answer's."""
    told = _REQUIRED_AT.search(words)
    if told and told[1].partition(".")[0] in MEMBERS:
        path = re.sub(r"\.\d+", "[]", told[1])
        return f"{side}.{path}"
    return ""


def _by_name(words: str, side: str) -> str:
    """The place of the last member that an exception's words name."""
    named = _FIELD.findall(words)
    if not named:
        return f"{side}.body"
    part = "delta" if side == "stream" else "message"
    match named[-1]:
        case "content" | "tool_calls" | "role":
            return f"{side}.choices[].{part}.{named[-1]}"
        case "arguments":
            return f"{side}.choices[].{part}.tool_calls[].function.arguments"
        case "delta" | "message":
            return f"{side}.choices[].{part}"
        case name if name in _TOP:
            return f"{side}.{name}"
        case name:
            return f"{side}.choices[].{name}"
