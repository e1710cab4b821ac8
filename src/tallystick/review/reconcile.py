"""Usage that the answers state, beside what the application recorded. Pure.

Of a stream the last usage counts; cached tokens are a part of the prompt's, reasoning tokens a part
of the completion's (`prompt_tokens_details`, `completion_tokens_details` of the API).
"""

from collections.abc import Iterable, Sequence

import msgspec

from tallystick.record.case import ESTIMATE
from tallystick.record.clause import Clause
from tallystick.record.placeholder import parse
from tallystick.record.profile import Bounds, UsageSum, Window
from tallystick.record.usage import MASKED_MODEL, Account, Recorded, State

_STANDS = ("documented", "support-confirmed")
_PART_OF = {
    "prompt_tokens": "prompt_tokens_details.cached_tokens",
    "completion_tokens": "completion_tokens_details.reasoning_tokens",
}


_AT_THE_EDGE = "equal over all windows: calls and rows fall into different ones"


class _Key(msgspec.Struct, frozen=True, order=True):
    window: Window
    model: str
    field: str


class _Sum(msgspec.Struct):
    total: float = 0.0
    times: int = 0
    absent: int = 0


def reconcile(
    used: Sequence[UsageSum], recorded: Recorded, bounds: Bounds, clauses: Sequence[Clause]
) -> tuple[Account, ...]:
    """One account for each field that was recorded, by window and model."""
    stated = _stated(used)
    written = _written(recorded, bounds)
    known = {c.location.removeprefix("response.usage.") for c in clauses if c.standing in _STANDS}
    fields = {key.field for key in written}
    keys = {*written, *(key for key in stated if key.field in fields)}
    edges = _edges(stated, written)
    accounts = (
        _account(key, written.get(key, _Sum()), stated, known, edges) for key in sorted(keys)
    )
    return tuple(_left_out(account, recorded.skipped) for account in accounts)


def unfrozen(fields: Iterable[str]) -> tuple[Account, ...]:
    """One account a field, where what was recorded is stated and was not read yet."""
    note = "not read yet: `tallystick intake` freezes it"
    return tuple(
        Account("unknown", "any model", field, 0, 0.0, 0, 0.0, "could-not-check", note)
        for field in sorted(set(fields))
    )


def _left_out(account: Account, skipped: int) -> Account:
    """Rows that could not be read may belong anywhere: nothing is concluded beside them."""
    if not skipped or account.state == ESTIMATE:
        return account
    note = f"{skipped} rows of the file tell no count"
    note = f"{account.note}; {note}" if account.note else note
    return msgspec.structs.replace(account, state="could-not-check", note=note)


def _stated(used: Iterable[UsageSum]) -> dict[_Key, _Sum]:
    sums: dict[_Key, _Sum] = {}
    for one in used:
        model = MASKED_MODEL if parse(one.model) is not None or not one.model else one.model
        held = sums.setdefault(_Key(one.window, model, one.field), _Sum())
        held.total += one.total
        held.times += one.answers
        held.absent += one.absent
    return sums


def _written(recorded: Recorded, bounds: Bounds) -> dict[_Key, _Sum]:
    sums: dict[_Key, _Sum] = {}
    for row in recorded.rows:
        for field, count in row.counts.items():
            key = _Key(bounds.window(row.at), row.model, field)
            held = sums.setdefault(key, _Sum())
            held.total += count
            held.times += 1
    return sums


def _edges(stated: dict[_Key, _Sum], written: dict[_Key, _Sum]) -> set[tuple[str, str]]:
    """Models and fields that agree over all windows: an answer is of the window in which its call
    began, and a row of that in which it was written.
    """
    answered, recorded = _whole(stated), _whole(written)
    return {place for place in recorded if recorded[place] == answered.get(place)}


def _whole(sums: dict[_Key, _Sum]) -> dict[tuple[str, str], tuple[int, float]]:
    """Of each model and field, over all windows: how often, and how much."""
    found: dict[tuple[str, str], tuple[int, float]] = {}
    for key, one in sums.items():
        times, total = found.get((key.model, key.field), (0, 0.0))
        found[key.model, key.field] = times + one.times + one.absent, total + one.total
    return found


def _account(
    key: _Key,
    held: _Sum,
    stated: dict[_Key, _Sum],
    known: set[str],
    edges: set[tuple[str, str]],
) -> Account:
    found = stated.get(key, _Sum())
    part = stated.get(_Key(key.window, key.model, _PART_OF.get(key.field, "")), _Sum())
    state, note = _judged(key.field, found, held, part, known)
    if state == "differs" and (key.model, key.field) in edges:
        state, note = "could-not-check", _AT_THE_EDGE
    return Account(
        key.window, key.model, key.field, found.times, found.total, held.times, held.total,
        state, note,
    )  # fmt: skip


def _judged(field: str, found: _Sum, held: _Sum, part: _Sum, known: set[str]) -> tuple[State, str]:
    if field not in known:
        return "internal-estimate", f"no current source documents usage.{field}"
    answers = found.times + found.absent
    if not found.times:
        return "could-not-check", "no captured answer to a call that asked for this model"
    if answers != held.times:
        return "could-not-check", f"{answers} answers captured, {held.times} recorded"
    if found.total == held.total:
        return "agrees", ""
    if found.absent:
        return "could-not-check", f"{found.absent} of {answers} answers state no usage"
    return "differs", _hint(field, found.total, held.total, part.total)


def _hint(field: str, stated: float, recorded: float, part: float) -> str:
    name = _PART_OF.get(field, "").rpartition(".")[2]
    if part and recorded == stated - part:
        return f"recorded without {name}, which are a part of {field}"
    if part and recorded == stated + part:
        return f"recorded with {name} added, which {field} already holds"
    return "more was recorded than stated" if recorded > stated else "less was recorded than stated"
