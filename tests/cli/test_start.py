"""What starts before the first line of work: commands are loaded by name, and alone."""

import subprocess
import sys

import pytest
from typer.testing import CliRunner

from tallystick.cli import commands as cli

# What takes long to load, and is needed by few commands.
SLOW = frozenset(
    "reportlab detect_secrets httpx yaml jinja2 markdown_it cryptography jsonschema h11 asyncio"
    " distributed dask lxml openpyxl h2".split()
)


def loaded(*words: str) -> set[str]:
    """The packages that a command has loaded when it ends."""
    code = (
        "import sys; sys.argv = ['tallystick', *sys.argv[1:]]\n"
        "from tallystick.__main__ import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('\\n'.join({name.partition('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("words", [("--version",), ("--help",)])
def test_the_version_and_the_help_load_nothing_slow(words: tuple[str, ...]) -> None:
    assert not loaded(*words) & SLOW


def test_a_command_is_told_in_the_help_as_its_own_help_begins() -> None:
    for name, told in cli.COMMANDS.items():
        made = cli.command(name)
        assert told.summary == made.get_short_help_str(200), name


def test_a_command_that_is_none_is_named_with_those_that_are() -> None:
    done = CliRunner().invoke(cli.app, ["clasify"])
    assert done.exit_code == 2
    assert "No such command 'clasify'" in done.output
