"""The places that a sentence may state something at by its words alone, one rule each."""

import re

from tallystick.contract.reading.phrases import NEGATED, PLAIN, either, phrase
from tallystick.contract.reading.placerules import (
    FAILED,
    FREE,
    NUMBER,
    PAID,
    PER,
    PIECE,
    SOMETHING,
    TOKENS,
    Place,
    amount,
    first_word,
)

PLACES = (
    Place(
        "limit.requests",
        re.compile(
            rf"{NUMBER} (?:requests?|calls?){PER}\b|{NUMBER} ?RPM\b|\bRPM\b\D{{0,12}}{NUMBER}"
            rf"|^How many (?:requests|calls)\b[^:]*: *{NUMBER}{PER}\b",
            PLAIN,
        ),
        "names a number of requests in a time",
        amount,
        "value",
    ),
    Place(
        "limit.tokens",
        re.compile(
            rf"{NUMBER} tokens?{PER}\b|{NUMBER} ?TPM\b|\bTPM\b\D{{0,12}}{NUMBER}"
            rf"|tokens?\b[^:]*: *{NUMBER}{PER}\b",
            PLAIN,
        ),
        "names a number of tokens in a time",
        amount,
        "value",
    ),
    Place(
        "limit.concurrency",
        re.compile(
            rf"{NUMBER} (?:\w+ ){{0,4}}"
            r"(?:concurrent|simultaneous|parallel|in flight|at (?:once|the same time)|open|running)"
            rf"|concurren\w+\D{{0,30}}{NUMBER}"
            rf"|(?:in parallel|at once|at the same time|concurrently)[^:]*: *(?:up to )?{NUMBER}"
            rf"|{NUMBER}[^.;]{{0,50}}\b"
            r"(?:in flight|in parallel|at the same time|at once|concurrently|simultaneously)\b",
            PLAIN,
        ),
        "names how many calls may run at once",
        amount,
        "value",
    ),
    Place(
        "limit.headers",
        re.compile(r"\b((?:x-(?:\w+-)?rate-?limit|ratelimit-)[\w-]*)", PLAIN),
        "names a header of the limits",
        first_word,
        "value",
        NEGATED,
    ),
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
            r"\bindex\b[^.;]{0,60}\b(?:calls?|fragments?)\b[^.;]{0,40}\bbelong"
            r"|\bfragments?\b[^.;]{0,60}\bindex\b",
            PLAIN,
        ),
        "says what the index of a fragment is for",
        "of its call",
        "meaning",
    ),
    Place(
        "request.model",
        re.compile(
            r"\b(?:vendor|provider)\b[^.;]{0,60}\b(?:no part|not (?:a )?part|is unknown)\b"
            r"|\b(?:without|no|drop|omit)\b[^.;]{0,30}\b(?:vendor|provider)(?:'s)?"
            r" (?:name|prefix)\b",
            PLAIN,
        ),
        "says that a model's id has no vendor in front",
        "without a vendor",
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
        "retry.retry_after",
        phrase("retry-after"),
        "names Retry-After",
        "yes",
        "exists",
        NEGATED,
    ),
    Place(
        "billing.failed",
        phrase(rf"{FAILED}\b[^.;]{{0,80}}\b{FREE}", rf"{FREE}[^.;]{{0,60}}\b{FAILED}"),
        "says that a failed call costs nothing",
        "not billed",
        "value",
    ),
    Place(
        "billing.failed",
        phrase(rf"{FAILED}{SOMETHING}(?:billed|charged|paid for|deducted|counts?|costs?)"),
        "says that a failed call is billed",
        "billed",
        "value",
        re.compile(FREE, PLAIN),
    ),
    Place(
        "billing.usage",
        phrase(rf"{PAID}{SOMETHING}{TOKENS}", rf"{TOKENS}{SOMETHING}{PAID}"),
        "says what is billed",
        "tokens",
        "value",
        phrase(FAILED, "per minute", "limit"),
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
            r"[^.;]{0,20}\[DONE\]|\[DONE\][^.;]{0,20}\b(?:is|are) (?:not|never) sent\b",
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
        "retry.timeout",
        re.compile(
            r"\b(?:read|client|request|socket|idle)?[ -]?time-?outs?\b[^.;]{0,60}?"
            r"(\d+ ?(?:s|seconds?|min|minutes?))\b",
            PLAIN,
        ),
        "names a time to wait for an answer",
        first_word,
        "value",
        phrase("rate", "per"),
    ),
    Place(
        "account.model_access",
        re.compile(
            r"\bmodel_(?:access_denied|not_allowed)\b"
            r"|\bmodels?\b[^.;]{0,60}\b(?:outside|not (?:allowed|permitted|enabled|included)"
            r"|forbidden|denied)\b[^.;]{0,50}\b(?:keys?|account|plan|tier|project|team|rules?|list)\b"
            r"|\b(?:keys?|account|plan|project|team|rules?)\b[^.;]{0,50}\b(?:may not|cannot"
            r"|not allowed|no access|forbids?|den(?:y|ies))\b[^.;]{0,40}\bmodels?\b",
            PLAIN,
        ),
        "says that a key or an account may not use every model",
        "by key",
        "meaning",
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
        ),
        "names the header of the key",
        "Authorization",
        "value",
    ),
    Place("auth.scheme", phrase("bearer"), "names the scheme of the key", "Bearer", "value"),
    Place(
        "endpoint.base_url",
        re.compile(
            r"\b(?:base[ _]?url|requests? (?:go|goes|are sent)|sends?|points?|hosts?|lives?"
            r"|servers?|reach\w*|address)\b[^;]{0,60}?(https?://[\w.-]+(?:/v\d+)?)"
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
