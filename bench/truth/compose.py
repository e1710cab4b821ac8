"""Composition: a fault, a client, documents, a red herring, each in every format that suits it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count, islice
from random import Random

from .catalogue import FAULTS, Fault
from .contract import render_documents
from .dialects import OUTAGE, refuse
from .formats import FORMATS
from .stage import Stage, set_stage
from .values import Case, Incident, Part, Truth


def truth_for(incident: Incident, shown: frozenset[Part]) -> Truth:
    """The first reading whose needs the format shows."""
    return next(truth for needs, truth in incident.readings if needs <= shown)


def _stray(stage: Stage) -> None:
    """One failure that has nothing to do with the others."""
    answer = refuse(stage.rng, tuple(p for p in OUTAGE if p.status == 503), {})()
    stage.play(stage.rng.uniform(2450, 2490), stage.ask(), answer)


def _twins(fault: Fault, seed: int, number: int) -> Iterator[Case]:
    """One incident in every format that can be asked about it."""
    stage = set_stage(Random(f"{seed}/{number}"), fault.herrings)
    incident = fault.play(stage)
    if stage.herring == "stray-503":
        _stray(stage)
    calls, documents = sorted(stage.calls, key=lambda c: c.at), render_documents(stage.contract)
    for form in FORMATS:
        shown = form.shows(stage.depth)
        truth = truth_for(incident, shown)
        if truth.is_vacuous:
            continue
        if stage.herring_field:
            truth = truth.clearing(f"request.{stage.herring_field}")
        yield Case(
            name="",
            kind=fault.kind,
            fault=fault.name,
            format=form.name,
            twin=f"incident-{number:04d}",
            herring=stage.herring,
            symptom=incident.symptom,
            truth=truth,
            capture_name=form.file,
            capture=form.render(calls, stage.depth),
            documents=documents,
        )


def _all(seed: int) -> Iterator[Case]:
    for number in count():
        yield from _twins(FAULTS[number % len(FAULTS)], seed, number)


def generate(seed: int, size: int) -> list[Case]:
    """The first `size` cases of this seed; names tell nothing about the fault."""
    cases = islice(_all(seed), size)
    return [replace(case, name=f"case-{number:04d}") for number, case in enumerate(cases)]
