"""How vendors name their models: of a line without an address it is what tells of calls of one."""

import re

_VERSIONED = re.compile(
    r"(?:[\w.-]{1,40}/)?(?:gpt|chatgpt|o[134]|claude|gemini|gemma|llama|mistral|mixtral|deepseek|qwen"
    r"|kimi|glm|grok|command|sonar|nova|doubao|minimax)[-.:\w]*\d[-.:\w]*",
    re.IGNORECASE,
)
# The same without a version, where no other thing is called so.
_NAMED = re.compile(
    r"(?:[\w.-]{1,40}/)?(?:gpt|chatgpt|claude|gemini|gemma|mistral|mixtral|deepseek|qwen|kimi|grok"
    r"|doubao|minimax)-[-.:\w]+",
    re.IGNORECASE,
)


def is_versioned(name: object) -> bool:
    """Whether a name is a model's with a version."""
    return isinstance(name, str) and _VERSIONED.fullmatch(name) is not None


def is_model(name: object) -> bool:
    """Whether a name is a model's: programs have models of their data, too."""
    return is_versioned(name) or (isinstance(name, str) and _NAMED.fullmatch(name) is not None)
