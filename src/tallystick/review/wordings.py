"""Sentences that decide a side by what they say: only a few forms are read.

Such a form is said outright, and what is left of its sentence has no word that may turn it round. A
sentence that speaks of the matter and is of no form is for a person to read (decision 0035).
"""

import re
from typing import NamedTuple

# Words that may turn what the rest of a sentence says.
_TURNS = (
    r"\b(?:no|not|never|none|nothing|neither|nor|cannot|without|unless|except|otherwise|only"
    r"|although|though|while|rather|repair\w*|fix(?:es|ed)|rewrit\w+|re-?tried|convert\w*|mapped"
    r"|turned|buffer\w*|other (?:gateways|providers|vendors|APIs))\b|n't\b"
)
# Words that make a promise less than one.
_SOFTENS = (
    r"\b(?:may|might|can|could|should|if|some(?:times)?|most|usual\w*|typical\w*|mostly|often"
    r"|occasional\w*|validate|check\w*|rely|hint|best[- ]effort|such as|e\.g"
    r"|for (?:example|instance)|includ\w+|depend\w*)\b"
)
# What a schema asks for qualifies what was said before, and turns nothing.
_OF_SCHEMA = r"\b(?:that|which) (?:your|the) schema [^.;:]{1,40}"


class Form(NamedTuple):
    """How a thing is said; what may stand beside that, whatever its words; and what may not."""

    said: re.Pattern[str]
    beside: re.Pattern[str]
    turned: re.Pattern[str]

    def is_of(self, words: str) -> bool:
        """Whether a sentence says it outright."""
        rest = self.said.sub(" ", self.beside.sub(" ", words))
        return self.said.search(words) is not None and self.turned.search(rest) is None


def _form(*said: str, beside: str = _OF_SCHEMA, turned: str = _TURNS) -> Form:
    return Form(*(re.compile(one, re.IGNORECASE) for one in ("|".join(said), beside, turned)))


_MAY = r"\b(?:may|might|can|could|sometimes|occasionally)(?: (?:still|also|even|sometimes))?"
_NO_JSON = (
    r"\b(?:models?|providers?|vendors?|upstreams?|backends?|they) (?:silently )?ignores?\b",
    rf"{_MAY} (?:be |return |produce |emit |write |send )?(?:an? )?(?:invalid|malformed|broken)\b"
    r"(?: JSON\b)?",
    rf"{_MAY} not (?:be )?(?:valid |well-formed )?JSON\b",
    rf"{_MAY} (?:wrap|put|fence|enclose)\b[^.;:]{{0,40}}\b(?:prose|fences?)\b",
    r"\bis(?: meant to be JSON but is)? not (?:always|guaranteed to be)\b(?: valid)?(?: JSON\b)?",
)
# That a text which is to be JSON may be none.
WARNS_OF_NO_JSON = _form(*_NO_JSON)
# That it may be none that a schema asks for.
WARNS_OF_SCHEMA = _form(
    *_NO_JSON,
    r"\b(?:is|are) not (?:honou?red|guaranteed|enforced)\b",
    r"\bno guarantee\b",
    rf"{_MAY} not (?:match|follow|conform|validate)\b",
)
_ALL_OF_IT = r"\bnothing else\b|\bno (?:\*\*)?(?:Markdown|code|text|prose|fences?)\b"
# That it is JSON, always.
PROMISES_JSON = _form(
    r"\b(?:content|answer|text|output|reply|response)\W[^.;:]{0,40}\b(?:is|are|be)"
    r" (?:guaranteed|always|exactly)\b[^.;:]{0,30}\bJSON\b",
    r"\b(?:content|answer|text|output|reply)`? is (?:one|a) (?:single |valid )*JSON\b[^.;:]{0,20}"
    r"\bnothing else\b",
    r"\bguarantees? (?:that )?(?:the )?(?:content|answer|text|output|reply|valid|`?choices)\b"
    r"[^.;:]{0,60}\bJSON\b",
    r"\b(?:it|arguments`?) is (?:always|guaranteed to be|exactly) (?:an? )?(?:valid )?JSON\b",
    beside=_ALL_OF_IT,
    turned=f"{_TURNS}|{_SOFTENS}",
)
# That there are other values than those of a list.
LISTS_OPENLY = _form(
    r"\bopen list\b",
    r"\b(?:others?|new|more|further|own)(?: (?:ones|values|reasons|ends))?"
    r" (?:may|might|can|could)(?: also)? (?:be added|appear|come|follow|occur)\b",
    r"\b(?:some|other) (?:\w+ )?(?:have|return|send|use) their own(?: (?:values|reasons))?\b",
)
# That there are none.
LISTS_ALL = _form(
    r"\b(?:mapped|normali[sz]ed|translated|reduced) (?:to|onto|into) (?:one of )?th(?:e|[eo]se)\b",
    r"\bexactly one of\b",
    r"\b(?:no|never any) (?:others?|other (?:values?|reasons?|ends?))\b|\bnothing else\b",
    turned=f"{_TURNS}|{_SOFTENS}",
)
# What speaks of a list's being all that there is, or not.
_OF_LISTS = (
    r"\b(?:(?:an)?others?|own|new|unknown|unlisted|exhaustive\w*|further|additional|common|recogni[sz]e\w*"
    r"|tolerat\w+|normali[sz]e\w*|native|\w+-specific|closed|added|introduced)\b"
)
OF_LISTS = re.compile(_OF_LISTS, re.IGNORECASE)
LEAVES_OPEN = re.compile(f"{_TURNS}|{_SOFTENS}|{_OF_LISTS}", re.IGNORECASE)
# That something may be missing, or comes on a condition: enough to ask, and no more.
LEAVES_OUT = re.compile(
    r"\b(?:may|might|can|could|sometimes|some|optional\w*|missing|absent|omit\w*|when|if|unless"
    r"|only|left out|depend\w*|not (?:every|all|always|guaranteed))\b",
    re.IGNORECASE,
)
# That something is there and null, and not that it may be missing.
SAYS_NULL = _form(
    r"\b(?:is|are|be|becomes?|comes as|set to)\W{1,3}null\b",
    turned=r"\b(?:missing|absent|omit\w*|left out|optional\w*|lack\w*|or|no|not|never|without"
    r"|unless|except)\b|n't\b",
)
# That a success holds no error.
RULES_OUT_ERROR = _form(
    r"\b(?:status|response|answer|body|reply)(?: (?:of|with)(?: (?:a |the )?(?:HTTP )?status)?)?"
    r" (?:HTTP )?`?(?:200|2xx)\b`?(?: OK| response| body| answer)?,? (?:never|does not|will not)"
    r" (?:carr|contain|hold|have|has|includ|return)\w* (?:an? |any )?\W{0,6}error\b",
    r"\bno\W{1,6}error\W{1,4}(?:object |member )?(?:comes|stands|is (?:sent|returned))\b"
    r" (?:in place of|instead of)\b",
)
# That it may hold one.
TELLS_OF_ERROR = _form(
    r"(?:\botherwise\b[^.;]{0,20})?\bstatus (?:will be|is|stays|remains) `?200\b[^.;]{0,120}"
    r"\berror\b[^.;]{0,40}\bin the body\b",
    r"\berror\b",
    turned=rf"{_TURNS}|\bnon-|\balways\b|\b[45]xx\b",
    beside=r"\b(?:in place of|instead of)\b[^.;:]{0,30}"
    r"|\b(?:and |there (?:is|are) )?(?:no|without)\W{1,9}(?:choices|data: ?\[DONE\])",
)
