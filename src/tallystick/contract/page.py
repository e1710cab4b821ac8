"""A stored source becomes clauses, whatever form it was captured in."""

import re
from collections.abc import Iterable, Iterator

import msgspec

from tallystick.contract.descriptions import Stored
from tallystick.contract.draft import Draft
from tallystick.contract.openapi import is_fragment, is_openapi, read_fragment, read_openapi
from tallystick.contract.pack import pack_drafts
from tallystick.contract.postman import is_postman, read_postman
from tallystick.contract.reading import read_tree
from tallystick.contract.reading.sayings import Said, sayings_of
from tallystick.contract.spanned import DocumentError, parse_spanned
from tallystick.documents import Document, Node, read_html, read_markdown
from tallystick.record.case import Operation
from tallystick.record.clause import Candidate, Citation, Clause, Reading, Saying, Source, Standing

MAX_BYTES = 20_000_000
_OPERATION = re.compile(
    r"^[#\s`*\"'~\w.:/-]{0,60}?\b(GET|POST|PUT|PATCH|DELETE) `?(/v\d+/[\w/{}.-]*[\w}])[`*\"'\s]*$",
    re.MULTILINE,
)
_SPECIFICATION = re.compile(rb"\s*[{]?\s*[\"']?(?:openapi|swagger)[\"']?\s*:")
_BEFORE = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:\s|<!--.*?-->|<\?xml.*?\?>)*", re.DOTALL)

__all__ = ["DocumentError", "media_type", "others_only", "read_source", "title_of"]


def media_type(name: str, data: bytes) -> str:
    """What a stored document is: `markdown`, `openapi` (JSON or YAML) or `html`."""
    head = _BEFORE.sub(b"", data[:20_000], count=1)[:200].lower()
    if head.startswith((b"<!doctype html", b"<html")):
        return "html"
    named = name.lower().endswith((".json", ".yaml", ".yml"))
    return "openapi" if named or _SPECIFICATION.match(head) else "markdown"


def title_of(data: bytes, kind: str) -> str:
    """The title of a page of some media type, or an empty text."""
    return _document(data, kind).title if kind in ("markdown", "html") else ""


def read_source(source: Source, data: bytes, operation: Operation) -> Reading:
    """What a source states of one operation, and what it seems to state.

    Raises:
        DocumentError: the document does not parse, or has a broken reference.
    """
    if len(data) > MAX_BYTES:
        raise DocumentError(f"has {len(data)} bytes; a page of more than {MAX_BYTES} is refused")
    if not data.strip():
        raise DocumentError("is empty")
    remarks: tuple[str, ...] = ()
    sayings: tuple[Saying, ...] = ()
    match source.media_type:
        case "openapi":
            drafts = list(_specification(_decode(data), 0, operation))
        case "pack":
            drafts = list(pack_drafts(_decode(data)))
        case "markdown" | "html":
            document = _document(data, source.media_type)
            own = as_written(_decode(data), operation)
            drafts, remarks = list(_page(document, own)), document.remarks
            sayings = tuple(_saying(one, source, data) for one in sayings_of(document, own))
        case _:
            drafts = []
    return Reading(
        tuple(_clauses([d for d in drafts if d.form != "candidate"], source, data)),
        tuple(_candidates(drafts, source, data)),
        remarks,
        sayings,
    )


def _document(data: bytes, kind: str) -> Document:
    return read_html(_decode(data)) if kind == "html" else read_markdown(_decode(data))


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(f"is not UTF-8 text (byte {error.start})") from None


def _specification(text: str, offset: int, operation: Operation) -> Iterator[Draft]:
    tree, stored = parse_spanned(text, offset), Stored(text.encode(), offset)
    if is_postman(tree):
        yield from read_postman(tree, operation, stored)
        return
    if is_fragment(tree):
        found = list(read_fragment(tree, stored))
        if found or not is_openapi(tree):
            yield from found
            return
    if not is_openapi(tree):
        raise DocumentError(
            "is no OpenAPI document and no collection of Postman: it has no `openapi: 3.x`, no "
            "`swagger: 2.0` and no `info.schema` of a collection"
        )
    yield from read_openapi(tree, operation.method, operation.path, stored)


