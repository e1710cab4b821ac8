"""Which API a captured call belongs to. Only chat completions are judged; others are counted.

Told by the path first (the providers' own references: OpenAI Responses and Embeddings, Anthropic
Messages, Gemini `generateContent`, Bedrock `invoke` and `converse`), then by the request.
"""

import re
from urllib.parse import urlsplit

from tallystick.intake.raw import RawAttempt

# An error event of a stream (Anthropic, Messages streaming; OpenAI, Responses streaming).
_STREAM_ERROR = re.compile(r"^event: ?(?:error|response\.failed)\s*$", re.MULTILINE)
CHAT = "chat"
UNSURE = "maybe"
_PATHS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("responses", r"/responses(?:/|$)"),
        ("messages", r"/messages(?:/|$)"),
        ("embeddings", r"/embeddings$"),
        ("completions", r"(?<!chat)/completions$"),
        ("gemini", r":(?:stream)?generatecontent$|:(?:counttokens|embedcontent)$|/interactions$"),
        ("bedrock", r"/model/[^/]+/(?:invoke|converse)"),
        ("ollama", r"/api/(?:chat|generate|embed)$"),
        ("cohere", r"/v[12]/chat$"),
        ("images", r"/images/"),
        ("audio", r"/audio/"),
        ("moderations", r"/moderations$"),
        ("rerank", r"/rerank$"),
        ("models", r"/models(?:/[^:]*)?$"),
        ("files", r"/(?:files|batches|uploads|assistants|threads|vector_stores)(?:/|$)"),
    )
)
# Whose requests have `messages` too: nothing tells them from a chat body sent to a wrong path.
_ALSO_MESSAGES = ("messages", "bedrock", "ollama", "cohere")


def path_family(path: str) -> str:
    """The API that a path belongs to, where it is another than chat completions; else empty."""
    plain = path.lower().rstrip("/")
    if plain.endswith("/chat/completions"):
        return ""
    return next((name for name, pattern in _PATHS if pattern.search(plain)), "")


def family_of(attempt: RawAttempt) -> str:
    """`chat` for a chat completion or what was meant to be one, `maybe` where nothing says what it
    is, the name of another API, or empty for what is no call of a model at all.
    """
    method = attempt.method.upper()
    if method not in ("POST", "GET"):
        return ""
    path = _path_of(attempt.url)
    other = path_family(path)
    text = _text(attempt)
    chats = '"messages"' in text and '"input"' not in text and '"contents"' not in text
    if other:
        misplaced = chats and attempt.status >= 400 and other not in _ALSO_MESSAGES
        return CHAT if misplaced else other
    if "chat/completions" in attempt.url:
        return CHAT
    spoken = '"messages"' in text or ('"model"' in text and '"prompt"' not in text)
    if not attempt.url:  # a log without addresses, or a transfer that ended before it told one
        unanswered = attempt.status == 0 and bool(attempt.error) and "line" not in attempt.hidden
        return CHAT if spoken or unanswered else UNSURE
    if method == "POST" and attempt.request.body is None:
        return UNSURE
    return CHAT if method == "POST" and spoken else ""


def _path_of(url: str) -> str:
    """The path of an address; of one that is none (RFC 3986) what stands where a path would."""
    if "://" not in url:
        return url.partition("?")[0]
    try:
        return urlsplit(url).path
    except ValueError:
        return "/" + url.partition("://")[2].partition("/")[2].partition("?")[0]


def ended(family: str, attempt: RawAttempt) -> str:
    """A family, with the status of a call that failed behind it: `embeddings 429`, or that its
    stream has an error: `messages error`. Of a call of another API nothing else is read, and no
    status is made up for one that had no answer.
    """
    if family and attempt.status >= 400:
        return f"{family} {attempt.status}"
    body = attempt.response.body
    shown = body.decode("utf-8", "replace") if isinstance(body, bytes) else body or ""
    broke = family not in ("", CHAT, UNSURE) and _STREAM_ERROR.search(shown) is not None
    return f"{family} error" if broke else family


def _text(attempt: RawAttempt) -> str:
    body = attempt.request.body
    return body.decode("utf-8", "replace") if isinstance(body, bytes) else body or ""
