"""The places that a sentence may state something at by its words alone, one rule each."""

import re

from tallystick.contract.reading.accountplaces import ACCOUNT_PLACES
from tallystick.contract.reading.edgeplaces import EDGE_PLACES
from tallystick.contract.reading.ends import ENDS
from tallystick.contract.reading.messageplaces import MESSAGE_PLACES
from tallystick.contract.reading.phrases import NEGATED, PLAIN, either, phrase
from tallystick.contract.reading.placerules import (
    FAILED,
    JSON_WORD,
    PIECE,
    Place,
    first_word,
    header_name,
)
from tallystick.contract.reading.retryplaces import RETRY_PLACES

PLACES = (
    *ACCOUNT_PLACES,
    *EDGE_PLACES,
    *MESSAGE_PLACES,
    *RETRY_PLACES,
    Place(
        "response.choices[].message.content",
        re.compile(r"</?think(?:ing)?>", PLAIN),
        "says that thoughts stand in the text",
        "with thoughts",
        "meaning",
    ),
    Place(
        "stream.choices[].delta.tool_calls[].index",
        re.compile(
            r"\b(?:every|each|all)\b[^.;]{0,20}\b(?:fragments?|pieces?|deltas?|entr(?:y|ies)"
            r"|elements?|tool calls?)\b[^.;]{0,40}"
            r"\b(?:has|have|carr(?:y|ies)|contains?|includes?|comes? with)"
            r"\b[^.;]{0,20}\bindex\b",
            PLAIN,
        ),
        "says that every fragment has it",
        "yes",
        "required",
        re.compile(r"\b(?:may|might|can|not|never|unless|except|optional\w*)\b|n't\b", PLAIN),
    ),
    Place(
        "stream.choices[].delta.tool_calls[].index",
        re.compile(
            r"\bindex\b[^.;]{0,60}\b(?:calls?|fragments?)\b[^.;]{0,40}\bbelong"
            r"|\bfragments?\b[^.;]{0,60}\bindex\b",
            PLAIN,
        ),
        "says what the index of a fragment is for",
        "of its call",
        "meaning",
    ),
    Place(
        "stream.choices[].delta.tool_calls",
        re.compile(
            r"\btool calls?\b[^.;]{0,40}\b(?:arrives?|comes?|(?:is|are) (?:sent|streamed|split))\b"
            r"[^.;]{0,40}\b(?:pieces?|fragments?|parts?|increments?)\b",
            PLAIN,
        ),
        "says that a tool call comes in pieces",
        "in pieces",
        "meaning",
    ),
    Place(
        "request.model",
        re.compile(
            r"\b(?:vendor|provider)\b[^.;]{0,60}\b(?:no part|not (?:a )?part|is unknown)\b"
            r"|\b(?:have|has|carr(?:y|ies)) no (?:vendor|provider)\b"
            r"|\b(?:without|no|drop|omit)\b[^.;]{0,30}\b(?:vendor|provider)(?:'s)?"
            r" (?:name|prefix)\b",
            PLAIN,
        ),
        "says that a model's id has no vendor in front",
        "without a vendor",
        "meaning",
    ),
    Place(
        "request.messages",
        re.compile(
            r"\bwindow\b[^.;]{0,40}\b(?:holds?|counts?|includ\w+|shared?|is for)\b[^.;]{0,60}"
            r"\b(?:messages?|prompt|input|answer|output)\b",
            PLAIN,
        ),
        "says what a model's window holds",
        "what the window holds",
        "meaning",
    ),
    Place(
        "response.choices[].finish_reason",
        re.compile(rf"^(?:{'|'.join(ENDS)})\s*[:–—]\s+\S", PLAIN),
        "says what an end means",
        "an end",
        "meaning",
    ),
    Place(
        "stream.usage",
        re.compile(
            r"\bstream\w*\b[^.;]{0,40}\b(?:no|not|without|never)\b[^.;]{0,30}\busage\b[^.;]{0,40}"
            r"\b(?:unless|by default|only)\b",
            PLAIN,
        ),
        "says that a stream has none that nobody asks for",
        "only when asked for",
        "meaning",
    ),
    Place(
        "stream.usage",
        re.compile(
            r"\b(?:running|growing) totals?\b|\bcumulative\b|\b(?:do not|don't|never) (?:add|sum)\b"
            r"[^.;]{0,60}\bchunks?\b",
            PLAIN,
        ),
        "says how a usage in chunks counts",
        "the total so far",
        "meaning",
    ),
    Place(
        "request.messages",
        re.compile(
            r"\b(?:word|text|string|term)\b\W{1,6}json\b"
            r"|\b(?:mentions?|contains?|says?|asks? for)\b\W{1,3}json\b"
            r"|\bjson\b\W{1,3}(?:occurs?|appears?|(?:is|be) (?:mentioned|found|named))\b",
            PLAIN,
        ),
        "says that messages need the word JSON",
        JSON_WORD,
        "meaning",
    ),
    Place(
        "request.tools[].function.parameters",
        re.compile(
            r"\b(?:must|ha(?:s|ve) to|needs? to|requires?)\b[^.;]{0,60}\bproperties\b"
            r"|\b(?:array|items)\b[^.;]{0,40}\b(?:must|ha(?:s|ve) to|needs?)\b[^.;]{0,20}\bitems\b",
            PLAIN,
        ),
        "says what a schema must have",
        "rules of schemas",
        "meaning",
    ),
    Place(
        "request.response_format",
        re.compile(r"\badditionalProperties\b", PLAIN),
        "says what a schema must have",
        "rules of schemas",
        "meaning",
    ),
    Place(
        "stream.data",
        phrase(r"(?:spaces?|blanks?)\b[^.;]{0,40}\b(?:colon|data:)"),
        "says whether a space stands behind the colon",
        "yes",
        "exists",
    ),
    Place(
        "stream.done",
        re.compile(r"\[DONE\]"),
        "names the mark of a stream's end",
        "[DONE]",
        "value",
        NEGATED,
    ),
    Place(
        "stream.done",
        re.compile(r"\b(?:before|ahead of|until|up to|followed by)\b[^.;]{0,20}\[DONE\]", PLAIN),
        "names the mark before which something comes",
        "[DONE]",
        "value",
        re.compile(r"\b(?:no|without|never|not)\b[^.;]{0,20}\[DONE\]|closes? before", PLAIN),
    ),
    Place(
        "stream.done",
        re.compile(
            r"\b(?:no|never(?: sends?)?|not (?:send|end with)(?: an?)?)\b[^.;]{0,30}\[DONE\]"
            r"|\b(?:streams?|answers?|it) (?:always )?(?:ends?|closes?|finish(?:es)?) without\b"
            r"[^.;]{0,20}\[DONE\]|\[DONE\][^.;]{0,20}\b(?:is|are) (?:not|never) sent\b"
            r"|\[DONE\][^.;]{0,12}\b(?:does not|doesn't|never) (?:follows?|comes?|arrives?)\b",
            PLAIN,
        ),
        "says that no mark ends a stream",
        "none",
        "value",
        phrase(
            FAILED, "if", "when", "where", "until", "unless", "before", "instead", "case", "that",
            "which", r"incomplete\w*", r"truncat\w*", "cut", "broken", "lost", r"premature\w*",
            "early", "not whole", "drops?", "dropped", "must", "should", "means?",
        ),
    ),
    Place(
        "stream.usage",
        phrase(
            rf"{PIECE}\b[^.;]{{0,60}}\busage",
            rf"usage\b[^.;]{{0,80}}\b(?:last|final|extra|closing|additional|one more)"
            rf" (?:\w+ )?{PIECE}",
            rf"include_usage\b[^.;]{{0,120}}\b(?:{PIECE}|usage)",
            rf"{PIECE}\b[^.;]{{0,80}}\binclude_usage",
        ),
        "says that a chunk carries the usage",
        "yes",
        "exists",
        phrase("no usage", "not carry", "never"),
    ),
    Place(
        "request.stream_options.include_usage",
        phrase("include_usage"),
        "names the option",
    ),
    Place(
        "stream.error",
        phrase(
            rf"(?:{PIECE}s?|stream|data:)\b[^.;]{{0,90}}\b"
            r"(?:holds?|ha(?:s|ve)|carr(?:y|ies)|contains?|with|sends?|gets?)\b[^.;]{0,40}\berror",
            rf"(?:error|failure)\b[^.;]{{0,60}}\b(?:arrives?|comes?|sent|delivered|appears?|reported)"
            rf"\b[^.;]{{0,30}}\b(?:{PIECE}|stream)",
            rf"(?:check|inspect|test|look at) (?:each|every|all) {PIECE}s?\b[^.;]{{0,40}}\berror",
        ),
        "says that a stream may carry an error",
    ),
    Place(
        "stream.comment",
        phrase(
            r"comment lines?", r"(?:lines?|events?) (?:that |which )?begins? with a colon",
            r"keep-?alive (?:comments?|lines?)", r"comments? (?:to keep|that keep|as a heartbeat)",
        ),
        "says that the stream has comments",
    ),
    Place(
        "error.code",
        re.compile(
            r"\bwith (?:the )?code (?:set to |of )?[\"']?[a-z]+(?:_[a-z0-9]+)+"
            r"|\band code set to [\"']?[a-z]+(?:_[a-z0-9]+)+",
            PLAIN,
        ),
        "names a code of an error",
        "yes",
    ),
    Place(
        "error.body",
        re.compile(
            r"\b(?:every|each|all|an?) errors?\b[^.;]{0,40}"
            r"\b(?:shape|form|format|structure|object)\b",
            PLAIN,
        ),
        "says which form an error has",
        "yes",
    ),
    Place(
        "error.body",
        phrase(
            r"error(?:s| bod(?:y|ies)| object| response| answer)?\b[^.;]{0,80}\b"
            + either(
                "ha(?:s|ve)", "holds?", "carr(?:y|ies)", "contains?", "with", "consists? of", "is",
                "are", "looks?", "comes?", "wrapped", "includes?", "members", "fields",
            )
            + r"\b[^.;]*\b(?:message|code|type)\b[^.;]*\b(?:message|code|type|param)"
        ),
        "lists the members of an error",
        "yes",
    ),
    Place(
        "auth.header",
        phrase(
            "HTTP Authorization Scheme",
            r"authorization\b[^.;]{0,30}\bheader",
            r"header\b[^.;]{0,30}\bauthorization",
            r"Authorization:\s*Bearer",
            "bearer token",
            "as a bearer",
            abroad=r"заголов\w+[^.;]{0,30}authorization|(?:请求头|header)[^。;]{0,16}authorization",
        ),
        "names the header of the key",
        "Authorization",
        "value",
        phrase("instead of", "rather than", "in place of"),
    ),
    Place(
        "auth.header",
        re.compile(
            r"\b(?P<name>(?:x-)?api-key)\b\W{1,4}(?:header|instead|is accepted)"
            r"|\bheaders?\b\W{1,4}(?P<other>(?:x-)?api-key)\b",
            PLAIN,
        ),
        "names another header of the key",
        header_name,
        "value",
        NEGATED,
    ),
    Place("auth.scheme", phrase("bearer"), "names the scheme of the key", "Bearer", "value"),
    Place(
        "endpoint.base_url",
        re.compile(
            r"\b(?:base[ _]?url|requests? (?:go|goes|are sent)|sends?|points?|hosts?|lives?"
            r"|servers?|reach\w*|root|relative to|address|адрес|(?<=ベース )URL|(?<=接入)地址"
            r"|(?<=基础)地址)\b[^;]{0,60}?"
            r"(https?://[\w.-]+(?:(?:/[\w-]{1,40}){0,3}/v\d+)?)"
            r"(?=/chat/completions\b|(?![\w/-]|\.\w))",
            PLAIN,
        ),
        "names the address that requests go to",
        first_word,
        "value",
        phrase("not", "never", "instead of", "old", "wrong"),
    ),
    Place(
        "endpoint.method",
        re.compile(r"\bPOST(?:s|ed|ing)?\b", re.ASCII),
        "names the method",
        "POST",
        "value",
    ),
)  # fmt: skip
