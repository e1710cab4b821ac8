"""Fallback: a second provider, or a second model, while the first fails."""

from tallystick.record.scenario import (
    CutStream,
    Fault,
    FirstModelOnly,
    PrimaryOnly,
    Scenario,
    Status,
)

_ROUTE = "fallback.route"

FALLBACKS: tuple[Scenario, ...] = (
    Scenario("fallback-500", _ROUTE, (Status(500), PrimaryOnly())),
    Scenario("fallback-429", _ROUTE, (Status(429), PrimaryOnly())),
    Scenario("fallback-401", _ROUTE, (Status(401), PrimaryOnly())),
    Scenario("fallback-invalid-request", _ROUTE, (Status(500, "invalid_request"), PrimaryOnly())),
    Scenario("fallback-reset", _ROUTE, (Fault("reset"), PrimaryOnly())),
    Scenario("fallback-in-body", "fallback.in_body", (Fault("reset", "in-body"), PrimaryOnly())),
    Scenario("fallback-model-503", "fallback.model", (Status(503), FirstModelOnly())),
    Scenario("fallback-model-404", "fallback.model", (Status(404), FirstModelOnly())),
)
STREAM_FALLBACKS: tuple[Scenario, ...] = (
    Scenario("fallback-in-stream", "fallback.in_body", (CutStream(2, "reset"), PrimaryOnly())),
    Scenario("fallback-cut-stream", "fallback.in_body", (CutStream(2), PrimaryOnly())),
)
