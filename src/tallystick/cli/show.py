"""What the commands print for people. The JSON forms come from the values themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from tallystick.handoff.escape import one_line
from tallystick.handoff.words import outcome
from tallystick.host.talk import stdout
from tallystick.record.location import AREAS, area_of

if TYPE_CHECKING:
    from tallystick.cli.steps import Compared
    from tallystick.contract.index import Found
    from tallystick.contract.lock import Mismatch
    from tallystick.handoff import Dossier
    from tallystick.net.refreshing import Refreshed
    from tallystick.record.clause import Clause, Source
    from tallystick.record.finding import Finding
    from tallystick.record.isolation import Isolation, Regression
    from tallystick.record.manifest import Problem
    from tallystick.record.replay import Replay
    from tallystick.record.trial import Assumption, LabRun, RetryRow

_STYLE = {
    "mismatch": "bold red",
    "client-mismatch": "red",
    "provider-breach": "red",
    "undecided": "bold yellow",
    "documents-disagree": "yellow",
    "unsupported-assumption": "yellow",
    "to-verify": "yellow",
    "could-not-check": "magenta",
    "no-mismatch": "bold green",
    "sound": "green",
    "conforms": "green",
    "deviates": "red",
    "done": "green",
    "confirmed": "green",
    "waived": "yellow",
    "not-applicable": "dim",
    "open": "red",
}


def headline(made: Dossier) -> None:
    """The verdict in one line, with its side and support."""
    told = made.review.answer
    head = Text(told.headline, style=_STYLE[made.review.verdict.name])
    stdout.print(head.append(f"  ({told.support})" if told.support else "", style="not bold"))


def answer(made: Dossier) -> None:
    """What a reader needs first, in about twenty lines."""
    told = made.review.answer
    headline(made)
    stdout.print(Text(told.mechanism))
    for line in told.shows:
        stdout.print(Text(f"  {line}"))
    for quote in told.quotes:
        states = f" ({quote.states})" if quote.states else ""
        stdout.print(Text(f"  “{quote.words}”{states} {quote.url}, read {quote.captured[:10]}"))
    for name, lines in (
        ("Incomplete", told.partial),
        ("Seen twice", told.hops),
        ("Made worse", told.worse),
        ("Do now", told.do),
        ("Also", told.unresolved),
        ("Ask", told.ask),
        ("Not known", (told.unknown,) if told.unknown else ()),
    ):
        for line in lines:
            stdout.print(Text(f"{name + ':':<12}{line}"))


def details(made: Dossier) -> None:
    """The gravest findings and the seven areas."""
    classed = made.review.classification
    stdout.print(f"\nFailure class: {classed.failure_class} at {classed.location}\n")
    for finding in made.review.findings:
        if finding.outcome not in ("sound", "to-verify"):
            _finding(finding)
    areas = table_of("Contract area", "Answer")
    for area in made.review.areas:
        areas.add_row(area.area, Text(area.answer, style=_STYLE[area.state]))
    stdout.print(areas)


def _finding(finding: Finding) -> None:
    head = Text(outcome(finding.outcome), style=_STYLE[finding.outcome])
    head.append(f"  {finding.location}", style="bold")
    stdout.print(head.append("  (explains the incident)" if finding.explains else ""))
    stdout.print(f"  production assumes  {finding.assumed}")
    stdout.print(f"  documents state     {finding.documented}")
    stdout.print(f"  evidence shows      {finding.observed}")
    stdout.print()


def clauses(stated: Iterable[Clause]) -> None:
    """Every clause with its standing and source."""
    table = table_of("Location", "States", "Standing", "Source", "Bytes")
    for clause in stated:
        cited = clause.citation
        place = f"{cited.start}–{cited.end}"
        table.add_row(clause.location, clause.says(), clause.standing, cited.source, place)
    stdout.print(table)


def candidates(made: Dossier) -> None:
    """What pages seem to state, those at the place of the cause first."""
    cause = made.review.cause.location if made.review.cause else ""
    table = table_of("Name", "Location", "Seems to state", "The sentence", "Read so because it")
    ordered = sorted(made.candidates, key=lambda c: (c.clause.location != cause, c.clause.location))
    for one in ordered:
        words = one.clause.citation.words
        says = "" if one.clause.aspect == "meaning" else one.clause.says()
        table.add_row(one.id[:8], one.clause.location, says, words, one.why)
    stdout.print(table)
    stdout.print(
        f"{len(ordered)} candidates. A candidate is no clause: "
        "`tallystick contract review CASE --accept NAME --who ROLE`, or `--reject`."
    )


def silence(made: Dossier) -> None:
    """What was read of each area, and where nothing was."""
    table = table_of("Area", "Clauses", "Candidates")
    clauses = Counter(area_of(c.location) for c in made.clauses if c.standing != "stale")
    stale = Counter(area_of(c.location) for c in made.clauses if c.standing == "stale")
    seeming = Counter(area_of(c.clause.location) for c in made.candidates)
    for area in AREAS:
        old = f", {stale[area]} stale" if stale[area] else ""
        found = clauses[area] or stale[area] or seeming[area]
        told = f"{clauses[area]}{old}" if found else "nothing found"
        table.add_row(area, told, str(seeming[area]))
    stdout.print(table)


def checklist(made: Dossier, head: str) -> None:
    """The twelve items, who signed, and what stands in the way."""
    table = table_of("Key", "Item", "State", "Evidence")
    for item in made.items:
        table.add_row(
            item.key, item.text, Text(item.state, style=_STYLE[item.state]), item.evidence
        )
    stdout.print(table)
    for signature in made.signatures:
        state = "this state" if signature.current else "an earlier state"
        who, why = one_line(signature.who), one_line(signature.text)
        stdout.print(f"Signed by {who} at {one_line(signature.at)} ({state}): {why}")
    for obstacle in made.obstacles:
        stdout.print(f"In the way: {obstacle}")
    stdout.print(f"Journal: {head}")


def sources(added: Iterable[Source]) -> None:
    """Pages that were stored."""
    table = table_of("Source", "Captured", "Kind", "Title", "Digest")
    for source in added:
        short = source.digest[:19] + "…"
        table.add_row(source.id, source.captured, source.media_type, source.title, short)
    stdout.print(table if table.row_count else "Nothing new: these captures are stored already.")


def entries(found: Iterable[Found]) -> None:
    """Pages of an index, and why each concerns the operation."""
    table = table_of("Page", "Address", "Concerns")
    for entry in found:
        table.add_row(entry.title, entry.url, entry.why)
    stdout.print(table if table.row_count else "No page of this index concerns the operation.")


def drift(found: Iterable[Refreshed]) -> None:
    """What has changed, page by page."""
    for page in found:
        stdout.print(f"{page.state}  {page.url}")
        if page.reason:
            stdout.print(f"  {page.reason}")
        for change in page.changes:
            if change.kind != "same":
                when = f" when {change.when}" if change.when else ""
                told = f"{change.before or 'not stated'} → {change.after or 'not stated'}"
                stdout.print(f"  {change.kind}  {change.location} {change.aspect}{when}: {told}")


def comparison(found: Compared) -> None:
    """Both columns in the six rows, and what to do."""
    names = [name for name, _ in next((x.environments for x in found.lines if x.environments), ())]
    table = table_of("Row", "Location", "Assumed", *names, "Documents or support", "State")
    last = ""
    for line in found.lines:
        right = line.documented or "not production-safe yet"
        own = dict(line.environments)
        mark = f"{line.state}{', environments differ' if line.environments_differ else ''}"
        head = "" if line.row == last else line.row
        cells = [own.get(name, "") or "" for name in names]
        table.add_row(head, line.location, line.assumed or "not known", *cells, right, mark)
        last = line.row
    stdout.print(table)
    for target in found.targets:
        kept = "is the documented path" if target.kept else "is not the documented path"
        stdout.print(f"{target.environment}: {target.sent} arrives as {target.arrives}: {kept}")
    states = {line.state for line in found.lines}
    for state, advice in found.advice.items():
        if state in states:
            stdout.print(f"{state}: {advice}")


def mismatches(found: Iterable[Mismatch]) -> None:
    """Settings that are not as the lockfile has them."""
    for each in found:
        stdout.print(f"{each.location}: expected {each.expected}, got {each.got or 'nothing'}")


def measurements(run: LabRun, assumed: Iterable[Assumption], retries: Iterable[RetryRow]) -> None:
    """What the lab saw that a reader must see, and what it concluded."""
    counts = Counter(seen.outcome for seen in run.observations)
    told = ", ".join(f"{count} {outcome}" for outcome, count in counts.most_common())
    network = "no network but the lab's" if run.isolated else "not cut off from other networks"
    stdout.print(f"{len(run.observations)} trials ({run.mode}, {run.reach}, {network}): {told}")
    trials = table_of("Scenario", "Requests", "The client")
    for seen in run.observations:
        if seen.outcome not in ("right", "raised"):
            did = f"{seen.outcome}{', empty' if seen.empty else ''} {seen.reason}".strip()
            trials.add_row(seen.id, str(len(seen.attempts)), did)
    if trials.row_count:
        stdout.print(trials)
    _retries(retries)
    _assumptions(list(assumed))


def _retries(retries: Iterable[RetryRow]) -> None:
    rows = table_of("Error class", "The client", "A retry is", "Fallback", "Runbook")
    for row in retries:
        rows.add_row(row.name, f"{row.does}; body {row.body}", row.safe, row.fallback, row.runbook)
    if rows.row_count:
        stdout.print(rows)


def _assumptions(assumed: list[Assumption]) -> None:
    """One line each; what is unused comes together in one."""
    table = table_of("Location", "Assumption", "Detail")
    unused = [item.location for item in assumed if item.value == "unused"]
    for item in assumed:
        when = f" when {item.when}" if item.when else ""
        if item.value != "unused":
            table.add_row(item.location, item.value + when, item.detail)
    stdout.print(table)
    if unused:
        stdout.print(f"Unused: {', '.join(unused)}")


def isolation(found: Isolation) -> None:
    """What the incident's answer does to the client, and its smallest cause."""
    stdout.print(f"{found.result}: exchange {found.exchange}, {found.trials} trials")
    stdout.print(f"  {found.reason}")
    for cause in found.causes:
        stdout.print(f"  cause  {cause.location}: {cause.change}")


