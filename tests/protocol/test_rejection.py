"""Which part of a request an error is about, in the dialects of the field."""

from typing import Any

import pytest

from tallystick.protocol import ErrorEnvelope
from tallystick.protocol.exceptions import read_exception
from tallystick.protocol.rejection import phrased_place, read_rejection

SENT = {
    "model": "m", "messages": [{"role": "user", "content": "x"}], "top_k": 5, "acme_tag": "x",
    "max_tokens": 9,
}  # fmt: skip


@pytest.mark.parametrize(
    ("message", "param", "place", "kind"),
    [
        ("Unrecognized request argument supplied: acme_tag", "", "request.acme_tag", "unknown"),
        ("Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens'", "",
         "request.max_tokens", "unsupported"),
        ("acme_tag: Extra inputs are not permitted", "", "request.acme_tag", "unknown"),
        ("messages.0.content: Input should be a valid string", "",
         "request.messages[].content", "wrong-type"),
        ("The reasoning_content in the thinking mode must be passed back", "",
         "request.messages[].reasoning_content", "missing"),
        ("Missing required parameter: 'model'.", "", "request.model", "missing"),
        ("Failed to deserialize the JSON body: top_k: expected number", "", "request.top_k",
         "wrong-type"),
        ("Invalid 'messages': empty array", "", "request.messages", "invalid"),
        ("x", "messages.[0].tool_calls", "request.messages[].tool_calls", ""),
        ("x", "messages.2.assistant.reasoning_content", "request.messages[].reasoning_content",
         ""),
        ("x", "body.temperature", "request.temperature", ""),
        ("x", "messages.role", "request.messages[].role", ""),
        ("x", "tools.function.name", "request.tools[].function.name", ""),
        ("x", "K9-secret!", "request.body", ""),
        ('upstream: {"error": {"message": "bad", "param": "top_k"}}', "", "request.top_k",
         "invalid"),
        ('upstream: {\\"error\\": {\\"message\\": \\"bad\\", \\"param\\": \\"top_k\\"}}', "",
         "request.top_k", "invalid"),
        ("missing a thought_signature in functionCall parts", "", "request.messages[].tool_calls",
         "missing"),
        ("cannot unmarshal number 40.0 into Go struct field ChatCompletionRequest.top_k of type int",
         "", "request.top_k", "wrong-type"),
        ("Your request was rejected by our safety system", "top_k", "request.messages[].content",
         "filtered"),
        ("The top_k parameter is invalid. Check the page.", "", "request.top_k", "invalid"),
        ("image_url is not supported", "", "request.messages[].content[].image_url", "unsupported"),
    ],
)  # fmt: skip
def test_the_place_and_what_is_said_of_it(message: str, param: str, place: str, kind: str) -> None:
    found = read_rejection(ErrorEnvelope("nested", message=message, param=param), SENT)
    assert found is not None
    assert (found.location, found.kind) == (place, kind)


@pytest.mark.parametrize(
    "message",
    ["Rate limit reached for requests", "invalid token", "not now", "An upstream is busy",
     "Invalid URL (POST /chat/completions)", "You exceeded your current quota"],
)  # fmt: skip
def test_what_names_no_part_names_none(message: str) -> None:
    assert read_rejection(ErrorEnvelope("nested", message=message), SENT) is None


def test_phrases_point_at_a_place_without_naming_it() -> None:
    assert phrased_place("roles must alternate") == "request.messages[].role"
    assert phrased_place("nothing of the kind") == ""


@pytest.mark.parametrize(
    ("text", "status", "named", "body"),
    [
        ("openai.RateLimitError: Error code: 429 - {'error': {'message': 'x'}}", 429, False, True),
        ("RateLimitError", 429, True, False),
        ("error, status code: 429, message: x", 429, False, False),
        ("400 Unknown parameter: 'best_of'.", 400, False, False),
        ("System.ClientModel.ClientResultException: HTTP 401 (x)", 401, False, False),
        ('BadRequestError: 400 {"error": {"message": "x"}}', 400, False, True),
        ("litellm.InternalServerError: OpenAIException - Connection error.", None, False, False),
        ("TypeError: x is 400", None, False, False),
        ("Error code: 400 - {not a literal}", 400, False, False),
        ('Raw: {"code":400, "reason":"CODEC", "message":"bad", "metadata":{}}', 400, True, True),
        ("AuthenticationException: The remote certificate is invalid", None, False, False),
    ],
)
def test_what_an_exception_tells(text: str, status: int | None, named: bool, body: bool) -> None:
    told = read_exception(text)
    assert (told.status, told.named, told.body is not None) == (status, named, body)


@pytest.mark.parametrize(
    ("param", "message", "sent", "place"),
    [
        ("metadata.maria_lopez", "Invalid 'metadata.maria_lopez': string too long",
         {"metadata": {"maria_lopez": "x"}}, "request.metadata"),
        ("tools[0].function.parameters.properties.john_smith", "Invalid schema",
         {"tools": [{}]}, "request.tools[].function.parameters"),
        ("logit_bias.hunter", "Invalid key", {"logit_bias": {}}, "request.logit_bias"),
        ("messages[0].john_smith", "Invalid value", {"messages": [{}]}, "request.messages[]"),
        ("john_smith", "Invalid value", {"model": "m"}, "request.body"),
        ("acme_tag", "Invalid value", {"acme_tag": "x"}, "request.acme_tag"),
        ("acme_tag", "Unrecognized request argument supplied", {"model": "m"}, "request.acme_tag"),
    ],
)  # fmt: skip
def test_names_of_an_applications_own_data_make_no_place(
    param: str, message: str, sent: dict[str, Any], place: str
) -> None:
    found = read_rejection(ErrorEnvelope("nested", message=message, param=param), sent)
    assert found is not None
    assert found.location == place


@pytest.mark.parametrize("advice", ["Use 'max_completion_tokens' instead.", ""])
def test_what_an_error_advises_in_its_place_is_not_what_it_refuses(advice: str) -> None:
    said = f"OpenAIException - Unsupported parameter: 'max_tokens' is not supported here. {advice}"
    sent = {**SENT, "max_completion_tokens": 9}
    del sent["max_tokens"]
    found = read_rejection(ErrorEnvelope("nested", message=said), sent)
    assert found is not None
    assert found.location == "request.max_tokens"
