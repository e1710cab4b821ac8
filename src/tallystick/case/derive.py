"""Everything that is judged from the captured parts of a case, as bytes.

Derived parts depend on the captured parts and on `case.toml` alone; `run` writes them and
`verify` makes them again and compares.
"""

from collections import Counter

import msgspec

from tallystick.case.calls import calls_of, others_of, profile_of, unread_of
from tallystick.case.partial import parts_read
from tallystick.case.readings import (
    candidates_of,
    clauses_of,
    decisions_of,
    readings_of,
    sayings_of,
    sources_of,
)
from tallystick.case.recorded import read_as
from tallystick.case.records import decoded
from tallystick.case.signed import replays_of, signatures
from tallystick.case.store import Read
from tallystick.case.trialstore import isolation_of, other_trials_of, regression_of
from tallystick.handoff import (
    Dossier,
    render_html,
    render_json,
    render_junit,
    render_markdown,
    render_sarif,
    render_support,
    review_rows,
)
from tallystick.intake import Facts, Incident, classify, is_about_amounts
from tallystick.intake.reports import apart
from tallystick.lab import assumptions
from tallystick.lab.retrytable import retry_table
from tallystick.record import Assumption, Case, Clause, Exchange
from tallystick.record.canonical import pretty
from tallystick.record.case import (
    ASSUMPTIONS,
    CANDIDATES,
    CLASSIFICATION,
    CLAUSES,
    HANDOFF_HTML,
    HANDOFF_JSON,
    HANDOFF_JUNIT,
    HANDOFF_MARKDOWN,
    HANDOFF_SARIF,
    HANDOFF_SUPPORT,
    LAB_RUN,
    LEDGER,
    PROFILE,
    RECORDED,
    REVIEW,
    REVIEWED,
    SETTINGS,
    UNKEPT,
)
from tallystick.record.checklist import ChangeKind
from tallystick.record.exchange import LedgerEntry
from tallystick.record.finding import Classification
from tallystick.record.location import area_of
from tallystick.record.profile import Mark
from tallystick.record.reviewed import Reviewed
from tallystick.record.settings import Settings
from tallystick.record.trial import LabRun
from tallystick.record.usage import Account, Recorded
from tallystick.review import Material, review
from tallystick.review.checklist import Held, checklist, obstacles
from tallystick.review.due import reviewed
from tallystick.review.observed import unkept
from tallystick.review.reconcile import reconcile, unfrozen
from tallystick.review.worksheet import proposals, worksheet


def dossier(read: Read, case: Case) -> Dossier:
    """The review of a case and everything it was made from."""
    known = sources_of(read)
    readings = readings_of(read, case)
    stated = clauses_of(read, case, readings)
    seeming = candidates_of(read, case, stated, readings)
    run = lab_run_of(read)
    settings = tuple(s for s in settings_of(read) if s.environment in case.environments)
    assumed = _assumptions(run, case, settings)
    captured, twice = calls_of(read)
    exchanges, raised = apart(captured)
    incident = case.incident
    facts = Facts(incident.client_library, incident.symptom).with_words(raised)
    classed = classify(exchanges, facts, others_of(read))
    isolation, regression = isolation_of(read), regression_of(read)
    accounts = _accounts(read, case, stated)
    estimates = case.usage.estimates if case.usage else ()
    intended = case.comparison.intentional
    material = Material(
        stated, known, assumed, exchanges, classed, settings, intended, accounts, estimates,
        of_usage=case.incident.trigger == "usage-mismatch",
        amplified=facts.tells_of_repeats,
        misses_choices=facts.misses_choices,
        unnoticed=facts.goes_unnoticed,
        reports_error=facts.reports_error,
        about_amounts=is_about_amounts(facts),
        reported=facts.statuses,
        window=(case.incident.start, case.incident.end),
        candidates=seeming,
        sayings=sayings_of(read, case, readings),
        partial=parts_read(read, case, run, replays_of(read)),
        replays=replays_of(read),
        twice=twice,
        unread=unread_of(read),
        measured_agents=frozenset(
            one.agent for seen in (run.observations if run else ()) for one in seen.attempts
            if one.agent
        ),
        unfinished=Counter(area_of(o.scenario.location) or "" for o in run.unmade) if run else {},
    )  # fmt: skip
    judged = review(material, isolation, regression)
    explained = frozenset(judged.cause.evidence if judged.cause else ())
    return Dossier(
        case=case,
        review=judged,
        failing=tuple(exchange for exchange in exchanges if exchange.id in explained),
        shown=_most_telling(exchanges, explained, classed),
        sources=known,
        clauses=stated,
        candidates=seeming,
        assumptions=assumed,
        ledger=decoded(read(LEDGER) or b"[]", tuple[LedgerEntry, ...], LEDGER),
        lab=run,
        exchanges=len(exchanges),
        accounts=accounts,
        marks=tuple(_mark(exchange) for exchange in exchanges),
        replays=replays_of(read),
        decisions=decisions_of(read),
        isolation=isolation,
        other_trials=other_trials_of(read),
        regression=regression,
        retries=retry_table(run.observations if run else (), case.runbook),
    )


