"""What a field's own description says of it.

Its range and its default, said without a condition, are stated; all else is a candidate.
"""

import re
from collections.abc import Iterator

import msgspec

from tallystick.contract.draft import Draft
from tallystick.contract.reading.companions import companions
from tallystick.contract.reading.onlythese import only_these
from tallystick.contract.reading.refusals import models_of, refusals
from tallystick.contract.reading.traits import traits
from tallystick.contract.reading.vocabulary import place_of
from tallystick.documents import Text

# What makes a statement about a field depend on something, or soft.
_SOFT = re.compile(
    r"\b(?:if|when|unless|depend\w*|recommend\w*|usual\w*|typical\w*|prefer\w*|suggest\w*|should"
    r"|e\.g|example|such as|like|around|about|roughly|approximately|per|each|most models"
    r"|(?:for|with) .*models?|plans?|tiers?)\b",
    re.IGNORECASE,
)
# A model that words name without setting it as code: `for gpt-4o`, `(gpt-5)`.
_OF_ONE = re.compile(
    r"\b(?:for|on|with|by|in) (?:the )?[\"']?(?:(?=[\w./-]*\d)[a-z][\w./-]*|[a-z]+ \d)"
    r"|\([^()\[\]]*\b[a-z]+-?\d[\w.-]*[^()\[\]]*\)",
    re.IGNORECASE,
)
# No condition: it holds whatever the model is.
_OF_ALL = re.compile(
    r",? (?:for|with|on|by|across) (?:every|all|any|each)(?: \w+){0,2} models?\b(?: that [^.;,]*)?",
    re.IGNORECASE,
)
# What says that a list of values is the whole of it.
_LISTS = re.compile(
    r"\b(?:one of|either|must be|available options|(?:allowed|possible|supported|accepted|valid)"
    r" values|only)\b",
    re.IGNORECASE,
)
_EXACT = ("minimum", "maximum", "default", "max-items", "max-length", "pattern")


_TAKEN_BY = re.compile(
    r"(?<!not )\b(?:supported|accepted|available) (?:by|for|on|with)\b", re.IGNORECASE
)
_IGNORED = re.compile(
    r"\bignor(?:es?|ed)\b|\bnot (?:honou?red|guaranteed|enforced)\b|\bno guarantee\b", re.IGNORECASE
)
_NOT_ALL = re.compile(
    r"\bnot (?:adjustable|supported|available|accepted|allowed|taken|on|for|by)?\b[^.;]{0,20}"
    r"\b(?:every|all|some)\b[^.;]{0,12}\bmodels?\b"
    r"|\b(?:some|other|older|newer|certain|reasoning|thinking|most|a few) models?\b"
    r"|\bmodel[- ]dependent\b|\bdepends? on the model\b",
    re.IGNORECASE,
)
_OF_USAGE = ("response.usage", "request.stream_options.include_usage")
_IN_STREAM = re.compile(
    r"\b(?:adds? (?:one|an?) (?:more|extra|last|final|further|additional) (?:chunk|event|message)"
    r"|chunks?\b[^.;]{0,60}\b(?:sent|comes?|holds?|carr\w+|has)"
    r"|in (?:a )?stream\w*\b[^.;]{0,60}\b(?:last|final)"
    r"|last (?:chunk|message|event) of (?:a|the) stream)",
    re.IGNORECASE,
)


# Of a chunk that has the usage and nothing else.
_EMPTY = re.compile(r"\bempty\b[^.;]{0,40}\bchunk\b|\bchunk\b[^.;]{0,60}\bempty\b", re.IGNORECASE)


# Which characters a name or an id may have, and how many.
_WRITTEN = re.compile(
    r"\b(?:letters|digits|alphanumeric|a-z|underscores?|hyphens?)\b|\d characters\b",
    re.IGNORECASE,
)


