"""Answer: what a reader gets first. Every rendering and the terminal print the same one."""

import msgspec


class Quote(msgspec.Struct, frozen=True):
    """The words of a source that a cause rests on, with where and when they were captured, and what
    they state.
    """

    words: str
    source: str
    url: str
    captured: str
    states: str = ""


class Answer(msgspec.Struct, frozen=True):
    """The review in one minute.

    `headline` is the verdict with its side, `support` how surely; `mechanism` says in one sentence
    how the calls came to fail. `shows` is what shows it, `worse` what made it worse, `do` at most
    three steps that follow from the cause, `unresolved` what other failing calls are about, `ask`
    what to ask, and `unknown` what is not known and does not change the answer. `partial` says what
    the answer rests on a part of only; `hops` is what two captures of the same calls show.
    """

    headline: str
    support: str = ""
    mechanism: str = ""
    shows: tuple[str, ...] = ()
    quotes: tuple[Quote, ...] = ()
    worse: tuple[str, ...] = ()
    do: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()
    unknown: str = ""
    partial: tuple[str, ...] = ()
    hops: tuple[str, ...] = ()
