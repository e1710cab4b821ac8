"""Answers with a success status that are none that can be used, as the answer itself shows."""

from collections.abc import Mapping

from tallystick.protocol import Answer, Assembler, read_completion
from tallystick.record.exchange import Exchange
from tallystick.record.visibility import ResponseFact
from tallystick.review.mechanism import FailedCall, Mechanism, ask, cause_of, current

# Facts of an answer that did not give what a member of the request asked for.
_WISHES: Mapping[ResponseFact, str] = {
    "no-json": "response_format",
    "schema-violated": "response_format",
    "tool-choice-ignored": "tool_choice",
    "fewer-choices": "n",
}
_CAPS = ("max_completion_tokens", "max_tokens")


def mechanism(failed: FailedCall) -> Mechanism:
    """Why a success holds no answer."""
    told = _spent(failed) or _unfulfilled(failed)
    return told or cause_of("provider", failed.call.location, failed.call.reason, "named")


def _unfulfilled(failed: FailedCall) -> Mechanism | None:
    """A wish that no source documents, or of which a page seems to say more than that it exists."""
    material, call, last = failed
    sent = last.request.body if isinstance(last.request.body, dict) else {}
    for fact in last.response.facts:
        name = _WISHES.get(fact)
        if name is None or name not in sent:
            continue
        place = f"request.{name}"
        if not current(material, place):
            says = f"{call.reason} No source documents `{name}` for this API."
            return ask(place, says, f"ask whether `{name}` is honoured for this model")
        if seeming := material.seems(place):
            words = " ".join(seeming[-1].clause.citation.quotation.split())
            return ask(
                place,
                f"{call.reason} Of `{name}` a page says, not yet accepted by a person: “{words}”",
                "read that sentence: `tallystick contract review` accepts or rejects it",
            )
    return None


def _spent(failed: FailedCall) -> Mechanism | None:
    """An answer without text that ended at the token limit of its request (OpenAI, Create chat
    completion: `finish_reason` is `length` then, and tokens of reasoning count too).
    """
    call, last = failed.call, failed.last
    answer = _answer(last)
    if "empty-text" not in last.response.facts or answer.finish_reason != "length":
        return None
    used = answer.usage.get("completion_tokens") if answer.usage else None
    sent = last.request.body if isinstance(last.request.body, dict) else {}
    cap = next((name for name in _CAPS if isinstance(sent.get(name), int)), None)
    if cap is None or not isinstance(used, int) or used < sent[cap]:
        says = f"{call.reason} It ended with `finish_reason` `length`."
        return ask(call.location, says, "capture the request's token limit and the answer's usage")
    says = (
        f"The request allows {sent[cap]} tokens with `{cap}`, and the usage counts {used}, without "
        f"any text: the answer ended at that limit, with `finish_reason` `length`."
    )
    place = call.location.replace(".message.content", ".finish_reason")
    place = place.replace(".delta.content", ".finish_reason")
    stated = tuple(
        c for c in current(failed.material, place)
        if c.aspect == "enum" and "length" in c.value.split("|")
    )  # fmt: skip
    if not stated:
        return ask(
            place, says, "read what the documentation says of answers that end with `length`"
        )
    says = f"{says} The documentation lists that end among those that an answer may have."
    return cause_of("application", place, says, "consistent", stated)


def _answer(last: Exchange) -> Answer:
    if last.response.body_kind == "json":
        return read_completion(last.response.body)
    assembler = Assembler()
    for frame in last.response.frames:
        assembler.feed(frame.data)
    return assembler.answer
