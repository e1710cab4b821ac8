"""Calls whose credential was refused: how it was sent, beside what the documents state."""

import re

from tallystick.protocol import read_error
from tallystick.record.exchange import Exchange
from tallystick.record.forms import UNSET
from tallystick.review.material import Material
from tallystick.review.mechanism import (
    Mechanism,
    cause_of,
    contrasts,
    current,
    is_torn,
    quoted,
    shown,
    torn,
)
from tallystick.review.rules.auth_header import header_of, scheme_of

_MISSING = re.compile(
    r"\bno (?:api[ _-]?key|token|auth\w*|credential)|missing|not provided|didn't provide"
    r"|did not provide|required|without",
    re.IGNORECASE,
)
_NAMES_KEY = re.compile(
    r"(?:invalid|incorrect|wrong|expired|revoked|disabled|unknown|not valid)\W+(?:\S+\W+){0,3}"
    r"(?:api[ _-]?key|key|token|credential)|(?:key|token)\W+(?:\S+\W+){0,3}(?:invalid|not valid"
    r"|incorrect|expired|revoked|disabled|not found|unknown)|invalid_api_key",
    re.IGNORECASE,
)


_NAMES_HEADER = re.compile(r"\bauthorization\b", re.IGNORECASE)


def _said(last: Exchange) -> str:
    error = read_error(last.response.body)
    return f"{error.message} {error.code}" if error else ""


def says_missing(last: Exchange) -> bool:
    """Whether the API says that no credential came."""
    return _MISSING.search(_said(last)) is not None


# Plainly, and with nothing else that may be wrong with it.
_NONE_CAME = re.compile(
    r"\bno (?:api[ _-]?key|token|credentials?)(?: (?:was|were))?"
    r" (?:provided|supplied|given|sent|found|received)"
    r"|\b(?:didn't|did not) provide an? (?:api[ _-]?key|token)"
    r"|\b(?:missing|without) (?:api[ _-]?key|token|authorization|credentials?)\b",
    re.IGNORECASE,
)


def says_none_came(last: Exchange) -> bool:
    """Whether the API says that no credential came, of a request that has one by a usual header."""
    return header_of(last) == "Authorization" and came_without(last)


def came_without(last: Exchange) -> bool:
    """Whether the API says that no credential came, whatever the request had."""
    return _NONE_CAME.search(_said(last)) is not None


def missed(last: Exchange) -> bool:
    """Whether the API says that no credential came, of a request that has one by another header."""
    return header_of(last) not in ("", "Authorization") and came_without(last)


def names_key(last: Exchange) -> bool:
    """Whether the API says that it knows the credential for a wrong one."""
    return _NAMES_KEY.search(_said(last)) is not None


def is_openais(last: Exchange) -> bool:
    """Whether an error has the words of OpenAI's own, which name its console; gateways hand them
    on, too.
    """
    return "You can find your API key at" in _said(last)


def is_general(last: Exchange) -> bool:
    """Whether the API only says that the token is invalid, as gateways say it of a right key in a
    wrong form, too (one-api and new-api, `middleware/auth`).
    """
    return re.match(r"\W*invalid token\b", _said(last), re.IGNORECASE) is not None


def lacks_what_is_named(last: Exchange) -> bool:
    """Whether the API says that it got no credential, and the request shows none in the header
    that the API reads (`Authorization`, where it names one).
    """
    return says_missing(last) and header_of(last) != "Authorization"


def is_unlike_examples(material: Material, last: Exchange) -> bool:
    """Whether a credential was sent with another header than the examples of sources send it."""
    values = {clause.value for clause in shown(material, "auth.header", "value")}
    return bool(values) and bool(header_of(last)) and header_of(last) not in values


