"""A small documentation site on loopback: pages by path, and what else a site may do."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

Page = tuple[int, dict[str, str], bytes]


def page(text: str | bytes, media: str = "text/markdown", status: int = 200) -> Page:
    data = text.encode() if isinstance(text, str) else text
    return status, {"Content-Type": media}, data


def moved(target: str) -> Page:
    return 302, {"Location": target}, b""


@contextmanager
def site(pages: dict[str, Page]) -> Iterator[str]:
    """The site's address; `pages` may be changed while it runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, data = pages.get(self.path, page("nothing", status=404))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
