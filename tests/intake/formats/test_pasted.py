"""Pasted exceptions: the address that a client names, in the words of each client."""

import json
from pathlib import Path

import msgspec
import pytest

from tallystick.case.capture import exchanges
from tallystick.engine.merging import How
from tallystick.intake import Facts, classify
from tallystick.intake.formats import Piece
from tallystick.intake.formats.pasted import FORMAT
from tests.intake.formats.test_transcript import read

URL = "https://api.cometapi.com/v1/v1/chat/completions"
KEY = "sk-plantedplantedplanted0001"
# One line for each client, as its source prints it.
NAMED = {
    "Spring WebClient": f"WebClientResponseException$NotFound: 404 Not Found from POST {URL}",
    "Spring RestClient": f'HttpClientErrorException$NotFound: 404 Not Found on POST request for "{URL}": [no body]',
    "Guzzle": f"ClientException: Client error: `POST {URL}` resulted in a `404 Not Found` response:",
    "Requests": f"requests.exceptions.HTTPError: 404 Client Error: Not Found for url: {URL}",
    "httpx": f"httpx.HTTPStatusError: Client error '404 Not Found' for url '{URL}'",
    "aiohttp": f"aiohttp.client_exceptions.ClientResponseError: 404, message='Not Found', url='{URL}'",
    "aiohttp 3.8": f"ClientResponseError: 404, message='Not Found', url=URL('{URL}')",
    "reqwest": f"Error: reqwest::Error: HTTP status client error (404 Not Found) for url ({URL})",
    "Symfony": f'ClientException: HTTP/2 404 returned for "{URL}".',
}  # fmt: skip


@pytest.mark.parametrize("client", NAMED)
def test_the_address_that_a_client_names_is_the_calls(client: str, tmp_path: Path) -> None:
    (one,), form = read(tmp_path, NAMED[client])
    assert form == "text"
    assert (one.request.url, one.response.status) == (URL, 404)
    assert "line" not in one.request.hidden


def test_a_broken_transfer_of_go_names_its_address_too(tmp_path: Path) -> None:
    (one,), _ = read(tmp_path, f'Post "{URL}": dial tcp: lookup api.cometapi.com: no such host')
    assert (one.request.url, one.failure) == (URL, "dns")


@pytest.mark.parametrize(
    "text",
    [
        "openai.NotFoundError: Error code: 404 - {'error': {'message': 'no'}} see https://api.cometapi.com/docs",
        f"{NAMED['Requests']}\n{NAMED['Requests'].replace('/v1/v1', '/v1')}",
    ],
    ids=["an address beside it", "two addresses"],
)
def test_what_is_not_named_as_called_is_not_shown(text: str, tmp_path: Path) -> None:
    (one,), _ = read(tmp_path, text)
    assert "line" in one.request.hidden


def test_a_key_in_the_address_is_not_kept(tmp_path: Path) -> None:
    (one,), _ = read(tmp_path, f"{NAMED['Requests']}?api_key={KEY}&tenant=acme-secret")
    kept = msgspec.json.encode(one).decode()
    assert KEY not in kept
    assert "acme-secret" not in kept


@pytest.mark.parametrize(
    ("text", "calls"),
    [
        ("FileNotFoundError: [Errno 2] No such file: 'config.yaml'", 0),
        ("ModuleNotFoundError: No module named 'openai'", 0),
        ("TypeError: Client.__init__() got an unexpected keyword argument 'proxies'", 0),
        ("KeyError: 'OPENAI_API_KEY'", 0),
        ('psycopg2.OperationalError: connection to server at "db", port 5432 failed: refused', 0),
        ("requests.exceptions.HTTPError: 404 Client Error: Not Found for url: https://crm.h.test/api/users/17", 0),
        ("requests.exceptions.HTTPError: 404 Client Error: Not Found for url: https://h.test/v1/chat/completions", 1),
        ('{"code": 404, "message": "invoice not found"}', 0),
        ('{"code": 404, "message": "model not found"}', 1),
        ("httpx.ReadTimeout: The read operation timed out", 1),
    ],
)  # fmt: skip
def test_what_is_about_no_call_of_a_model_is_no_call(text: str, calls: int) -> None:
    found = list(FORMAT.read(Piece(0, 0, text.encode(), last=True)))
    assert sum(one is not None for one in found) == calls


@pytest.mark.parametrize(
    ("last", "kind"), [("event: error", "unknown"), ("event: message_stop", "none")]
)
def test_a_stream_of_another_api_that_ends_in_an_error_did_not_go_well(
    last: str, kind: str, tmp_path: Path
) -> None:
    capture = tmp_path / "stream.txt"
    capture.write_text(
        'event: message_start\ndata: {"type": "message_start", "message": {}}\n\n'
        f'{last}\ndata: {{"type": "error", "error": {{"type": "overloaded_error"}}}}\n\n'
    )
    found, read_as = exchanges([str(capture)], How(workers=1))
    classed = classify(found, Facts(), read_as[0].others)
    assert (classed.failure_class, "an error in its stream" in classed.reason) == (
        kind, kind == "unknown",
    )  # fmt: skip


