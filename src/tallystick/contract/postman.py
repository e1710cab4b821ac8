"""Facts of one operation from a collection of requests (Postman Collection Format 2.1): its address
and key, its descriptions, which are Markdown, and the bodies that it saves as examples.
"""

import re
from collections.abc import Iterator

import msgspec

from tallystick.contract.descriptions import Stored
from tallystick.contract.draft import Draft
from tallystick.contract.reading import read_tree
from tallystick.contract.spanned import Spanned
from tallystick.documents import read_markdown
from tallystick.record.case import Operation

_VARIABLE = re.compile(r"\{\{(\w+)\}\}")
_ADDRESS = re.compile(r"https?://[\w.:-]+(?P<path>/[\w./-]+)")
_MOST_FOLDERS = 8
_BODY = ("# Chat completions\n\n## Request body\n\n```json\n", "\n```\n")
_ANSWER = ("# Chat completions\n\n## Response\n\n```json\n", "\n```\n")
_TOLD = ("# Chat completions\n\n", "\n")
_FAILS = 400


def is_postman(tree: Spanned) -> bool:
    """Whether a document is a collection."""
    return "schema.getpostman.com" in tree.text("info", "schema")


def read_postman(tree: Spanned, operation: Operation, stored: Stored) -> Iterator[Draft]:
    """What a collection states, shows and seems to say of one operation."""
    variables = {one.text("key"): one for one in _items(tree.get("variable")) if one.text("key")}
    for item, auth in _requests(tree, operation, None):
        request = item.fields["request"] if item.fields else item
        yield from _address(request, variables, operation)
        yield from _key(auth)
        yield from _embedded(request.get("description"), _TOLD, operation, stored)
        yield from _embedded(request.get("body", "raw"), _BODY, operation, stored)
        for answer in _items(item.get("response")):
            yield from _answer(answer, operation, stored)


def _items(node: Spanned | None) -> tuple[Spanned, ...]:
    return (node.items or ()) if node is not None else ()


def _requests(
    folder: Spanned, operation: Operation, outer: Spanned | None, depth: int = 0
) -> Iterator[tuple[Spanned, Spanned | None]]:
    """The requests of the operation, in whatever folders they are, and how each is authorized: the
    nearest that says so holds (Collection Format 2.1, Auth).
    """
    own = _stated(folder) or outer
    for item in _items(folder.get("item")) if depth < _MOST_FOLDERS else ():
        yield from _requests(item, operation, own, depth + 1)
        request = item.get("request")
        if request is not None and _is_ours(item, operation):
            yield item, _stated(request) or _stated(item) or own


def _stated(node: Spanned) -> Spanned | None:
    auth = node.get("auth")
    return auth if auth is not None and auth.fields else None  # null: what stands above holds


def _is_ours(item: Spanned, operation: Operation) -> bool:
    own = "/".join(operation.path.rsplit("/", 2)[-2:])
    path = _url(item.get("request", "url")).partition("?")[0].rstrip("/")
    return item.text("request", "method") == operation.method and path.endswith(f"/{own}")


def _url(node: Spanned | None) -> str:
    """An address, which stands as a text or in its parts (Collection Format 2.1, URL)."""
    if node is None:
        return ""
    return node.scalar if isinstance(node.scalar, str) else node.text("raw")


def _address(
    request: Spanned, variables: dict[str, Spanned], operation: Operation
) -> Iterator[Draft]:
    node = request.get("url")
    place = (node.get("raw") or node) if node is not None else request
    yield Draft("endpoint.method", "value", operation.method, place.start, place.end)
    raw = _url(node).partition("?")[0].rstrip("/")
    named = _VARIABLE.match(raw)
    held = variables[named[1]].get("value") if named and named[1] in variables else None
    whole, at = raw, place
    if named and held is not None and isinstance(held.scalar, str):
        whole, at = f"{held.scalar.rstrip('/')}{raw[named.end() :]}", held
    address = _ADDRESS.fullmatch(whole)
    if address is not None:
        yield Draft("endpoint.path", "value", address["path"], place.start, place.end)
        base = whole.removesuffix("/chat/completions")
        yield Draft("endpoint.base_url", "value", base, at.start, at.end)
    elif raw.endswith(operation.path):
        yield Draft("endpoint.path", "value", operation.path, place.start, place.end)


def _key(auth: Spanned | None) -> Iterator[Draft]:
    """How a request is authorized (Collection Format 2.1, Auth)."""
    if auth is None or auth.text("type") != "bearer":
        return
    kind = auth.get("type") or auth
    yield Draft("auth.header", "value", "Authorization", kind.start, kind.end)
    yield Draft("auth.scheme", "value", "Bearer", kind.start, kind.end)


def _answer(answer: Spanned, operation: Operation, stored: Stored) -> Iterator[Draft]:
    code, body = answer.get("code"), answer.get("body")
    status = code.scalar if code is not None and isinstance(code.scalar, int) else 0
    if code is not None and status >= _FAILS:
        yield Draft(
            f"error.status.{status}", "exists", "example", code.start, code.end, "", "example"
        )
    elif status:
        yield from _embedded(body, _ANSWER, operation, stored)


def _embedded(
    node: Spanned | None, around: tuple[str, str], operation: Operation, stored: Stored
) -> Iterator[Draft]:
    """What a text of the collection says when it is read as a page, at its own bytes."""
    if node is None or not isinstance(node.scalar, str) or not node.scalar.strip():
        return
    before, after = around
    places = stored.places_of(node)
    begin = len(before.encode())
    ends = [begin]
    for char in node.scalar:
        ends.append(ends[-1] + len(char.encode()))
    at = {byte: number for number, byte in enumerate(ends)}
    for draft in read_tree(read_markdown(f"{before}{node.scalar}{after}"), operation):
        first = at.get(max(draft.start, begin))
        last = at.get(min(draft.end, ends[-1]))
        if first is not None and last is not None and first < last:
            start, end = places[first][0], places[last - 1][1]
            yield msgspec.structs.replace(draft, start=start, end=end)
