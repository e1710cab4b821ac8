"""The incident drawn: a timeline of attempts and the chains of retries, as inline SVG (leather)."""

import re
from collections import Counter
from datetime import datetime

import leather

from tallystick.handoff.dossier import Dossier
from tallystick.record.profile import Mark

MOST_STEPS = 60
MOST_CHAINS = 24
_WIDTH, _HEIGHT = 900, 320
# The legend's entry of a series without a name: the lines that join dots need none.
_NAMELESS = re.compile(r'<g transform="[^"]*"><rect [^>]*/><text [^>]*>Unnamed series</text></g>')
# How an attempt ended, and its colour, in the order of the legend.
_KINDS = {
    "answered": "#3f7d58",
    "refused (4xx)": "#c98a1b",
    "rate limited (429)": "#8a5fb0",
    "failed (5xx)": "#b3372f",
    "no answer": "#4a4a4a",
}


def timeline(dossier: Dossier) -> str:
    """How many attempts ended how, over time; empty when no attempt has a time."""
    timed = [(_second(mark), mark) for mark in dossier.marks if mark.at]
    if not timed:
        return ""
    first, last = min(at for at, _ in timed), max(at for at, _ in timed)
    width = max(1, -(-int(last - first + 1) // MOST_STEPS))
    counts = Counter((int((at - first) // width) * width, kind_of(mark)) for at, mark in timed)
    chart = leather.Chart(f"Attempts in every {width} s, by how they ended")
    for kind, colour in _KINDS.items():
        dots = [(at, count) for (at, found), count in sorted(counts.items()) if found == kind]
        if dots:
            chart.add_dots(dots, name=kind, fill_color=colour, radius=4)
    most = max(counts.values())
    chart.add_x_scale(0, max(1, int(last - first) + width))
    chart.add_y_scale(0, most + 1)
    chart.add_y_axis(ticks=_whole(most))
    return _svg(chart)


def retry_chains(dossier: Dossier) -> str:
    """The attempts of the calls that were tried most often: across, the seconds since the first
    one, and up, one call after the other. Empty when no call was tried twice.
    """
    chains: dict[str, list[Mark]] = {}
    for mark in dossier.marks:
        if mark.at:
            chains.setdefault(mark.group, []).append(mark)
    tried = [chain for chain in chains.values() if len(chain) > 1]
    if not tried:
        return ""
    longest = sorted(tried, key=lambda chain: (-len(chain), chain[0].at or ""))[:MOST_CHAINS]
    rows = list(enumerate(longest, start=1))
    chart = leather.Chart(f"The {len(rows)} calls that were tried most often")
    for number, chain in rows:
        start = _second(chain[0])
        line = [(round(_second(mark) - start, 3), number) for mark in chain]
        chart.add_line(line, stroke_color="#b9b3a6", width=2)
    for kind, colour in _KINDS.items():
        dots = [
            (round(_second(mark) - _second(chain[0]), 3), number)
            for number, chain in rows
            for mark in chain
            if kind_of(mark) == kind
        ]
        if dots:
            chart.add_dots(dots, name=kind, fill_color=colour, radius=5)
    longest_s = max(_second(chain[-1]) - _second(chain[0]) for chain in longest)
    chart.add_x_scale(0, max(1, round(longest_s * 1.05, 1)))
    chart.add_y_scale(0, len(rows) + 1)
    chart.add_y_axis(ticks=_whole(len(rows)))
    return _svg(chart)


def kind_of(mark: Mark) -> str:
    """How an attempt ended, in a few words."""
    if mark.failed or not mark.status:
        return "no answer"
    if mark.status == 429:
        return "rate limited (429)"
    return "answered" if mark.status < 400 else f"{_word(mark.status)} ({mark.status // 100}xx)"


def _word(status: int) -> str:
    return "refused" if status < 500 else "failed"


def _whole(most: int) -> list[int]:
    """A few whole numbers up to one."""
    step = -(-most // 6)
    return list(range(0, most + 1, step or 1))


def _second(mark: Mark) -> float:
    return datetime.fromisoformat(mark.at or "").timestamp()


def _svg(chart: leather.Chart) -> str:
    """The chart's SVG, which takes the width that it is given."""
    text = str(chart.to_svg(width=_WIDTH, height=_HEIGHT))
    text = _NAMELESS.sub("", text)
    size = f'width="{_WIDTH}" height="{_HEIGHT}"'
    return text.replace(f"<svg {size}", f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}"', 1).replace(
        'font-family="Monaco"', 'font-family="system-ui, sans-serif"'
    )
