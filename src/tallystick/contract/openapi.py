"""An OpenAPI document becomes clauses about one operation (OpenAPI Specification 3.1.0, and 2.0,
which was called Swagger: its body is a parameter, its address stands in parts).

Only what the document states becomes a clause: a property that is in no `required` list is
documented to exist and promised by nobody.
"""

import re
from collections.abc import Iterator

import msgspec

from tallystick.contract.alternatives import alternatives
from tallystick.contract.answerheaders import told_in_headers
from tallystick.contract.descriptions import Stored, told, told_of_operation, told_of_status
from tallystick.contract.draft import Draft
from tallystick.contract.endpoints import endpoint, operation_of
from tallystick.contract.schemalimits import limits_of, plain
from tallystick.contract.spanned import DocumentError, Spanned
from tallystick.record.case import Operation

MAX_DEPTH = 12
MAX_VISITS = 20_000
_KINDS = {"integer": "number"}


class Place(msgspec.Struct, frozen=True):
    """Where a schema stands: the location's prefix and the dotted path below it."""

    prefix: str
    path: str = ""

    def member(self, name: str) -> "Place":
        """The place of a property."""
        return Place(self.prefix, f"{self.path}.{name}" if self.path else name)

    def items(self) -> "Place":
        """The place of an array's items."""
        return Place(self.prefix, f"{self.path}[]")

    @property
    def location(self) -> str:
        """The location's name."""
        return f"{self.prefix}.{self.path}" if self.path else self.prefix


def is_openapi(tree: Spanned) -> bool:
    """Whether a document says that it is OpenAPI 3, or Swagger 2."""
    return tree.text("openapi").startswith("3.") or tree.text("swagger") == "2.0"


def read_openapi(tree: Spanned, method: str, path: str, stored: Stored) -> Iterator[Draft]:
    """The clauses of one operation, and the candidates of its descriptions.

    Raises:
        DocumentError: the document has no such operation, or a reference leads nowhere.
    """
    reader = _Reader(tree, stored)
    name, found, operation = operation_of(tree, method, path)
    yield from endpoint(tree, found, name, method)
    yield from reader.security(operation)
    yield from _key_parameter(reader, operation)
    for holder in (tree.get("info"), operation):
        yield from told_of_operation(holder, Operation(path=path), stored)
    holder = reader.deref(operation.get("requestBody"))
    body = _schema(holder, "application/json") or _parameter(reader, operation)
    media = _content(holder, "application/json")
    if media is not None:
        yield Draft(
            "request.content_type", "value", "application/json", media.key_start, media.key_end
        )
    if body is not None:
        yield from reader.schema(body, Place("request"))
    responses = operation.get("responses")
    for status, response in (responses.fields or {}).items() if responses else ():
        yield from reader.response(status, response)


# Schemas that a fragment without paths names after what they are of.
_NAMED = (
    ("response", r"(?:Create)?Chat(?:Completions?)?(?:Response|Result|Object)?|Completion"),
    ("request", r"(?:Create)?(?:Chat)?(?:Completions?)?(?:Request|Params|RequestBody|Body)"),
    ("stream", r"(?:Create)?(?:Chat)?(?:Completions?)?(?:Stream)?(?:Chunk|StreamResponse)"),
    ("error", r"(?:Api|API|Chat)?Error"),
)


def is_fragment(tree: Spanned) -> bool:
    """Whether a document has the schemas of an OpenAPI document, and no paths."""
    paths = tree.get("paths")
    return tree.get("components", "schemas") is not None and (paths is None or not paths.fields)


def read_fragment(tree: Spanned, stored: Stored) -> Iterator[Draft]:
    """The clauses of the schemas whose names say that they are of a request, an answer or a chunk.

    Raises:
        DocumentError: a reference leads nowhere.
    """
    schemas = tree.get("components", "schemas")
    for name, node in (schemas.fields or {}).items() if schemas is not None else ():
        side = next((side for side, named in _NAMED if re.fullmatch(named, name)), "")
        if side:
            yield from _Reader(tree, stored).schema(node, Place(side))


def _parameters(reader: "_Reader", operation: Spanned) -> list[Spanned]:
    listed = operation.get("parameters")
    found = [reader.deref(one) for one in listed.items or ()] if listed is not None else []
    return [one for one in found if one is not None]


def _parameter(reader: "_Reader", operation: Spanned) -> Spanned | None:
    """The schema of the body, which is a parameter in OpenAPI 2.0."""
    found = _parameters(reader, operation)
    bodies = [one for one in found if one.text("in") == "body"]
    return bodies[0].get("schema") if bodies else None