def regression(found: Regression) -> None:
    """Whether a fix is proven."""
    where = f" (it fails by its {found.failed_by})" if found.failed_by else ""
    stdout.print(f"{found.result}{where}: exchange {found.exchange}")
    stdout.print(f"  {found.reason}")


def replay(done: Replay) -> None:
    """Every step of a replay with its judgement."""
    for step in done.steps:
        answer = step.exchange.response if step.exchange else None
        status = f"  status {answer.status}" if answer and answer.status else ""
        stdout.print(
            Text(step.judgement, style=_STYLE[step.judgement]).append(f"  {step.name}{status}")
        )
        if step.reason:
            stdout.print(f"  {step.reason}")
        for deviation in step.deviations:
            stdout.print(
                f"  {deviation.location}: stated {deviation.stated}, seen {deviation.seen}"
            )
    stdout.print("Nothing is concluded about limits, prices, billing or model availability.")


def compared(rows: Iterable[Mapping[str, Any]]) -> None:
    """Two replays side by side."""
    table = table_of("Step", "Before", "After", "")
    for row in rows:
        table.add_row(
            row["step"], row["before"], row["after"], "same" if row["same"] else "differs"
        )
    stdout.print(table)


def problems(found: Iterable[Problem]) -> None:
    """What `verify` found."""
    for problem in found:
        stdout.print(f"{one_line(problem.file)} {problem.problem}")


def table_of(*columns: str) -> Table:
    """A table as all commands print them."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
