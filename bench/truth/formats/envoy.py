"""Envoy's access log as JSON lines: no bodies, no credentials, but flags and timing."""

from __future__ import annotations

import json
import uuid
from urllib.parse import urlsplit

from ..values import Call, Depth, Json, Part

_RESET = "upstream_reset_before_response_started"
_FAULTS: dict[str, tuple[int, str, str, str]] = {
    "dns": (503, "DF", "dns_resolution_failure", "-"),
    "tls": (
        503,
        "UF",
        f"{_RESET}{{connection_failure,TLS_error:_CERTIFICATE_VERIFY_FAILED}}",
        "TLS_error:|268435581:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED",
    ),
    "refused": (
        503,
        "UF",
        f"{_RESET}{{remote_connection_failure}}",
        "delayed_connect_error:_Connection_refused",
    ),
    "reset": (503, "UC", f"{_RESET}{{connection_termination}}", "-"),
    "timeout": (504, "UT", "response_timeout", "-"),
    "cut": (200, "UC", "upstream_reset_after_response_started{connection_termination}", "-"),
}


def shows(depth: Depth) -> frozenset[Part]:
    """Statuses, paths and flags; more where the operator logs more.

    `Retry-After` is no default field, and attempts are joined only by an id that the client keeps.
    """
    parts = {Part.STATUS, Part.URL, Part.TRANSPORT}
    return frozenset(parts | ({Part.RETRY_AFTER, Part.ATTEMPTS} if depth.extra_headers else set()))


def _row(call: Call, depth: Depth) -> Json:
    url, answer = urlsplit(call.request.url), call.answer
    passed = (answer.status, "-", "via_upstream", "-")
    status, flags, details, reason = _FAULTS.get(answer.transport or "", passed)
    agent = next((v for k, v in call.request.headers if k == "User-Agent"), "-")
    key = call.trace if depth.extra_headers else f"{call.trace}/{call.at}"
    row: dict[str, Json] = {
        "start_time": call.started.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "method": "POST",
        "path": url.path,
        "protocol": "HTTP/1.1",
        "response_code": status,
        "response_flags": flags,
        "response_code_details": details,
        "upstream_transport_failure_reason": reason,
        "bytes_received": len(json.dumps(call.request.body)),
        "bytes_sent": len(answer.text.encode()),
        "duration": call.ms,
        "user_agent": agent,
        "request_id": str(uuid.uuid5(uuid.NAMESPACE_URL, key)),
        "authority": url.netloc,
        "upstream_cluster": "outbound|443||api.cometapi.com",
    }
    if depth.extra_headers:
        row["retry_after"] = answer.header("Retry-After") or "-"
    return row


def render(calls: list[Call], depth: Depth) -> str:
    """The calls, a line each."""
    return "".join(json.dumps(_row(call, depth)) + "\n" for call in calls)
