"""The table of faults: name, kind, player, and the red herrings that may lie beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from .faults import access, foreign, replies, requests, retries, sound
from .stage import Stage
from .values import Incident

ANY = ("none", "none", "field", "other-page", "answer-extra", "stray-503")
"""Herrings for faults that turn on a single call."""
CALM = ("none", "none", "field", "answer-extra")
"""Herrings for faults that turn on retries or on the error pages."""
LOUD = ("field", "field", "field", "other-page", "answer-extra", "none")
"""Herrings for controls: most carry an undocumented field that passing calls carry too."""
QUIET = ("none", "other-page", "answer-extra")
"""Herrings for sound calls that are to have nothing undocumented in them."""


class Fault(NamedTuple):
    """One entry: `kind` is incident, foreign or sound."""

    name: str
    kind: str
    play: Callable[[Stage], Incident]
    herrings: tuple[str, ...]


FAULTS = (
    Fault("undocumented-field", "incident", requests.undocumented_field, ANY),
    Fault("sound-plain", "sound", sound.plain_calls, QUIET),
    Fault("out-of-range", "incident", requests.out_of_range, ANY),
    Fault("dns", "foreign", foreign.dns, LOUD),
    Fault("outside-enum", "incident", requests.outside_enum, ANY),
    Fault("wrong-type", "incident", requests.wrong_type, ANY),
    Fault("sound-stream", "sound", sound.streamed_calls, QUIET),
    Fault("missing-field", "incident", requests.missing_field, ANY),
    Fault("outage", "foreign", foreign.outage, LOUD),
    Fault("documented-field-refused", "incident", requests.documented_field_refused, ANY),
    Fault("wrong-scheme", "incident", access.wrong_scheme, ANY),
    Fault("quota", "foreign", access.quota, LOUD),
    Fault("wrong-key", "incident", access.wrong_key, ANY),
    Fault("wrong-path", "incident", access.wrong_path, ANY),
    Fault("sound-accepted-field", "sound", sound.accepted_field, ("field",)),
    Fault("required-absent", "incident", replies.required_absent, ANY),
    Fault("tls", "foreign", foreign.tls, LOUD),
    Fault("wrong-in-answer", "incident", replies.wrong_in_answer, ANY),
    Fault("error-in-200", "incident", replies.error_in_200, ANY),
    Fault("timeout", "foreign", foreign.timeout, LOUD),
    Fault("optional-absent", "incident", replies.optional_absent, CALM),
    Fault("null-content", "incident", replies.null_content, CALM),
    Fault("sound-tools", "sound", sound.tool_calls, QUIET),
    Fault("stream-cut", "incident", replies.stream_cut, CALM),
    Fault("stream-without-done", "incident", replies.stream_without_done, CALM),
    Fault("blocked", "foreign", foreign.blocked, LOUD),
    Fault("stream-empty-choices", "incident", replies.stream_empty_choices, CALM),
    Fault("length-taken-for-whole", "incident", replies.length_taken_for_whole, CALM),
    Fault("sound-recovered", "sound", sound.recovered, CALM),
    Fault("empty-answer", "incident", replies.empty_answer, CALM),
    Fault("gateway-page", "incident", replies.gateway_page, ANY),
    Fault("rate-limit-kept", "foreign", foreign.rate_limit_kept, CALM),
    Fault("retried-refusal", "incident", retries.retried_refusal, CALM),
    Fault("retried-key", "incident", retries.retried_key, CALM),
    Fault("refused-connection", "foreign", foreign.refused, LOUD),
    Fault("retried-invalid-500", "incident", retries.retried_invalid_500, CALM),
    Fault("retry-after-ignored", "incident", retries.retry_after_ignored, CALM),
    Fault("documents-disagree", "incident", retries.documents_disagree, CALM),
    Fault("disagree-on-outage", "incident", retries.documents_disagree_elsewhere, CALM),
)
