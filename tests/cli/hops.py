"""Two more hops for the replay's tests: an HTTP/2 server and a CONNECT proxy, both on loopback."""

import contextlib
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import h2.config
import h2.connection
import h2.events


class Loop:
    """A listening socket whose connections are served one after another, in a thread."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self.port = self._socket.getsockname()[1]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                raw, _ = self._socket.accept()
            except TimeoutError:
                continue
            raw.settimeout(5)
            with raw, contextlib.suppress(OSError):
                self.serve(raw)

    def serve(self, raw: socket.socket) -> None:
        """What to do with one connection."""

    def __enter__(self) -> "Loop":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._socket.close()


class Http2(Loop):
    """Answers every request on HTTP/2 with one JSON body."""

    def __init__(self, certificate: Path, key: Path, body: bytes) -> None:
        super().__init__()
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.context.set_alpn_protocols(["h2"])
        self.body = body
        self.requests = 0

    def serve(self, raw: socket.socket) -> None:
        with self.context.wrap_socket(raw, server_side=True) as connection:
            protocol = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
            protocol.initiate_connection()
            connection.sendall(protocol.data_to_send())
            while data := connection.recv(65536):
                for event in protocol.receive_data(data):
                    if isinstance(event, h2.events.StreamEnded):
                        self.requests += 1
                        head = [(":status", "200"), ("content-type", "application/json")]
                        protocol.send_headers(event.stream_id, head)
                        protocol.send_data(event.stream_id, self.body, end_stream=True)
                connection.sendall(protocol.data_to_send())


class Proxy(Loop):
    """An HTTP proxy that only tunnels (RFC 9110, section 9.3.6), and only to loopback."""

    def __init__(self, refuse: bool = False) -> None:
        super().__init__()
        self.refuse = refuse
        self.tunnels: list[str] = []

    def serve(self, raw: socket.socket) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += raw.recv(1)
        target = head.split()[1].decode()
        self.tunnels.append(target)
        if self.refuse:
            raw.sendall(b"HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n")
            return
        with socket.create_connection(("127.0.0.1", int(target.split(":")[1])), 5) as far:
            raw.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            for near, other in self._pump(raw, far):
                if not (data := near.recv(65536)):
                    return
                other.sendall(data)

    def _pump(
        self, raw: socket.socket, far: socket.socket
    ) -> Iterator[tuple[socket.socket, socket.socket]]:
        while not self._stop.is_set():
            for near in select.select([raw, far], [], [], 0.1)[0]:
                yield near, far if near is raw else raw