def _page(document: Document, operation: Operation) -> Iterator[Draft]:
    for node in document.walk():
        words = [word for word in node.name.split() if "=" not in word]  # theme={null}
        named = words[-2:] if words[:1] in (["yaml"], ["json"]) and len(words) > 2 else []
        if node.kind != "code":
            continue
        if named and _is_operation(named, operation):
            yield from _specification(node.raw, node.offset, operation)
        elif _SPECIFICATION.match(node.raw[:200].encode()):  # Apidog's exports show it whole
            yield from _shown(node, operation)
    yield from (draft for draft in read_tree(document, operation) if _is_about(draft, operation))


def _shown(node: Node, operation: Operation) -> Iterator[Draft]:
    """What a specification in a block of code states; one that does not parse is an example."""
    try:
        yield from list(_specification(node.raw, node.offset, operation))
    except DocumentError:
        return


def _is_operation(named: list[str], operation: Operation) -> bool:
    """Whether a method and a path name the operation; the path may stand below the server's."""
    method, path = named
    return method == operation.method and path.startswith("/") and operation.path.endswith(path)


_WRITTEN = re.compile(
    r"(?:https?://[\w.:-]+|\bPOST\s+`?)(?:<\/?\w+[^<>]{0,80}>){0,3}(?P<path>(?:/[\w.-]+){0,4}/chat/completions)(?![\w/])"
)


def as_written(text: str, operation: Operation) -> Operation:
    """The operation as a page has it: where our path is nowhere in it and one other path of chat
    completions is (`/v4/chat/completions`), the page documents that one.
    """
    if operation.path in text or not operation.path.endswith("/chat/completions"):
        return operation
    written = {found["path"] for found in _WRITTEN.finditer(text)}
    path = written.pop() if len(written) == 1 else operation.path
    return msgspec.structs.replace(operation, path=path)


def others_only(text: str, operation: Operation) -> str:
    """The operation that a page describes when it describes others only; empty otherwise. A line
    that is nothing but an operation says which one a page describes; sentences name any.
    """
    named = list(dict.fromkeys(_OPERATION.findall(text)))
    own = "/".join(operation.path.rsplit("/", 2)[-2:])
    return " ".join(named[0]) if named and f"/{own}" not in text else ""


def _is_about(draft: Draft, operation: Operation) -> bool:
    """Whether a table's endpoint is that of the operation: pages list others beside it."""
    own = operation.path.rsplit("/", 2)[-2:]
    return draft.location != "endpoint.path" or draft.value.rsplit("/", 2)[-2:] == own


def _clauses(drafts: Iterable[Draft], source: Source, data: bytes) -> Iterator[Clause]:
    seen = set()
    for draft in drafts:
        key = (draft.location, draft.aspect, draft.value, draft.when)
        if key in seen:
            continue  # a field reached through two branches of a schema is one statement
        seen.add(key)
        yield _clause(draft, source, data)


def _clause(draft: Draft, source: Source, data: bytes) -> Clause:
    cited = _cited((draft.start, draft.end), source, data)
    standing: Standing = "shown-in-example" if draft.form == "example" else "to-verify"
    return Clause(draft.location, draft.aspect, draft.value, cited, standing, draft.when)


def _saying(one: Said, source: Source, data: bytes) -> Saying:
    cited = _cited(one.span, source, data)
    return Saying(cited, one.titles, one.before, one.models, one.is_dated)


def _cited(span: tuple[int, int], source: Source, data: bytes) -> Citation:
    return Citation(source.id, *span, data[slice(*span)].decode("utf-8", "replace"))


def _candidates(drafts: list[Draft], source: Source, data: bytes) -> Iterator[Candidate]:
    """The candidates, each once; what the page states anyway needs none."""
    stated = {(d.location, d.aspect, d.value) for d in drafts if d.form == "stated"}
    seen = set()
    for draft in drafts:
        key = (draft.location, draft.aspect, draft.value, draft.when)
        if draft.form != "candidate" or key in seen or key[:3] in stated:
            continue
        seen.add(key)
        yield Candidate(_clause(draft, source, data), draft.why)
