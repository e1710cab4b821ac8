"""Which pages of a documentation site concern an operation, by its index, map or links.

An index is an `llms.txt` (llmstxt.org); a map is a sitemap (sitemaps.org, protocol 0.9); without
either, the links of a page stand in for them.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from urllib.parse import urljoin, urlsplit

import msgspec

from tallystick.record.case import Operation

_LINKED = re.compile(r"\[(?P<title>[^\]\n]{1,200})\]\((?P<url>[^)\s]+)\)(?::\s*(?P<note>[^\n]*))?")
_MAPPED = re.compile(r"<loc>\s*(?P<url>[^<\s]+)\s*</loc>", re.IGNORECASE)
_ANCHOR = re.compile(
    r"<a\b[^>]*?\bhref\s*=\s*[\"'](?P<url>[^\"'#]+)[^>]*>(?P<title>.*?)</a>",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"<[^>]+>")
# What a page is about, and how much that says of the operation's contract.
_SUBJECTS: tuple[tuple[str, int, str], ...] = (
    (r"chat[-_/ ]?completions?", 6, "the operation"),
    (r"error|status code", 5, "errors"),
    (r"rate[-_ ]?limit|quota|concurren", 5, "limits"),
    (r"retr(?:y|ies)|fallback", 4, "retries"),
    (r"stream|\bsse\b", 4, "streaming"),
    (r"authenti|api[-_ ]?key", 4, "authentication"),
    (r"openapi|reference|parameters", 3, "reference"),
    (r"pricing|billing|usage", 3, "billing"),
    (r"quick[-_ ]?start|getting[-_ ]?started|base[-_ ]?url", 3, "quick start"),
    (r"tool|function[-_ ]?call|structured|json[-_ ]?mode|reasoning", 3, "members"),
    (r"deprecat|changelog|release[-_ ]?notes|migrat", 3, "changes"),
    (r"\bmodels?\b", 2, "models"),
    (r"\bchat\b", 2, "chat"),
)
_OTHER = re.compile(
    r"embedding|image|audio|speech|video|midjourney|rerank|fine[-_ ]?tun|assistant|batch|moderation"
    r"|blog|careers|privacy|terms|about|community|integrations?/",
    re.IGNORECASE,
)
_NO_PAGE = re.compile(r"\.(?:png|jpe?g|gif|svg|ico|css|js|woff2?|zip|pdf|mp4|xml)$", re.IGNORECASE)


class Found(msgspec.Struct, frozen=True):
    """A page of a site; `why` names its subjects, `weight` says how much they concern us."""

    url: str
    title: str
    why: str
    weight: int


def listed(text: str, base: str) -> tuple[tuple[str, str], ...]:
    """The addresses that an index, a map or a page lists, each with its words, in their order."""
    found = dict(_listed(text, base))
    return tuple(found.items())


def _listed(text: str, base: str) -> Iterator[tuple[str, str]]:
    for match in _MAPPED.finditer(text):
        yield unescape(match["url"]), ""
    for match in _ANCHOR.finditer(text):
        yield urljoin(base, unescape(match["url"])), " ".join(_TAG.sub("", match["title"]).split())
    for match in _LINKED.finditer(text):
        yield urljoin(base, match["url"]), f"{match['title']} {match['note'] or ''}".strip()


def ranked(pages: Iterable[tuple[str, str]], base: str, operation: Operation) -> tuple[Found, ...]:
    """The pages on the site itself that concern the operation, those that tell most first. Of an
    index that was saved (no `base`) they may be on any.
    """
    host, seen = urlsplit(base).netloc, set[str]()
    found = []
    for url, words in pages:
        bare = url.partition("#")[0].rstrip("/")
        path = urlsplit(bare).path
        elsewhere = bool(host) and urlsplit(bare).netloc != host
        if elsewhere or not urlsplit(bare).netloc or _NO_PAGE.search(path) or _twin(bare) in seen:
            continue
        seen.add(_twin(bare))
        one = _weighed(bare, words, operation)
        if one is not None:
            found.append(one)
    return tuple(sorted(found, key=lambda one: -one.weight))


def _twin(url: str) -> str:
    """An address that a page and its Markdown twin share."""
    return re.sub(r"\.(?:md|mdx|html?)$", "", url)


def _weighed(url: str, words: str, operation: Operation) -> Found | None:
    path = urlsplit(url).path
    spoken = f"{path} {words}"
    told = [(weight, why) for pattern, weight, why in _SUBJECTS
            if re.search(pattern, spoken, re.IGNORECASE)]  # fmt: skip
    if operation.path.strip("/").replace("/", "-") in path.replace("/", "-"):
        told.append((6, "the operation's path"))
    if not told or (_OTHER.search(spoken) and not re.search(r"chat", spoken, re.IGNORECASE)):
        return None
    whys = ", ".join(dict.fromkeys(why for _, why in told))
    return Found(url, words, whys, sum(weight for weight, _ in told))
