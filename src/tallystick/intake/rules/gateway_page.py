"""An intermediary answered instead of the API."""

from tallystick.intake.features import Features
from tallystick.intake.rules.base import Claim, Example, Rule, after

_GATEWAY = (502, 503, 504, *range(520, 528), 530)


def _claim(seen: Features) -> Claim | None:
    status = seen.status
    if status == 499 and not seen.words:
        reason = f"The client closed the connection before an answer came (499){after(seen)}"
        return Claim("transport", "transport.aborted", reason)
    if status == 407:  # a proxy's alone, whatever its form (RFC 9110, section 15.5.8)
        return _answered_by(seen, "transport.proxy", "asking for proxy credentials")
    if status < 400 or status == 429 or seen.body_kind in ("json", "sse", "partial"):
        return None
    if (status in _GATEWAY and seen.body_kind != "not-visible") or (
        status >= 500 and seen.body_kind == "html"
    ):
        return _answered_by(seen, f"transport.gateway.{status}", f"with {status}")
    if seen.body_kind == "html" and status in (400, 403, 408, 413, 415, 451, 499):
        place = "transport.network_policy" if status == 403 else f"transport.gateway.{status}"
        return _answered_by(seen, place, f"with {status} and a page")
    if status == 408:
        return _answered_by(seen, "transport.timeout", "with a request timeout")
    return None


def _answered_by(seen: Features, location: str, how: str) -> Claim:
    reason = f"A gateway or proxy in between answered {how}, not the API{after(seen)}"
    return Claim("transport", location, reason)


RULE = Rule(
    "gateway-page",
    "an HTML, text or empty answer with a gateway's status, or a firewall's page",
    _claim,
    Example((524,), "<!DOCTYPE html><html><head><title>524: A timeout occurred</title></head>"),
    Example((404,), "<html><head><title>404 Not Found</title></head></html>"),
)
