"""The architecture, executed: which room may import which, and who may act."""

import ast
import graphlib
import re
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

SOURCE = Path(__file__).parents[1] / "src" / "tallystick"
TABLE = re.findall(
    r"^\| `(\w+)` \|[^|]*\| ([\w, –]+) \|$",
    (SOURCE.parents[1] / "ARCHITECTURE.md").read_text(),
    re.MULTILINE,
)
ALLOWED = {room: set(re.findall(r"\w+", listed)) for room, listed in TABLE}
ROOMS = tuple(ALLOWED)
# From this one on rooms may act.
ACTING = ROOMS[ROOMS.index("host") :]
ACTING_MODULES = {
    "asyncio", "fcntl", "io", "multiprocessing", "os", "pathlib", "random", "secrets", "select",
    "shutil", "signal", "socket", "ssl", "subprocess", "tempfile", "threading", "time", "urllib3",
    "uuid", "venv", "httpx", "h11", "rich", "typer",
}  # fmt: skip
ACTING_CALLS = {"open", "print", "input", "exec", "eval", "__import__"}
ACTORS = "lab/transport/"
# Files beside the rooms, and who may import them.
BESIDE = {
    "lab": {"chamber"},
    "engine": {"chamber"},
    "people": {"sealed"},
    "cli": {"__version__"},
}


def modules() -> list[Path]:
    return sorted(path for room in ROOMS for path in (SOURCE / room).rglob("*.py"))


def imports(tree: ast.AST) -> Iterator[str]:
    """Every imported module: also lazy imports and those under TYPE_CHECKING."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "relative imports hide where a line leads"
            assert node.module
            if node.module == "tallystick":
                yield from (f"tallystick.{alias.name}" for alias in node.names)
            else:
                yield node.module


def name(path: Path) -> str:
    return path.relative_to(SOURCE).as_posix()


@pytest.mark.parametrize("path", modules(), ids=name)
def test_a_room_imports_only_what_the_table_allows(path: Path) -> None:
    room = path.relative_to(SOURCE).parts[0]
    tree = ast.parse(path.read_text())
    inner = {module.split(".")[1] for module in imports(tree) if module.startswith("tallystick.")}
    rooms = inner & set(ROOMS)
    assert rooms <= ALLOWED[room] | {room}
    assert inner - set(ROOMS) <= BESIDE.get(room, set())


@pytest.mark.parametrize("path", modules(), ids=name)
def test_only_the_shell_and_the_transport_act(path: Path) -> None:
    if name(path).startswith((*(f"{room}/" for room in ACTING), ACTORS)):
        return
    tree = ast.parse(path.read_text())
    assert {module.split(".")[0] for module in imports(tree)} & ACTING_MODULES == set()
    called = {
        node.func.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert called & ACTING_CALLS == set()
    clocks = {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    } & {"now", "today", "utcnow", "read_text", "read_bytes", "write_text", "write_bytes"}
    assert clocks == set()


def test_every_folder_is_in_the_table_and_no_room_imports_one_below_it() -> None:
    packages = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert set(ROOMS) == packages - {"drivers"}
    for number, room in enumerate(ROOMS):
        assert ALLOWED[room] <= set(ROOMS[:number]), room


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph("tallystick", cache_dir=None)
    imported = {one: graph.find_modules_directly_imported_by(one) for one in graph.modules}
    assert [*graphlib.TopologicalSorter(imported).static_order()]


def test_the_check_itself_finds_a_forbidden_import() -> None:
    hidden = "def f():\n    from tallystick.intake import freeze\n    return freeze\n"
    assert list(imports(ast.parse(hidden))) == ["tallystick.intake"]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_exports_at_most_a_dozen_names(room: str) -> None:
    tree = ast.parse((SOURCE / room / "__init__.py").read_text())
    exported = [
        len(node.value.elts)
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.List)
    ]
    assert sum(exported) <= 14, "a room with more than about a dozen names is two rooms"


@pytest.mark.parametrize("path", modules(), ids=name)
def test_modules_stay_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 320