def wrong_header(material: Material, last: Exchange) -> Mechanism | None:
    """A credential that is sent otherwise than documented."""
    if (malformed := _malformed(material, last)) is not None:
        return malformed
    stated = current(material, "auth.header")
    if not stated and _NAMES_HEADER.search(_said(last)):
        stated = shown(material, "auth.header", "value")
    sent = header_of(last)
    if sent and stated and _is_shown_elsewhere(material, sent):
        every = material.at("auth.header", "value")
        return _unlike_sound_calls(material, last) or torn("auth.header", every)
    if says_missing(last) and stated and sent not in {clause.value for clause in stated}:
        how = f"its credential with {sent}" if sent else "no credential that the capture shows"
        says = (
            f"The application sent {how}, and the API says that none came "
            f"({last.response.status}); the documentation asks for the header {stated[0].value}."
        )
        return cause_of("application", "auth.header", says, "named", stated)
    examples = shown(material, "auth.header", "value")
    if not stated and len({clause.value for clause in examples}) > 1:
        return torn("auth.header", examples)
    return (
        _unlike_sound_calls(material, last)
        or _unlike_documented(material, last)
        or _unlike_sentence(material, last)
    )


def _unlike_sentence(material: Material, last: Exchange) -> Mechanism | None:
    """A credential in another header than a sentence and the examples have it in, and that no
    sentence names: the refusal bears the sentence out (decision 0030).
    """
    sent = header_of(last)
    examples = {clause.value for clause in shown(material, "auth.header", "value")}
    said = [one.clause for one in material.seems("auth.header") if one.clause.aspect == "value"]
    told = next((clause for clause in said if clause.value in examples), None)
    if not sent or sent in examples or told is None or any(c.value == sent for c in said):
        return None
    says = (
        f"The application sent its credential with {sent}, and the API refused it with "
        f"{last.response.status}; {quoted(told)}"
    )
    return cause_of("application", "auth.header", says, "named")


def _malformed(material: Material, last: Exchange) -> Mechanism | None:
    """A credential with its scheme twice (RFC 6750, section 2.1: one scheme, one token without a
    space), or the word of a variable that was not set in its place.
    """
    form = last.request_header("authorization") or ""
    words = form.split(" ")
    status = last.response.status
    if words[-1] == UNSET:
        says = (
            f"The application sent the word that stands for a variable without a value in place of "
            f"its key, and the API refused it with {status}."
        )
        return cause_of("application", "auth.token", says, "named")
    stated = current(material, "auth.scheme") or shown(material, "auth.scheme", "value")
    if len(words) > 2 and words[0] == words[1] and any(c.value == words[0] for c in stated):
        says = (
            f"The application sent `{words[0]}` twice before its key, and the API refused it with "
            f"{status}; sources state it once, then the key."
        )
        return cause_of("application", "auth.scheme", says, "named", stated)
    return None


def _is_shown_elsewhere(material: Material, sent: str) -> bool:
    """Whether no source documents that a credential is sent so, and an example sends it so."""
    every = material.at("auth.header", "value")
    stated = {clause.value for clause in every if clause.standing != "shown-in-example"}
    return sent not in stated and sent in {clause.value for clause in every}


def _unlike_documented(material: Material, last: Exchange) -> Mechanism | None:
    """A credential that is sent in another header, or with another scheme, than is documented."""
    for location, read in (("auth.header", header_of), ("auth.scheme", scheme_of)):
        clauses = tuple(c for c in current(material, location) if c.aspect == "value")
        if is_torn(material.at(location, "value")):
            return torn(location, material.at(location, "value"))
        sent = read(last)
        if clauses and sent and sent not in {clause.value for clause in clauses}:
            words = " or ".join(sorted({clause.value for clause in clauses}))
            says = (
                f"The application sent its credential with {sent}; the documentation states "
                f"{words}, and the API refused it with {last.response.status}."
            )
            return cause_of("application", location, says, "named", clauses)
    return None


def _unlike_sound_calls(material: Material, last: Exchange) -> Mechanism | None:
    """A credential that is sent otherwise than examples show and calls that went well do."""
    for location, read in (("auth.header", header_of), ("auth.scheme", scheme_of)):
        clauses = shown(material, location, "value")
        if clauses and contrasts(material, last, read, {clause.value for clause in clauses}):
            words = " or ".join(sorted({clause.value for clause in clauses}))
            sent = read(last) or "none that the capture shows"
            says = (
                f"The application sent its credential with {sent}, and the API refused it with "
                f"{last.response.status}; the documentation shows {words}, as calls that went well "
                f"send it."
            )
            return cause_of("application", location, says, "contrasted", clauses)
    return None
