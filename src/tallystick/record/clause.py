"""Source, citation and Clause: what the documents state, and where they state it."""

import html
import re
from typing import Literal, get_args

import msgspec

from tallystick.record.canonical import identity

Standing = Literal[
    "documented",
    "support-confirmed",
    "conflicting",
    "shown-in-example",
    "overruled",
    "stale",
    "to-verify",
]
STANDINGS: tuple[Standing, ...] = get_args(Standing)
# What a source states, and nothing contradicts.
STANDS: tuple[Standing, ...] = ("documented", "support-confirmed")

Aspect = Literal[
    "value",
    "required",
    "kind",
    "enum",
    "min-items",
    "max-items",
    "min-length",
    "max-length",
    "pattern",
    "minimum",
    "maximum",
    "retry",
    "meaning",
    "default",
    "deprecated",
    "exists",
    "additional",
    "requires",
    "refused",
]


# What a source is to the contract: only the provider's own documents and answers state it.
Grade = Literal["official", "runbook", "generated", "third-party"]


class Source(msgspec.Struct, frozen=True):
    """Where statements come from: bytes as captured, when, from which URL, and why they matter.

    `captured` is RFC 3339; `digest` is the tagged SHA-256 of the stored bytes. `final_url` is where
    a redirect led, `content_type` what the server said; both are empty for a saved file.
    """

    id: str
    url: str
    captured: str
    digest: str
    title: str
    purpose: str
    media_type: str
    stored: str
    grade: Grade = "official"
    final_url: str = ""
    content_type: str = ""


class Citation(msgspec.Struct, frozen=True):
    """A place in a source: byte offsets into the stored bytes, and the bytes there as text."""

    source: str
    start: int
    end: int
    quotation: str

    @property
    def words(self) -> str:
        """The quotation as a reader sees it: in one line, without the markup of HTML, its code
        within marks.
        """
        apart = _APART.sub(" ", self.quotation)
        bare = " ".join(html.unescape(_TAG.sub("", apart)).split())
        return _marked(bare or " ".join(self.quotation.split()))


def _marked(words: str) -> str:
    """A text of Markdown that begins or ends within code, with the mark that it lacks; the mark of
    strong text that has no other goes.
    """
    if words.count("**") == 1:
        words = words.replace("**", "")
    if words.count("`") % 2 == 0:
        return words
    return f"`{words}" if re.match(r"[^\s`]+`", words) else f"{words}`"


# Elements that HTML sets text with; what else stands in angle brackets is what a page says.
_TAG = re.compile(
    r"</?(?:a|b|br|code|dd|details|div|dl|dt|em|h[1-6]|i|kbd|label|li|ol|p|pre|section|small|span"
    r"|strong|sub|summary|sup|table|tbody|td|th|thead|tr|tt|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_APART = re.compile(r"</?(?:br|dd|div|dt|h[1-6]|li|p|summary|td|th|tr)\b[^<>]*>", re.IGNORECASE)


class Clause(msgspec.Struct, frozen=True):
    """One statement at one location: `aspect` is stated to be `value`.

    `when` narrows it (`error.code=invalid_request`); empty means always.
    """

    location: str
    aspect: Aspect
    value: str
    citation: Citation
    standing: Standing = "to-verify"
    when: str = ""

    @property
    def id(self) -> str:
        """Identity from what is documented and where it stands; never from its standing."""
        cited = self.citation
        return identity(
            self.location, self.aspect, self.value, self.when, cited.source, cited.start
        )

    def says(self) -> str:
        """The statement as one readable phrase."""
        condition = f" when {self.when}" if self.when else ""
        listed = self.value.replace("|", " or ") if self.aspect == "kind" else self.value
        plain = listed if self.aspect == "value" else f"{self.aspect} {listed}"
        return _PHRASES.get((self.aspect, self.value), plain) + condition


class LastRefresh(msgspec.Struct, frozen=True):
    """How many of the pages that were to be fetched again were looked at, and of how many of these
    nothing came that could be compared.
    """

    looked: int
    planned: int
    unseen: int = 0


class Candidate(msgspec.Struct, frozen=True):
    """What a sentence seems to state; no clause until a person accepts it. `why` tells what in the
    sentence was read so.
    """

    clause: Clause
    why: str

    @property
    def id(self) -> str:
        """The name by which a person accepts or rejects it."""
        return self.clause.id


class Saying(msgspec.Struct, frozen=True):
    """A sentence of a page, whatever it is about: the titles that it stands under, outermost first,
    and the words right before it. `models` are the beginnings of the ids of the models that it, or
    its last title, names, joined by `|`; `is_dated` where its titles tell of a change.
    """

    citation: Citation
    titles: tuple[str, ...] = ()
    before: str = ""
    models: str = ""
    is_dated: bool = False


class Reading(msgspec.Struct, frozen=True):
    """What was read of a source: its clauses, its candidates, its sentences, and what is odd about
    it.
    """

    clauses: tuple[Clause, ...]
    candidates: tuple[Candidate, ...] = ()
    remarks: tuple[str, ...] = ()
    sayings: tuple[Saying, ...] = ()


# What a source says explicitly that it does not cover.
NOT_COVERED = "not-covered"
_PHRASES = {
    ("value", NOT_COVERED): "not covered by the page: ask support",
    ("retry", "yes"): "retry",
    ("retry", "no"): "do not retry",
    ("required", "yes"): "required",
    ("required", "no"): "optional",
    ("exists", "yes"): "documented",
    ("deprecated", "yes"): "deprecated",
    ("refused", "*"): "refused",
    ("additional", "yes"): "may have other members",
    ("additional", "no"): "has no other members",
    ("exists", "example"): "shown in an example",
}
