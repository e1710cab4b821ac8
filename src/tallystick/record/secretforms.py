"""Forms of secrets and of what tells of a person, as people paste them into what they write."""

import re

# Keys by the prefixes that their makers give them, addresses of mail, and credentials of a header.
_KEYS = (
    r"(?<![A-Za-z0-9])(?:sk[-_]|gsk_|xai-|hf_|AIza|eyJ|ghp_|gho_|github_pat_|glpat-|xox[a-z]-|AKIA"
    r"|ASIA|npm_|r8_|SG\.|[rsp]k_(?:live|test)_|ya29\.)[\w.-]{8,}|[\w.+-]+@[\w-]+\.\w+"
    r"|(?:Bearer|Basic) [\w+/=.-]{8,}|-----BEGIN [A-Z ]+-----"
    r"|\b\w+://[^\s/:@]+:[^\s/@]+@|\b(?:token|password|passwd|secret|api[_-]?key)\s?[=:]\s?\S{4,}"
)
# Numbers that tell of a person: of a card, an account (ISO 13616) or a telephone.
_NUMBERS = re.compile(
    r"(?<!\d)(?:\d[ -]?){13,19}(?!\d)|\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}\b"
    r"|\+\d[\d ()/-]{7,}\d"
)
KEYS = re.compile(_KEYS)
# And what is long and has no words: a digest, a token of no known maker.
SECRETS = re.compile(rf"{_KEYS}|\b(?=\w*\d)[A-Za-z0-9_+/-]{{32,}}")


def without_personal(text: str) -> str:
    """A sentence that a person gave, without keys and without numbers that tell of somebody."""
    return _NUMBERS.sub(lambda found: f"‹string:{len(found[0])}›", without_keys(text))


def without_keys(text: str) -> str:
    """A text that a person gave, with what looks like a key or a mail address left out."""
    return KEYS.sub(lambda found: f"‹string:{len(found[0])}›", text)
