"""A small real service: each POST makes it ask its provider and answer with what it got."""

import os
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from tests.lab.clients import ask


class Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length") or 0))
        if "background" in sys.argv:
            threading.Thread(target=ask).start()
        if "stranger" in sys.argv:
            _as_another_process()
        try:
            status, text = 200, ask()
        except Exception as error:
            status, text = 502, type(error).__name__
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *args: object) -> None:
        pass


def _as_another_process() -> None:
    """A request to the trial's port by something that knows neither its path nor its key."""
    port = httpx.URL(os.environ["OPENAI_BASE_URL"]).port
    httpx.post(f"http://127.0.0.1:{port}/v1/chat/completions", json={}, trust_env=False)


if __name__ == "__main__":
    os.environ.setdefault("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler)
    print("listening", flush=True)
    server.serve_forever()
