"""The forms that everything but bodies may have in a record: URLs, headers, methods, names.

`intake` and `lab` produce these forms; every record checks them again when it is built.
"""

import re

from tallystick.record.placeholder import Placeholder, parse
from tallystick.record.vocabulary import GATEWAY_WORDS

METHODS = frozenset("GET POST PUT PATCH DELETE HEAD OPTIONS CONNECT TRACE".split())
HOSTS = frozenset(
    """
    api.cometapi.com api.openai.com openrouter.ai api.mistral.ai api.deepseek.com api.groq.com
    api.anthropic.com generativelanguage.googleapis.com gateway.ai.cloudflare.com api.x.ai
    api.together.xyz api.fireworks.ai api.perplexity.ai api.cohere.com api.siliconflow.cn
    dashscope.aliyuncs.com api.moonshot.cn open.bigmodel.cn models.inference.ai.azure.com
    models.github.ai router.huggingface.co integrate.api.nvidia.com api.cerebras.ai localhost
    """.split()
)
# The host of the provider whose contract is reviewed, where no source at hand states one.
OPERATED = "api.cometapi.com"
# What stands on one's own machine may lead anywhere.
PROVIDERS = HOSTS - {"localhost"}
HOST_SUFFIXES = (".openai.azure.com", ".cognitiveservices.azure.com", ".azure-api.net")
PATH_WORDS = frozenset(
    """
    v1 v2 v3 v4 v1beta api openai deployments chat completions responses models compatible-mode
    inference paas serverless embeddings messages completion beta engines compat proxy
    generate
    """.split()
)
QUERY_NAMES = frozenset({"api-version", "stream"})
SCHEMES = ("Bearer", "Basic", "ApiKey", "Token", "Key")
# A credential that its log had made unreadable before.
REDACTED = "‹credential›"
# The mark of a credential that is the word programs write for a variable that was not set.
UNSET = "unset"
KEY_PREFIX = re.compile(r"(?:sk-or-v1-|sk-ant-|sk-proj-|sk-|gsk_|xai-|hf_|AIza|eyJ)")
CREDENTIALS = frozenset(
    """authorization proxy-authorization api-key x-api-key x-goog-api-key
    ocp-apim-subscription-key cf-aig-authorization cookie set-cookie apikey
    helicone-auth""".split()
)
COUNTS = frozenset(
    "content-length x-stainless-retry-count x-stainless-timeout x-stainless-read-timeout "
    "openai-processing-ms retry-after-ms age retry-after".split()
)
# Amounts that judgements rest on: two calls that differ in them are not alike.
JUDGED = frozenset({"x-stainless-retry-count", "retry-after", "retry-after-ms"})
FLAGS = frozenset({"x-should-retry", "x-stainless-async"})
HEADER_NAMES = (
    CREDENTIALS
    | COUNTS
    | FLAGS
    | frozenset(
        """
        accept accept-encoding connection content-type content-encoding date host user-agent server
        location idempotency-key x-request-id cf-ray via transfer-encoding
        cache-control vary openai-organization openai-project openai-version http-referer
        x-title x-stainless-lang x-stainless-os x-stainless-arch x-stainless-runtime
        x-stainless-runtime-version x-stainless-package-version x-ms-region cf-mitigated
        cf-cache-status alt-svc strict-transport-security www-authenticate origin referer
        """.split()
    )
)
# Libraries whose name and version a `user-agent` may keep (RFC 9110, section 10.1.5: product and
# version): which version made a call is what tells it from the one that was measured.
_PRODUCTS = (
    "(?:Async)?(?:Azure)?OpenAI/(?:Python|JS|Go|Java|Ruby|CSharp)|OpenAI/NodeJS|openai-go"
    "|openai-dotnet|OpenAI|python-httpx|python-requests|aiohttp|axios|node-fetch|undici|node"
    "|Go-http-client|okhttp|Java-http-client|Apache-HttpClient|reqwest|Faraday|GuzzleHttp|curl"
    "|PostmanRuntime|litellm|langchain|LangChain|ai-sdk|ai|async-openai|LangChain4j|Ruby|Dart"
)
AGENT = re.compile(rf"(?:{_PRODUCTS})[/ ]v?\d{{1,3}}(?:\.\d{{1,3}}){{0,3}}", re.ASCII)
LIMIT_HEADER = re.compile(r"x-ratelimit-(?:limit|remaining|reset)(?:-(?:requests|tokens))?")
MEDIA_TYPE = re.compile(
    r"(?:application/(?:json|problem\+json|x-ndjson|octet-stream|xml)|text/(?:event-stream|html|"
    r"plain|xml)|x-unknown)?(?:; ?charset=(?:utf-?8|us-ascii|iso-8859-1))?",
    re.IGNORECASE | re.ASCII,
)
ERROR_NAMES = frozenset(
    """
    ArithmeticError AssertionError AttributeError BaseException BufferError BrokenPipeError
    ConnectionAbortedError ConnectionError ConnectionRefusedError ConnectionResetError EOFError
    Exception FileNotFoundError ImportError IndexError JSONDecodeError KeyError KeyboardInterrupt
    LookupError MemoryError ModuleNotFoundError NameError NotImplementedError OSError
    OverflowError PermissionError RecursionError ReferenceError RuntimeError StopIteration
    SyntaxError SystemExit TimeoutError TypeError UnicodeDecodeError UnicodeEncodeError
    ValueError ZeroDivisionError gaierror SSLError SSLCertVerificationError HTTPError URLError
    IncompleteRead BadStatusLine RemoteDisconnected
    APIError APIConnectionError APITimeoutError APIStatusError APIResponseValidationError
    AuthenticationError BadRequestError ConflictError ContentFilterFinishReasonError
    InternalServerError LengthFinishReasonError NotFoundError OpenAIError PermissionDeniedError
    RateLimitError UnprocessableEntityError ServiceUnavailableError
    ConnectError ConnectTimeout DecodingError HTTPStatusError InvalidURL LocalProtocolError
    NetworkError PoolTimeout ProtocolError ProxyError ReadError ReadTimeout RemoteProtocolError
    RequestError StreamError TooManyRedirects TransportError UnsupportedProtocol WriteError
    WriteTimeout ChunkedEncodingError RequestException InvalidHeader
    ClientError ClientConnectorError ClientPayloadError ClientResponseError ContentTypeError
    ServerDisconnectedError ServerTimeoutError ValidationError OutputParserException RetryError
    RangeError ReferenceError URIError AbortError FetchError AI_APICallError AI_RetryError
    AI_NoObjectGeneratedError AI_JSONParseError AI_TypeValidationError APIUserAbortError
    APIConnectionTimeoutError Error AI_NoOutputGeneratedError AI_InvalidResponseDataError
    AI_EmptyResponseBodyError AI_NoContentGeneratedError AI_TypeValidationError
    """.split()
)
UNKNOWN_ERROR = "‹error›"
_AMOUNT = re.compile(r"\d{1,13}(?:\.\d{1,3})?(?:ms|s|m|h)?(?:\d{1,2}(?:\.\d{1,3})?s)?", re.ASCII)


