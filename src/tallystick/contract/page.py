"""A stored source becomes clauses, whatever form it was captured in."""

import re
from collections.abc import Iterable, Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.example import read_example
from tallystick.contract.markdown import read_page
from tallystick.contract.openapi import is_openapi, read_openapi
from tallystick.contract.pack import pack_drafts
from tallystick.contract.spanned import DocumentError, parse_spanned
from tallystick.contract.tables import read_table
from tallystick.record.case import Operation
from tallystick.record.clause import Citation, Clause, Source, Standing

MAX_BYTES = 20_000_000
_OPERATION = re.compile(r"\b(GET|POST|PUT|PATCH|DELETE) `?(/v\d+/[\w/{}.-]*\w)")
_SPECIFICATION = re.compile(rb"\s*[{]?\s*[\"']?openapi[\"']?\s*:")
_BEFORE = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:\s|<!--.*?-->|<\?xml.*?\?>)*", re.DOTALL)

__all__ = ["DocumentError", "media_type", "others_only", "read_source", "title_of"]


def media_type(name: str, data: bytes) -> str:
    """What a stored document is: `markdown`, `openapi` (JSON or YAML) or `html`."""
    head = _BEFORE.sub(b"", data[:20_000], count=1)[:200].lower()
    if head.startswith((b"<!doctype html", b"<html")):
        return "html"
    named = name.lower().endswith((".json", ".yaml", ".yml"))
    return "openapi" if named or _SPECIFICATION.match(head) else "markdown"


def title_of(data: bytes) -> str:
    """The first heading of a Markdown page, or an empty text."""
    return read_page(_decode(data)).title


def read_source(source: Source, data: bytes, operation: Operation) -> tuple[Clause, ...]:
    """The clauses that a source states about one operation; HTML is kept and states none.

    Raises:
        DocumentError: the document does not parse, or has a broken reference.
    """
    if len(data) > MAX_BYTES:
        raise DocumentError(f"has {len(data)} bytes; a page of more than {MAX_BYTES} is refused")
    if not data.strip():
        raise DocumentError("is empty")
    match source.media_type:
        case "openapi":
            drafts = list(_specification(_decode(data), 0, operation))
        case "pack":
            drafts = list(pack_drafts(_decode(data)))
        case "markdown":
            drafts = list(_page(_decode(data), operation))
        case _:
            drafts = []
    return tuple(_clauses(drafts, source, data))


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(f"is not UTF-8 text (byte {error.start})") from None


def _specification(text: str, offset: int, operation: Operation) -> Iterator[Draft]:
    tree = parse_spanned(text, offset)
    if not is_openapi(tree):
        raise DocumentError("is no OpenAPI 3 document: it has no `openapi: 3.x` member")
    yield from read_openapi(tree, operation.method, operation.path)


def _page(text: str, operation: Operation) -> Iterator[Draft]:
    page = read_page(text)
    for table in page.tables:
        yield from (draft for draft in read_table(table) if _is_about(draft, operation))
    for fence in page.fences:
        words = [word for word in fence.info.split() if "=" not in word]  # theme={null}
        if words[:1] in (["yaml"], ["json"]) and words[-2:] == [operation.method, operation.path]:
            yield from _specification(fence.text, fence.offset, operation)
        elif words[:1] == ["json"]:
            yield from read_example(fence.text, fence.offset)


def others_only(text: str, operation: Operation) -> str:
    """The operation that a page describes when it describes others only; empty otherwise."""
    named = list(dict.fromkeys(_OPERATION.findall(text)))
    own = (operation.method, operation.path)
    return " ".join(named[0]) if named and own not in named else ""


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
        quoted = data[draft.start : draft.end].decode("utf-8", "replace")
        cited = Citation(source.id, draft.start, draft.end, quoted)
        standing: Standing = "shown-in-example" if draft.example else "to-verify"
        yield Clause(draft.location, draft.aspect, draft.value, cited, standing, draft.when)
