"""The steps of a review on one case folder: capture, judge, write."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from tallystick.case import capture, derive, readings
from tallystick.case.calls import calls_of
from tallystick.case.check import require_known
from tallystick.case.opening import held
from tallystick.case.recorded import take_recorded
from tallystick.case.settings import Reading
from tallystick.case.statement import stated
from tallystick.case.store import Folder
from tallystick.case.trialstore import isolation_of, regression_of
from tallystick.case.trusting import require_trust
from tallystick.contract import DocumentError
from tallystick.engine.merging import How
from tallystick.handoff import Dossier, summary
from tallystick.host.errors import CannotRunError
from tallystick.host.talk import say
from tallystick.intake import Facts, classify
from tallystick.net.sources import stated_sources
from tallystick.record import Clause
from tallystick.record.canonical import pretty
from tallystick.record.case import CASE_FILE, HANDOFF_JSON, HANDOFF_MARKDOWN, MANIFEST, SETTINGS
from tallystick.record.exchange import UnheldError
from tallystick.record.journal import ChainError
from tallystick.record.manifest import check
from tallystick.record.settings import Settings
from tallystick.review.comparison import ADVICE, compare
from tallystick.review.comparison import Line as ComparedLine
from tallystick.review.shown import observed
from tallystick.trials.experiments import is_unfinished, measure_case
from tallystick.trials.intervene import Incident, incident_of, isolate, regress
from tallystick.trials.measure import Plan


@contextmanager
def opened(root: Path) -> Iterator[Folder]:
    """The folder of a case, held for one command.

    Raises:
        CannotRunError: there is no case, it is in use, or a stored part cannot be read back.
    """
    with held(root) as folder:
        _require_unchanged(folder)
        try:
            yield folder
        except (DocumentError, UnheldError, ChainError, msgspec.DecodeError) as error:
            raise CannotRunError(
                f"a stored part of the case cannot be read back ({type(error).__name__})",
                where=str(root),
                do=f"run `tallystick verify {root}`: it names the file",
            ) from None


def _require_unchanged(folder: Folder) -> None:
    """Refuse to judge, and so to seal anew, what was changed behind the record's back."""
    require_known(folder)
    data = folder.read(MANIFEST)
    if data is None and set(folder.digests()) > {CASE_FILE}:
        raise CannotRunError(
            "the case has parts and no manifest, so that nothing shows whether they are as written",
            where=str(folder.root / MANIFEST),
            do="restore it from where the case came, or start a new case",
        )
    problems = check(data, folder.digests()) if data is not None else ()
    foreign = [problem for problem in problems if problem.file != CASE_FILE]
    if foreign:
        first = foreign[0]
        raise CannotRunError(
            f"a part of the record {first.problem}",
            where=str(folder.root / first.file),
            expected=first.expected or "no such file",
            got=first.got or "no file",
            do="restore it, or start a new case; only case.toml is yours to edit",
        )


def judge(folder: Folder) -> Dossier:
    """Judge the captured parts and write everything that is derived from them."""
    made, parts = derive.derive(folder.read, stated(folder))
    folder.commit(parts)
    return made


def take_evidence(
    folder: Folder,
    files: Sequence[str] = (),
    how: How | None = None,
    *,
    allow_empty: bool = False,
) -> None:
    """Freeze the captures and the recorded usage that `case.toml` names, and some files."""
    case = stated(folder)
    require_trust(folder, case, "read")
    capture.take(folder, case, files, how or How(), allow_empty=allow_empty)
    take_recorded(folder, case)


def take_sources(folder: Folder) -> None:
    """Store the sources that `case.toml` names."""
    case = stated(folder)
    require_trust(folder, case, "read")
    folder.commit(stated_sources(folder, case))


def take_settings(folder: Folder) -> None:
    """Read the configuration files of the environments that `case.toml` names."""
    case = stated(folder)
    require_trust(folder, case, "read")
    reading = Reading(case.comparison, case.operation.path)
    found = [
        reading.read(name, [(folder.root / file).resolve() for file in environment.settings])
        for name, environment in case.environments.items()
        if environment.settings
    ]
    folder.commit({SETTINGS: pretty(found)})


class Compared(msgspec.Struct, frozen=True):
    """The two columns of a case; `broken`: a gateway rewrite does not keep the documented path."""

    lines: tuple[ComparedLine, ...]
    targets: tuple[Settings, ...]
    advice: dict[str, str]

    @property
    def broken(self) -> bool:
        """Whether an environment's requests arrive at another path than the documented one, or
        the environments differ where nobody said that they may.
        """
        lost = any(not target.kept for target in self.targets)
        return lost or any(line.environments_differ for line in self.lines)


