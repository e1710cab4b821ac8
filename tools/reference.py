"""Print the reference pages under docs/reference from the code; `--check` only compares."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import get_args

import msgspec
import typer

from tallystick.cli import commands as cli
from tallystick.handoff.jsonform import schema
from tallystick.intake.rules import RULES as CLASS_RULES
from tallystick.lab import Contract, catalogue
from tallystick.lab.catalogue import CALLS
from tallystick.record.canonical import pretty
from tallystick.record.clause import STANDINGS
from tallystick.record.finding import FailureClass, Finding
from tallystick.record.scenario import Change, Scenario
from tallystick.review import RULES as REVIEW_RULES
from tallystick.review import TABLE
from tallystick.review.judge import findings_of
from tallystick.review.rules import Rule
from tallystick.review.rules.example import Example
from tallystick.review.table import CLIENT, EVIDENCE

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "reference"
NOTE = "<!-- Printed by `make docs`; edit the code, not this page. -->\n\n"


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    columns = list(head)
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
                     for row in lines) + "\n"  # fmt: skip


def commands() -> str:
    parts = ["# Commands\n"]
    tool = Path(sys.executable).parent / "tallystick"
    wide = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "TERM": "dumb"}
    groups = {name: found for name in cli.COMMANDS
              if isinstance(found := cli.loaded(name), typer.Typer)}  # fmt: skip
    below = [[name, str(command.name or getattr(command.callback, "__name__", ""))]
             for name, group in groups.items()
             for command in group.registered_commands]  # fmt: skip
    for words in ([], *([name] for name in cli.COMMANDS), *below):
        shown = subprocess.run(
            [tool, *words, "--help"], capture_output=True, text=True, check=True, env=wide
        ).stdout
        text = "\n".join(line.rstrip() for line in shown.strip().splitlines())
        parts.append(f"## tallystick {' '.join(words)}".rstrip() + f"\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def verdict_table() -> str:
    parts = ["# The verdict table\n", "Every finding's outcome is one cell: standing × what the "
             "evidence shows × what the client does.\n"]  # fmt: skip
    for standing in STANDINGS:
        rows = (
            (evidence, client, *TABLE[standing, evidence, client])
            for evidence in EVIDENCE
            for client in CLIENT
        )
        parts.append(f"## {standing}\n")
        parts.append(table(("Evidence", "Client", "Outcome", "Reason"), rows))
    return "\n".join(parts)


def review_rules() -> str:
    rows = ((f"[{rule.name}](rules/{rule.name}.md)", rule.asks) for rule in REVIEW_RULES)
    return "# Review rules\n\n" + table(("Rule", "Asks"), rows)


def review_rule(rule: Rule) -> str:
    parts = [f"# {rule.name}\n\n{rule.asks}\n"]
    for name in ("kept", "breached", "undecided"):
        example: Example = getattr(rule, name)
        parts.append(f"## {name.capitalize()}\n\n{example.shows}\n")
        found = [f for f in findings_of(example.held, rule) if f.location == example.location]
        rows = [
            ("location", f"`{example.location}`"),
            *(row for finding in found for row in _three_columns(finding)),
        ]
        parts.append(table(("", ""), rows if found else [*rows, ("outcome", "nothing is found")]))
    return "\n".join(parts)


def _three_columns(finding: Finding) -> Iterable[tuple[str, str]]:
    yield "production assumes", finding.assumed
    yield "documents state", finding.documented
    yield "evidence shows", finding.observed
    yield "outcome", f"**{finding.outcome}**: {finding.reason}"
    if finding.settle:
        yield "to settle it", finding.settle


def failure_classes() -> str:
    classes = ", ".join(f"`{name}`" for name in get_args(FailureClass))
    rows = (
        (str(number), rule.name, rule.looks_for, _example(rule.triggers.statuses))
        for number, rule in enumerate(CLASS_RULES, start=1)
    )
    head = ("Order", "Rule", "Looks for", "Example statuses")
    return (
        f"# Failure classes\n\nThe classes are {classes}. The rules are asked in this order; the "
        "first that claims a call decides.\n\n" + table(head, rows)
    )


def _example(statuses: tuple[int, ...]) -> str:
    return " ".join(str(status) for status in statuses)


TITLES = {
    "plain": "A plain answer",
    "stream": "A stream",
    "tools": "A tool call",
    "tools-stream": "A tool call in a stream",
}


def scenarios() -> str:
    every = catalogue(Contract(), CALLS, "at-first")
    parts = [
        f"# Lab scenarios\n\n{len(every)} scenarios, for a client that makes every kind of call. "
        "What does not depend on the kind of call is asked once. Documented fields beyond these "
        "are changed as well.\n"
    ]
    for call in CALLS:
        rows = ((s.id, s.location, changes(s)) for s in every if s.call == call)
        parts.append(f"## {TITLES[call]}\n\n{table(('Scenario', 'Asks about', 'Changes'), rows)}")
    return "\n".join(parts)


def changes(scenario: Scenario) -> str:
    return ", ".join(brief(change) for change in scenario.changes)


def brief(change: Change) -> str:
    """A change without the settings that are as usual."""
    usual = {f.name: f.default for f in msgspec.structs.fields(change)}
    given = [
        f"{name}={value!r}"
        for name, value in msgspec.structs.asdict(change).items()
        if value != usual[name]
    ]
    return f"{type(change).__name__}({', '.join(given)})"


def handoff_schema() -> str:
    return pretty(schema()).decode()


PAGES: dict[str, Callable[[], str]] = {
    "handoff.schema.json": handoff_schema,
    "commands.md": commands,
    "verdict-table.md": verdict_table,
    "review-rules.md": review_rules,
    "failure-classes.md": failure_classes,
    "scenarios.md": scenarios,
    **{f"rules/{rule.name}.md": partial(review_rule, rule) for rule in REVIEW_RULES},
}


def main() -> int:
    check = "--check" in sys.argv[1:]
    stale = []
    for name, make in PAGES.items():
        path, text = TARGET / name, make() if name.endswith(".json") else NOTE + make()
        if path.exists() and path.read_text() == text:
            continue
        stale.append(name)
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
    if stale and check:
        print(f"docs/reference is not what the code prints: {', '.join(stale)}; run `make docs`")
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main())
