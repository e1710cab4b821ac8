"""Numbers and nouns in sentences."""


def count(number: int, what: str, several: str = "") -> str:
    """`1 request`, `3 requests`; `several` where the word takes another ending."""
    return f"{number} {what if number == 1 else several or f'{what}s'}"


def times(number: int) -> str:
    """`once`, `3 times`."""
    return "once" if number == 1 else f"{number} times"


def period(since: str, until: str) -> str:
    """A period in words, "" for all of time: its bounds are "" or times as they are kept."""
    told = {"from": since, "to": until}
    return " ".join(f"{word} {time}" for word, time in told.items() if time)
