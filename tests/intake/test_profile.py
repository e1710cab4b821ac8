"""The observed profile: windows, presence, kinds, values, retries, layers, usage."""

from typing import Any

from tallystick.intake import Incident, Profiler
from tallystick.record.profile import Observed, Profile
from tests.conftest import entry
from tests.intake.test_part import LIMITED, merged_attempts

OK = {"choices": [{"index": 0, "finish_reason": "stop",
                   "message": {"role": "assistant", "content": "x"}}]}  # fmt: skip


def profile(entries: list[dict[str, Any]], incident: Incident | None = None) -> Profile:
    profiler = Profiler(incident or Incident())
    for attempt in merged_attempts(entries):
        profiler.add(attempt)
    return profiler.profile()


def asked(text: str, **more: Any) -> dict[str, Any]:
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": text}], **more}


def at(found: Profile, location: str) -> Observed:
    return next(o for cell in found.cells for o in cell.locations if o.location == location)


def test_windows_split_what_was_before_in_and_after() -> None:
    entries = [entry(200, OK, at=second, request=asked(str(second))) for second in (1, 5, 9, 30)]
    found = profile(entries, Incident("2026-06-01T09:00:04Z", "2026-06-01T11:00:20+02:00"))
    assert {cell.window: cell.exchanges for cell in found.cells} == {
        "before": 1, "during": 2, "after": 1,
    }  # fmt: skip
    assert {cell.window for cell in profile(entries).cells} == {"unknown"}


def test_presence_kinds_nulls_and_values_are_counted() -> None:
    found = profile([
        entry(200, OK, request=asked("a", temperature=0.5)),
        entry(200, OK, request=asked("b", temperature=None), at=1),
        entry(200, OK, request=asked("c"), at=2),
    ])  # fmt: skip
    temperature = at(found, "request.temperature")
    assert (temperature.present, temperature.possible) == (2, 3)
    assert temperature.kinds == {"null": 1, "number": 1}
    assert temperature.values == {"0.5": 1}
    role = at(found, "request.messages[].role")
    assert (role.present, role.values) == (3, {"user": 3})
    assert at(found, "request.messages[].content").values == {}


def test_values_beyond_the_cap_are_counted_and_not_told() -> None:
    found = profile([entry(200, OK, request=asked("a", max_tokens=n), at=n) for n in range(1, 31)])
    tokens = at(found, "request.max_tokens")
    assert (len(tokens.values), tokens.more) == (24, 6)


def test_numbers_that_vary_are_no_values() -> None:
    made = {**OK, "created": 1_774_412_483, "usage": {"total_tokens": 5}}
    found = profile([entry(200, made)])
    assert at(found, "response.created").values == {}
    assert at(found, "response.usage.total_tokens").kinds == {"number": 1}


def test_departures_and_classes_are_counted() -> None:
    found = profile([entry(200, {"choices": []}), entry(401, {"error": {"message": "bad key"}}, at=1,
                                                        request=asked("z"))])  # fmt: skip
    assert [d.location for cell in found.cells for d in cell.departures]
    classes = {one.failure_class: one.calls for one in found.classes}
    assert classes == {"response_contract": 1, "authentication": 1}


def test_retries_gaps_and_early_ones() -> None:
    headers = {"Retry-After": "5"}
    found = profile([
        entry(429, LIMITED, request=asked("a"), at=0, headers=headers),
        entry(429, LIMITED, request=asked("a"), at=2, headers=headers),
        entry(200, OK, request=asked("a"), at=10),
    ])  # fmt: skip
    (retried,) = found.retries
    assert (retried.after, retried.failures, retried.retried, retried.early) == ("429", 2, 2, 1)
    assert (retried.least_s, retried.most_s) == (1.9, 7.9)
    assert found.amplification[0].calls == {"3": 1}


def test_layers_that_begin_a_failed_call_again_are_seen() -> None:
    sent = [{"X-Stainless-Retry-Count": str(n)} for n in (0, 1, 0, 1)]
    found = profile([entry(500, {}, request=asked("a"), at=n, sent=sent[n]) for n in range(4)])
    (one,) = found.amplification
    assert one.calls == {"2": 2}
    assert (one.nested, one.largest) == (1, (2, 4))


def test_a_retry_that_changed_the_request_is_told() -> None:
    found = profile([
        entry(500, {}, request=asked("a"), at=0, sent={"X-Stainless-Retry-Count": "0"}),
        entry(200, OK, request={**asked("b"), "model": "gpt-4o-mini"}, at=1,
              sent={"X-Stainless-Retry-Count": "1"}),
    ])  # fmt: skip
    (changed,) = found.changed
    assert (changed.body, changed.model) == (1, 1)


def test_usage_is_the_last_that_was_stated_and_absent_is_not_zero() -> None:
    stream = (
        'data: {"choices":[],"usage":{"total_tokens":3}}\n\n'
        'data: {"choices":[],"usage":{"total_tokens":7}}\n\ndata: [DONE]\n\n'
    )
    found = profile([
        entry(200, stream, request=asked("a", stream=True), mime="text/event-stream"),
        entry(200, {**OK, "usage": {"total_tokens": 0}}, request=asked("b"), at=1),
        entry(200, OK, request=asked("c"), at=2),
    ])  # fmt: skip
    (total,) = found.usage
    assert (total.field, total.total, total.answers, total.zero, total.absent) == (
        "total_tokens", 7.0, 2, 1, 1,
    )  # fmt: skip


def test_models_with_an_organisation_part_show_as_their_ordinal() -> None:
    found = profile([entry(200, OK, request={**asked("a"), "model": "acme/x"})])
    assert found.cells[0].model.startswith("‹model#")
