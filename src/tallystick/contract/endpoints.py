"""Where an OpenAPI document says that its operation is: server, path and method (OpenAPI 3.1.0,
Server Object and Paths Object; 2.0: host, basePath and schemes).
"""

from collections.abc import Iterator
from urllib.parse import urlsplit

from tallystick.contract.draft import Draft
from tallystick.contract.spanned import DocumentError, Spanned


def operation_of(tree: Spanned, method: str, path: str) -> tuple[str, Spanned, Spanned]:
    """The path, its entry and the operation: that of this very path, or the one that ends alike."""
    every = [
        (_joined(tree, name), item, operation)
        for name, item in ((tree.get("paths") or tree).fields or {}).items()
        if (operation := item.get(method.lower())) is not None
    ]
    ending = "/" + "/".join(path.rsplit("/", 2)[-2:])
    found = [one for one in every if one[0] == path] or [
        one for one in every if one[0].endswith(ending)
    ]
    if len(found) > 1:
        raise DocumentError(f"describes {len(found)} operations {method} {path}")
    if not found:
        raise DocumentError(f"describes no operation {method} {path}")
    return found[0]


def _server(tree: Spanned) -> Spanned | None:
    servers = tree.get("servers")
    return servers.items[0].get("url") if servers is not None and servers.items else None


def _joined(tree: Spanned, name: str) -> str:
    server = _server(tree)
    if tree.text("basePath"):
        return tree.text("basePath").rstrip("/") + name
    url = server.scalar if server is not None and isinstance(server.scalar, str) else ""
    return urlsplit(url).path.rstrip("/") + name


def endpoint(tree: Spanned, item: Spanned, path: str, method: str) -> Iterator[Draft]:
    """What the document states of the address of an operation."""
    own = item.get(method.lower())
    if own is not None:
        yield Draft("endpoint.method", "value", method, own.key_start, own.key_end)
    server = _server(tree)
    if server is not None and isinstance(server.scalar, str):
        parts = urlsplit(server.scalar)
        if parts.netloc:  # a relative server is on the page's own host
            host = f"{parts.scheme}://{parts.netloc}"
            yield Draft("endpoint.host", "value", host, server.key_start, server.end)
    named = tree.get("host")
    if server is None and named is not None and tree.text("host"):
        schemes = tree.get("schemes")
        only = [one.scalar for one in schemes.items or ()] if schemes is not None else []
        scheme = "http" if only == ["http"] else "https"
        host = f"{scheme}://{tree.text('host')}"
        yield Draft("endpoint.host", "value", host, named.key_start, named.end)
    yield Draft("endpoint.path", "value", path, item.key_start, item.key_end)
