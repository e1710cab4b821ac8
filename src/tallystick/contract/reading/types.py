"""Types in TypeScript as a page's description of a body: `interface`, `type`, and what they hold.

A declaration is read where its name says that it is a request, an answer, a chunk or an error; what
it refers to is read in its place. A member without `?` is required
(TypeScript handbook, optional properties), a union of texts lists values, and a comment behind a
member is its description.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from tallystick.contract.draft import Draft
from tallystick.contract.reading.passages import Passage
from tallystick.contract.reading.traits import traits
from tallystick.documents import Text

_LANGUAGES = ("ts", "typescript", "tsx")
_DECLARED = re.compile(
    r"(?:export\s+)?(?:interface|type)\s+(?P<name>\w+)(?:\s+extends\s+[\w, ]+)?\s*=?\s*"
)
_MEMBER = re.compile(r"(?:readonly\s+)?['\"]?(?P<name>[A-Za-z_]\w*)['\"]?(?P<optional>\??)\s*:\s*")
_COMMENT = re.compile(r"//(?P<line>[^\n]*)|/\*(?P<block>.*?)\*/", re.DOTALL)
_TEXTS = re.compile(r"\|?\s*(?:'[^']*'|\"[^\"]*\")(?:\s*\|\s*(?:'[^']*'|\"[^\"]*\"))*")
_WORD = re.compile(r"\w+")
_KINDS = {"string": "string", "number": "number", "boolean": "boolean", "null": "null",
          "object": "object", "Record": "object", "integer": "number"}  # fmt: skip
_SIDES: tuple[tuple[str, str], ...] = (
    (r"(?:Api|API|Chat)?Error(?:Response|Body|Object)?", "error"),
    (r"(?:Chat)?(?:Completion)?(?:Stream)?Chunk(?:Response)?", "stream"),
    (r"(?:Create)?(?:Chat)?(?:Completion)?(?:Response|Result)|ChatCompletion", "response"),
    (
        r"(?:Create)?(?:Chat)?(?:Completions?)?(?:Request|CreateParams|Params|RequestBody|Body)",
        "request",
    ),
)
# Types that change another one: what they leave is not read.
_CHANGES = re.compile(r"(?!Array\b|ReadonlyArray\b)\w+\s*<")
_DEEPEST = 6
_OPENS, _CLOSES = "{[(<", "}])>"


class _Type(NamedTuple):
    """A declared type: where its expression begins and ends in the code."""

    name: str
    begin: int
    end: int


def type_drafts(passage: Passage) -> Iterator[Draft]:
    """What the types of a block of code state of a request, an answer or an error."""
    node = passage.node
    if node.kind != "code" or not node.name.lower().startswith(_LANGUAGES):
        return
    code = node.text
    plain = _blanked(code.plain)
    types = {one.name: one for one in _declared(plain)}
    for one in types.values():
        side = _side(one.name)
        if side:
            yield from _Reader(code, plain, types).expression(side, one.begin, one.end, 0)


def _blanked(text: str) -> str:
    """The code with its comments as spaces, so that places stay."""
    return _COMMENT.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)


def _declared(plain: str) -> Iterator[_Type]:
    for found in _DECLARED.finditer(plain):
        end = _end(plain, found.end())
        yield _Type(found["name"], found.end(), end)


def _end(plain: str, begin: int) -> int:
    """Where an expression ends: at a semicolon, a comma or a bracket that it did not open, or
    before a line that begins something else.
    """
    depth = 0
    at = begin
    while at < len(plain):
        char = plain[at]
        if char in "'\"":
            close = plain.find(char, at + 1)
            at = close if close > 0 else len(plain)
        elif char in _OPENS:
            depth += 1
        elif char in _CLOSES and plain[at - 1] != "=":
            depth -= 1
            if depth < 0:
                return at
        elif depth == 0 and (char in ";," or (char == "\n" and _is_over(plain, begin, at))):
            return at
        at += 1
    return len(plain)


def _is_over(plain: str, begin: int, at: int) -> bool:
    """Whether what follows a line's end belongs to another member or declaration."""
    written = plain[begin:at].rstrip()
    goes_on = plain[at:].lstrip().startswith(("|", "&", "["))
    return bool(written.strip()) and not goes_on and written[-1] not in "|&=:"


def _side(name: str) -> str:
    return next((side for pattern, side in _SIDES if re.fullmatch(pattern, name)), "")