def compared(folder: Folder, made: Dossier) -> Compared:
    """What production assumes beside what is documented, with the environments' settings."""
    settings = derive.settings_of(folder.read)
    case = made.case
    assumed = (*made.assumptions, *observed(calls_of(folder.read).exchanges))
    lines = compare(made.review, made.clauses, assumed, settings, case.comparison)
    stated_urls = tuple(own for own in settings if own.base_url)
    return Compared(lines, stated_urls, dict(ADVICE))


def take_measurements(folder: Folder, *, resume: bool = False) -> None:
    """Run the lab against the client that `case.toml` names, or go on with an interrupted run."""
    measure_case(folder, stated(folder), clauses(folder), Plan(), resume)


def incident(folder: Folder, exchange: str) -> Incident:
    """The captured exchange whose answer is to be served again."""
    exchanges = calls_of(folder.read).exchanges
    facts = stated(folder).incident
    classed = classify(exchanges, Facts(facts.client_library, facts.symptom))
    return incident_of(exchanges, classed, exchange)


def clauses(folder: Folder) -> tuple[Clause, ...]:
    """The clauses of a case as they stand."""
    return readings.clauses_of(folder.read, stated(folder))


class Ways(NamedTuple):
    """How `run` does its work: whether the client is measured anew, or left alone (`quick`); how
    captures are read.
    """

    again: bool = False
    quick: bool = False
    how: How = How()


_AS_STATED = Ways()


def run(folder: Folder, ways: Ways = _AS_STATED) -> Dossier:
    """The whole review. What was measured before stays, unless it is to be measured again.

    Raises:
        CannotRunError: a step could not run; what the steps before it recorded stays.
    """
    case = stated(folder)
    require_trust(folder, case, "read")
    if not ways.quick:
        require_trust(folder, case, "run")
    take_evidence(folder, (), ways.how)
    take_sources(folder)
    if any(environment.settings for environment in case.environments.values()):
        take_settings(folder)
    made = judge(folder)
    _warn_of_stale_sources(made)
    if ways.quick:
        say("lab: left alone (--quick)")
        return made
    known = derive.lab_run_of(folder.read)
    if not case.client.command:
        say("lab: could not check, case.toml declares no client command")
        return made
    if ways.again or known is None or known.command != case.client.command:
        take_measurements(folder)
    elif is_unfinished(folder):
        take_measurements(folder, resume=True)
    else:
        say("lab: kept the measurements of an earlier run (--again measures anew)")
    _intervene(folder, ways.again)
    return judge(folder)


def _intervene(folder: Folder, again: bool) -> None:
    """Serve the incident's answer to the client that was measured, and compare the clients where
    case.toml names the old one. What was tried with these clients stays, unless `again`.
    """
    case = stated(folder)
    commands = (case.client.before, case.client.command)
    if not again and _is_tried(folder, commands):
        return
    try:
        served = _served_incident(folder)
        isolate(folder, case, served)
        if case.client.before:
            regress(folder, case, served, commands, "right")
    except CannotRunError as error:
        say(f"lab: could not intervene: {error.problem.paragraph()}")


def _is_tried(folder: Folder, commands: tuple[tuple[str, ...], tuple[str, ...]]) -> bool:
    """Whether the intervention was made with these clients before."""
    if commands[0]:
        proven = regression_of(folder.read)
        return proven is not None and (proven.before.command, proven.after.command) == commands
    made = isolation_of(folder.read)
    return made is not None and made.command == commands[1]


def _served_incident(folder: Folder) -> Incident:
    """The answer to serve: that of a call which the cause explains, or else of any failing call."""
    cause = derive.dossier(folder.read, stated(folder)).review.cause
    if cause is not None and cause.evidence:
        try:
            return incident(folder, cause.evidence[-1])
        except CannotRunError:
            pass  # its answer cannot be served: another call's may
    return incident(folder, "")


def _warn_of_stale_sources(made: Dossier) -> None:
    stale = {c.citation.source for c in made.clauses if c.standing == "stale"}
    if stale:
        say(
            f"contract: {', '.join(sorted(stale))} was captured before the incident began, or "
            "another capture of the same page is newer: what it states is stale"
        )


def result(root: Path, made: Dossier) -> dict[str, Any]:
    """What `run --json` prints: the summary and where the handoff lies."""
    paths = {"markdown": str(root / HANDOFF_MARKDOWN), "json": str(root / HANDOFF_JSON)}
    return {**summary(made), "handoff": paths}
