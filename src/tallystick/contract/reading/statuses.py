"""HTTP statuses in titles and sentences."""

import re

_TITLE = re.compile(
    r"^\W*(?:(?:(?:after|on|upon|and|a|an|the|а|и)\s|q(?:\d{1,2})?[.:．、：]|http|error|status|code|response|c[óo]digo|estado|de|erreur|d'erreur|fehler(?:code)?"
    r"|statuscode|erro|错误码?|错误代码|状态码|エラー(?:コード)?|ステータス(?:コード)?)[\s:#-]*){0,4}`?"
    r"(?P<list>[1-5]\d\d(?:`?(?:\s*[,/&|]\s*|,?\s+(?:and|or|и|или)\s+)`?[1-5]\d\d)*)\b(?!\s*[-–x×]\s*\d)"
    r"(?!\s*(?:requests?(?! time-?out| entity| header)|tokens?|calls?|RPM|TPM|ms|seconds?|%|USD"
    r"|models?))",
    re.IGNORECASE,
)
_STATUS = re.compile(
    r"(?<![\w.$€,#-])([1-5]\d\d)(?![\w%]|[.,]\d|\s*[-–x×]\s*\d)"
    r"(?!\s*(?:requests?(?! time-?out| entity| header)|tokens?|calls?|RPM|TPM|ms\b|seconds?"
    r"|minutes?|USD|models?|characters?"
    r"|messages?|dollars?|million|thousand|times|kB|MB|concurrent|pages?"
    r"|lines?|rows?|words?|users?|percent))",
    re.IGNORECASE,
)
# The question of a help page: `How do I handle a 429 error?`
_ASKED = re.compile(
    r"(?:how|what|why|почему|что|как|(?:should|can|may) (?:i|we|you) (?:retry|resend|repeat))\b"
    r"[^.?]*?\b(?P<list>[45]\d\d)"
    r"(?: (?:errors?|status(?: codes?)?|responses?|codes?|answers?)\b[^.?]*| means?)?\??"
    # One that begins with what was met: `I get a 402. Why?`
    r"|(?:i (?:(?:keep |am )?(?:get|see|receiv)(?:e|ing|ting)?|got|saw)|getting|seeing)(?: an?)?"
    r" (?:HTTP )?(?P<met>[45]\d\d)(?: (?:errors?|responses?|status(?: codes?)?))?"
    r"(?: with \W?\w+\W?)?[.,!?:]?(?:\s+(?:why|what|how|is)\b[^.?]*)?\??",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"\((?:HTTP )?(?P<list>[45]\d\d)\)\s*$|^[a-z][a-z0-9_]*\s*[:·–-]?\s+(?P<named>[45]\d\d)\s*$"
)


def in_title(title: str) -> tuple[str, ...]:
    """The statuses that a title is about: `429: Too many requests`, `Timeouts (504)`."""
    found = _TITLE.match(title) or _ASKED.fullmatch(title.strip())
    if found:
        return tuple(re.findall(r"[1-5]\d\d", found["list"] or found.groupdict().get("met", "")))
    last = _ENDING.search(title)
    return (last["list"] or last["named"],) if last else ()


_LED = re.compile(
    r"^\W*(?:HTTP |Error |Status )?`?(?P<list>[45]\d\d)`?(?: [A-Z][\w '-]*)?\W*?\s*"
    r"(?:[-–—:：]|\s\()\s*(?P<said>\w.{3,})",
    re.DOTALL,
)


def led_by(words: str) -> tuple[str, int] | None:
    """The status that a line begins with, and where its meaning begins: `400 Bad Request – …`."""
    found = _LED.match(words)
    return (found["list"], found.start("said")) if found else None


def in_sentence(words: str) -> tuple[tuple[str, int], ...]:
    """The error statuses that a sentence names, each with the character where it stands; those of
    another vendor, and numbers of tickets, are none.
    """
    others = [found.span() for found in _OF_ANOTHER.finditer(words)]
    found = [(m[1], m.start(1)) for m in _STATUS.finditer(words) if m[1][0] in "45"]
    return tuple(
        (status, at)
        for status, at in found
        if not (_NUMBERED.search(words[:at]) or _UNSENT.search(words[:at]))
        and not any(a <= at < b for a, b in others)
    )


_NUMBERED = re.compile(
    r"\b(?:ticket|issue|case|bug|pull request|PR|build|room|page)\W{1,2}$", re.IGNORECASE
)
_UNSENT = re.compile(
    r"\b(?:does not|do not|never|doesn't|don't|no longer) "
    r"(?:gives?|sends?|returns?|answers?(?: with)?|produces?|emits?)\b[^.;,]{0,30}$",
    re.IGNORECASE,
)
_OF_ANOTHER = re.compile(
    r"\b(?:where|while|whereas|unlike)\b[^,;.]{0,40}\b(?:OpenAI|Anthropic|Azure|other providers?)\b"
    r"[^,;.]{0,80}[,;]",
    re.IGNORECASE,
)
# That a status does not come from the API that the page is about.
_DENIED = re.compile(
    r"\b(?:never|do not|don't|does not|doesn't) (?:send|return|use|emit|answer with)s? "
    r"(?:that|this|such|it)\b|\bnot (?:sent |returned )?(?:from|by) (?:us|our API)\b",
    re.IGNORECASE,
)


def is_denied(words: str) -> bool:
    """Whether words say that the status before them is none of this API's."""
    return _DENIED.search(words) is not None