TRACE = "\n   at OpenAI.Chat.ChatClient.Ask(CancellationToken cancellationToken)\n   at X.Abort()"
PRINTED = ('failed deserialization of: {"id":"c","object":"chat.completion","created":1763733737.482,'
           '"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"Done."},'
           '"finish_reason":"stop"}]}\nError: failed to deserialize api response: error:invalid type: '
           "floating point, expected u32")  # fmt: skip
DUMPED = ("http: proxy error: dial tcp: lookup x.example on 127.0.0.11:53: i/o timeout\n"
          'error with body: {"max_tokens":1000,"model":"m","messages":[{"role":"user","content":"a"}]}\n'
          "ChatGPTError: ChatGPT error 502: \n  statusCode: 502")  # fmt: skip
CHAIN = ("com.fasterxml.jackson.databind.exc.InvalidFormatException: Cannot coerce empty String (through "
         'reference chain: o.s.ChatCompletionChunk["choices"]->java.util.ArrayList[0]->o.s.ChunkChoice'
         '["delta"]->o.s.Message["role"])')  # fmt: skip
LIMIT = ("RetryError [AI_RetryError]: Failed after 3 attempts. Last error: Rate limit reached for model "
         "`m` on tokens per minute (TPM): Limit 6000. Upgrade at https://x.example/settings/billing")  # fmt: skip


@pytest.mark.parametrize(
    ("text", "failure_class", "place"),
    [
        (f"System.Text.Json.JsonReaderException: '{{' is invalid after a single JSON value.{TRACE}",
         "response_contract", "response.body"),
        ("stream recv: stream has sent too many empty messages\ngoroutine 41 [running]:\nmain.answer()",
         "response_contract", "stream.body"),
        ('[x] production.ERROR: Undefined array key "choices" {"exception":"[object] (ErrorException"}'
         "\n#0 /var/www/vendor/openai-php/client/src/Responses/StreamResponse.php(71): x",
         "response_contract", "response.choices"),
        (PRINTED, "response_contract", "response.created"),
        (CHAIN, "response_contract", "stream.choices[].delta.role"),
        (DUMPED, "transport", "transport.dns"),
        (LIMIT, "account_assumption", "account.tpm"),
        ("Authorization failed - please check your credentials\n401 status code (no body)\nOpenAI node",
         "authentication", "auth.token"),
        ("litellm.APIError: OpenrouterException - [SSL: CERTIFICATE_VERIFY_FAILED] self-signed "
         '"POST /v1/chat/completions HTTP/1.1" 500 Internal Server Error', "transport", "transport.tls"),
        ("app | 2026-06-01 ERROR Cannot connect to host h:443 [SSLCertVerificationError: certificate"
         ' verify failed]\napp | INFO: 10.8.0.3:0 - "POST /api/chat/completions HTTP/1.1" 400 Bad Request',
         "transport", "transport.tls"),
        ("22:47 - LiteLLM Proxy:ERROR: proxy_server.py:33 - litellm.APIConnectionError: "
         "APIConnectionError: OpenrouterException - 'choices'\nKeyError: 'choices'",
         "response_contract", "response.choices"),
        ('completion {"id": "a", "object": "chat.completion", "created": 1, "model": "m", "choices": '
         '[{"index": 0, "message": {"role": "assistant", "content": null, "tool_calls": [{"id": "c",'
         ' "type": "function", "function": {"name": "f", "arguments": "{\\"a\\": \\"b"}}]},'
         ' "finish_reason": "length"}]}\nSyntaxError: Unterminated string in JSON at position 9',
         "response_contract", "response.choices[].finish_reason"),
    ],
    ids=["two values", "empty messages", "php", "printed answer", "chain", "printed request", "limit",
         "no body", "tls behind a proxy", "server's line", "litellm", "printed arguments"],
)  # fmt: skip
def test_what_a_client_says_and_what_it_only_prints(
    text: str, failure_class: str, place: str, tmp_path: Path
) -> None:
    found, _ = read(tmp_path, text)
    (group,) = classify(found, Facts()).groups
    assert (group.failure_class, group.location) == (failure_class, place)


def test_without_what_it_says_a_print_tells_of_no_place(tmp_path: Path) -> None:
    found, _ = read(tmp_path, DUMPED.replace("dial tcp: lookup", "dialled"))
    (group,) = classify(found, Facts()).groups
    assert group.location != "request.max_tokens"


