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
    """The error statuses that a sentence names, each with the character where it stands."""
    found = [(m[1], m.start(1)) for m in _STATUS.finditer(words) if m[1][0] in "45"]
    return tuple(found)
