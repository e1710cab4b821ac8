"""The second look: a secret scanner over what is about to be written.

It knows nothing of the policy: detect-secrets finds credentials by their forms and by their
entropy, and an e-mail address or a long number is found by its own. What it finds is never told.
"""

import re
from collections.abc import Iterable
from typing import Any

from tallystick.host.errors import CannotRunError

_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')
_PLACEHOLDER = re.compile(r"‹[a-z]+(?::(?:%s|\d{1,7}))?(?:#(?:%s|\d{1,7}))?›")
_OURS = re.compile(
    r"(?:hmac-sha256:[0-9a-f]{16}:|sha256:)[0-9a-f]{64}|[xg][0-9a-f]{6}-[0-9]{4,9}|\d{4}-\d\d-\d\dT[\d:.+Z-]{6,26}"
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
# Thirteen digits and more, or four groups of them as on a card.
_LONG = re.compile(r"(?<!\d)(?:\d{13,}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,7})(?!\d)")
_KEY = re.compile(r"(?<![A-Za-z0-9])(?:sk|gsk|xai|hf)[-_][A-Za-z0-9_-]{16,}")
# Detectors that ask for a name or for the lines around; these strings stand alone.
_NOT_ALONE = {"Secret Keyword", "Public IP (ipv4)"}


def is_card(text: str) -> bool:
    """Whether a text holds the number of a payment card (ISO/IEC 7812-1: Luhn's check digit)."""
    return any(map(_is_luhn, re.findall(r"(?<!\d)[3-6]\d{14,15}(?!\d)", re.sub(r"[ -]", "", text))))


def _is_luhn(number: str) -> bool:
    doubled = (int(d) * (2 if n % 2 else 1) for n, d in enumerate(reversed(number)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


class Watch:
    """Looks at every distinct string once."""

    def __init__(self) -> None:
        from detect_secrets.core.plugins.util import (  # noqa: PLC0415 - slow to load
            get_mapping_from_secret_type_to_class,
        )

        known: dict[str, Any] = get_mapping_from_secret_type_to_class()
        self._detectors: list[Any] = [
            kind() for name, kind in sorted(known.items()) if name not in _NOT_ALONE
        ]
        self._seen: set[str] = set()

    def require_clean(self, text: str, where: str) -> None:
        """Look at the strings of a text of JSON.

        Raises:
            CannotRunError: one of them looks like a secret; nothing may be written.
        """
        for match in _STRING.finditer(text):
            string = match[1]
            if string not in self._seen:
                self._seen.add(string)
                found = self.kind_of(_OURS.sub(" ", _PLACEHOLDER.sub(" ", string)))
                if found:
                    raise _refusal(found, where, self._place(text, match.start()))

    def kind_of(self, text: str) -> str:
        """What kind of secret a text looks like; empty when it looks like none."""
        if _EMAIL.search(text):
            return "an e-mail address"
        if _LONG.search(text):
            return "a long number"
        if _KEY.search(text):
            return "an API key"
        return next((kind for kind in self._kinds(text)), "")

    def _kinds(self, text: str) -> Iterable[str]:
        for detector in self._detectors:
            if detector.analyze_line(filename="", line=f'"{text}"', line_number=1):
                yield str(detector.secret_type)

    def _place(self, text: str, start: int) -> str:
        """The names of the members before a string: those that were looked at are clean."""
        names = [m[1] for m in re.finditer(r'"([a-z_]{1,40})":', text[:start])]
        return ".".join(names[-3:]) or "the text"


def _refusal(kind: str, where: str, place: str) -> CannotRunError:
    return CannotRunError(
        f"what was about to be written holds what looks like a secret ({kind})",
        where=f"{where}: near {place}",
        expected="nothing that a secret scanner knows",
        got=kind,
        do="nothing was written; report this with the place and the kind, not the value",
    )
