"""Rows of tables that give limits, name the headers of limits, or say which models are gone."""

import re
from collections.abc import Iterator

from tallystick.contract.draft import Draft
from tallystick.contract.reading.modelnames import families_of
from tallystick.contract.reading.passages import Title
from tallystick.documents import Node

_MODEL_COLUMN = re.compile(
    r"(?:old |deprecated |retired )?models?(?: ids?| names?)?", re.IGNORECASE
)
_GONE = re.compile(
    r"\b(?:retired|deprecated|removed|discontinued|decommissioned|shut ?down|sunset|legacy"
    r"|no longer (?:available|supported|offered))\b",
    re.IGNORECASE,
)
_RATE = re.compile(
    r"(\d[\d,. ]*)(?: ?(?:requests?|calls?|tokens?))? ?(?:per|/|an?|each|every) ?(?:minute|min)\b",
    re.IGNORECASE,
)
_RATED = (
    ("limit.requests", r"(?:api )?(?:requests?|calls?)|rpm|request (?:rate|limit)"),
    ("limit.tokens", r"tokens?|tpm|token (?:rate|limit)"),
)


_PERIOD = re.compile(
    r"(?P<what>requests?|calls?|tokens?) (?:per|an?|/|each|every) ?(?P<unit>minute|min)",
    re.IGNORECASE,
)
_TIER = re.compile(r"[A-Z][\w +.-]{0,20}")
_LIMITS = (
    ("limit.requests", r"\brequests? ?(?:/|per|a) ?(?:min|sec|day|hour)|\bRPM\b|\bRPS\b"),
    ("limit.tokens", r"\btokens? ?(?:/|per|a) ?(?:min|sec|day|hour)|\bTPM\b"),
    ("limit.concurrency", r"\b(?:parallel|concurren\w+|simultaneous|in flight)\b"),
)


def row_facts(headings: tuple[str, ...], row: Node, titles: tuple[Title, ...]) -> Iterator[Draft]:
    """What a row says by itself, whatever the table is of."""
    yield from _limits(headings, row)
    yield from _rates(row, titles)
    yield from _gone_model(headings, row)
    yield from _headers(row)
    yield from _timeouts(headings, row)
    yield from _prices(headings, row)


# Columns of what tokens cost.
_PRICED = re.compile(
    r"\b(?:input|output|prompt|completion|cached?)\b.*(?:/|\bper)\s?(?:1 ?)?"
    r"(?:M|K|million|thousand)\b",
    re.IGNORECASE,
)
_PRICE = re.compile(r"(?:[$€£¥]\s?)?\d+(?:\.\d+)?(?:\s?(?:USD|EUR|CNY|元|credits?))?")


def _prices(headings: tuple[str, ...], row: Node) -> Iterator[Draft]:
    """What the tokens of a row's model cost: for a person to read."""
    model = row.children[0].text.plain.strip() if row.children else ""
    for heading, cell in zip(headings, row.children, strict=False):
        if _PRICED.search(heading) and _PRICE.fullmatch(cell.text.plain.strip()):
            told = f"{heading}: {cell.text.plain.strip()}"
            why, when = "stands in a column of prices", f"model={model}" if model else ""
            span = row.start, row.end
            yield Draft("billing.price", "meaning", told, *span, when, "candidate", why)


# Columns that say how long clients have to wait at least.
_WAITS = re.compile(
    r"\b(?:read |client )?time-?outs?\b.*\bat least\b"
    r"|\b(?:minimum|least) (?:read |client )?time-?out\b",
    re.IGNORECASE,
)
_TIME = re.compile(r"(\d+) ?(s|sec|seconds?|min|minutes?)\b")


def _timeouts(headings: tuple[str, ...], row: Node) -> Iterator[Draft]:
    """How long the clients of a row's models are asked to wait: for a person to read."""
    for heading, cell in zip(headings, row.children, strict=False):
        time = _TIME.fullmatch(cell.text.plain.strip()) if _WAITS.search(heading) else None
        models = families_of(row.children[0].text.plain)
        when = f"model={models}" if models else ""
        if time:
            why = "stands in a column of time-outs, which says at least"
            yield Draft(
                "retry.timeout", "minimum", time[0], row.start, row.end, when, "candidate", why
            )


def _headers(row: Node) -> Iterator[Draft]:
    """A row about one of the headers that tell of limits."""
    for cell in row.children[:1]:
        name = re.fullmatch(
            r"(x-(?:\w+-)?rate-?limit[\w<>{}-]*|ratelimit-\w+)", cell.text.plain, re.IGNORECASE
        )
        if name:
            yield Draft("limit.headers", "value", name[1].lower(), row.start, row.end)
        elif re.fullmatch(r"retry-after", cell.text.plain, re.IGNORECASE):
            yield Draft("retry.retry_after", "exists", "yes", row.start, row.end)