def described(location: str, text: Text) -> Iterator[Draft]:
    """Sentences that describe a field. Its range and its default, said without a condition in the
    field's own description, are stated; all else that they say are candidates.
    """
    location = _of_member(location, text)
    yield from refusals(text, location)
    yield from only_these(text, location)
    if location in _OF_USAGE and _IN_STREAM.search(text.plain):
        why = "says of a usage that chunks carry it"
        yield Draft("stream.usage", "exists", "yes", *text.span(), "", "candidate", why)
    begin = 0
    for gap in [*re.finditer(r"(?<=[.;])\s+", text.plain), None]:
        end = gap.start() if gap else len(text.plain)
        part = text.part(begin, end).stripped()
        if location == "response.choices" and _EMPTY.search(part.plain):
            why = "says of a chunk that its choices are empty"
            yield Draft("stream.choices", "meaning", part.plain, *part.span(), "", "candidate", why)
        if location.startswith("request.") and _WRITTEN.search(part.plain):
            why = "says how it is written"
            yield Draft(location, "meaning", part.plain, *part.span(), "", "candidate", why)
        if location.startswith("request.") and _NOT_ALL.search(part.plain):
            why = "says that not every model takes it"
            yield Draft(location, "meaning", part.plain, *part.span(), "", "candidate", why)
        if part.plain and not re.search(r"\b(?:some|other|older|certain) models?\b", part.plain):
            yield from companions(location, part)
            yield from _of_takers(location, part) if location.startswith("request.") else ()
            yield from _traits(location, part)
        begin = gap.end() if gap else end


# A member of the field, whose values and default the description goes on to tell.
_MEMBER = re.compile(
    r"(?:\w+ )?(?:values|options) (?:of|for) (\w+)(?=\s*(?::|are\b))", re.IGNORECASE
)


# Members of a request that are objects with members of their own.
_HOLDING = frozenset("response_format tool_choice thinking reasoning audio web_search".split())


def _of_member(location: str, text: Text) -> str:
    """The place that a description is about: the field, or the member that it begins with."""
    found = _MEMBER.match(text.plain)
    coded = found is not None and found.span(1) in text.codes
    inner = found[1] if found and coded else ""
    holds = location.rpartition(".")[2] in _HOLDING and inner.isalpha() and not place_of(inner)
    return f"{location}.{inner}" if holds and not location.endswith(f".{inner}") else location


def _of_takers(location: str, part: Text) -> Iterator[Draft]:
    """Which models take a member, or do not honour it."""
    said = part.plain
    if _TAKEN_BY.search(said):
        why = "names the models that take it"
        yield Draft(location, "meaning", said, *part.span(), "", "candidate", why)
    if _IGNORED.search(said):
        when = f"model={of}" if (of := models_of(part)) else ""
        why = "says who does not honour it"
        yield Draft(location, "meaning", said, *part.span(), when, "candidate", why)


def _traits(location: str, part: Text) -> Iterator[Draft]:
    soft = any(form.search(_OF_ALL.sub("", part.plain)) for form in (_SOFT, _OF_ONE))
    of = _of_models(part)
    for draft in traits(location, part, form="candidate", why=_OF_FIELD):
        if of and draft.aspect in _EXACT:
            yield msgspec.structs.replace(draft, when=f"model={of}")
            continue
        listed = draft.aspect == "enum" and _LISTS.search(part.plain) is not None
        closed = listed and location.startswith("request.")
        exact = (draft.aspect in _EXACT or closed) and not soft
        yield msgspec.structs.replace(draft, form="stated", why="") if exact else draft


_OF_FIELD = "says it of the field it stands at"


def _of_models(part: Text) -> str:
    """The models that a description names its limits for: `for `claude-sonnet-4-5``."""
    about = (first for first, _ in part.codes if _FOR.search(part.plain[:first]))
    return models_of(part) if any(about) else ""


_FOR = re.compile(r"\b(?:for|on|with|by|of) ?$", re.IGNORECASE)
