"""Code samples: what a request sends, where it goes, and what an answer looks like.

A sample shows; it promises nothing. Every language is read alike: an address, a bearer header, and
a group of names with `model` and `messages` among them, whether it is a call's keywords, an object
or a dictionary.
"""

import re
from collections.abc import Callable, Iterator

import msgspec

from tallystick.contract.draft import Draft
from tallystick.contract.example import read_example, read_request
from tallystick.contract.reading.codegroups import groups_of
from tallystick.documents import Node
from tallystick.record.case import Operation
from tallystick.record.clause import Aspect

_ADDRESS = re.compile(
    r"(?P<base>https?://(?P<host>[\w.-]+(?::\d+)?)(?P<root>/[\w/.-]*?)?)(?P<rest>/chat/completions)(?![\w/])"
)
_BASE = re.compile(
    r"(?:base[_ ]?url|api[_ ]?base|base)[\"']?\s*(?:[:=]|is|to)\s*[\"'`]?(https?://[\w.:/-]*\w)/?(?=[\"'`\s,);.]|$)",
    re.IGNORECASE,
)
_OPERATION = re.compile(
    r"(?P<method>GET|POST|PUT|PATCH|DELETE)\s+(?P<host>https?://[\w.-]+(?::\d+)?)?(?P<path>/[\w/.-]+)"
)
_PATH_LINE = re.compile(r"\b(POST)\s+(/[\w/.-]*chat/completions)\b")
_BEARER = re.compile(
    r"(Authorization)[\"'`]?\s*(?:[:=,]|=>|\))?\s*\(?[\"'`f$]*\s*(Bearer)\b", re.IGNORECASE
)
_KEY_HEADER = re.compile(r"\b((?:x-)?api-key)[\"'`]?\s*([:=,]|=>)\s*\S", re.IGNORECASE)
_JSON_BODY = re.compile(r"Content-Type[\"'`]?\s*[:=,]\s*[\"'`]?application/json", re.IGNORECASE)
_POST = re.compile(
    r"\bPOST\b|\.post\(|(?:^|\s)(?:-d|--data(?:-raw|-binary)?|--json)\s", re.MULTILINE
)
_READS = re.compile(
    r"choices[\"']?\]?(?:\??\.)?\[0\](?P<below>(?:[?!]?\.(?:message|delta)|\[[\"'](?:message|delta)[\"']\])"
    r"(?:[?!]?\.(?:content|tool_calls)|\[[\"'](?:content|tool_calls)[\"']\])"
    r"|[?!]?\.finish_reason|\[[\"']finish_reason[\"']\])"
)
_STATUS_LINE = re.compile(r"^(?:< ?)?HTTP/[\d.]+ ([45]\d\d)\b ?(.*)$", re.MULTILINE)
_TOLD = re.compile(
    r"^(?:< ?)?(retry-after|x-rate-?limit[\w-]*)\s*:\s*\S", re.MULTILINE | re.IGNORECASE
)
# Reserved for documentation (RFC 2606), and what pages write in the reader's place.
_PLACEHOLDER = re.compile(
    r"your|\bexample\.(?:com|org|net)\b|placeholder|localhost|127\.0\.0\.1|<|\{", re.IGNORECASE
)
_SDK_CALL = re.compile(
    r"chat\.completions\.create|chat/completions|ChatCompletion|\"messages\"|'messages'"
)
MAX_SAMPLE = 200_000
# Where an object begins, at the beginning of a line.
_OBJECT = re.compile(r"(?:\A|\n)\s*(?=\{|\[\s*\{)")
_Reader = Callable[[str, int], Iterator[Draft]]


def sample_drafts(node: Node, operation: Operation) -> Iterator[Draft]:
    """What a code block shows of the operation; nothing where it is about something else."""
    if len(node.raw) > MAX_SAMPLE:
        return
    reader = _Sample(node)
    yield from reader.address(operation)
    yield from reader.header()
    yield from reader.members()
    yield from reader.answers()


def inline_drafts(node: Node, operation: Operation) -> Iterator[Draft]:
    """An address or a header that a sentence shows as code."""
    reader = _Sample(node, of_text=True)
    if not _DENIED.search(node.text.plain):
        yield from reader.address(operation)
        yield from reader.header()
    whole = re.compile(rf"(?:(?<=POST )|(?<![\w/.:-]))(?:/[\w-]+)?{re.escape(operation.path)}\b")
    for first, last in (m.span() for m in whole.finditer(node.text.plain)):
        coded = ((first, last), (first - len("POST "), last))
        shown = node.kind == "heading" or any(one in node.text.codes for one in coded)
        if shown and not _DENIED.search(_sentence_at(node.text.plain, first)):
            yield reader.draft("endpoint.path", operation.path, first, last)


_DENIED = re.compile(r"\b(?:not|never|instead of|wrong|old|without|mistake)\b")


