"""Usage as answered beside usage as recorded."""

import pytest

from tallystick.record.clause import Citation, Clause, Standing
from tallystick.record.profile import Bounds, UsageSum
from tallystick.record.usage import Account, Recorded, RecordedRow
from tallystick.review.reconcile import reconcile

BOUNDS = Bounds("2026-06-01T09:00:00+00:00")
AT = "2026-06-01T10:00:00+00:00"
CACHED = "prompt_tokens_details.cached_tokens"


def clause(field: str, standing: Standing = "documented") -> Clause:
    return Clause(f"response.usage.{field}", "kind", "integer", Citation("S1", 0, 1, "x"), standing)


def used(total: float, answers: int = 2, absent: int = 0, field: str = "prompt_tokens",
         model: str = "gpt-4o") -> UsageSum:  # fmt: skip
    return UsageSum("during", model, field, total, answers, 0, absent)


def account(
    sums: list[UsageSum], counts: list[float], standing: Standing = "documented", *,
    at: str | None = AT, model: str = "gpt-4o",
) -> Account:  # fmt: skip
    rows = tuple(RecordedRow(at, model, {"prompt_tokens": count}) for count in counts)
    recorded = Recorded("l", "", "", rows)
    found = reconcile(sums, recorded, BOUNDS, [clause("prompt_tokens", standing)])
    return next(one for one in found if one.rows)


@pytest.mark.parametrize(
    ("sums", "counts", "state", "note"),
    [
        ([used(30)], [10, 20], "agrees", ""),
        ([used(30)], [10, 30], "differs", "more was recorded than stated"),
        ([used(30)], [10, 10], "differs", "less was recorded than stated"),
        ([used(30), used(8, field=CACHED)], [2, 20], "differs",
         "recorded without cached_tokens, which are a part of prompt_tokens"),
        ([used(30), used(8, field=CACHED)], [18, 20], "differs",
         "recorded with cached_tokens added, which prompt_tokens already holds"),
        ([used(30)], [30], "could-not-check", "2 answers captured, 1 recorded"),
        ([used(30, 2, 1)], [10, 20, 5], "could-not-check", "1 of 3 answers state no usage"),
        ([used(30, 2, 1)], [10, 20, 0], "agrees", ""),
        ([], [10], "could-not-check", "no captured answer to a call that asked for this model"),
        ([used(30, model="‹string:9#1›")], [30], "could-not-check",
         "no captured answer to a call that asked for this model"),
    ],
)  # fmt: skip
def test_a_field_is_reconciled(
    sums: list[UsageSum], counts: list[float], state: str, note: str
) -> None:
    found = account(sums, counts)
    assert (found.state, found.note) == (state, note)
    assert (found.recorded, found.rows) == (sum(counts), len(counts))


@pytest.mark.parametrize("standing", ["to-verify", "stale", "conflicting", "shown-in-example"])
def test_what_no_source_states_is_an_internal_estimate(standing: Standing) -> None:
    assert account([used(30)], [10, 20], standing).state == "internal-estimate"
    assert account([used(30)], [10, 20], "support-confirmed").state == "agrees"


def test_windows_are_kept_apart_and_masked_models_are_one() -> None:
    assert account([used(30)], [30, 0], at="2026-06-01T08:00:00+00:00").window == "before"
    assert account([used(30)], [30, 0], at=None).window == "unknown"
    masked = [used(10, 1, model="‹string:9#1›"), used(20, 1, model="‹string:7#2›")]
    assert account(masked, [10, 20], model="‹model›").state == "agrees"


def test_calls_that_cross_an_edge_of_the_incident_are_no_difference() -> None:
    bounds = Bounds("2026-06-01T09:00:00+00:00", "2026-06-01T10:00:00+00:00")
    sums = [
        UsageSum("before", "gpt-4o", "prompt_tokens", 100, 1, 0, 0),
        UsageSum("during", "gpt-4o", "prompt_tokens", 700, 2, 0, 0),
    ]
    rows = tuple(
        RecordedRow(f"2026-06-01T{at}+00:00", "gpt-4o", {"prompt_tokens": count})
        for at, count in (("09:00:10", 100.0), ("09:30:01", 200.0), ("10:00:05", 500.0))
    )
    found = reconcile(sums, Recorded("l", "", "", rows), bounds, [clause("prompt_tokens")])
    assert {account.state for account in found} == {"could-not-check"}
    assert any("over all windows" in account.note for account in found)


def test_answers_that_nobody_recorded_and_rows_that_nobody_could_read_are_told() -> None:
    rows = (RecordedRow(AT, "gpt-4o", {"prompt_tokens": 30.0}),)
    sums = [used(30, 1), used(4000, 2, model="gpt-4o-mini")]
    found = reconcile(sums, Recorded("l", "", "", rows), BOUNDS, [clause("prompt_tokens")])
    assert [(a.model, a.state) for a in found] == [
        ("gpt-4o", "agrees"), ("gpt-4o-mini", "could-not-check"),
    ]  # fmt: skip
    assert found[1].note == "2 answers captured, 0 recorded"
    left = reconcile(sums, Recorded("l", "", "", rows, 3), BOUNDS, [clause("prompt_tokens")])
    assert {a.state for a in left} == {"could-not-check"}
    assert left[0].note == "3 rows of the file tell no count"
