"""Numbers and nouns in sentences."""


def count(number: int, what: str) -> str:
    """`1 request`, `3 requests`."""
    return f"{number} {what}{'' if number == 1 else 's'}"
