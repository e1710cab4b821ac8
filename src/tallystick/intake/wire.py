"""Headers, URLs and media types in the form a record may hold."""

import re
from collections.abc import Iterable
from urllib.parse import SplitResult, parse_qsl, urlsplit

from tallystick.intake.mask import Masker, known_signatures
from tallystick.protocol import retry_hint
from tallystick.record.exchange import Header
from tallystick.record.placeholder import Placeholder

_HOSTS = frozenset(
    """
    api.cometapi.com api.openai.com openrouter.ai api.mistral.ai api.deepseek.com api.groq.com
    api.anthropic.com generativelanguage.googleapis.com gateway.ai.cloudflare.com api.x.ai
    api.together.xyz api.fireworks.ai api.perplexity.ai api.cohere.com api.siliconflow.cn
    dashscope.aliyuncs.com api.moonshot.cn open.bigmodel.cn models.inference.ai.azure.com
    models.github.ai router.huggingface.co integrate.api.nvidia.com api.cerebras.ai
    """.split()
)
_HOST_SUFFIXES = (".openai.azure.com", ".cognitiveservices.azure.com", ".azure-api.net")
_PATH_WORDS = frozenset(
    """
    v1 v2 v3 v4 v1beta api openai deployments chat completions responses models compatible-mode
    inference paas serverless embeddings messages completion beta engines compat proxy
    generate
    """.split()
)
_MEDIA = re.compile(
    r"(?:application/(?:json|problem\+json|x-ndjson|octet-stream|xml)|text/(?:event-stream|html|plain|"
    r"xml)|x-unknown)?(?:; ?charset=[\w-]{1,12})?",
    re.IGNORECASE,
)
_KEY_PREFIX = re.compile(r"(?:sk-or-v1-|sk-ant-|sk-proj-|sk-|gsk_|xai-|hf_|AIza|eyJ)")
_SCHEME = re.compile(r"(?P<scheme>Bearer|Basic|ApiKey|Token|Key)(?: +|$)", re.IGNORECASE)
_CREDENTIALS = frozenset(
    """authorization proxy-authorization api-key x-api-key x-goog-api-key
    ocp-apim-subscription-key cf-aig-authorization cookie set-cookie apikey
    helicone-auth""".split()
)
_PLAIN_NUMBERS = frozenset(
    "content-length x-stainless-retry-count x-stainless-timeout x-stainless-read-timeout "
    "openai-processing-ms retry-after-ms age".split()
)
_FLAGS = frozenset({"x-should-retry", "x-stainless-async"})
_KEPT_NAMES = (
    _CREDENTIALS
    | _PLAIN_NUMBERS
    | _FLAGS
    | frozenset(
        """
        accept accept-encoding connection content-type content-encoding date host user-agent server
        location retry-after idempotency-key x-request-id cf-ray via transfer-encoding
        cache-control vary openai-organization openai-project openai-version http-referer
        x-title x-stainless-lang x-stainless-os x-stainless-arch x-stainless-runtime
        x-stainless-runtime-version x-stainless-package-version x-ms-region cf-mitigated
        cf-cache-status alt-svc strict-transport-security www-authenticate origin referer
        """.split()
    )
)
_LIMIT = re.compile(r"x-ratelimit-(?:limit|remaining|reset)(?:-(?:requests|tokens))?")
_AMOUNT = re.compile(r"\d{1,16}(?:\.\d{1,9})?(?:ms|s|m|h)?(?:\d{1,2}(?:\.\d{1,9})?s)?")


def clean_headers(
    pairs: Iterable[tuple[str, str]], masker: Masker, side: str
) -> tuple[Header, ...]:
    """Header fields: known names, and per name the form its value may have."""
    return tuple(_header(name, value, masker, side) for name, value in pairs)


def _header(name: str, value: str, masker: Masker, side: str) -> Header:
    place = f"{side}.headers.{name if name in _KEPT_NAMES else '‹key›'}"
    if name not in _KEPT_NAMES and not _LIMIT.fullmatch(name):
        masked = Placeholder("key", len(name), masker.ordinal(("header", name)))
        name = masker.replace(masked, f"{side}.headers", "unknown header")
    return Header(name, _header_form(name, value, masker, place))


def _header_form(name: str, value: str, masker: Masker, place: str) -> str:
    if name in _CREDENTIALS:
        return credential_form(value, masker, place)
    if name == "content-type" and _MEDIA.fullmatch(value):
        return value.lower()
    if name == "retry-after":
        return _retry_after(value, masker, place)
    if name == "location":
        return clean_url(value, masker, place)[0]
    if name in ("server", "via", "cf-mitigated"):
        return " ".join(known_signatures([value])) or _masked(value, masker, place)
    amount = (name in _PLAIN_NUMBERS or _LIMIT.fullmatch(name)) and _AMOUNT.fullmatch(value)
    if amount or (name in _FLAGS and value.lower() in ("true", "false")):
        return value
    return _masked(value, masker, place)


def _masked(value: str, masker: Masker, place: str) -> str:
    if not value:
        return ""
    return masker.replace(Placeholder("value", len(value)), place, "header value")


def _retry_after(value: str, masker: Masker, place: str) -> str:
    hint = retry_hint(value)
    if hint is not None and hint.dialect in ("seconds", "date"):
        return value if hint.dialect == "seconds" else "‹value›"
    return _masked(value, masker, place)


def credential_form(value: str, masker: Masker, place: str) -> str:
    """`Bearer ‹credential:51› sk-`: the scheme, the length and a well-known key prefix."""
    text = value.strip()
    match = _SCHEME.match(text)
    scheme = f"{match['scheme'].capitalize()} " if match else ""
    secret = text[match.end() :] if match else text
    if not secret:
        return f"{scheme}‹credential:0›"
    prefix = _KEY_PREFIX.match(secret)
    ordinal = masker.ordinal(("credential", secret))
    masked = masker.replace(Placeholder("credential", len(secret), ordinal), place, "credential")
    return f"{scheme}{masked}{' ' + prefix[0] if prefix else ''}"


def clean_url(url: str, masker: Masker, place: str) -> tuple[str, tuple[str, ...]]:
    """A URL with known host and path words kept, and the names of its query parameters."""
    try:
        parts = urlsplit(url)
        host = _host(parts, masker, place)
    except ValueError:
        return masker.replace(Placeholder("value", len(url)), place, "unreadable URL"), ()
    segments = [_segment(segment, masker, place) for segment in parts.path.split("/")]
    query = tuple(
        name if name in ("api-version", "stream") else str(Placeholder("key", len(name)))
        for name, _ in parse_qsl(parts.query, keep_blank_values=True)
    )
    if query:
        masker.note(place, "query values")
    scheme = f"{parts.scheme}://" if parts.scheme in ("http", "https") else ""
    return f"{scheme}{host}{'/'.join(segments)}", query


def _host(parts: SplitResult, masker: Masker, place: str) -> str:
    name = (parts.hostname or "").lower()
    if not name or name in _HOSTS:
        return name
    if name in ("localhost", "127.0.0.1", "::1"):
        return "localhost"
    suffix = next((end for end in _HOST_SUFFIXES if name.endswith(end)), "")
    masked = Placeholder("host", None, masker.ordinal(("host", parts.netloc.lower())))
    return masker.replace(masked, place, "host") + suffix


def _segment(segment: str, masker: Masker, place: str) -> str:
    if not segment or segment.lower() in _PATH_WORDS:
        return segment.lower()
    return masker.replace(Placeholder("segment", len(segment)), place, "path segment")
