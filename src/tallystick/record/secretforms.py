"""Forms of secrets and of what tells of a person, as people paste them into what they write."""

import re

# Keys by the prefixes that their makers give them, addresses of mail, and credentials of a header.
_KEYS = (
    r"(?<![A-Za-z0-9])(?:sk[-_]|gsk_|xai-|hf_|AIza|eyJ|ghp_|gho_|github_pat_|glpat-|xox[a-z]-|AKIA"
    r"|ASIA)[\w-]{8,}|[\w.+-]+@[\w-]+\.\w+|Bearer \S{8,}"
)
KEYS = re.compile(_KEYS)
# And what is long and has no words: a digest, a token of no known maker.
SECRETS = re.compile(rf"{_KEYS}|\b(?=\w*\d)[A-Za-z0-9_+/-]{{32,}}")


def without_keys(text: str) -> str:
    """A text that a person gave, with what looks like a key or a mail address left out."""
    return KEYS.sub(lambda found: f"‹string:{len(found[0])}›", text)
