"""Chat completions on the wire, sans-IO: bytes to events and events to bytes.

No sockets, no clocks: the callers feed bytes in and take values out.
"""

from tallystick.protocol.answer import Answer, Assembler, read_completion
from tallystick.protocol.envelope import ErrorEnvelope, read_error
from tallystick.protocol.hints import RetryHint, retry_hint
from tallystick.protocol.request import request_violations
from tallystick.protocol.response import completion_violations, stream_violations
from tallystick.protocol.sse import SseEvent, SseParser, encode_event
from tallystick.protocol.violation import Violation

__all__ = [
    "Answer",
    "Assembler",
    "ErrorEnvelope",
    "RetryHint",
    "SseEvent",
    "SseParser",
    "Violation",
    "completion_violations",
    "encode_event",
    "read_completion",
    "read_error",
    "request_violations",
    "retry_hint",
    "stream_violations",
]
