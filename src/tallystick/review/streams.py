"""Applications that failed on a stream: its format, its end and its usage beside the documents."""

from collections.abc import Callable, Mapping

from tallystick.record.exchange import Exchange
from tallystick.review.material import Material
from tallystick.review.mechanism import FailedCall, Mechanism, ask, cause_of, current, quoted
from tallystick.review.outside import values_at

# What a source states of the mark at a stream's end where there is none.
NO_MARK = "none"


def framed(failed: FailedCall) -> Mechanism:
    """What the format of the stream allows by itself (WHATWG HTML, 9.2.5 and 9.2.6), whatever
    documents say of the data in it.
    """
    says = f"The application failed on a stream that keeps the standard: {failed.call.reason}"
    clauses = current(failed.material, failed.call.location)
    return cause_of("application", failed.call.location, says, "consistent", clauses)


def _ended(failed: FailedCall) -> Mechanism | None:
    """A stream without the mark: none ends with it, as a page says, or all of calls that went
    well do.
    """
    place = failed.call.location
    stated = tuple(c for c in current(failed.material, place) if c.value == NO_MARK)
    seeming = [c.clause for c in failed.material.seems(place) if c.clause.value == NO_MARK]
    for clause in (*stated, *seeming)[:1]:
        words = clause.citation.words
        aside = "" if stated else ", not yet accepted by a person"
        says = f"{failed.call.reason} A page says{aside}: “{words}”"
        return cause_of("application", place, says, "consistent", stated)
    if not sound_streams_end(failed.material):
        return None
    says = f"{failed.call.reason} Streams of calls that went well end with it."
    clauses = current(failed.material, failed.call.location)
    return cause_of("provider", failed.call.location, says, "contrasted", clauses)


def sound_streams_end(material: Material) -> bool:
    """Whether there are streams of calls that went well, and all of them end with the mark."""
    return material.of_sound(_has_mark) - {None} == {True}


def _has_mark(exchange: Exchange) -> bool | None:
    """Whether a stream ends with the mark; None where there is no stream."""
    frames = exchange.response.frames
    return any(frame.kind == "done" for frame in frames) if frames else None


def is_cut(failed: FailedCall) -> bool:
    """Whether a stream has neither a reason of its end nor the mark of one, where all streams of
    calls that went well end with the mark.
    """
    frames = failed.last.response.frames
    marked = any(f.kind == "done" or "finish_reason" in _ends(f.data) for f in frames)
    return bool(frames) and not marked and sound_streams_end(failed.material)


def _ends(chunk: object) -> set[str]:
    """The members of a chunk's choices that are not null."""
    choices = chunk.get("choices") if isinstance(chunk, dict) else None
    listed = [one for one in choices if isinstance(one, dict)] if isinstance(choices, list) else []
    return {name for one in listed for name, value in one.items() if value is not None}


def _asked_usage(failed: FailedCall) -> Mechanism | None:
    """A chunk of the usage, without choices, that was asked for as a source says."""
    place = "request.stream_options.include_usage"
    stated = current(failed.material, place)
    asked = any(value is True for value in values_at(failed.last.request.body, place))
    if not stated or not asked:
        return None
    says = (
        "The application failed on the chunk of the usage, which has no choices and which it asked "
        "for; the documentation describes `include_usage`."
    )
    return cause_of("application", failed.call.location, says, "consistent", stated[:1])


def _unasked_usage(failed: FailedCall) -> Mechanism | None:
    """A stream without a usage that nobody asked for, where a source says how to ask."""
    place = "request.stream_options"
    stated = current(failed.material, place) + current(failed.material, f"{place}.include_usage")
    body = failed.last.request.body
    whole = failed.last.request.body_kind == "json" and isinstance(body, dict)
    if not whole or "stream_options" in body:
        return None
    told = (one.clause for one in failed.material.seems(failed.call.location))
    asked = next((c for c in told if c.value == "when asked for"), None)
    if not stated and asked is not None:
        says = (
            f"The application counted on a usage in the stream, which it did not ask for; "
            f"{quoted(asked)}"
        )
        return cause_of("application", failed.call.location, says, "consistent")
    if not stated:
        return None
    says = (
        "The application counted on a usage in the stream, which it did not ask for; the "
        "documentation has `stream_options` for that."
    )
    return cause_of("application", failed.call.location, says, "consistent", stated[:1])


def _empty_role(failed: FailedCall) -> Mechanism:
    """A chunk whose role is an empty text, beside what sources say that it is."""
    place = failed.call.location
    for at in (place, place.replace("stream.", "response.", 1)):
        stated = failed.material.at(at)
        for clause in (*stated, *(one.clause for one in failed.material.seems(at))):
            if "assistant" in clause.citation.quotation:
                says = f"{failed.call.reason} Of it {quoted(clause)}"
                held = (clause,) if clause in stated else ()
                return cause_of("provider", place, says, "consistent", held)
    return ask(place, failed.call.reason, "ask support which roles a chunk may have")


def _mistyped(failed: FailedCall) -> Mechanism | None:
    """A stream of another media type than a page says; what was sent is seen."""
    place = failed.call.location
    sent = (failed.last.response_header("content-type") or "").partition(";")[0].strip().lower()
    stated = current(failed.material, place)
    for clause in (*stated, *(one.clause for one in failed.material.seems(place))):
        if sent and clause.aspect == "value" and sent != clause.value:
            says = f"{failed.call.reason} Of this {quoted(clause)}"
            held = (clause,) if clause in stated else ()
            return cause_of("provider", place, says, "consistent", held)
    return None


# By the place at which a stream that conforms to the protocol was taken for a failure.
OF_STREAMS: Mapping[str, Callable[[FailedCall], Mechanism | None]] = {
    "stream.done": _ended,
    "stream.content_type": _mistyped,
    "stream.comment": framed,
    "stream.line_ending": framed,
    "stream.choices": _asked_usage,
    "stream.usage": _unasked_usage,
    "stream.choices[].delta.role": _empty_role,
}
