"""Pages and specifications: what they state becomes clauses, at exact places, and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.contract import DocumentError, media_type, read_source, title_of
from tallystick.record import Clause, Source, digest
from tallystick.record.case import Operation
from tests.conftest import EXAMPLE

PAGES = sorted((EXAMPLE / "docs").glob("*.md"))
OPERATION = Operation()


def source(name: str, data: bytes) -> Source:
    kind = media_type(name, data)
    return Source("S1", "https://h", "2026-11-21T08:00:00Z", digest(data), "t", "", kind, name)


def clauses(data: bytes | str, name: str = "page.md") -> tuple[Clause, ...]:
    raw = data.encode() if isinstance(data, str) else data
    return read_source(source(name, raw), raw, OPERATION).clauses


def says(found: tuple[Clause, ...], location: str) -> set[str]:
    return {clause.says() for clause in found if clause.location == location}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_every_quotation_stands_at_its_span(path: object) -> None:
    data = path.read_bytes()  # type: ignore[attr-defined]
    for clause in clauses(data):
        cited = clause.citation
        assert data[cited.start : cited.end].decode() == cited.quotation
        assert cited.quotation.strip()


def test_the_chat_page_states_what_it_states() -> None:
    found = clauses((EXAMPLE / "docs" / "chat.md").read_bytes())
    assert says(found, "endpoint.path") == {"/v1/chat/completions"}
    assert says(found, "endpoint.host") == {"https://api.cometapi.com"}
    assert says(found, "auth.header") == {"Authorization"}
    assert says(found, "auth.scheme") == {"Bearer"}
    assert says(found, "request.messages") == {
        "documented", "kind array", "required", "min-items 1",
    }  # fmt: skip
    assert "optional" in says(found, "request.stream")
    assert "enum assistant|developer|system|tool|user" in says(found, "request.messages[].role")
    assert "kind null or string" in says(found, "response.choices[].message.content")
    assert says(found, "error.code") == {"documented", "kind null or string"}
    assert not [c for c in found if c.location.startswith(("limit.", "billing.", "retry."))]


def test_the_error_page_states_retries_with_their_conditions() -> None:
    found = clauses((EXAMPLE / "docs" / "errors.md").read_bytes())
    assert says(found, "retry.status.500") == {
        "do not retry when error.code=invalid_request", "retry when otherwise",
    }  # fmt: skip
    assert says(found, "retry.status.504") == says(found, "retry.status.524") == {"retry"}
    assert says(found, "retry.status.301") == set()


def test_settings_and_titles() -> None:
    data = (EXAMPLE / "docs" / "quickstart.md").read_bytes()
    assert title_of(data, "markdown") == "OpenAI-compatible API"
    assert says(clauses(data), "endpoint.base_url") == {"https://api.cometapi.com/v1"}
    assert says(clauses(data), "auth.scheme") == {"Bearer"}


SPEC = {
    "openapi": "3.1.0",
    "servers": [{"url": "https://h.example/v1"}],
    "paths": {
        "/chat/completions": {
            "post": {
                "security": [{"key": []}],
                "requestBody": {"$ref": "#/components/requestBodies/chat"},
                "responses": {
                    "200": {
                        "content": {
                            "application/json": {"schema": {"allOf": [{"$ref": "#/x~1y"}]}},
                            "text/event-stream": {
                                "itemSchema": {"properties": {"id": {"type": "string"}}}
                            },
                        }
                    },
                    "429": {"description": "Too many\nrequests"},
                    "default": {"description": "other"},
                },
            }
        }
    },
    "x/y": {"properties": {"äöü": {"type": "string"}, "n": {"type": "integer", "minimum": 1}}},
    "components": {
        "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
        "requestBodies": {
            "chat": {
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/loop"}}}
            }
        },
        "schemas": {
            "loop": {"properties": {"again": {"$ref": "#/components/schemas/loop"}}},
        },
    },
}


@pytest.mark.parametrize("indent", [None, 2])
def test_a_specification_in_json(indent: int | None) -> None:
    data = json.dumps(SPEC, indent=indent, ensure_ascii=False).encode()
    found = clauses(data, "spec.json")
    assert says(found, "endpoint.path") == {"/v1/chat/completions"}
    assert says(found, "auth.header") == {"X-Key"}
    assert says(found, "stream.id") == {"documented", "kind string"}
    assert says(found, "response.n") == {"documented", "kind number", "minimum 1"}
    assert says(found, "error.status.429") == {"meaning Too many requests"}
    assert "request.again" in {clause.location for clause in found}
    assert "request.again.again" not in {clause.location for clause in found}
    for clause in found:
        cited = clause.citation
        assert data[cited.start : cited.end].decode() == cited.quotation


def without(*path: str) -> str:
    spec = json.loads(json.dumps(SPEC))
    node = spec
    for name in path[:-1]:
        node = node[name]
    del node[path[-1]]
    return json.dumps(spec)


@pytest.mark.parametrize(
    ("name", "text", "problem"),
    [
        ("a.json", "{", "does not parse"),
        ("a.yaml", "a: [1", "does not parse"),
        ("a.yaml", "# nothing", "is empty"),
        ("a.yaml", "  ", "is empty"),
        ("a.json", '{"info": 1}', "no OpenAPI document"),
        ("a.json", without("paths", "/chat/completions"), "describes no operation"),
        ("a.json", without("x/y"), "leads nowhere"),
        ("a.yaml", "? [a, b]\n: 1", "no scalar"),
        ("a.yaml", "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
         "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
         "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]", "more than"),
    ],
)  # fmt: skip
def test_documents_that_are_none_are_refused(name: str, text: str, problem: str) -> None:
    with pytest.raises(DocumentError, match=problem):
        clauses(text, name)


def test_bytes_that_are_no_text_are_refused_and_html_states_nothing() -> None:
    with pytest.raises(DocumentError, match="UTF-8"):
        clauses(b"\xff\xfe page")
    assert clauses("<!DOCTYPE html><table><tr><td>500</td><td>Retry</td></tr></table>") == ()


def test_norway_is_a_country_and_numbers_are_numbers() -> None:
    text = (
        "openapi: 3.0.0\npaths:\n  /v1/chat/completions:\n    post:\n      requestBody:\n"
        "        content:\n          application/json:\n            schema:\n"
        "              properties:\n                a:\n                  enum: [no, on, 1.5, ~]\n"
    )
    assert "enum 1.5|None|no|on" in says(clauses(text, "a.yaml"), "request.a")


def test_tables_inside_components_and_other_columns() -> None:
    page = (
        "# T\n\n<AccordionGroup>\n<Accordion title='x'>\n\n## Response fields\n\n"
        "| Field | Type | Required |\n|---|---|---|\n| `id` | string | Yes |\n| odd name | x | y |\n"
        "\n</Accordion>\n</AccordionGroup>\n\n## Others\n\n| Field | Type |\n|---|---|\n| `a` | string |\n"
        "\n| Who | What |\n|---|---|\n| a | b |\n\n````text\n<Tip>\n| Status | Retry |\n````\n"
        "\n| Code | Should I retry? | Notes |\n|---|---|---|\n| 502, 503 | Maybe | gateway |\n"
    )
    found = clauses(page)
    assert says(found, "response.id") == {"documented", "kind string", "required"}
    assert says(found, "retry.status.502") == set()
    assert says(found, "error.status.503") == {"meaning gateway"}
    assert {clause.location.split(".")[0] for clause in found} == {"response", "error"}


@pytest.mark.parametrize(
    ("cell", "says_"),
    [
        ("Yes", "retry"), ("No.", "do not retry"), ("Do not retry", "do not retry"),
        ("Yes, with exponential backoff", "retry"), ("No limit on retries", None),
        ("Yes? to be confirmed", None), ("Yes, but never for POST", None),
        ("Yes if the body is changed", None), ("usually no", None), ("", None),
    ],
)  # fmt: skip
def test_only_whole_answers_become_retry_rules(cell: str, says_: str | None) -> None:
    table = f"| Status | Retry? |\n|---|---|\n| 500 | {cell} |\n"
    assert says(clauses(table), "retry.status.500") == ({says_} if says_ else set())
    assert clauses(f"# Errors\n\n## Deprecated (removed in 2024)\n\n{table}") == ()


def test_an_endpoint_of_another_operation_is_none_of_ours() -> None:
    page = "| Setting | Value |\n|---|---|\n| Endpoint | `POST /v1/embeddings` |\n"
    assert clauses(page) == ()
    assert says(clauses(page.replace("embeddings", "chat/completions")), "endpoint.path")


def test_an_alias_that_holds_itself_is_refused() -> None:
    with pytest.raises(DocumentError):
        clauses("openapi: 3.1.0\na: &a\n  b: *a\n", "a.yaml")


MUTATIONS = st.lists(st.tuples(st.integers(0, 4000), st.sampled_from("| \n`#-yY:4")), max_size=12)


@given(MUTATIONS)
def test_mutated_pages_never_state_limits_or_billing(changes: list[tuple[int, str]]) -> None:
    text = list((EXAMPLE / "docs" / "chat.md").read_text())
    for place, char in changes:
        text[place % len(text)] = char
    data = "".join(text).encode()
    try:
        found = clauses(data)
    except DocumentError:
        return
    for clause in found:
        assert clause.location.split(".")[0] in ("endpoint", "auth", "request", "response", "error",
                                                 "stream", "retry")  # fmt: skip
        assert (
            data[clause.citation.start : clause.citation.end].decode() == clause.citation.quotation
        )


SPEC_HEAD = "openapi: 3.1.0\npaths:\n  /v1/chat/completions:\n    post:\n"
FENCE = "````yaml a.json POST /v1/chat/completions theme={null}\n"


def test_spans_hold_whatever_the_line_ends_and_the_indentation() -> None:
    body = SPEC_HEAD + (
        "      requestBody:\n        content:\n          application/json; charset=utf-8:\n"
        "            schema:\n              required: [model]\n"
    )
    page = f"# T\n\n<Accordion>\n    | Status | Retry? |\n    |---|---|\n    | 429 | Yes |\n</Accordion>\n\n{FENCE}{body}````\n"
    indented = "".join(f"    {line}" for line in f"{FENCE}{body}````\n".splitlines(keepends=True))
    for text in (page, page.replace("\n", "\r\n"), f"\u2028{page}",
                 f"# T\n\n<Accordion>\n{indented}</Accordion>\n"):  # fmt: skip
        data = text.encode()
        found = clauses(data)
        (model,) = [c for c in found if c.location == "request.model"]
        assert "model" in model.citation.quotation
        for clause in found:
            cited = clause.citation
            assert data[cited.start : cited.end].decode() == cited.quotation
            last = clause.location.rsplit(".", 1)[-1]
            assert clause.aspect not in ("required", "retry") or last in cited.quotation


@pytest.mark.parametrize(
    ("cell", "places"),
    [
        ("429 Too Many Requests", {"429"}), ("500, 502 and 503", {"500", "502", "503"}),
        ("500 with `error.code: invalid_request`", {"500"}), ("500 (other)", {"500"}),
        ("any 5xx except 501", set()), ("429 after 100 requests", set()), ("520-524", set()),
        ("503 status code returned", set()),
    ],
)  # fmt: skip
def test_only_lists_of_statuses_are_read(cell: str, places: set[str]) -> None:
    found = clauses(f"| Status | Retry? |\n|---|---|\n| {cell} | Yes |\n")
    assert {c.location.rsplit(".", 1)[-1] for c in found} == places


def test_what_a_comment_or_a_code_block_holds_states_nothing() -> None:
    table = "| Status | Retry? |\n|---|---|\n| 500 | Yes |\n"
    assert clauses(f"{{/*\n{table}*/}}\n") == ()
    code = "".join(f"    {line}" for line in table.splitlines(keepends=True))
    assert clauses(f"# T\n\n{code}") == ()
    assert clauses(f"<Tip />\n\n{code}") == ()


@pytest.mark.parametrize(
    ("row", "stated"),
    [
        ("| Base URL | https://h.example/v1 is wrong; never use it |", set()),
        ("| Roles | all but system |", set()),
        ("| Authorization | Bearer |", set()),
        ("| Authorization | Authorization: Bearer <key> |", {"Authorization", "Bearer"}),
        ("| RPM | unlimited |", {"none"}),
        ("| RPM | plenty |", {"plenty"}),
    ],
)
def test_sentences_are_for_a_person_to_read(row: str, stated: set[str]) -> None:
    assert {c.value for c in clauses(f"| Setting | Value |\n|---|---|\n{row}\n")} == stated


def test_the_nearest_heading_says_whose_fields_they_are() -> None:
    table = "| Field | Type |\n|---|---|\n| `id` | string |\n"
    found = clauses(f"# Streaming\n\n## Non-streaming response fields\n\n{table}")
    assert {c.location for c in found} == {"response.id"}


def spec(schema: object, **more: object) -> str:
    body = {"content": {"application/json": {"schema": schema}}}
    operation = {"requestBody": body, **more}
    return json.dumps({"openapi": "3.1.0", "paths": {"/v1/chat/completions": {"post": operation}}})


def test_alternatives_state_together_what_holds_in_all_of_them() -> None:
    user = {"properties": {"role": {"enum": ["user"]}, "name": {"type": "string"}},
            "required": ["role", "name"]}  # fmt: skip
    tool = {"properties": {"role": {"enum": ["tool"]}, "name": {"type": "null"}},
            "required": ["role"]}  # fmt: skip
    found = clauses(spec({"oneOf": [user, tool]}), "a.json")
    assert says(found, "request.role") == {"documented", "enum tool|user", "required"}
    assert says(found, "request.name") == {"documented", "kind null or string"}


def test_what_binds_one_kind_holds_where_every_branch_of_that_kind_says_it() -> None:
    words = {"type": "array", "items": {"type": "string"}, "maxItems": 4}
    found = clauses(spec({"properties": {
        "stop": {"oneOf": [{"type": "string"}, words]},
        "model": {"anyOf": [{"type": "string"}, {"type": "string", "enum": ["a", "b"]}]},
        "tool_choice": {"oneOf": [{"type": "string", "enum": ["none", "auto"]}, {"type": "object"}]},
        "n": {"anyOf": [{"type": "integer", "maximum": 4}, {"type": "integer", "maximum": 8}]},
    }}), "a.json")  # fmt: skip
    assert says(found, "request.stop") >= {"max-items 4", "kind array or string"}
    assert not any(told.startswith("enum") for told in says(found, "request.model"))
    assert "enum auto|none" in says(found, "request.tool_choice")
    assert not any(told.startswith("maximum") for told in says(found, "request.n"))


def test_a_streamed_answer_that_wraps_its_chunk_is_read_as_the_chunk() -> None:
    chunk = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
    streamed = {"200": {"description": "ok", "content": {"text/event-stream": {
        "schema": {"type": "object", "properties": {"data": chunk, "event": {"type": "string"}}}}}}}  # fmt: skip
    found = clauses(spec({}, responses=streamed), "a.json")
    assert {c.location for c in found if c.location.startswith("stream.")} == {"stream.id"}


@pytest.mark.parametrize("limit", ["9223372036854775807", "1e400", "1.5"])
def test_limits_are_told_as_they_are_written(limit: str) -> None:
    text = spec({"properties": {"seed": {"type": "integer", "maximum": 0}}})
    found = clauses(text.replace('"maximum": 0', f'"maximum": {limit}'), "a.json")
    assert f"maximum {limit}" in says(found, "request.seed")


def test_security_alternatives_do_not_disagree() -> None:
    text = json.loads(spec({}, security=[{"a": []}, {"b": []}]))
    text["components"] = {"securitySchemes": {
        "a": {"type": "http", "scheme": "bearer"}, "b": {"type": "apiKey", "in": "header", "name": "X-Key"},
    }}  # fmt: skip
    found = clauses(json.dumps(text), "a.json")
    assert {(c.value, c.when) for c in found if c.location == "auth.header"} == {
        ("Authorization", "alternative=1"), ("X-Key", "alternative=2"),
    }  # fmt: skip
    del text["components"]["securitySchemes"]["b"]
    with pytest.raises(DocumentError, match="security scheme that it does not have: b"):
        clauses(json.dumps(text), "a.json")


def test_schemas_that_hold_themselves_end() -> None:
    properties = {name: {"$ref": "#/x"} for name in "abcdef"}
    text = json.loads(spec({"$ref": "#/x"}))
    text["x"] = {"properties": properties}
    assert {c.location for c in clauses(json.dumps(text), "a.json")} >= {"request.a", "request.f"}


def test_closed_schemas_nullable_kinds_and_relative_servers() -> None:
    text = json.loads(spec({"properties": {
        "m": {"type": "object", "additionalProperties": False},
        "n": {"type": "string", "nullable": True},
    }}))  # fmt: skip
    text["servers"] = [{"url": "/"}]
    found = clauses(json.dumps(text), "a.json")
    assert says(found, "request.m") == {"documented", "kind object", "has no other members"}
    assert says(found, "request.n") == {"documented", "kind null or string"}
    assert says(found, "endpoint.host") == set()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"openapi": "3.1.0", "openapi": "3.1.0"}', "twice"),
        (json.dumps({"openapi": "3.1.0", "servers": [{"url": "https://h/v1"}], "paths": {
            "/chat/completions": {"post": {}}, "/chat/completions/": {"post": {}}}}), ""),
    ],
)  # fmt: skip
def test_ambiguous_documents_are_refused(text: str, problem: str) -> None:
    if problem:
        with pytest.raises(DocumentError, match=problem):
            clauses(text, "a.json")
    else:
        assert says(clauses(text, "a.json"), "endpoint.path") == {"/v1/chat/completions"}


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.md", b"\xef\xbb\xbf<!DOCTYPE html>", "html"), ("a.md", b"<!-- x -->\n<html>", "html"),
        ("a", b"openapi: 3.1.0", "openapi"), ("a", b'{"openapi": "3.1.0"}', "openapi"),
        ("a.md", b"# Title", "markdown"),
    ],
)  # fmt: skip
def test_what_a_document_is(name: str, head: bytes, kind: str) -> None:
    assert media_type(name, head) == kind


def test_examples_that_do_not_say_what_they_are_show_nothing() -> None:
    def shown(text: str) -> set[str]:
        return {c.location for c in clauses(f"```json\n{text}\n```\n")}

    assert shown('{"id": 1}') == set()
    assert shown("{") == set()
    assert shown('{"error": {"code": "x", "a b": 1}}') == {"error.code", "error.body"}
    assert shown('{"object": "chat.completion.chunk", "id": "x"}') == {"stream.object", "stream.id"}
