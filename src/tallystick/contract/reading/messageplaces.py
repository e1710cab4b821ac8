"""Places of messages, streams and models that a sentence may state something at by its words."""

import re

from tallystick.contract.reading.phrases import NEGATED, PLAIN
from tallystick.contract.reading.placerules import Place

_LISTED = r"(?:parameters?|fields?|members?|options?|arguments?|keys?|settings)"
MESSAGE_PLACES = (
    Place(
        "request.messages[].content[].image_url",
        re.compile(
            r"\bdata UR[LI]s?\b|\bbase64\b[^.;]{0,40}\b(?:is not|needs|must|prefix|only)\b"
            r"|\bdata:image/",
            PLAIN,
        ),
        "says in which form an image is sent",
        "its form",
        "meaning",
    ),
    Place(
        "request.messages[].tool_call_id",
        re.compile(
            r"\b(?:ids? of (?:tool )?calls?|(?:tool )?call ids?)\b[^.;]{0,80}"
            r"\b(?:characters?|letters|alphanumeric|digits)\b",
            PLAIN,
        ),
        "says how the id of a call is written",
        "how it is written",
        "meaning",
    ),
    Place(
        "request",
        re.compile(
            rf"\b(?:further|other|additional|more|extra|vendor|provider|unlisted|undocumented|unknown)"
            rf"(?:'s|-specific| specific)?(?: \w+){{0,2}} {_LISTED}\b[^.;]{{0,50}}"
            r"\b(?:accept|allow|support|forward|pass(?:ed)? (?:on|through|along)|taken|honou?r"
            r"|(?:may|can) be (?:given|sent|passed|used|added))"
            r"|\b(?:forwards?|pass(?:es)? (?:on|through|along))\b[^.;]{0,20}"
            r"\b(?:what(?:ever)?|any|every|all|other|further|additional|extra|unknown|unlisted)\b"
            rf"|\b(?:accept|support)s?\b[^.;]{{0,20}}\b(?:other|further|additional|extra|more)"
            rf"(?: \w+){{0,2}} {_LISTED}\b"
            rf"|\b(?:list|table)\b[^.;]{{0,30}}\b(?:not (?:complete|exhaustive|final)|incomplete)"
            rf"|{_LISTED}\b[^.;]{{0,60}}\bas well as others\b"
            rf"|\b{_LISTED} (?:that|which) (?:is|are) not (?:listed|documented|named|described|in)"
            r"\b[^.;]{0,40}\b(?:passed|forwarded|sent|handed|relayed|given)"
            r" (?:on|over|through|along|to|as)\b"
            rf"|\bnot (?:all|every) {_LISTED}\b[^.;]{{0,40}}"
            r"\b(?:listed|shown|described|documented)",
            PLAIN,
        ),
        "says that members may be taken which it does not list",
        "yes",
        "additional",
        re.compile(
            r"\b(?:not|never|no|refus\w+|reject\w+|ignor\w+|drop\w*|strip\w*)\b"
            r"(?! (?:complete|exhaustive|final|all|every|listed|documented|named|described|in)\b)"
            r"|n't\b|\bheaders?\b|\bquery\b",
            PLAIN,
        ),
    ),
    Place(
        "request.messages[].role",
        re.compile(
            r"\b(?:system|developer|user|assistant|tool|function) (?:messages?|turns?)"
            r" (?:right |directly |immediately |straight )?(?:after|following|behind)"
            r" (?:an? |the |another )?(?:system|developer|user|assistant|tool|function)\b"
            r"|\b(?:system|developer) (?:message|prompt)s?\b[^.;]{0,40}\bfirst\b"
            r"|\b(?:roles?|user|assistant)\b[^.;]{0,40}\b(?:must|have to|need to) alternate\b",
            PLAIN,
        ),
        "says in which order roles may stand",
        "their order",
        "meaning",
    ),
    Place(
        "request.messages[].role",
        re.compile(r"\bthe role (?:system|developer|user|assistant|tool|function)\b", PLAIN),
        "says something of a role",
        "of a role",
        "meaning",
    ),
    Place(
        "response.choices[].finish_reason",
        re.compile(r"\bthe finish reasons?\b \w+", PLAIN),
        "names an end of answers",
        "an end",
        "meaning",
    ),
    Place(
        "stream.choices[].delta.tool_calls",
        re.compile(
            r"\bfunction\.name\b[^;]{0,80}\b(?:any|different|another|later)\b[^.;]{0,12}"
            r"\b(?:chunks?|fragments?|pieces?)\b",
            PLAIN,
        ),
        "says that the parts of a tool call may come late",
        "in any chunk",
        "meaning",
    ),
    Place(
        "stream.usage",
        re.compile(
            r"\bstream\w*\b[^.;]{0,40}\b(?:has|have|carr(?:y|ies)|holds?|contains?|comes? with)\b"
            r"\W{1,3}no\b\W{1,3}`?usage\b",
            PLAIN,
        ),
        "says that a stream has no usage by itself",
        "when asked for",
        "meaning",
    ),
    Place(
        "fallback.model",
        re.compile(
            r"\b(?:falls? back|fallbacks?)\b[^.;]{0,80}\b(?:models?|model group)\b"
            r"|\b(?:requests?|calls?)\b[^.;]{0,40}\bgo(?:es)? to the (?:next )?model\b",
            PLAIN,
        ),
        "says which model is asked where others fail",
        "another model",
        "meaning",
    ),
    Place(
        "response.model",
        re.compile(
            r"\bmodel\b\W{1,3}of the (?:answer|response|reply)\b[^.;]{0,20}\b(?:is|names?|tells?)\b"
            r"|\b(?:answer|response|reply)(?:'s|’s) \W?model\b\W{1,3}(?:is|names?|tells?)\b",
            PLAIN,
        ),
        "says which model an answer names",
        "which answered",
        "meaning",
    ),
    Place(
        "retry.amplification",
        re.compile(
            r"\b(?:retries|attempts)\b[^.;]{0,40}\bmultipl(?:y|ied|ies)\b"
            r"|\bmultipl(?:y|ies)\b[^.;]{0,40}\b(?:retries|attempts)\b",
            PLAIN,
        ),
        "says that retries multiply",
        "multiplied",
        "meaning",
    ),
    Place(
        "stream.content_type",
        re.compile(r"\bcontent[- ]?type\b[^.;]{0,40}\btext/event-stream\b", PLAIN),
        "names the media type of a stream",
        "text/event-stream",
        "value",
        NEGATED,
    ),
    Place(
        "request.messages[].reasoning_content",
        re.compile(
            r"\b(?:sen[dt]|pass(?:ed)?|returned|included?)\b[^.;]{0,20}\b(?:back|again)\b[^.;]{0,80}"
            r"\breasoning_content\b|\breasoning_content\b[^.;]{0,60}\b(?:sent|passed|returned)"
            r" (?:back|again)\b|\b(?:send|pass|return) [^.;]{0,40}\breasoning_content\b[^.;]{0,20}"
            r"\b(?:back|again)\b",
            PLAIN,
        ),
        "says that the thoughts of a message are sent back",
        "sent back",
        "meaning",
    ),
    Place(
        "request.messages[].role",
        re.compile(
            r"`?\btool\b`?\W{1,3}(?:messages?|results?)\b[^.;]{0,60}"
            r"\b(?:follows?|after|behind|preced\w+|without|responds? to|answers?)\b"
            r"[^.;]{0,60}\b(?:assistant|tool_calls|calls?)\b",
            PLAIN,
        ),
        "says which message a tool's has to follow",
        "behind its call",
        "meaning",
    ),
)  # fmt: skip