def _limits(headings: tuple[str, ...], row: Node) -> Iterator[Draft]:
    """Rows of tiers: a column that is named for a limit has its number."""
    tier = row.children[0].text.plain if row.children else ""
    for heading, cell in zip(headings, row.children, strict=False):
        place = next((at for at, words in _LIMITS if re.search(words, heading, re.IGNORECASE)), "")
        number = re.search(r"\d[\d,. ]*", cell.text.plain)
        if place and number:
            value = re.sub(r"[,. ]", "", number[0])
            yield Draft(place, "value", value, row.start, row.end, f"tier={tier}" if tier else "")


def dated_models(table: Node) -> Iterator[Draft]:
    """The models that a table gives a day for from which they are there no more: that holds, though
    the page tells of changes.
    """
    rows = table.children
    headings = tuple(cell.text.plain for cell in rows[0].children) if rows else ()
    for row in rows[1:]:
        yield from (draft for draft in _gone_model(headings, row) if draft.value != "yes")


def _gone_model(headings: tuple[str, ...], row: Node) -> Iterator[Draft]:
    """A row of a table of models that says that one is there no more."""
    cells = [cell.text.plain.strip() for cell in row.children]
    at = next((i for i, one in enumerate(headings) if _MODEL_COLUMN.fullmatch(one.strip())), -1)
    if at < 0 or at >= len(cells) or len(cells) < 2:
        return
    name = re.fullmatch(r"`?([\w./:-]{3,80})`?", cells[at])
    cells = [cells[at], *cells[:at], *cells[at + 1 :]]
    headings = (headings[at], *headings[:at], *headings[at + 1 :])
    since = _retired_since(headings, cells)
    if name and (since or any(_GONE.search(cell) for cell in cells[1:])):
        when = f"model={name[1]}"
        yield Draft("request.model", "deprecated", since or "yes", row.start, row.end, when)


# Columns that say from when on a model is there no more, and not when that was announced.
_RETIRES = re.compile(
    r"(?:model )?(?:retire[sd]?|retirement|shut ?down|shuts? down|sunset|removed|removal"
    r"|discontinued|end of (?:life|support)|eol|turned off|off)(?: date| on| at| since)?",
    re.IGNORECASE,
)
_MOST_MONTHS, _MOST_DAYS = 12, 31
_MONTHS = "january february march april may june july august september october november december"
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in _MONTHS.split())
_DATE = re.compile(
    rf"(?P<year>20\d\d)[-/.](?P<month>\d\d)[-/.](?P<day>\d\d)"
    rf"|(?P<d>\d{{1,2}})(?:st|nd|rd|th)? (?P<m>{_MONTH})\.?,? (?P<y>20\d\d)"
    r"|(?P<us>\d{1,2})/(?P<eu>\d{1,2})/(?P<short>(?:20)?\d\d)\b"
    rf"|(?P<m2>{_MONTH})\.? (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y2>20\d\d)",
    re.IGNORECASE,
)


def _retired_since(headings: tuple[str, ...], cells: list[str]) -> str:
    """The date in a column of retirements; empty where there is none."""
    for heading, cell in zip(headings, cells, strict=False):
        found = _DATE.match(cell) if _RETIRES.fullmatch(heading.strip()) else None
        if found and (day := _day(found)):
            return day
    return ""


def _day(found: re.Match[str]) -> str:
    """A date as RFC 3339 has it (full-date). Of one in figures it has to be plain which of them is
    the month; empty where it is not.
    """
    if found["short"]:
        first, last = sorted((int(found["us"]), int(found["eu"])))
        plain = 0 < first <= _MOST_MONTHS < last <= _MOST_DAYS
        return f"20{found['short'][-2:]}-{first:02d}-{last:02d}" if plain else ""
    if found["year"]:
        return f"{found['year']}-{found['month']}-{found['day']}"
    month, day = found["m"] or found["m2"], found["d"] or found["d2"]
    number = next(n for n, name in enumerate(_MONTHS.split(), 1) if name[:3] == month[:3].lower())
    return f"{found['y'] or found['y2']}-{number:02d}-{int(day):02d}"


def _rates(row: Node, titles: tuple[Title, ...]) -> Iterator[Draft]:
    """A row that gives a rate by the minute: `Requests | 60 per minute`, `Tokens a minute | 90`."""
    cells = [cell.text.plain.strip() for cell in row.children]
    if len(cells) < 2:
        return
    period = _PERIOD.fullmatch(cells[0])
    what = period["what"] if period else cells[0]
    place = next((at for at, words in _RATED if re.fullmatch(words, what, re.IGNORECASE)), "")
    tier = titles[-1].words if titles and _is_tier(titles[-1]) else ""
    for cell in cells[1:] if place else ():
        rate = re.fullmatch(r"(\d[\d,. ]*)", cell) if period else _RATE.fullmatch(cell)
        if rate:
            value = re.sub(r"[,. ]", "", rate[1])
            when = f"tier={tier}" if tier else ""
            yield Draft(place, "value", value, row.start, row.end, when)
            return


def _is_tier(title: Title) -> bool:
    """Whether a title is one or two words that name a plan, and not what the table is about."""
    return bool(_TIER.fullmatch(title.words)) and not re.search(
        r"limit|rate|quota|request|token|api|error|usage|overview", title.words, re.IGNORECASE
    )
