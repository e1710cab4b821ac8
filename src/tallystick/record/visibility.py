"""What a capture cannot show, and what was found out of a value before it was masked.

A part that a capture cannot show is neither right nor wrong: no rule may conclude anything from
its absence. A fact is a word of a fixed list; it never carries a value or a digest of one.
"""

from typing import Literal, get_args

# Parts of a request that a capture may lack: its line (method and address), headers, body.
RequestGap = Literal["body", "headers", "line"]
# Parts of an answer that a capture may lack.
ResponseGap = Literal["body", "headers", "status"]

ResponseFact = Literal[
    "arguments-cut",  # the arguments of a tool call are no whole JSON
    "arguments-empty",  # the arguments of a tool call are an empty text
    "blank-text",  # nothing but white space
    "calls-missing",  # the choice ends with `tool_calls`, and no tool was called
    "crlf",  # the lines of the stream end in CRLF, or in CR
    "done-twice",  # more than one `[DONE]`
    "empty-text",  # neither text, nor refusal, nor tool call
    "fenced-text",  # the text is a block of Markdown, from fence to fence
    "fewer-choices",  # fewer choices than `n` asked for
    "finish-contradicts",  # tool calls came unforced, and the choice ends with `stop`
    "id-changes",  # the id of the completion changes in mid-stream
    "mislabelled",  # JSON whose content type says that it is something else
    "local-reply",  # the gateway whose log this is answered itself
    "no-json",  # `response_format` asked for JSON, and the text is none
    "other-model",  # the answer names a model of another family or size than the request
    "no-space",  # the lines of the stream have no space behind `data:`
    "schema-violated",  # the text is JSON that the schema of the request does not allow
    "text-grows",  # every piece of a stream's text begins with all of the text before it
    "text-repeats",  # the last piece of a stream's text is all of the text before it
    "thoughts-in-text",  # the text begins with the model's thoughts, in `<think>`
    "tool-choice-ignored",  # a call of a tool was forced, and none came
    "tool-name-repeats",  # every fragment of a tool call has the whole name again
    "tool-ids-collide",  # several tool-call ids at one index of a stream
    "upstream-error",  # the choice ends with the upstream's error reason
]
Kind = Literal[
    "combination",
    "unsupported",
    "by-model",
    "unknown",
    "missing",
    "wrong-type",
    "pattern",
    "out-of-range",
    "not-allowed",
    "invalid",
    "filtered",  # for what the text says, whatever its form
    "",
]
REQUEST_GAPS = frozenset(get_args(RequestGap))
RESPONSE_GAPS = frozenset(get_args(ResponseGap))
RESPONSE_FACTS = frozenset(get_args(ResponseFact))