def is_amount(text: str) -> bool:
    """Whether a text is a count or a duration, possibly with a unit: `250`, `1.5`, `6m0s`."""
    return _AMOUNT.fullmatch(text) is not None


def leading_number(text: str) -> float:
    """The number that an amount begins with."""
    found = re.match(r"\d+(?:\.\d+)?", text, re.ASCII)
    return float(found[0]) if found else 0.0


def header_amount_held(name: str, text: str) -> bool:
    """Whether a header's number may stay: counts up to 10^8, and points in time (2015 to 2100, in
    seconds or milliseconds) where a limit is reset. No card or phone number is either.
    """
    if not is_amount(text):
        return False
    number = leading_number(text)
    moment = 1.42e9 <= number <= 4.11e9 or 1.42e12 <= number <= 4.11e12
    return number <= 1e8 or (moment and "-reset" in name)


def agent_of(text: str) -> str:
    """The library and its version that a `user-agent` names; empty where it names none of those
    that are known.
    """
    found = next(re.finditer(rf"(?<![\w/.-]){AGENT.pattern}(?![\w.])", text, re.ASCII), None)
    return found[0].replace(" v", " ") if found else ""


def segment_held(segment: str) -> bool:
    """Whether a path segment may stay."""
    return not segment or segment in PATH_WORDS or parse(segment) is not None


def path_held(path: str) -> bool:
    """Whether a path consists of known words and placeholders."""
    return all(segment_held(segment) for segment in path.split("/"))


def url_held(url: str) -> bool:
    """Whether a URL has a known or masked host and a held path."""
    if parse(url) is not None:
        return True
    rest = re.sub(r"^https?://", "", url)
    host, slash, path = rest.partition("/")
    masked = next((host.removesuffix(end) for end in HOST_SUFFIXES if host.endswith(end)), host)
    known = not host or host in HOSTS or parse(masked) is not None
    return known and path_held(slash + path)


def host_of(address: str) -> str:
    """The host of an address, with its port; empty where it has none."""
    return address.partition("://")[2].partition("/")[0]


def header_name_held(name: str) -> bool:
    """Whether a header's name may stay."""
    known = name in HEADER_NAMES or LIMIT_HEADER.fullmatch(name) is not None
    return known or parse(name) is not None


def credential_held(form: str) -> bool:
    """Whether a credential's form is a scheme, or one twice, a placeholder and a mark: a well-known
    prefix, or that it is the word of a variable that was not set.
    """
    words = form.split(" ")
    schemes = [word for word in words[:2] if word in SCHEMES]
    rest = words[len(schemes) :]
    marked = len(rest) < 2 or rest[1] == UNSET or KEY_PREFIX.fullmatch(rest[1]) is not None
    return 1 <= len(rest) <= 2 and parse(rest[0]) is not None and marked


def query_name_held(name: str) -> bool:
    """Whether a query parameter's name may stay."""
    return name in QUERY_NAMES or parse(name) is not None


def header_form_held(name: str, form: str) -> bool:
    """Whether a header's value has a form that its name allows."""
    if not form or parse(form) is not None:
        return True
    if name in CREDENTIALS:
        return credential_held(form)
    if name == "content-type":
        return MEDIA_TYPE.fullmatch(form) is not None
    if name == "location":
        return url_held(form)
    if name == "user-agent":
        return AGENT.fullmatch(form) is not None
    if name in FLAGS:
        return form in ("true", "false")
    if name in ("server", "via", "cf-mitigated"):
        return GATEWAY_WORDS.issuperset(form.split())
    return (name in COUNTS or LIMIT_HEADER.fullmatch(name) is not None) and header_amount_held(
        name, form
    )


def clean_path(path: str) -> str:
    """A path with every unknown segment masked."""
    rest = re.sub(r"^[a-z]{1,10}://[^/]*", "", path)
    masked = (
        s if segment_held(s) else str(Placeholder("segment", len(s))) for s in rest.split("/")
    )
    return "/".join(masked)


def error_name(name: str) -> str:
    """The class name of an exception without its module, if it is a well-known one."""
    last = name.rsplit(".", 1)[-1]
    return last if last in ERROR_NAMES or not last else UNKNOWN_ERROR