_MOST_SHOWN = 1_000


def _most_telling(
    exchanges: tuple[Exchange, ...], explained: frozenset[str], classed: Classification
) -> tuple[Exchange, ...]:
    """The exchanges that a reader looks at first: those of the cause, of other failing calls, and
    of calls that went well.
    """
    failed = {n for g in classed.groups if g.failure_class != "none" for n in g.exchanges}
    ordered = sorted(exchanges, key=lambda e: (e.id not in explained, e.id not in failed))
    return tuple(ordered[:_MOST_SHOWN])


def derive(read: Read, case: Case) -> tuple[Dossier, dict[str, bytes]]:
    """The dossier, and the bytes of every derived part by path."""
    made = dossier(read, case)
    held = held_of(read, made)
    profile = profile_of(read, case)
    items = checklist(held)
    made = msgspec.structs.replace(
        made,
        worksheet=worksheet(made.review),
        items=items,
        obstacles=obstacles(held, items),
        proposals=proposals(made.review),
        changes=_shipped(case),
        signatures=signatures(read, pretty(made.review)),
    )
    return made, {
        CLASSIFICATION: pretty(made.review.classification),
        PROFILE: pretty(profile),
        UNKEPT: pretty(unkept(made.clauses, profile)),
        CLAUSES: pretty(
            [{"id": clause.id, **msgspec.to_builtins(clause)} for clause in made.clauses]
        ),
        CANDIDATES: pretty([{"id": one.id, **msgspec.to_builtins(one)} for one in made.candidates]),
        ASSUMPTIONS: pretty(made.assumptions),
        REVIEW: pretty(made.review),
        HANDOFF_MARKDOWN: render_markdown(made),
        HANDOFF_JSON: render_json(made),
        HANDOFF_HTML: render_html(made),
        HANDOFF_SUPPORT: render_support(made),
        HANDOFF_SARIF: render_sarif(made),
        HANDOFF_JUNIT: render_junit("tallystick review", review_rows(made)),
    }


def _mark(exchange: Exchange) -> Mark:
    answer, failed = exchange.response, exchange.failure is not None
    times = exchange.at, exchange.duration_ms
    return Mark(*times, answer.status, failed, exchange.group, exchange.attempt)


def recorded_of(read: Read) -> Recorded | None:
    """What the application recorded of usage, as it was frozen; None when it was not."""
    data = read(RECORDED)
    return decoded(data, Recorded, RECORDED) if data else None


def _accounts(read: Read, case: Case, clauses: tuple[Clause, ...]) -> tuple[Account, ...]:
    if case.usage is None or not case.usage.counted:
        return ()
    recorded = recorded_of(read)
    if recorded is None or recorded.read_as != read_as(case.usage):
        return unfrozen(case.usage.counted.values())
    bounds = Incident(case.incident.start, case.incident.end).bounds()
    return reconcile(profile_of(read, case).usage, recorded, bounds, clauses)


def reviewed_now(read: Read, made: Dossier, at: str) -> Reviewed:
    """What the application relies on as the case stands."""
    return reviewed(made.case, made.assumptions, profile_of(read, made.case), at)


def reviewed_of(read: Read) -> Reviewed | None:
    """What the application relied on when the review was signed last; None when it never was."""
    data = read(REVIEWED)
    return decoded(data, Reviewed, REVIEWED) if data else None


def lab_run_of(read: Read) -> LabRun | None:
    """The stored lab run, or None when the lab has not run."""
    data = read(LAB_RUN)
    return decoded(data, LabRun, LAB_RUN) if data else None


def held_of(read: Read, made: Dossier) -> Held:
    """What sign-off asks of a case."""
    return Held(
        review=made.review,
        clauses=made.clauses,
        exchanges=calls_of(read).exchanges,
        settings=settings_of(read),
        run=made.lab,
        retries=made.retries,
        replays=made.replays,
        entries=made.decisions,
    )


def _shipped(case: Case) -> tuple[ChangeKind, ...]:
    stated = msgspec.structs.asdict(case.changes) if case.changes else {}
    return tuple(ChangeKind(n.replace("_", " "), bool(text), text) for n, text in stated.items())


def settings_of(read: Read) -> tuple[Settings, ...]:
    """What the environments' configuration files say."""
    return decoded(read(SETTINGS) or b"[]", tuple[Settings, ...], SETTINGS)


def _assumptions(
    run: LabRun | None, case: Case, settings: tuple[Settings, ...]
) -> tuple[Assumption, ...]:
    """What the lab measured stands before what is configured, and that before what is declared."""
    measured = assumptions(run.observations) if run else ()
    configured = tuple(
        Assumption(location, own.at(location), "configured", f"in {', '.join(own.files)}")
        for own in settings
        if case.environments[own.environment].production
        for location in ("endpoint.base_url", "auth.header", "auth.scheme")
        if own.at(location)
    )
    declared = tuple(
        Assumption(stated.location, stated.value, "declared", stated.detail)
        for stated in case.assumptions
    )
    return measured + configured + declared