class _Reader:
    """Reads the members of one body; a type that refers to itself is read once."""

    def __init__(self, code: Text, plain: str, types: Mapping[str, _Type]) -> None:
        self._code, self._plain, self._types = code, plain, types
        self._open: list[str] = []
        self._choices = 0

    def expression(self, place: str, begin: int, end: int, depth: int) -> Iterator[Draft]:
        """The members of an expression. Of alternatives it is told that there are such members:
        what one of them requires or lists, another may not.
        """
        if depth > _DEEPEST:
            return
        choices = sum(1 for _ in self._alternatives(begin, end)) > 1
        self._choices += choices
        yield from self._each(place, begin, end, depth)
        self._choices -= choices

    def _alternatives(self, begin: int, end: int) -> Iterator[str]:
        """The objects and declared types of a union."""
        depth = 0
        for found in re.finditer(r"[{}]|\w+", self._plain[begin:end]):
            mark = found[0]
            if mark == "{" and depth == 0:
                yield mark
            depth += (mark == "{") - (mark == "}")
            if depth == 0 and mark in self._types:
                yield mark

    def _each(self, place: str, begin: int, end: int, depth: int) -> Iterator[Draft]:
        at = begin
        while at < end:
            char = self._plain[at]
            if char == "{":
                close = self._close(at, end)
                yield from self._members(place, at + 1, close, depth)
                at = close + 1
            elif changed := _CHANGES.match(self._plain, at, end):
                at = self._close_angle(changed.end() - 1, end) + 1
            elif word := _WORD.match(self._plain, at, end):
                yield from self._reference(place, word[0], depth)
                at = word.end()
            else:
                at += 1

    def _reference(self, place: str, name: str, depth: int) -> Iterator[Draft]:
        told = self._types.get(name)
        if told is None or name in self._open:
            return
        streamed = re.match(r"Stream", name) is not None
        self._open.append(name)
        side = place.replace("response.", "stream.", 1) if streamed else place
        yield from self.expression(side, told.begin, told.end, depth + 1)
        self._open.pop()

    def _close_angle(self, at: int, end: int) -> int:
        depth = 0
        for here in range(at, end):
            depth += (self._plain[here] == "<") - (self._plain[here] == ">")
            if depth == 0:
                return here
        return end

    def _close(self, at: int, end: int) -> int:
        depth = 0
        for here in range(at, end):
            depth += (self._plain[here] == "{") - (self._plain[here] == "}")
            if depth == 0:
                return here
        return end

    def _members(self, place: str, begin: int, end: int, depth: int) -> Iterator[Draft]:
        at = begin
        while (found := _MEMBER.search(self._plain, at, end)) is not None:
            stop = _end(self._plain, found.end())
            yield from self._member(place, found, min(stop, end), depth)
            at = max(min(stop, end), found.end())

    def _member(self, place: str, found: re.Match[str], end: int, depth: int) -> Iterator[Draft]:
        location, begin = f"{place}.{found['name']}", found.end()
        if place == "error" and found["name"] == "error":
            location = "error"
        written = self._plain[begin:end].strip()
        span = self._code.span(found.start("name"), end)
        if location != "error":
            yield Draft(location, "exists", "yes", *span)
        if location != "error" and not self._choices:
            optional = found["optional"] or re.search(r"\bundefined\b", written)
            yield Draft(location, "required", "no" if optional else "yes", *span)
            yield from self._typed(location, written, span)
        yield from self._described(location, found.start("name"), end)
        inner = location + ("[]" if _is_list(written) else "")
        held = list(self.expression(inner, begin, end, depth + 1))
        yield from held
        if location == "error" and (names := _members_of_error(held)):
            yield Draft("error.body", "enum", names, *span)

    def _typed(self, location: str, written: str, span: tuple[int, int]) -> Iterator[Draft]:
        kinds = ["array"] if _is_list(written) else sorted(_kinds(written))
        if kinds:
            yield Draft(location, "kind", "|".join(kinds), *span)
        if _TEXTS.fullmatch(written):
            values = re.findall(r"['\"]([^'\"]*)['\"]", written)
            yield Draft(location, "enum", "|".join(sorted(values)), *span)

    def _described(self, location: str, begin: int, end: int) -> Iterator[Draft]:
        """The comment behind a member on its line, or right before it."""
        text = self._code.plain
        stop = text.find("\n", end)
        for found in _COMMENT.finditer(text, end, stop if stop >= 0 else len(text)):
            part = self._code.part(*found.span()).stripped()
            yield from traits(location, part, form="candidate", why="stands behind the member")
        before = text[:begin].rstrip()
        if before.endswith("*/") and "@deprecated" in before[before.rfind("/*") :]:
            yield Draft(
                location, "deprecated", "yes", *self._code.span(before.rfind("/*"), len(before))
            )


def _members_of_error(held: list[Draft]) -> str:
    named = (draft.location.removeprefix("error.") for draft in held if draft.aspect == "exists")
    return "|".join(sorted({name for name in named if "." not in name and "[" not in name}))


def _is_list(written: str) -> bool:
    alone = "|" not in re.sub(r"\{[^}]*\}|\([^)]*\)|<[^>]*>", "", written)
    return alone and (written.endswith("[]") or written.startswith("Array<"))


def _kinds(written: str) -> set[str]:
    """The kinds of a member; none where a part of it is of a type that is not known."""
    found: set[str] = set()
    for part in re.split(r"\|(?![^{]*\})", written):
        bare = part.strip()
        if not bare:
            continue
        word = _WORD.match(bare)
        kind = "string" if bare[0] in "'\"" else "object" if bare[0] == "{" else None
        kind = "array" if bare.endswith("[]") else kind
        kind = kind or (_KINDS.get(word[0]) if word else None)
        if kind is None:
            return set()
        found.add(kind)
    return found
