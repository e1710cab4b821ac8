"""What a text that tells of an exception is about: a call of a model, or something else that a
program does.
"""

import re

from tallystick.intake.failures import failure_kind
from tallystick.protocol.exceptions import read_exception

RAISED = re.compile(
    r"\b\w{2,60}(?:Error|Exception|Timeout)\b|\bpanic(?:ked)?\b|^Traceback\b|^curl: \(\d"
    r"|invalid character '.{1,4}' (?:looking for|after|in)|unexpected end of JSON input"
    r"|cannot unmarshal|context deadline exceeded|\bdial tcp\b|\bPost \"https?://"
    r"|^goroutine \d+ \[|^Caused by:|(?<!INFO )(?<!WARN )(?<!DEBUG )\bERROR\b"
    r"|\[error\]|\bError\(|\bError:|\bTask timed out after \d",  # AWS Lambda
    re.MULTILINE,
)
# What a text says where it is about a call of a model, an API or an HTTP client: a program's other
# exceptions tell nothing of either side of the contract.
_RELATED = re.compile(
    r"openai|anthropic|litellm|langchain|llama|cometapi|\bllm|\bgpt|\bchat|complet|choice|delta"
    r"|usage|tool_?call|finish_?reason|\bmessages?\b|\bcontent\b|\bmodel|stream|\bchunk|token"
    r"|prompt"
    r"|https?\b|httpx|requests\.|urllib|aiohttp|undici|fetch|axios|okhttp|reqwest|hyper\b|\bapi\b"
    r"|curl|socket|connect|\bssl|\btls|certificate|time[d -]*out|dns|getaddrinfo|json|decod"
    r"|response|proxy|gateway|\bsse\b|server-sent|status",
    re.IGNORECASE,
)
# Exceptions of a program that made no call yet: its files, modules, settings and own arguments.
_BEFORE_ANY = re.compile(
    r"\b(?:FileNotFound|ModuleNotFound|Import|NotADirectory|IsADirectory|Permission)Error\b"
    r"|unexpected keyword argument|client option must be set|Missing credentials"
    r"|KeyError: ['\"]?[A-Z][A-Z0-9]*_[A-Z0-9_]+",
)
# Services that are no API of a model, by their clients, schemes and ports.
_OF_OTHERS = re.compile(
    r"\btelemetry\b|opentelemetry\.(?:sdk|exporter)|\bposthog\b|psycopg|postgres|sqlalchemy|queuepool|\bredis\b|pymongo|mongodb|\bmongo\w*error\b|\bprisma\w*error\b|mysql|mariadb|kafka|amqp"
    r"|\bstripe(?:\b|\w*Error\b)|\btwilio\b|\bsendgrid\b|\bslack_sdk\b|\bshopify\b|\bpaypal\b|\bbraintree\b"
    r"|\bgithub\b|\bgitlab\b|\bhubspot\b|\bsalesforce\b|\bzendesk\b"
    r"|rabbitmq|\bsmtp|\bldap|elasticsearch|memcache|cassandra|boto(?:core|3)|\bsqlite"
    r"|port(?:=| )(?:5432|6379|3306|27017|9092)|:(?:5432|6379|3306|27017|9092)\b",
    re.IGNORECASE,
)
_OF_MODELS = re.compile(
    r"openai|anthropic|litellm|langchain|llama|cometapi|\bllm|\bgpt|completion|/v1/|\bmodel",
    re.IGNORECASE,
)
# How AWS Lambda says that it ended a function, whatever that was waiting for.
_LAMBDA = re.compile(r"\bTask timed out after \d")
# A line of a log that tells of a call with a success status.
_WENT_WELL = re.compile(
    r"\b(?:POST|HTTP)\b[^\n]{0,200}"
    r"(?:->|=>|HTTP/[\d.]+\W{1,3}|status\W{1,3}|\breturned )\W{0,3}20[0-2]\b"
    r"|\b(?:chat|completion|llm|model)\b[^\n]{0,60}\b(?:response|answer(?:ed)?|finished)\W{1,3}20[0-2]\b"
)
# How clients name the address of the call that failed: Spring (WebClientResponseException,
# RestClientException), Guzzle (RequestException), Requests and httpx (raise_for_status), aiohttp
# (ClientResponseError), reqwest (Error), Symfony (HttpExceptionTrait), Go (net/url.Error).
CALLED = re.compile(
    r"(?:\brequest to|\b(?:from|on)\s+(?:POST|GET)(?:\s+request\s+for)?|`(?:POST|GET)"
    r"|\bfor url:?|\burl=(?:URL\()?|\breturned for|\bPost)[ ]?[\"'(]?(?P<url>https?://[^\s\"'`()<>\\]{1,500})"
)