def _sentence_at(words: str, at: int) -> str:
    """The sentence of a text in which a character stands."""
    begin = max(words.rfind(mark, 0, at) for mark in (". ", "; ", "? ", "! ")) + 1
    ends = [end for mark in (". ", "; ", "? ", "! ") if (end := words.find(mark, at)) >= 0]
    return words[begin : min(ends, default=len(words))]


def matter_drafts(node: Node, operation: Operation) -> Iterator[Draft]:
    """The operation that a page's front matter names (Mintlify's `openapi` and `api`)."""
    for name in ("openapi", "api"):
        named = _OPERATION.search(node.attributes.get(name, ""))
        if named and named["path"].endswith(operation.path):
            yield from _operation(named, operation, node.start, node.end)
            return


def operation_line(node: Node, operation: Operation) -> Iterator[Draft]:
    """A paragraph that is nothing but the operation: `POST https://api.example/v1/…`."""
    text = node.text
    if len(text.codes) != 1:
        return
    first, last = text.codes[0]
    named = _OPERATION.fullmatch(text.plain[first:last].strip())
    alone = not text.plain[last:].strip(" .。") and _LABEL.fullmatch(text.plain[:first].strip())
    if named and alone and named["path"].endswith(operation.path):
        yield from _operation(named, operation, *text.span(first, last))


_LABEL = re.compile(r"(?:[^\W\d_][\w ]{1,30}\s*[:：])?")


def _operation(named: re.Match[str], operation: Operation, start: int, end: int) -> Iterator[Draft]:
    """What names the operation that a page is about states its path, its method and its base."""
    yield Draft("endpoint.path", "value", operation.path, start, end)
    yield Draft("endpoint.method", "value", named["method"], start, end)
    if named["host"] and not _PLACEHOLDER.search(named["host"]):
        base = f"{named['host']}{named['path']}".removesuffix("/chat/completions")
        yield Draft("endpoint.base_url", "value", base, start, end)


_SCHEME_NAME = re.compile(r"^\s*name:\s*([A-Za-z][\w-]+)\s*$", re.MULTILINE)


