"""When to review again: what has come since a review was signed."""

from collections.abc import Iterable, Iterator

from tallystick.record.case import Case
from tallystick.record.profile import Profile
from tallystick.record.reviewed import Reviewed
from tallystick.record.trial import Assumption

_RELIED = ("required", "guarded", "relies")
_ACCOUNTING = ("billing.", "limit.", "account.")
NEVER_SIGNED = "no review of this case has been signed"


def reviewed(case: Case, assumed: Iterable[Assumption], profile: Profile, at: str) -> Reviewed:
    """What the application relies on now: as the lab, the configuration, and the profile show."""
    listed = tuple(assumed)
    incident = case.incident
    sent = {a.location for a in listed if a.location.startswith("request.")}
    sent |= {
        o.location
        for cell in profile.cells
        for o in cell.locations
        if o.location.startswith("request.")
        and o.location.count(".") == 1
        and "‹" not in o.location
    }
    read = {
        a.location
        for a in listed
        if a.location.startswith(("response.", "stream.")) and a.value in _RELIED
    }
    return Reviewed(
        at=at,
        incident=incident.start,
        client=f"{incident.client_library} {' '.join(case.client.command)}".strip(),
        changes=tuple(incident.changes),
        request_fields=tuple(sorted(sent)),
        response_fields=tuple(sorted(read)),
        retry_rules=tuple(sorted(_rule(a) for a in listed if a.location.startswith("retry."))),
        accounting=tuple(sorted(_rule(a) for a in listed if a.location.startswith(_ACCOUNTING))),
    )


def _rule(assumed: Assumption) -> str:
    when = f" when {assumed.when}" if assumed.when else ""
    return f"{assumed.location}={assumed.value}{when}"


def reasons(before: Reviewed | None, now: Reviewed) -> tuple[str, ...]:
    """Why the case is to be reviewed again; empty when nothing has come since."""
    return (NEVER_SIGNED,) if before is None else tuple(_reasons(before, now))


def _reasons(before: Reviewed, now: Reviewed) -> Iterator[str]:
    if now.incident != before.incident:
        yield f"an incident: it began {now.incident or 'at a time that is not recorded'}"
    if now.client != before.client:
        yield f"another client: {now.client or 'not recorded'}"
    for kind, old, new in (
        ("a client, gateway or model change", before.changes, now.changes),
        ("a newly sent request field", before.request_fields, now.request_fields),
        ("a newly relied-on response field", before.response_fields, now.response_fields),
        ("a new retry rule", before.retry_rules, now.retry_rules),
        ("a new accounting assumption", before.accounting, now.accounting),
    ):
        for added in sorted(set(new) - set(old)):
            yield f"{kind}: {added}"
