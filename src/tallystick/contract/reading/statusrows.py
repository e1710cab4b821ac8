"""Rows about an error's status, and tables of codes under the title of one status."""

import re
from collections.abc import Iterator, Mapping

from tallystick.contract.draft import Draft
from tallystick.contract.reading.again import begins_with, says_again
from tallystick.contract.reading.columns import columns_of
from tallystick.contract.reading.passages import Passage
from tallystick.contract.reading.retrywords import polarity
from tallystick.contract.reading.statuses import in_sentence, in_title
from tallystick.documents import Node

_STATUSES = re.compile(
    r"(?P<list>[1-5]\d\d(?:(?:\s*[,/&]\s*|\s+(?:(?:and|or)\s+)?)[1-5]\d\d)*)(?P<rest>(?:[^\d-].*)?)"
)
# Nothing, or the status' own words: `429 Too Many Requests`.
_PHRASE = re.compile(
    r"\s*[:(–—-]\s*[A-Z][a-z-]+"
    r"(?: (?!only|when|if|for|with|on|in|except|other|unless)[a-z-]+){0,3}\)?"
    r"|\s*(?:[:(-]?\s*(?:(?:[A-Z][A-Za-z-]*|[\u3040-\u9fff]{1,16}|[А-Я][а-я]+|[а-я]+)\s*)+\)?)?"
)
_CODE = re.compile(r"(?:error\.)?code`?\s*(?:is|=|:|==)\s*[`\"']?([a-z][a-z0-9_]{2,})")
_CODE_CELL = re.compile(r"[`\"']?([a-z][a-z0-9_]{2,}|[A-Z]\w+(?:\.[A-Z]\w+)*)[`\"']?")
_OTHERS = re.compile(
    r"(?:(?:any|all|every|the)(?:thing|one)? )?(?:others?|else)(?: codes?| values?)?|otherwise",
    re.IGNORECASE,
)
_AFTER = re.compile(r"(?:after|honou?r|respect|wait|in|by)\b.{0,40}\bretry-after", re.IGNORECASE)
_BARE_CODE = re.compile(r"\b([a-z]+(?:_[a-z0-9]+)+)\b")

_BILLED = {
    **dict.fromkeys(("yes", "✓", "✅", "是", "да"), "billed"),
    **dict.fromkeys(("no", "✗", "❌", "否", "нет", "free"), "not billed"),
}
_OF_OTHERS = re.compile(
    r"仅[^，。,;；]{0,4}(?:微调|文件|图像|图片|语音|音频|视频|向量|嵌入|批处理)[^，。,;；]{0,4}(?:接口|API)"
    r"|\bonly (?:for|from|by|on|returned by|sent by|of) (?:the )?(?:files?|batch(?:es)?|images?"
    r"|embeddings?|fine-?tuning|audio|speech|assistants?|moderations?)\b",
    re.IGNORECASE,
)
_OF_ROW = "stands in the row of the status"
# A cell of nothing but whether to send again tells nothing of the status.
_ADVICE = re.compile(r"(?:yes|no|never|retry|wait|do not|back ?off)\b[^.;]{0,60}\.?", re.IGNORECASE)
_OF_RETRIES = "stands in the column of retries"


def status_over(passage: Passage) -> str:
    """The one error status that the title over a table of codes is about, or nothing."""
    rows = passage.node.children
    columns = columns_of(tuple(cell.text.plain for cell in rows[0].children))
    at = columns.get("code", columns.get("status"))
    if at is None or not {"retry", "meaning"} & columns.keys() or not passage.titles:
        return ""
    found = in_title(passage.titles[-1].words) or _introduced(passage)
    codes = [row.children[at].text.plain.strip() for row in rows[1:] if at < len(row.children)]
    coded = all(_CODE_CELL.fullmatch(code) for code in codes)
    return found[0] if coded and len(found) == 1 and found[0][0] in "45" else ""


def _introduced(passage: Passage) -> tuple[str, ...]:
    """The one status of the sentence that leads to a table: `You get 429 with one of these:`."""
    lead = passage.lead.plain.strip() if passage.lead else ""
    named = [status for status, _ in in_sentence(lead)] if lead.endswith(":") else []
    return tuple(named) if len(named) == 1 else ()


