"""What captures show of an incident before there is a case."""

from collections import Counter
from collections.abc import Iterable, Sequence

from tallystick.case import capture
from tallystick.engine.merging import How
from tallystick.intake import Facts, classify
from tallystick.intake.sightings import once, sightings
from tallystick.record import Exchange
from tallystick.record.finding import Classification
from tallystick.record.forms import AGENT


def shown_by(files: Sequence[str]) -> dict[str, str]:
    """What some captures show of an incident (`facts_of`).

    Raises:
        CannotRunError: a capture cannot be read, or its name may not be printed.
    """
    for file in files:
        capture.require_plain_name(file)
    whole, read = capture.exchanges(files, How(workers=1))
    calls = once(whole, sightings(whole, {one.digest: one.format for one in read}))
    return facts_of(calls, classify(calls, Facts()))


def facts_of(calls: Sequence[Exchange], classed: Classification) -> dict[str, str]:
    """When the first and the last failing call began (RFC 3339), and which client library made most
    of the calls; empty where the captures do not show it.
    """
    failing = {n for g in classed.groups if g.failure_class != "none" for n in g.exchanges}
    times = sorted(call.at for call in calls if call.id in failing and call.at)
    return {
        "start": times[0] if times else "",
        "end": times[-1] if len(times) > 1 else "",
        "client_library": client_of(calls),
    }


def client_of(calls: Iterable[Exchange]) -> str:
    """The client library and version that made most of some calls; empty where none shows it."""
    agents = Counter(
        agent for call in calls if AGENT.fullmatch(agent := call.request_header("user-agent") or "")
    )
    return agents.most_common(1)[0][0] if agents else ""