class _Sample:
    """One block of code; `at` turns its characters into bytes of the source."""

    def __init__(self, node: Node, *, of_text: bool = False) -> None:
        self.node = node
        self.text = node.text
        self.code = node.text.plain
        self.of_text = of_text

    def draft(self, location: str, value: str, first: int, last: int) -> Draft:
        start, end = self.text.span(first, last)
        aspect: Aspect = "exists" if value == "example" else "value"
        return Draft(location, aspect, value, start, end, "", "example")

    def address(self, operation: Operation) -> Iterator[Draft]:
        """The address that requests go to: a whole one, a line with a path, or a base."""
        yield from self._whole(operation)
        for line in _PATH_LINE.finditer(self.code):
            if line[2].endswith(operation.path) or operation.path.endswith(line[2]):
                yield self.draft("endpoint.path", operation.path, *line.span(2))
                yield self.draft("endpoint.method", "POST", *line.span(1))
        prefix = operation.path.removesuffix("/chat/completions")
        for found in _BASE.finditer(self.code):
            if not _PLACEHOLDER.search(found[1]) and (not prefix or found[1].endswith(prefix)):
                yield self.draft("endpoint.base_url", found[1], *found.span(1))

    def _whole(self, operation: Operation) -> Iterator[Draft]:
        for found in _ADDRESS.finditer(self.code):
            whole = f"{found['root'] or ''}{found['rest']}"
            if _PLACEHOLDER.search(found["base"]) or not whole.endswith(operation.path):
                continue
            yield self.draft("endpoint.path", operation.path, found.start("host"), found.end())
            yield self.draft("endpoint.base_url", found["base"], *found.span("base"))
            if self.of_text or _POST.search(self.code):
                yield self.draft("endpoint.method", "POST", found.start(), found.end())

    def header(self) -> Iterator[Draft]:
        """The header that carries the key, and the media type of what is sent."""
        typed = _JSON_BODY.search(self.code)
        if typed:
            yield self.draft("request.content_type", "application/json", *typed.span())
        found = _BEARER.search(self.code)
        if found:
            yield self.draft("auth.header", "Authorization", *found.span(1))
            yield self.draft("auth.scheme", "Bearer", *found.span(2))
        elif (other := _KEY_HEADER.search(self.code)) and (not self.of_text or other[2] != ","):
            name = "-".join(part.capitalize() for part in other[1].lower().split("-"))
            yield self.draft("auth.header", name, *other.span(1))

        yield from self._scheme()

    def _scheme(self) -> Iterator[Draft]:
        """A security scheme as references print it (OpenAPI 3.1.0, Security Scheme Object)."""
        name = _SCHEME_NAME.search(self.code)
        if name and {"type: apiKey", "in: header"} <= {" ".join(x.split()) for x in
                                                      self.code.splitlines()}:  # fmt: skip
            yield self.draft("auth.header", name[1], *name.span(1))

    def members(self) -> Iterator[Draft]:
        """The members of a request that a sample sends."""
        if not _SDK_CALL.search(self.code) and not self.code.lstrip().startswith(("{", "curl")):
            return
        if (begin := _OBJECT.search(self.code)) and not self.of_text:
            yield from self._found(read_request, begin.end(), len(self.code))
        for _, group in groups_of(self.code):
            names = {_wire_name(name): place for name, place in group.items()}
            if {"model", "messages"} <= names.keys() and "choices" not in names:
                for name, (first, last) in names.items():
                    if re.fullmatch(r"[a-z][a-z0-9_]*", name) and name not in _CLIENT:
                        yield self.draft(f"request.{name}", "example", first, last)
                yield from self._within(names)
                yield from self._beside()

    def _beside(self) -> Iterator[Draft]:
        """What the Python client is told to send beside the members that it knows."""
        for extra in _EXTRA.finditer(self.code):
            inside = (group for depth, group in groups_of(self.code[extra.end() :]) if not depth)
            for name, (first, last) in next(inside, {}).items():
                place = f"request.{name}"
                yield self.draft(place, "example", extra.end() + first, extra.end() + last)

    def _within(self, names: dict[str, tuple[int, int]]) -> Iterator[Draft]:
        for _, group in groups_of(self.code):
            if {"role", "content"} <= group.keys() and min(group.values()) > names["messages"]:
                for name in ("role", "content"):
                    yield self.draft(f"request.messages[].{name}", "example", *group[name])
                return

    def accesses(self) -> Iterator[Draft]:
        """The members of an answer that a sample reads."""
        for found in _READS.finditer(self.code):
            below = re.sub(r"[?!]?\.?\[[\"']?(\w+)[\"']?\]|[?!]?\.(\w+)", r".\1\2", found["below"])
            side = "stream" if below.startswith(".delta") else "response"
            yield self.draft(f"{side}.choices[]{below}", "example", *found.span())

    def answers(self) -> Iterator[Draft]:
        """What answers a sample shows: objects, errors, and a stream with its end."""
        if self.of_text:
            return
        if re.search(r"^\s*data:", self.code, re.MULTILINE):
            yield from self._stream()
            return
        yield from self._http()
        yield from self._told_alone()
        yield from self.accesses()
        if begin := _OBJECT.search(self.code):
            yield from self._found(read_example, begin.end(), len(self.code))

    def _found(self, read: _Reader, first: int, last: int) -> Iterator[Draft]:
        """What is read of the characters from `first` up to `last`, with its places in the source:
        a page may write a character as an entity, or with marks of its colour between.
        """
        code = self.code[first:last]
        chars = [first + at for at, char in enumerate(code) for _ in char.encode()] + [last]
        for draft in read(code, 0):
            start, end = self.text.span(chars[draft.start], chars[draft.end])
            yield msgspec.structs.replace(draft, start=start, end=end)

    def _told_alone(self) -> Iterator[Draft]:
        """The body of an error without an envelope, in a block that is named after its status."""
        begin = _OBJECT.search(self.code) if _FAILED.search(self.node.name) else None
        names = list(groups_of(self.code[begin.end() :]))[-1:] if begin else []
        for _, found in names:
            if "message" in found and not {"error", "choices"} & found.keys():
                listed = "|".join(sorted(found))
                made = self.draft("error.body", listed, 0, len(self.code))
                yield msgspec.structs.replace(made, aspect="enum")

    def _http(self) -> Iterator[Draft]:
        """An answer as it goes over the wire: its status and the headers that tell of limits."""
        for found in _STATUS_LINE.finditer(self.code):
            meaning = self.draft(f"error.status.{found[1]}", found[2] or "shown", *found.span())
            yield msgspec.structs.replace(meaning, aspect="meaning")
        for found in _TOLD.finditer(self.code):
            name = found[1].lower()
            if name == "retry-after":
                yield self.draft("retry.retry_after", "example", *found.span(1))
            else:
                yield self.draft("limit.headers", name, *found.span(1))

    def _stream(self) -> Iterator[Draft]:
        for line in re.finditer(r"^[ \t]*data:[ \t]*(.+?)[ \t]*$", self.code, re.MULTILINE):
            if line[1] == "[DONE]":
                yield self.draft("stream.done", "[DONE]", *line.span(1))
                continue
            yield from self._found(read_example, *line.span(1))
            if re.search(r"\"choices\"\s*:\s*\[\s*\]", line[1]) and '"usage"' in line[1]:
                yield self.draft("stream.usage", "example", *line.span(1))


_FAILED = re.compile(r"\b[45]\d\d\b")
_EXTRA = re.compile(r"\bextra_body\s*=\s*(?=\{)")
_CLIENT = frozenset(
    "timeout max_retries headers extra_headers extra_body extra_query http_client api_key base_url"
    " self client url method body json data".split()
)


def _wire_name(name: str) -> str:
    """A Go field by the name it has on the wire: `MaxTokens` is `max_tokens`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower() if name[:1].isupper() else name
