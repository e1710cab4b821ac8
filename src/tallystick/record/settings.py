"""What an environment's configuration says of the contract: never a value of a secret."""

import msgspec

from tallystick.record.exchange import UnheldError
from tallystick.record.forms import CREDENTIALS, SCHEMES, path_held, url_held

MASKED = "‹value›"


class Settings(msgspec.Struct, frozen=True):
    """One environment. `base_url` and `path` have unknown parts masked; `token` is a format, such
    as `sk-…`; empty means *not stated*. `files` are the names of the files it was read from.
    """

    environment: str
    files: tuple[str, ...] = ()
    base_url: str = ""
    path: str = ""
    header: str = ""
    scheme: str = ""
    token: str = ""

    def __post_init__(self) -> None:
        good = (
            url_held(self.base_url),
            path_held(self.path),
            self.header in ("", MASKED) or self.header.lower() in CREDENTIALS,
            not self.scheme or self.scheme in SCHEMES,
            len(self.token) <= 12,
        )
        if not all(good):
            raise UnheldError("$.settings")

    def at(self, location: str) -> str:
        """What is configured at a location; empty where it is not."""
        held = {
            "endpoint.base_url": self.base_url,
            "endpoint.path": self.path,
            "auth.header": self.header,
            "auth.scheme": self.scheme,
        }
        return held.get(location, "")