LIMITED = "openai.RateLimitError: Error code: 429 - {'error': {'message': 'Too many requests'}}"
REFUSED = "openai.BadRequestError: Error code: 400 - {'error': {'message': 'no', 'param': 'top_k'}}"


def test_errors_that_stand_apart_are_calls_of_their_own(tmp_path: Path) -> None:
    found, _ = read(tmp_path, f"{LIMITED}\n\n{REFUSED}\n")
    assert [one.response.status for one in found] == [429, 400]


@pytest.mark.parametrize(
    "between",
    [
        "The above exception was the direct cause of the following exception:\n\n",
        "and then:\n\n",
        "",
    ],
)
def test_errors_of_one_failure_are_one(tmp_path: Path, between: str) -> None:
    (one,), _ = read(tmp_path, f"{LIMITED}\n\n{between}{REFUSED if between else LIMITED}\n")
    assert one.response.status == 429


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-11 03:00:00 INFO chat completion finished status=200\n2026-05-11 INFO ERROR budget 99 %",
        "stripe.error.RateLimitError: Request rate limit exceeded (429)\n  in stripe_hook.py",
    ],
)
def test_words_of_a_success_and_errors_of_others_are_no_failed_call(
    tmp_path: Path, text: str
) -> None:
    piece = Piece(0, 0, text.encode(), last=True)
    assert not FORMAT.sniff(text.encode()) or list(FORMAT.read(piece)) == [None]


def test_a_sentence_with_commas_is_no_table(tmp_path: Path) -> None:
    text = (
        "Error: 403 Country, region, or territory not supported\n    at APIError.generate "
        "(/app/node_modules/openai/error.js:50) { status: 403, code: 'x', param: null, type: 'y' }"
    )
    (one,), form = read(tmp_path, text)
    assert (form, one.response.status) == ("text", 403)


WELL = (
    'INFO:httpx:HTTP Request: POST https://api.cometapi.com/v1/chat/completions "HTTP/1.1 200 OK"\n'
)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("httpcore.LocalProtocolError: Illegal header value b'Bearer '\nopenai.APIConnectionError: x",
         "auth.header"),
        ("aiohttp.client_exceptions.ClientPayloadError: Response payload is not completed: "
         "<TransferEncodingError: 400, message='Not enough data to satisfy transfer length header.'>",
         "transport.reset"),
        ("$ curl -si http://localhost:11434/v1/chat/completions -d '{}'\nHTTP/1.1 404 Not Found\n"
         'Content-Type: application/json\n\n{"error":{"message":"model \\"q:14b\\" not found"}}\n\n'
         "$ ollama list\nq:14b\n", "request.model"),
    ],
    ids=["a scheme alone", "a number that is no status", "a prompt after the answer"],
)  # fmt: skip
def test_what_looks_like_something_else(text: str, place: str, tmp_path: Path) -> None:
    found, _ = read(tmp_path, text)
    (group,) = classify(found, Facts()).groups
    assert group.location == place


@pytest.mark.parametrize(
    "raised",
    [
        "ERROR:opentelemetry.sdk.trace.export:Exception while exporting\nurllib3.exceptions."
        "ConnectTimeoutError: Connection to telemetry.crewai.com timed out. url: /v1/traces",
        "sqlalchemy.exc.OperationalError: (psycopg2.errors.DeadlockDetected) deadlock\n"
        "ERROR request failed: HTTP 500 to client",
    ],
)
def test_another_service_that_failed_beside_a_good_call_is_no_failure_of_it(raised: str) -> None:
    text = f"{WELL}model=gpt-4o\n{raised}\n"
    assert list(FORMAT.read(Piece(0, 0, text.encode(), last=True))) == [None]


def test_an_answer_that_was_printed_and_nothing_else_went_well(tmp_path: Path) -> None:
    answer = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [
        {"index": 0, "message": {"role": "assistant", "content": "Error 401 Unauthorized means …"},
         "finish_reason": "stop"}]}  # fmt: skip
    text = f">>> r = requests.post(BASE, json={{}}, timeout=60)\n{json.dumps(answer, indent=2)}\n"
    found, _ = read(tmp_path, text)
    assert classify(found, Facts()).failure_class == "none"
    assert "status" in found[0].response.hidden


@pytest.mark.parametrize(("url", "calls"), [(URL, 1), ("https://db.example/rows", 0)])
def test_a_function_that_lambda_ended_was_waiting_where_its_log_names_a_call(
    url: str, calls: int, tmp_path: Path
) -> None:
    text = f'INFO asking {{"url":"{url}"}}\n2026-11-05T14:02:40Z 5f7e Task timed out after 30.01 seconds\n'
    found, form = read(tmp_path, text)
    assert (form, len(found)) == ("text", calls)
    assert all(one.failure == "timeout" for one in found)