def is_related(text: str) -> bool:
    """Whether a text is about a call: by a status, by its words, or as a failure that only
    exchanges have.
    """
    if _is_of_others(text):
        return False
    told = read_exception(text)
    if told.status is not None:
        # A number for a code is anybody's: of a model's API only where the text speaks of one.
        return not told.numbered or _OF_MODELS.search(text) is not None
    about = text
    if _WENT_WELL.search(text):  # beside a call that went well, what was raised must be about it
        about = "\n".join(
            one for one in text.splitlines() if RAISED.search(one) or _OF_ANSWER.search(one)
        )
    own = failure_kind(about) in ("application", "unknown")
    return not own or (_RELATED.search(about) is not None and not lacks_own_key(about))


# How runtimes name a key that a program looked for (Python, Ruby, PHP).
_KEY = re.compile(
    r"(?:KeyError: |key not found: :?|Undefined (?:array key|index|property):? )"
    r"[\"'$]{0,2}(?P<key>[A-Za-z_]\w*)"
)
# Names that stand in an answer, of this or of an older form (OpenAI, completion objects).
_OF_ANSWERS = frozenset(
    """id object created model choices index message delta role content refusal annotations text
    tool_calls function function_call name arguments finish_reason logprobs usage prompt_tokens
    completion_tokens total_tokens prompt_tokens_details completion_tokens_details cached_tokens
    reasoning_tokens reasoning_content reasoning system_fingerprint service_tier error code type
    param data output output_text response result citations audio images""".split()
)


def lacks_own_key(about: str) -> bool:
    """Whether every key that was looked for in vain is none that an answer has."""
    keys = {found["key"] for found in _KEY.finditer(about)}
    return bool(keys) and keys.isdisjoint(_OF_ANSWERS)


# A line of a program, in a trace of calls, that reads an answer.
_OF_ANSWER = re.compile(r"\.choices\[|\[['\"]choices['\"]\]")


def names_another(text: str) -> bool:
    """Whether a text names a service that is no API of a model."""
    return _OF_OTHERS.search(text) is not None


# What HTTP clients log of a call that ended (httpx, Requests): its address and its status.
_ENDED = re.compile(r"\b(?:GET|POST|PUT) (?P<url>https?://\S+) \"HTTP/[\d.]+ (?P<status>\d{3})")


def _answered_elsewhere(text: str, status: int | None) -> bool:
    """Whether clients' own lines say that another service gave the status, and no model's API."""
    ended = [(one["url"], int(one["status"])) for one in _ENDED.finditer(text)]
    gave = [url for url, code in ended if code == status]
    return bool(gave) and not any(_OF_MODELS.search(url) for url in gave)


def _is_of_others(text: str) -> bool:
    """Whether a text is of a program before it called anything, or of a service that is no API of
    a model.
    """
    raised = "\n".join(one for one in text.splitlines() if RAISED.search(one)) or text
    if _BEFORE_ANY.search(raised) and read_exception(text).status is None:
        return True
    if _answered_elsewhere(text, read_exception(text).status):
        return True
    beside = _WENT_WELL.search(text) or (raised != text and not _OF_MODELS.search(raised))
    if beside and _OF_OTHERS.search(raised):
        return True  # beside calls of a model another service failed
    called = [match["url"] for match in CALLED.finditer(text)]
    if _LAMBDA.search(text):
        return _OF_MODELS.search(text) is None
    other = bool(called) and not any(_OF_MODELS.search(url) for url in called)
    other = other or "json.load(" in text or _OF_OTHERS.search(text) is not None
    return other and not _OF_MODELS.search(text)
