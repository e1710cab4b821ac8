"""The review rules, in the order of the contract areas. One rule, one file."""

from tallystick.review.rules import (
    amplification,
    auth_header,
    billing_usage,
    documents_disagree,
    endpoint_path,
    environments,
    error_envelope,
    fallback,
    rate_limit_signals,
    request_fields,
    request_messages,
    request_required,
    response_reliance,
    response_shape,
    retry_after,
    retry_status,
    stream_end,
    usage_recorded,
)
from tallystick.review.rules.base import Joint, Rule

RULES: tuple[Rule, ...] = (
    endpoint_path.RULE,
    auth_header.RULE,
    environments.RULE,
    request_required.RULE,
    request_fields.RULE,
    request_messages.RULE,
    response_shape.RULE,
    response_reliance.RULE,
    stream_end.RULE,
    error_envelope.RULE,
    retry_status.RULE,
    retry_after.RULE,
    amplification.RULE,
    fallback.RULE,
    rate_limit_signals.RULE,
    billing_usage.RULE,
    usage_recorded.RULE,
    documents_disagree.RULE,
)

__all__ = ["RULES", "Joint", "Rule"]