def code_rows(passage: Passage, status: str) -> Iterator[Draft]:
    """The rows of a table of codes under the title of their status."""
    head, *rows = passage.node.children
    columns = columns_of(tuple(cell.text.plain for cell in head.children))
    title = passage.titles[-1]
    yield Draft("error.code", "exists", "yes", rows[0].start, rows[0].end)
    yield Draft(f"error.status.{status}", "meaning", title.words, title.start, title.end)
    for row in rows:
        cells = {n: row.children[i].text.plain for n, i in columns.items() if i < len(row.children)}
        code = cells.get("code", cells.get("status", ""))
        yield from status_row({**cells, "status": status, "code": code}, row)


def status_row(cells: Mapping[str, str], row: Node) -> Iterator[Draft]:
    """What a row states of its status, in the columns of what it means and of retries."""
    of_others = any(map(_OF_OTHERS.search, cells.values()))  # a status of another API
    found = _STATUSES.fullmatch(cells["status"].strip()) if not of_others else None
    when = (_condition(found["rest"]) or _coded(cells.get("code", ""))) if found else ""
    if found is None:
        return
    if not (when or _PHRASE.fullmatch(found["rest"])):
        yield from _in_words(found, cells, row)
        return
    for status in re.findall(r"[45]\d\d", found["list"]):
        meaning, place = cells.get("meaning", "").strip(), f"error.status.{status}"
        named = found["rest"].strip(" :-–—") or cells.get("retry", "").strip()
        if meaning:
            yield Draft(place, "meaning", meaning, row.start, row.end, when)
        elif " " in named and not _ADVICE.fullmatch(named):
            span = (row.start, row.end)
            yield Draft(place, "meaning", named, *span, when, "candidate", _OF_ROW)
        if billed := _BILLED.get(cells.get("charged", "").strip(" *.").lower(), ""):
            why = "stands in the column of what is charged"
            yield Draft(
                "billing.failed", "value", billed, row.start, row.end, when, "candidate", why
            )
        yield from _again(cells.get("retry", ""), status, row, when)


def _again(asked: str, status: str, row: Node, when: str) -> Iterator[Draft]:
    """What the column of retries says of a status."""
    if _AFTER.search(asked):
        yield Draft("retry.retry_after", "exists", "yes", row.start, row.end, when)
    retry, place = says_again(asked), f"retry.status.{status}"
    if retry:
        yield Draft(place, "retry", retry, row.start, row.end, when)
    elif said := begins_with(asked) or polarity(asked, ()):  # for a person to read
        yield Draft(place, "retry", said, row.start, row.end, when, "candidate", _OF_RETRIES)


def _in_words(found: re.Match[str], cells: Mapping[str, str], row: Node) -> Iterator[Draft]:
    """What a row says of a status that stands with words of its own: for a person to read. Words
    that narrow it are no words for the status.
    """
    rest, said = found["rest"].strip(" :-–—"), cells.get("meaning", "").strip()
    if not rest[:1].isupper() or re.search(r"\b(?:only|when|if|except|unless|other)\b|\d", rest):
        return
    for status in re.findall(r"[45]\d\d", found["list"]):
        span, told = (row.start, row.end), said or rest
        yield Draft(f"error.status.{status}", "meaning", told, *span, "", "candidate", _OF_ROW)


def _condition(signal: str) -> str:
    """What narrows a row: `500 with error.code: invalid_request` speaks of one code only."""
    if re.search(r"\bother\b|otherwise|any other", signal, re.IGNORECASE):
        return "otherwise"
    code = _CODE.search(signal) or _BARE_CODE.search(signal)
    return f"error.code={code[1]}" if code else ""


def _coded(text: str) -> str:
    """What a cell of its own for the error's code narrows a row to."""
    if _OTHERS.fullmatch(text.strip()):
        return "otherwise"
    code = _CODE_CELL.fullmatch(text.strip())
    return f"error.code={code[1]}" if code else ""
