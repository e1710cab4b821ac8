"""`intake`, `classify` and `scan`: captures in, evidence or a profile out."""

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from tallystick.case import capture, incident
from tallystick.case.statement import FactsFile, read_toml
from tallystick.cli import mappings, show_evidence
from tallystick.cli.known import known_of
from tallystick.cli.times import bounds_of, incident_of
from tallystick.engine import merging
from tallystick.engine.files import STANDARD_INPUT
from tallystick.engine.merging import FrozenCapture, How, Run, plans
from tallystick.engine.reading import known_format
from tallystick.host.errors import CannotRunError
from tallystick.host.exits import EXIT_UNDECIDED
from tallystick.host.plain import read_file
from tallystick.host.scratch import scratch
from tallystick.host.talk import print_json, say
from tallystick.intake import Facts, Incident, Profiler
from tallystick.intake import classify as classified
from tallystick.intake.formats import FORMATS
from tallystick.intake.odd import TOLD
from tallystick.intake.sightings import once, sightings
from tallystick.intake.unseen import plan, unseen
from tallystick.record.exchange import FACT
from tallystick.record.profile import Profile
from tallystick.record.words import period

_NAMES = ", ".join(form.name for form in FORMATS)

CaseArg = Annotated[Path, typer.Argument(metavar="CASE", help="The case folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
Files = Annotated[
    list[str],
    typer.Argument(
        metavar="CAPTURE", help="Captures; each may be .gz or .zst; - is standard input."
    ),
]
FormatName = Annotated[
    str, typer.Option("--format", help=f"Their format, where it is not to be told: {_NAMES}.")
]
MappingFile = Annotated[
    Path | None,
    typer.Option("--mapping", help="A TOML file that says where a JSON line has its parts."),
]
Workers = Annotated[
    int, typer.Option(min=0, max=256, help="Processes that read; 0 takes one a core.")
]
ClusterAt = Annotated[
    str | None,
    typer.Option("--cluster", help="Read on the Dask scheduler at this address, or `local`."),
]
From = Annotated[
    str, typer.Option("--from", help="Only calls that began at this time or later (RFC 3339).")
]
To = Annotated[str, typer.Option("--to", help="Only calls that began at this time or before.")]
Strict = Annotated[bool, typer.Option("--strict", help="Stop at an entry that is damaged.")]


def intake(  # noqa: PLR0913 PLR0917 - one option, one parameter
    case: CaseArg,
    files: Annotated[
        list[str] | None,
        typer.Argument(metavar="CAPTURE", help="Captures beside those of case.toml."),
    ] = None,
    form: FormatName = "",
    mapping: MappingFile = None,
    workers: Workers = 0,
    cluster: ClusterAt = None,
    since: From = "",
    until: To = "",
    strict: Strict = False,
    allow_empty: Annotated[
        bool, typer.Option("--allow-empty", help="Keep a capture in which nothing is a call, too.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Freeze captures, sanitized: those that case.toml names, and those given here."""
    how = how_of(form, mapping, workers, cluster, strict=strict, within=(since, until))
    from tallystick.cli import steps  # noqa: PLC0415 - slow to load: all of a review

    with steps.opened(case) as folder:
        steps.take_evidence(folder, files or (), how, allow_empty=allow_empty)
        made = steps.judge(folder)
        captures = capture.frozen_captures(folder)
    _tell_damage(captures)
    found = made.review.classification
    if as_json:
        masked = sum(entry.count for entry in made.ledger if entry.rule != FACT)
        print_json({"exchanges": made.exchanges, "masked": masked, "captures": captures,
                    "classification": msgspec.to_builtins(found)})  # fmt: skip
    else:
        show_evidence.classification(found)
    _require_some(made.exchanges, captures)


def classify(  # noqa: PLR0913 PLR0917 - one option, one parameter
    captures: Files,
    facts: Annotated[
        Path | None, typer.Option(help="A TOML file with `client` and `symptom`.")
    ] = None,
    form: FormatName = "",
    mapping: MappingFile = None,
    since: From = "",
    until: To = "",
    strict: Strict = False,
    case: Annotated[
        Path | None, typer.Option("--case", help="Make a case of them in this new folder.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Tell the failure class of captures. Reads no case, and writes one only with --case.

    Exits 0 whatever the class is: no contract is laid beside it. 3: the captures hold no call.
    """
    if case is not None and STANDARD_INPUT in captures:
        raise CannotRunError(
            "a case keeps its captures by their names, and standard input has none",
            where="--case",
            do="write it to a file, and give that",
        )
    how = how_of(form, mapping, 1, None, strict=strict, within=(since, until))
    whole, read = capture.exchanges(captures, how)
    twice = sightings(whole, {one.digest: one.format for one in read})
    frozen = once(whole, twice)
    _tell_damage(read)
    stated = FactsFile()
    if facts is not None:
        stated = read_toml(read_file(facts, "facts file"), str(facts), FactsFile)
    others = Counter[str]()
    for one in read:
        others.update(one.others)
    found = classified(frozen, Facts(stated.client, stated.symptom), others)
    failing = {
        n for group in found.groups if group.failure_class != "none" for n in group.exchanges
    }
    missing = unseen([one for one in frozen if one.id in failing] or frozen)
    steps = plan([one.format for one in read], missing) if failing else ()
    known = known_of(frozen, found)
    if as_json:
        print_json({**msgspec.to_builtins(found), "unseen": missing, "plan": steps,
                    "twice": twice, "known": known})  # fmt: skip
    else:
        show_evidence.classification(found)
        show_evidence.twice(twice)
        show_evidence.known(known)
        show_evidence.plan(missing, steps)
        if failing and case is None:
            first = "write it to a file; " if STANDARD_INPUT in captures else ""
            say(f"next: {first}the same command with --case DIR makes a case of it")
    _require_some(len(frozen), read)
    if case is not None:
        told = incident.facts_of(frozen, found)
        _made_case(case, captures, how, stated, told)


def _made_case(
    case: Path, captures: list[str], how: How, known: FactsFile, told: dict[str, str]
) -> None:
    """A case of captures that were looked at: what they show of the incident is filled in."""
    from tallystick.cli import new, steps  # noqa: PLC0415 - as above

    began = told["start"]
    stated = {"symptom": known.symptom, "client_library": known.client}
    facts = {**told, **{name: fact for name, fact in stated.items() if fact}}
    new.begin(case, facts)
    with steps.opened(case) as folder:
        steps.take_evidence(folder, captures, how)
    when = f"began with the first failing call, at {began}" if began else "has no start yet"
    say(f"{case}: a case of these captures; its incident {when} (case.toml: incident.start)")
    say(f"next: tallystick contract add {case} PAGE…, then tallystick run {case}")


def scan(  # noqa: PLR0913 PLR0917 - one option, one parameter
    captures: Files,
    form: FormatName = "",
    mapping: MappingFile = None,
    workers: Workers = 0,
    cluster: ClusterAt = None,
    since: From = "",
    until: To = "",
    strict: Strict = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Say what would be read, and how; read nothing more.")
    ] = False,
    write_mapping: Annotated[
        Path | None,
        typer.Option(
            "--write-mapping",
            help="Write down where JSON lines have their parts, for --mapping; read nothing more.",
        ),
    ] = None,
    start: Annotated[str, typer.Option(help="When the incident began, with an offset.")] = "",
    end: Annotated[str, typer.Option(help="When it ended.")] = "",
    as_json: Json = False,
) -> None:
    """Profile captures without a case. Writes nothing, but a mapping where one is asked for.

    Exits 3 when the captures hold no chat-completions exchange.
    """
    if write_mapping is not None:
        mappings.propose(captures, write_mapping, as_json)
        return
    incident = incident_of(start, end)
    how = how_of(form, mapping, workers, cluster, strict=strict, within=(since, until))
    if explain:
        planned = plans(captures, how)
        if as_json:
            print_json({"plans": planned})
        else:
            show_evidence.plans(planned)
        return
    with scratch() as folder, merging.read(captures, how, folder) as run:
        _profile(run, incident, as_json)


def how_of(  # noqa: PLR0913 - the options of three commands
    form: str = "",
    mapping: Path | None = None,
    workers: int = 0,
    cluster: str | None = None,
    *,
    strict: bool = False,
    within: tuple[str, str] = ("", ""),
) -> How:
    """How captures are to be read, as the options say."""
    stated = None
    if mapping is not None:
        stated = mappings.stated(mapping)
    bounds = bounds_of(*within, names=("--from", "--to"))
    known = known_format(form) if form else None
    return How(known, stated, workers, cluster, strict=strict, since=bounds.start, until=bounds.end)


def _profile(run: Run, incident: Incident, as_json: bool) -> None:
    profiler = Profiler(incident)
    for attempt in run.unique().attempts():
        profiler.add(attempt)
    found = profiler.profile()
    run = run._replace(captures=run.merged())
    _tell_damage(run.captures)
    _tell_profile(run, found, as_json)
    if incident.start and found.exchanges and {c.window for c in found.cells} == {"unknown"}:
        say("no attempt has a time: nothing is before, in or after the incident")
    _require_some(found.exchanges, run.captures)


def _require_some(exchanges: int, read: Iterable[FrozenCapture]) -> None:
    outside = sum(one.outside for one in read)
    if not exchanges and outside:
        say(f"could not check: no call began in the period; {outside} of other times were seen")
        raise typer.Exit(EXIT_UNDECIDED)
    if not exchanges:
        say("could not check: these captures hold no chat-completions exchange")
        raise typer.Exit(EXIT_UNDECIDED)


def _tell_profile(run: Run, found: Profile, as_json: bool) -> None:
    if as_json:
        print_json({"captures": run.captures, "ledger": run.ledger, "profile": found})
    else:
        show_evidence.captures(run.captures)
        show_evidence.profile(found)


def _tell_damage(captures: Iterable[FrozenCapture]) -> None:
    for one in captures:
        if one.outside and one.exchanges:
            say(
                f"{one.name}: only calls {period(one.since, one.until)}; attempts outside of that "
                f"were left out, also those of calls at its bounds"
            )
        for word, count in one.odd.items():
            say(f"{one.name}: {TOLD[word]} ({count} {'entry' if count == 1 else 'entries'})")
        if one.damaged:
            first = one.places[0]
            many = "1 entry" if one.damaged == 1 else f"{one.damaged} entries"
            say(
                f"{one.name}: {many} could not be read, and left out; the first at byte "
                f"{first.offset}: {first.why}"
            )
