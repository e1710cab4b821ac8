"""A throw-away certificate authority for one run: clients that insist on https trust it alone."""

import ssl
from functools import lru_cache
from pathlib import Path

import trustme

CA_NAMES = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")


class Authority:
    """Certificates for loopback and for the hosts that the lab answers for."""

    def __init__(self, folder: Path) -> None:
        self._ca = trustme.CA(organization_name="Tallystick lab, throw-away")
        self.file = folder / "authority.pem"
        self._ca.cert_pem.write_to_path(str(self.file))
        self.context = lru_cache(self._context)

    def _context(self, host: str) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        made.minimum_version = ssl.TLSVersion.TLSv1_2
        self._ca.issue_cert(host, "127.0.0.1", "localhost").configure_cert(made)
        return made