_KEYS = frozenset(("authorization", "api-key", "x-api-key"))


def _key_parameter(reader: "_Reader", operation: Spanned) -> Iterator[Draft]:
    """The header of the key where it is a parameter of the operation (Apifox and Apidog export it
    so; OpenAPI 3.1, Parameter Object, would have it ignored), and the scheme of its example.
    """
    for one in _parameters(reader, operation):
        name, shown = one.text("name"), one.get("example")
        if one.text("in") != "header" or name.lower() not in _KEYS:
            continue
        yield Draft("auth.header", "value", name, one.key_start, one.end)
        scheme = str(shown.scalar).split(" ")[0] if shown is not None else ""
        if shown is not None and scheme in ("Bearer", "Basic"):
            place = (shown.key_start, shown.end)
            yield Draft("auth.scheme", "value", scheme, *place, "", "example")


def _content(holder: Spanned | None, media_type: str) -> Spanned | None:
    """A media type's entry, whatever its parameters (RFC 9110, section 8.3.1)."""
    listed = holder.get("content") if holder is not None else None
    fields = listed.fields or {} if listed is not None else {}
    return next((v for k, v in fields.items() if k.partition(";")[0].strip() == media_type), None)


def _schema(holder: Spanned | None, media_type: str) -> Spanned | None:
    content = _content(holder, media_type)
    own = holder.get("schema") if holder is not None and media_type.endswith("json") else None
    if content is None and own is not None:  # OpenAPI 2.0: of whatever type it produces
        return own
    return (content.get("schema") or content.get("itemSchema")) if content else None


