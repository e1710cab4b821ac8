"""When to review again: each reason holds when it should, and only then."""

from typing import Any

import msgspec
import pytest

from tallystick.intake import Incident as When
from tallystick.intake import Profiler
from tallystick.record import Assumption, Case
from tallystick.record.case import Incident
from tallystick.record.reviewed import Reviewed
from tallystick.review.due import NEVER_SIGNED, reasons, reviewed

BEFORE = Reviewed("2026-06-01T00:00:00Z", "2026-05-01T00:00:00Z", "openai 1", ("a",), ("request.model",),
                  ("response.choices",), ("retry.status.429=retries",), ("billing.usage=x",))  # fmt: skip


def test_nothing_new_is_no_reason() -> None:
    fewer = msgspec.structs.replace(
        BEFORE, changes=(), request_fields=(), at="2026-07-01T00:00:00Z"
    )
    assert reasons(BEFORE, BEFORE) == reasons(BEFORE, fewer) == ()
    assert reasons(None, BEFORE) == (NEVER_SIGNED,)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"incident": "2026-06-02T00:00:00Z"}, "an incident"),
        ({"client": "openai 2"}, "another client: openai 2"),
        ({"changes": ("a", "b")}, "a client, gateway or model change: b"),
        (
            {"request_fields": ("request.model", "request.seed")},
            "a newly sent request field: request.seed",
        ),
        (
            {"response_fields": ("response.usage",)},
            "a newly relied-on response field: response.usage",
        ),
        ({"retry_rules": ("retry.timeout=retries",)}, "a new retry rule: retry.timeout=retries"),
        ({"accounting": ("limit.requests=60",)}, "a new accounting assumption: limit.requests=60"),
    ],
)
def test_each_reason_is_told(change: dict[str, Any], said: str) -> None:
    (found,) = reasons(BEFORE, msgspec.structs.replace(BEFORE, **change))
    assert found.startswith(said)


def test_what_is_relied_on_comes_from_the_lab_and_the_profile() -> None:
    assumed = [
        Assumption("response.usage", "required", "measured"),
        Assumption("response.id", "unused", "measured"),
        Assumption("request.seed", "sent", "measured"),
        Assumption("retry.status.429", "retries", "measured", when="error.code=x"),
        Assumption("limit.requests", "60", "declared"),
    ]
    case = Case(1, Incident("t", "2026-06-01T00:00:00Z", client_library="openai 1"))
    now = reviewed(case, assumed, Profiler(When()).profile(), "2026-06-02T00:00:00Z")
    assert now.response_fields == ("response.usage",)
    assert now.request_fields == ("request.seed",)
    assert now.retry_rules == ("retry.status.429=retries when error.code=x",)
    assert now.accounting == ("limit.requests=60",)
