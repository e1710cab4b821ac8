"""What a cell of the profile tells: its locations, and what departs from the protocol."""

from collections import Counter

from tallystick.intake.features import Facts, Features
from tallystick.intake.locations import MAX_VALUES, Seen
from tallystick.protocol import Violation
from tallystick.record.exchange import Exchange
from tallystick.record.profile import Departure, Observed


def faults_of(exchange: Exchange) -> tuple[Violation, ...]:
    """What departs from the protocol in a successful answer."""
    return Features((exchange,), Facts()).response_faults if exchange.answered else ()


def departures_of(found: Counter[Violation]) -> tuple[Departure, ...]:
    """Departures as the profile has them."""
    rows = [Departure(v.location, v.problem, v.fault, n) for v, n in found.items()]
    return tuple(sorted(rows, key=lambda row: (row.location, row.problem)))


def observed_in(seen: Seen, exchanges: int) -> tuple[Observed, ...]:
    """Every location, and of how many objects it was a member."""
    out = []
    for location in sorted(seen.kinds):
        kinds = seen.kinds[location]
        present = sum(kinds.values())
        values = seen.values.get(location, Counter())
        shown = sorted(values.items(), key=lambda pair: (-pair[1], pair[0]))
        kept = dict(sorted(shown[:MAX_VALUES]))
        out.append(
            Observed(
                location,
                present,
                _possible(location, seen, exchanges, present),
                dict(sorted(kinds.items())),
                kept,
                sum(count for _, count in shown[MAX_VALUES:]),
            )
        )
    return tuple(out)


def _possible(location: str, seen: Seen, exchanges: int, present: int) -> int:
    above = location.rpartition(".")[0]
    if location.endswith("[]"):
        return present
    return seen.objects[above] if above in seen.objects else max(exchanges, present)