class _Reader:
    def __init__(self, tree: Spanned, stored: Stored) -> None:
        self._tree, self._stored = tree, stored
        self._visits = 0

    def deref(self, node: Spanned | None) -> Spanned | None:
        """The node, or what its local `$ref` points at (JSON Pointer, RFC 6901)."""
        seen = 0
        while node is not None and node.text("$ref"):
            reference, seen = node.text("$ref"), seen + 1
            parts = [p.replace("~1", "/").replace("~0", "~") for p in reference[2:].split("/")]
            target = self._tree.get(*parts) if reference.startswith("#/") else None
            if target is None or seen > MAX_DEPTH:
                raise DocumentError(f"has a reference that leads nowhere: {reference}")
            node = target
        return node

    def security(self, operation: Spanned) -> Iterator[Draft]:
        """What the operation's (or the document's) security requirement states of the header."""
        required = operation.get("security") or self._tree.get("security")
        entries = list((required.items or ()) if required else ())
        for number, entry in enumerate(entries, start=1):
            when = f"alternative={number}" if len(entries) > 1 else ""
            for name in entry.fields or {}:
                scheme = self._tree.get("components", "securitySchemes", name)
                scheme = scheme or self._tree.get("securityDefinitions", name)
                if scheme is None:
                    raise DocumentError(f"requires a security scheme that it does not have: {name}")
                for draft in self._scheme(scheme):
                    yield msgspec.structs.replace(draft, when=when)

    def _scheme(self, scheme: Spanned | None) -> Iterator[Draft]:
        scheme = self.deref(scheme)
        if scheme is None:
            return
        start, end = scheme.key_start, scheme.end
        if scheme.text("type") == "http":
            yield Draft("auth.header", "value", "Authorization", start, end)
            yield Draft("auth.scheme", "value", scheme.text("scheme").capitalize(), start, end)
        elif scheme.text("type") == "apiKey" and scheme.text("in") == "header":
            yield Draft("auth.header", "value", scheme.text("name"), start, end)

    def response(self, status: str, response: Spanned) -> Iterator[Draft]:
        """The clauses of one response by status."""
        body = self.deref(response)
        yield from told_in_headers(body)
        plain, streamed = _schema(body, "application/json"), _schema(body, "text/event-stream")
        if status.startswith("2"):
            yield from self.schema(plain, Place("response"))
            yield from self.schema(self._chunk(streamed), Place("stream"))
            return
        meaning = body.get("description") if body is not None else None
        if status.isdigit() and meaning is not None:
            text = " ".join(str(meaning.scalar).split())
            location = f"error.status.{status}"
            yield Draft(location, "meaning", text, meaning.key_start, meaning.end)
            yield from told_of_status(meaning, status, self._stored)
        error = self.deref(plain)
        inner = self.deref(error.get("properties", "error")) if error is not None else None
        members = envelope.get("properties") if (envelope := inner or error) is not None else None
        if members is not None and members.fields and {"message", "code"} & members.fields.keys():
            listed = "|".join(sorted(members.fields))
            yield Draft("error.body", "enum", listed, members.key_start, members.key_end)
        yield from self.schema(envelope, Place("error"))

    def _chunk(self, streamed: Spanned | None) -> Spanned | None:
        """The schema of a stream's data. Some documents describe the event around it, as it is
        framed (WHATWG HTML, 9.2.6): `data`, `event`, `id`, `retry`.
        """
        event = self.deref(streamed)
        fields = event.get("properties") if event is not None else None
        framed = fields is not None and set(fields.fields or {}) <= {"data", "event", "id", "retry"}
        data = fields.get("data") if fields is not None and framed else None
        return data or streamed

    def schema(
        self, node: Spanned | None, place: Place, above: frozenset[int] = frozenset()
    ) -> Iterator[Draft]:
        """The clauses of a schema and of everything below it; `above` are those it stands in."""
        schema = self.deref(node)
        if schema is None or id(schema) in above or len(above) > MAX_DEPTH:
            return
        self._visits += 1
        if self._visits > MAX_VISITS:
            raise DocumentError(f"has schemas that unfold to more than {MAX_VISITS}")
        inner = above | {id(schema)}
        if place.path:
            yield from self._own(schema, place)
        whole = schema.get("allOf")
        for branch in (whole.items or ()) if whole else ():
            yield from self.schema(branch, place, inner)
        for part in ("oneOf", "anyOf"):
            branches = schema.get(part)
            if branches is not None and branches.items:
                yield from alternatives(
                    [list(self.schema(branch, place, inner)) for branch in branches.items]
                )
        yield from self._members(schema, place, inner)
        items = schema.get("items")
        if items is not None:
            yield from self.schema(items, place.items() if place.path else place, inner)

    def _own(self, schema: Spanned, place: Place) -> Iterator[Draft]:
        kind = schema.get("type")
        if kind is not None:
            # `nullable` is OpenAPI 3.0's way; 3.1 lists `null` among the types.
            nullable = schema.get("nullable")
            null = nullable is not None and str(nullable.scalar).lower() == "true"
            yield Draft(place.location, "kind", _kinds(kind, null), kind.key_start, kind.end)
        values = schema.get("enum")
        if values is not None and values.items:
            listed = "|".join(sorted(str(item.scalar) for item in values.items))
            yield Draft(place.location, "enum", listed, values.key_start, values.end)
        yield from _said(schema, place)
        yield from told(schema, place.location, self._stored)
        more = schema.get("additionalProperties")
        if more is not None and more.fields is None:
            value = "yes" if str(more.scalar).lower() == "true" else "no"
            yield Draft(place.location, "additional", value, more.key_start, more.end)
        for aspect, value, limit in limits_of(schema):
            yield Draft(place.location, aspect, value, limit.key_start, limit.end)

    def _members(self, schema: Spanned, place: Place, above: frozenset[int]) -> Iterator[Draft]:
        properties = schema.get("properties")
        for name, child in (properties.fields or {}).items() if properties else ():
            inner = place.member(name)
            yield Draft(inner.location, "exists", "yes", child.key_start, child.key_end)
            yield from self.schema(child, inner, above)
        required = schema.get("required")
        for item in (required.items or ()) if required else ():
            inner = place.member(str(item.scalar))
            yield Draft(inner.location, "required", "yes", item.start, item.end)


def _said(schema: Spanned, place: Place) -> Iterator[Draft]:
    """A schema's one value, its default, and whether it is deprecated."""
    const = schema.get("const")
    if const is not None and isinstance(const.scalar, str):
        yield Draft(place.location, "enum", const.scalar, const.key_start, const.end)
    default = schema.get("default")
    if default is not None and default.scalar is not None and not default.items:
        told = plain(default.scalar)
        yield Draft(place.location, "default", told, default.key_start, default.end)
    old = schema.get("deprecated")
    if old is not None and plain(old.scalar) == "true":
        yield Draft(place.location, "deprecated", "yes", old.key_start, old.end)


def _kinds(kind: Spanned, null: bool) -> str:
    names = [str(item.scalar) for item in kind.items] if kind.items else [str(kind.scalar)]
    names += ["null"] if null else []
    return "|".join(sorted({_KINDS.get(name, name) for name in names}))