def test_an_error_of_another_service_is_none_of_a_model_that_the_log_speaks_of(
    tmp_path: Path,
) -> None:
    lines = [
        "[chat] streamText model=gpt-4o-mini baseURL=https://api.cometapi.com/v1",
        "[billing] StripeCardError: Your card was declined.",
        "  statusCode: 402,",
    ]
    text = "\n".join(lines).encode()
    assert list(FORMAT.read(Piece(0, 0, text, last=True))) == [None]


def test_the_status_that_rails_answered_itself_is_none_of_the_api(tmp_path: Path) -> None:
    body = '{"object"=>"error", "message"=>{"detail"=>[{"loc"=>["body", "seed"], "msg"=>"no"}]}, "param"=>nil}'
    text = (
        f"[2e1d] OpenAI HTTP Error (spotted in ruby-openai 8.1.0): {body}\n"
        "[2e1d] Completed 500 Internal Server Error in 402ms (Allocations: 9120)\n"
        f"[2e1d] Faraday::UnprocessableEntityError (the server responded with status 422 for POST {URL}):\n"
    )
    (found,), form = read(tmp_path, text)
    assert (form, found.response.status) == ("text", 422)
    assert classify([found], Facts()).location == "request.seed"


@pytest.mark.parametrize(
    "served",
    [
        "09:57:02.365 request_id=GAmW [info] Sent 502 in 61035ms",
        "09:57:02.365 WARN atlas::http: 500 POST /ask latency=1684ms",
        '{"level":"error","logger":"http.log.access","msg":"handled request","request":'
        '{"method":"POST","host":"quotes.test","uri":"/quote"},"status":502}',
    ],
    ids=["Phoenix", "a line of its own", "Caddy"],
)
def test_the_status_that_a_server_of_ones_own_answered_is_none_of_the_api(
    served: str, tmp_path: Path
) -> None:
    raised = f"** (Req.TransportError) timeout: POST {URL} failed after 60 s"
    (found,), form = read(tmp_path, f"{raised}\n{served}\n")
    assert (form, found.response.status, found.failure) == ("text", 0, "timeout")


def test_a_page_in_an_exception_is_of_what_stands_between(tmp_path: Path) -> None:
    page = "<html>\n<head><title>502 Bad Gateway</title></head>\n<body></body>\n</html>"
    raised = "litellm.BadGatewayError: BadGatewayError: OpenAIException - "
    (found,), form = read(tmp_path, f"Main model: openai/x\n{raised}{page}\nRetrying in 0.2 s\n")
    assert (form, found.response.body_kind) == ("text", "html")
    assert classify([found], Facts()).location == "transport.gateway.502"
    (found,), _ = read(tmp_path, f"{raised}overloaded\n")
    assert found.response.body_kind == "partial"


def test_what_langchain_adds_to_a_message_tells_nothing_of_the_model(tmp_path: Path) -> None:
    link = "Troubleshooting URL: https://js.langchain.com/docs/errors/MODEL_NOT_FOUND/"
    text = f"Error: 404 Invalid URL (POST /v1/chat/completions/chat/completions)\n\n{link}\n"
    (found,), _ = read(tmp_path, text)
    assert classify([found], Facts()).location == "endpoint.path"


@pytest.mark.parametrize("why", ["i/o timeout", "server misbehaving", "no such host"])
def test_a_name_that_could_not_be_looked_up_in_go(why: str, tmp_path: Path) -> None:
    text = f'Post "{URL}": dial tcp: lookup api.cometapi.com on 10.96.0.10:53: {why}'
    (found,), _ = read(tmp_path, text)
    assert found.failure == "dns"


@pytest.mark.parametrize(
    ("text", "status", "failure"),
    [
        ("> API Request Failed\n> 403 Insufficient account balance, remaining $0.0031", 403, None),
        ("** (Req.TransportError) socket closed while calling the chat API", 0, "reset"),
        ("chat failed: %Req.TransportError{reason: :closed}", 0, "reset"),
    ],
    ids=["Roo Code", "Req", "Mint"],
)
def test_what_clients_of_other_kinds_print(
    text: str, status: int, failure: str | None, tmp_path: Path
) -> None:
    (found,), form = read(tmp_path, f"{text}\n")
    assert (form, found.response.status, found.failure) == ("text", status, failure)


def test_a_status_before_the_operations_own_path_is_kept(tmp_path: Path) -> None:
    text = (
        "openai.NotFoundError: Error code: 404 POST /openai/x/chat/completions\n"
        "Traceback (most recent call last):\nopenai.NotFoundError\n"
    )
    (found,), _ = read(tmp_path, text)
    assert found.response.status == 404
