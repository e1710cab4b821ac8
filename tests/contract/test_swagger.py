"""OpenAPI 2.0 (Swagger) states what OpenAPI 3 does, in other places."""

import json

import pytest

from tests.contract.test_reading import stated

PAGE = json.dumps({
    "swagger": "2.0", "info": {"title": "t", "version": "1"}, "host": "api.cometapi.com",
    "basePath": "/v1", "schemes": ["https"],
    "securityDefinitions": {"key": {"type": "apiKey", "in": "header", "name": "X-Key"}},
    "security": [{"key": []}],
    "paths": {"/chat/completions": {"post": {
        "parameters": [{"in": "query", "name": "q"},
                       {"in": "body", "name": "body", "schema": {"$ref": "#/definitions/In"}}],
        "responses": {"200": {"description": "ok", "schema": {"$ref": "#/definitions/Out"}},
                      "401": {"description": "Key not accepted"},
                      "default": {"description": "x", "schema": {"$ref": "#/definitions/Err"}}},
    }}},
    "definitions": {
        "In": {"type": "object", "required": ["model"],
               "properties": {"model": {"type": "string"},
                              "n": {"type": "integer", "maximum": 8}}},
        "Out": {"type": "object", "properties": {"choices": {"type": "array", "items": {}}}},
        "Err": {"type": "object", "properties": {"error": {
            "type": "object", "properties": {"code": {"type": "string"}}}}},
    },
}, indent=1)  # fmt: skip


@pytest.mark.parametrize(
    "said",
    [
        ("endpoint.host", "value", "https://api.cometapi.com"),
        ("endpoint.path", "value", "/v1/chat/completions"),
        ("auth.header", "value", "X-Key"),
        ("request.model", "required", "yes"),
        ("request.n", "maximum", "8"),
        ("response.choices", "kind", "array"),
        ("error.status.401", "meaning", "Key not accepted"),
        ("error.code", "kind", "string"),
    ],
)
def test_its_statements_are_read(said: tuple[str, str, str]) -> None:
    assert said in stated(PAGE, "documented") | stated(PAGE)


def test_a_parameter_of_the_query_is_no_member_of_the_body() -> None:
    assert not any(place == "request.q" for place, _, _ in stated(PAGE))
