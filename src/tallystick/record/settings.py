"""What an environment's configuration says of the contract: never a value of a secret."""

import msgspec

from tallystick.record.exchange import UnheldError
from tallystick.record.forms import CREDENTIALS, SCHEMES, path_held, url_held

MASKED = "‹value›"


class Settings(msgspec.Struct, frozen=True):
    """One environment. `base_url` has unknown parts masked; `token` is a format, such as `sk-…`;
    empty means *not stated*. `files` are the names of the files it was read from.

    `sent` is the path that the application calls, masked, and `arrives` what the declared rewrites
    make of it; `kept` says whether that is the documented path. `alike` numbers the raw base URLs
    of a case, so that two that look alike when masked can be told apart.
    """

    environment: str
    files: tuple[str, ...] = ()
    base_url: str = ""
    header: str = ""
    scheme: str = ""
    token: str = ""
    sent: str = ""
    arrives: str = ""
    kept: bool = False
    alike: int = 0

    def __post_init__(self) -> None:
        good = (
            url_held(self.base_url),
            path_held(self.sent),
            path_held(self.arrives),
            self.header in ("", MASKED) or self.header.lower() in CREDENTIALS,
            self.scheme in ("", MASKED, *SCHEMES),
            len(self.token) <= 12,
        )
        if not all(good):
            raise UnheldError("$.settings")

    def at(self, location: str) -> str:
        """What is configured at a location; empty where it is not."""
        held = {
            "endpoint.base_url": self.base_url,
            "endpoint.path": self.arrives,
            "auth.header": self.header,
            "auth.scheme": self.scheme,
            "auth.token": self.token,
        }
        return held.get(location, "")
