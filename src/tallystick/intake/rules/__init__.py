"""The classification rules, in the order in which they are asked; the first that claims, decides.

One rule, one file. Each module holds `RULE` with an example that it must claim and one that it
must leave to others.
"""

from tallystick.intake.rules import (
    account_state,
    bad_success,
    broken_attempt,
    client_failure,
    credentials,
    endpoint,
    error_in_success,
    failed_inside,
    fast_failure,
    gateway_page,
    healed_by_retry,
    hidden_upstream,
    rate_limit,
    refused_request,
    retried_refusal,
    server_failure,
    status_alone,
    symptom,
    transport_failure,
    unreachable_upstream,
    unread_error,
    unread_hint,
    unsendable_credential,
    usage_reading,
    usage_sum,
)
from tallystick.intake.rules.base import Claim, Example, Rule

RULES: tuple[Rule, ...] = (
    unsendable_credential.RULE,
    transport_failure.RULE,
    client_failure.RULE,
    healed_by_retry.RULE,
    broken_attempt.RULE,
    unread_error.RULE,
    unread_hint.RULE,
    unreachable_upstream.RULE,
    gateway_page.RULE,
    error_in_success.RULE,
    retried_refusal.RULE,
    status_alone.RULE,
    credentials.RULE,
    account_state.RULE,
    rate_limit.RULE,
    hidden_upstream.RULE,
    endpoint.RULE,
    refused_request.RULE,
    fast_failure.RULE,
    server_failure.RULE,
    failed_inside.RULE,
    symptom.RULE,
    usage_sum.RULE,
    usage_reading.RULE,
    bad_success.RULE,
)

__all__ = ["RULES", "Claim", "Example", "Rule"]
