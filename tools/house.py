"""The house as it stands: rooms, their size, and what imports what. `make house` prints it."""

from collections import Counter
from pathlib import Path

import grimp

SOURCE = Path(__file__).parents[1] / "src" / "tallystick"


def house() -> str:
    """The rooms from the ground up: files, lines, and how many imports lead to which other room."""
    graph = grimp.build_graph("tallystick", cache_dir=None)
    edges: dict[str, Counter[str]] = {}
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            here, there = room_of(module), room_of(imported)
            if here and there and here != there:
                edges.setdefault(here, Counter())[there] += 1
    lines = [f"{'room':<11}{'files':>6}{'lines':>7}  imports"]
    for room in ordered(edges):
        files = [path for path in (SOURCE / room).rglob("*.py") if path.name != "__init__.py"]
        size = sum(len(path.read_text().splitlines()) for path in files)
        told = ", ".join(f"{name} {n}" for name, n in sorted(edges.get(room, {}).items()))
        lines.append(f"{room:<11}{len(files):>6}{size:>7}  {told or 'nothing of ours'}")
    return "\n".join(lines)


def room_of(module: str) -> str:
    """The room of a module; empty for what stands beside the rooms."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and (SOURCE / parts[1]).is_dir() else ""


def ordered(edges: dict[str, Counter[str]]) -> list[str]:
    """The rooms, each behind those that it imports."""
    rooms = sorted(path.parent.name for path in SOURCE.glob("*/__init__.py"))
    placed: list[str] = []
    while len(placed) < len(rooms):
        placed += [r for r in rooms if r not in placed and set(edges.get(r, ())) <= set(placed)][:1]
    return placed


if __name__ == "__main__":
    print(house())
