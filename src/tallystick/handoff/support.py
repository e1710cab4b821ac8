"""Packets to paste where somebody else can help: the provider's support, the issue form of a
gateway or of an SDK. All of it is sanitized.
"""

from typing import Literal

import msgspec

from tallystick.handoff.dossier import Dossier
from tallystick.handoff.markdown import environment
from tallystick.record.case import Incident
from tallystick.record.exchange import Exchange
from tallystick.record.secretforms import without_keys, without_personal

_LONGEST = 4000
Reader = Literal["support", "gateway", "sdk"]


def render_support(dossier: Dossier, reader: Reader = "support") -> bytes:
    """The packet for a reader as UTF-8 bytes; the same dossier gives the same bytes."""
    calls = dossier.failing
    times = sorted(call.at for call in calls if call.at)
    last = calls[-1] if calls else None
    text = (
        environment()
        .get_template("support.md.j2")
        .render(
            d=dossier,
            reader=reader,
            isolation=dossier.isolation,
            incident=_safe(dossier.case.incident),
            cause=dossier.review.cause,
            answer=dossier.review.answer,
            last=last,
            captures=len({call.capture for call in calls}),
            statuses=sorted({str(call.response.status or "no answer") for call in calls}),
            first_at=times[0] if times else "",
            last_at=times[-1] if times else "",
            models=sorted({model for call in calls if (model := _model(call))}),
            request=_laid_out(last.request.body) if last is not None else "",
            received=_laid_out(_received(last)) if last is not None else "",
        )
    )
    return text.encode()


def _safe(incident: Incident) -> Incident:
    """What people wrote of the incident, without what they would not paste elsewhere."""
    several = {
        name: tuple(map(without_keys, getattr(incident, name)))
        for name in ("request_ids", "environments")
    }
    alone = {
        name: without_personal(getattr(incident, name))
        for name in ("title", "client_library", "retries", "symptom")
    }
    return msgspec.structs.replace(incident, **several, **alone)


def _model(call: Exchange) -> str:
    body = call.request.body
    named = body.get("model") if isinstance(body, dict) else None
    return named if isinstance(named, str) else ""


def _received(call: Exchange) -> object:
    """The answer's body; of a stream its events."""
    frames = call.response.frames
    return [msgspec.to_builtins(frame) for frame in frames] if frames else call.response.body


def _laid_out(value: object) -> str:
    """A sanitized value for reading; what is long is cut, and says so."""
    if value is None:
        return ""
    text = msgspec.json.format(msgspec.json.encode(value, order="sorted"), indent=2).decode()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}\n… (cut)"
