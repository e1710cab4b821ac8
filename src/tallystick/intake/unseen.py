"""What captures do not show of the calls that count, and how to get it from the stack at hand.

The settings are those of the products' own documentation: LiteLLM (proxy logging, raw request and
response logging), OpenTelemetry's OpenAI instrumentation, Envoy (access logging, tap filter), Kong
(AI proxy), nginx (log module), Chromium's DevTools, openai-python and openai-node (logging).
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from tallystick.record.exchange import Exchange


class Step(NamedTuple):
    """A setting or an export, and the parts of a call that it adds."""

    adds: frozenset[str]
    does: str


LINE, SENT, ASKED = "the address", "the request's headers", "the request's body"
STATUS, GOT, TOLD = "the status", "the answer's headers", "the answer's body"
FRAMES, TIMES = "a stream's events", "times"
_BODIES = frozenset((ASKED, TOLD))
_HEADERS = frozenset((SENT, GOT))
_WIRE = frozenset((LINE, SENT, ASKED, STATUS, GOT, TOLD, FRAMES, TIMES))
# What helps whatever the stack is: the client's own log, and a proxy in front of it.
_ANYWHERE = (
    Step(_WIRE, "send the client's calls through `mitmdump --set hardump=calls.har`"),
    Step(frozenset((LINE, STATUS, ASKED, GOT)),
         "openai-python before 3: OPENAI_LOG=debug logs requests, and the heads of answers"),
    Step(_BODIES | _HEADERS | {LINE, STATUS},
         "openai-node before 7: OPENAI_LOG=debug, and util.inspect.defaultOptions.depth = null"),
)  # fmt: skip
_PLANS: Mapping[str, tuple[Step, ...]] = MappingProxyType(
    {
        "litellm": (
            Step(_BODIES, "LiteLLM: general_settings: store_prompts_in_spend_logs: true"),
            Step(frozenset((ASKED, LINE)),
                 "LiteLLM: litellm_settings: log_raw_request_response: true"),
            Step(frozenset((GOT,)), "LiteLLM: litellm_settings: return_response_headers: true"),
        ),
        "otel": (
            Step(_BODIES, "OpenTelemetry: OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT=true"),
            Step(frozenset((STATUS, LINE, TIMES)),
                 "OpenTelemetry: instrument the HTTP client too (its spans are the attempts)"),
        ),
        "langfuse": (
            Step(_HEADERS | {LINE, STATUS, FRAMES},
                 "Langfuse keeps no wire: capture the same calls at the client or the gateway"),
        ),
        "envoy": (
            Step(_HEADERS, "Envoy: add %REQ(…)% and %RESP(RETRY-AFTER)% to the access log"),
            Step(_BODIES, "Envoy: envoy.filters.http.tap on the route, while it is needed"),
        ),
        "kong": (Step(_BODIES, "Kong: config.logging.log_payloads: true in the AI proxy plugin"),),
        "access": (
            Step(frozenset((GOT, TIMES)),
                 "nginx: log $upstream_status, $upstream_response_time, $sent_http_retry_after"),
            Step(frozenset((ASKED,)), "nginx: log $request_body in a location of its own"),
        ),
        "har": (
            Step(_BODIES | _HEADERS,
                 "browser: record with DevTools open, then export the HAR with sensitive data"),
        ),
        "curl": (Step(_BODIES, "curl: --trace-ascii shows bodies, which -v does not"),),
    }
)  # fmt: skip
_MOST = 5


def unseen(exchanges: Iterable[Exchange]) -> tuple[str, ...]:
    """The parts that no capture shows of any of some calls."""
    missing = [_missing(one) for one in exchanges]
    if not missing:
        return ()
    order = (LINE, SENT, ASKED, STATUS, GOT, TOLD, FRAMES, TIMES)
    return tuple(part for part in order if all(part in one for one in missing))


def _missing(one: Exchange) -> frozenset[str]:
    asked, told = one.request, one.response
    gone = {
        LINE: "line" in asked.hidden,
        SENT: "headers" in asked.hidden or not asked.headers,
        ASKED: asked.body_kind == "not-visible",
        STATUS: "status" in told.hidden,
        GOT: ("headers" in told.hidden or not told.headers) and told.status != 0,
        TOLD: told.body_kind == "not-visible" and told.status != 0,
        FRAMES: not told.stream_shown and _is_streamed(asked.body),
        TIMES: one.at is None,
    }
    return frozenset(part for part, is_gone in gone.items() if is_gone)


def _is_streamed(body: object) -> bool:
    return isinstance(body, dict) and body.get("stream") is True


def plan(formats: Iterable[str], missing: Iterable[str]) -> tuple[str, ...]:
    """How to get what is missing, from the stacks that wrote some formats first."""
    wanted = frozenset(missing)
    own = [step for name in dict.fromkeys(formats) for step in _PLANS.get(name, ())]
    useful = [step.does for step in (*own, *_ANYWHERE) if step.adds & wanted]
    return tuple(dict.fromkeys(useful))[:_MOST]
