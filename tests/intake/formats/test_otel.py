"""Traces as three products keep them: OTLP, Grafana Tempo, Jaeger."""

import json
from typing import Any

from tallystick.intake import RawAttempt
from tallystick.intake.formats import Piece, detect
from tallystick.intake.formats.base import Broken

NANOS = 1795165500114000000


def read(data: object) -> list[Any]:
    text = json.dumps(data, indent=1).encode()
    form = detect(text)
    assert form is not None
    assert form.name == "otel"
    return list(form.read(Piece(0, 0, text, last=True)))


def attribute(key: str, value: object) -> dict[str, Any]:
    return {"key": key, "value": {"stringValue": value} if isinstance(value, str) else value}


def span(*attributes: dict[str, Any], **more: Any) -> dict[str, Any]:
    own = [attribute("gen_ai.operation.name", "chat"), attribute("gen_ai.request.model", "gpt-4o")]
    return {"spanId": "a", "startTimeUnixNano": str(NANOS), "endTimeUnixNano": str(NANOS + 10**9),
            "attributes": [*own, *attributes], **more}  # fmt: skip


def test_tempo_names_its_batches_and_a_span_without_text_tells_how_it_ended() -> None:
    reasons = {"arrayValue": {"values": [{"stringValue": "length"}]}}
    held = span(attribute("gen_ai.response.finish_reasons", reasons))
    for whole in (
        {"batches": [{"scopeSpans": [{"spans": [held]}]}]},
        {"trace": {"resourceSpans": [{"scopeSpans": [{"spans": [held]}]}]}},
    ):
        (found,) = read(whole)
        assert json.loads(found.response.body) == {
            "choices": [{"index": 0, "finish_reason": "length"}]
        }
        assert found.response.partial


def test_an_exception_event_tells_of_the_failure() -> None:
    event = {"name": "exception", "attributes": [attribute("exception.type", "APITimeoutError"),
             attribute("exception.message", "Request timed out.")]}  # fmt: skip
    failed = span(events=[event], status={"code": 2})
    (found,) = read({"resourceSpans": [{"scopeSpans": [{"spans": [failed]}]}]})
    assert (found.status, found.error) == (0, "APITimeoutError: Request timed out.")


def test_jaeger_has_tags_and_microseconds() -> None:
    tags = [{"key": "gen_ai.operation.name", "type": "string", "value": "chat"},
            {"key": "gen_ai.request.model", "type": "string", "value": "gpt-4o"},
            {"key": "gen_ai.response.finish_reasons", "type": "string", "value": '["stop"]'},
            {"key": "error", "type": "bool", "value": True},
            {"key": "otel.status_description", "type": "string", "value": "Error code: 429 - {}"}]  # fmt: skip
    log = {"timestamp": 1, "fields": [{"key": "event", "type": "string", "value": "exception"},
           {"key": "exception.message", "type": "string", "value": "x"}]}  # fmt: skip
    held = {"traceID": "t", "spanID": "s", "references": [], "startTime": NANOS // 1000,
            "duration": 201000, "tags": tags, "logs": [log]}  # fmt: skip
    (found,) = read({"data": [{"traceID": "t", "spans": [held]}]})
    assert (found.status, found.duration_ms) == (429, 201.0)
    assert found.at == "2026-11-20T09:05:00.114000+00:00"


def test_an_attribute_without_a_key_is_damage_of_its_own() -> None:
    broken = span()
    broken["attributes"].append({"value": {"stringValue": "x"}})
    text = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [broken]}]}]})
    whole = f"{text}\n{json.dumps({'resourceSpans': [{'scopeSpans': [{'spans': [span()]}]}]})}\n"
    form = detect(whole.encode())
    assert form is not None
    first, second = form.read(Piece(0, 0, whole.encode(), last=True))
    assert isinstance(first, Broken)
    assert isinstance(second, RawAttempt)


def test_a_log_record_of_a_whole_call_is_a_call() -> None:
    record = {"timeUnixNano": str(NANOS), "eventName": "gen_ai.client.inference.operation.details",
              "attributes": span()["attributes"]}  # fmt: skip
    (found,) = read({"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]})
    assert json.loads(found.request.body)["model"] == "gpt-4o"


def test_bodies_and_stop_words_that_a_span_keeps_are_read() -> None:
    stops = {"arrayValue": {"values": [{"stringValue": "a"}, {"stringValue": "b"}]}}
    whole = span(attribute("gen_ai.request.stop_sequences", stops),
                 attribute("acme.response.body", '{"choices": []}'),
                 attribute("http.response.status_code", {"intValue": "200"}),
                 status={"code": 2, "message": "no choices in response"})  # fmt: skip
    (found,) = read({"resourceSpans": [{"scopeSpans": [{"spans": [whole]}]}]})
    assert json.loads(found.request.body)["stop"] == ["a", "b"]
    assert json.loads(found.response.body) == {"choices": []}
    assert (found.status, found.error) == (200, "no choices in response")


def test_the_model_that_answered_is_a_part_of_the_answer() -> None:
    held = span(attribute("gen_ai.response.model", "gemini-2.5-flash"),
                attribute("gen_ai.usage.input_tokens", {"intValue": "3"}))  # fmt: skip
    (found,) = read({"resourceSpans": [{"scopeSpans": [{"spans": [held]}]}]})
    assert json.loads(found.response.body)["model"] == "gemini-2.5-flash"


def test_attempts_that_no_span_of_a_call_stands_over_are_of_one_call_where_they_are_counted() -> (
    None
):
    def attempt(number: int, url: str) -> dict[str, Any]:
        told = [attribute("http.request.method", "POST"), attribute("url.full", url),
                attribute("http.response.status_code", {"intValue": "400"})]  # fmt: skip
        if number:
            told.append(attribute("http.request.resend_count", {"intValue": str(number)}))
        return {"spanId": f"s{number}", "parentSpanId": "p", "startTimeUnixNano": str(NANOS + number),
                "endTimeUnixNano": str(NANOS + number + 9), "attributes": told}  # fmt: skip

    url = "https://api.cometapi.com/v1/chat/completions"
    spans = [attempt(0, url), attempt(1, url), attempt(2, "https://db.example/points")]
    found = read({"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]})
    assert [(one.status, one.url, one.call) for one in found] == [(400, url, "p")] * 2


def test_a_call_whose_span_names_its_http_method_is_one_call() -> None:
    sent = (attribute("http.request.method", "POST"),
            attribute("url.full", "https://llm.example/v1/chat/completions"),
            attribute("http.response.status_code", {"intValue": "200"}))  # fmt: skip
    whole = span(*sent, parentSpanId="of-the-application")
    (found,) = read({"resourceSpans": [{"scopeSpans": [{"spans": [whole]}]}]})
    assert found.status == 200
