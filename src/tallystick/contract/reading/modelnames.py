"""The families of models that a page names in words: `GPT-5 and o-series models`."""

import re

_NAMED = re.compile(
    r"\b(?:(?P<gpt>(?:GPT|gpt)-\d(?:\.\d|o)?)(?:[\dx]+)?|(?P<o>o)-series|(?P<id>o\d(?:-mini)?)"
    r"|(?P<family>GPT|Gemini|Claude|DeepSeek|Mistral|Llama|Qwen|Kimi|Grok|GLM|Gemma|Phi|Sonar"
    r"|Doubao|ERNIE|Hunyuan|Moonshot|MiniMax))\b(?!-\w)",
)
# What OpenAI calls its o-series.
O_SERIES = ("o1", "o3", "o4")


def families_of(words: str) -> str:
    """The beginnings of the ids of the models that words name, joined by `|`."""
    return "|".join(sorted({one for named in _NAMED.finditer(words) for one in _ids(named)}))


def marked(words: str, mark: str) -> str:
    """Words with a mark in place of every family that they name."""
    return _NAMED.sub(mark, words)


def _ids(named: re.Match[str]) -> tuple[str, ...]:
    if named["o"]:
        return O_SERIES
    return ((named["gpt"] or named["id"] or named["family"]).lower(),)
