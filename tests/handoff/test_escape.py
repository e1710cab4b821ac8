"""What pages, captures and people say acts on nothing where it is shown."""

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.console import Console
from rich.table import Table

from tallystick.handoff.escape import code, json_text, markdown, printable
from tallystick.host import talk

READER = MarkdownIt("commonmark", {"html": True}).enable("table")
# Pieces of everything that Markdown, HTML and terminals act on.
PIECES = ["`", "``", "[", "](http://e.example)", "![", "<img src=x>", "<b>", "*", "**", "_", "&lt;",
          "#", "# ", "- ", "1. ", "> ", "~~~", "```", "|", "\\", "\x1b[31m", "\x9b2J", "\u202e", "\n",
          "\r", "a", " ", "x_y", "&#33;", "---", "==="]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=40)
INERT = {"text", "code_inline", "softbreak"}


@given(TEXTS, TEXTS)
def test_texts_stay_texts_also_beside_each_other(first: str, second: str) -> None:
    tokens = READER.parse(f"start {markdown(first)} middle {markdown(second)} end")
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert {part.type for part in tokens[1].children or ()} <= INERT


@given(TEXTS)
def test_a_text_begins_no_block(text: str) -> None:
    types = [token.type for token in READER.parse(f"{markdown(text)}x")]
    assert types[1:] in (["inline", "paragraph_close"], [])


@given(TEXTS)
def test_what_is_shown_is_what_was_said(text: str) -> None:
    """A text without code spans reads as it is."""
    plain = text.replace("`", "'")
    inline = READER.parse(f"({markdown(plain)})")[1]
    shown = "".join(part.content for part in inline.children or ())
    assert shown.split() == f"({printable(plain)})".split()


@given(TEXTS, TEXTS)
def test_a_row_of_a_table_stays_a_row(first: str, second: str) -> None:
    table = f"| a | b |\n| --- | --- |\n| {markdown(first)} | {code(second)} |\n"
    types = [token.type for token in READER.parse(table)]
    assert types.count("td_open") == 2
    assert types.count("tr_open") == 2


@given(TEXTS)
def test_a_code_span_is_one(text: str) -> None:
    inline = READER.parse(f"x{code(text)}x")[1]
    assert [part.type for part in inline.children or ()] == ["text", "code_inline", "text"]


def test_what_is_escaped_is_not_escaped_again() -> None:
    once = markdown("[x]")
    assert markdown(once) is once


@given(TEXTS)
def test_nothing_that_is_printed_acts_on_a_terminal(text: str) -> None:
    for shown in (printable(text), json_text(text)):
        controls = {c for c in shown if unicodedata.category(c) in ("Cc", "Zl", "Zp")}
        assert controls <= {"\n", "\t"}
        assert not set("\u202e\u2066\u200f") & set(shown)


@pytest.mark.parametrize("terminal", [True, False])
def test_the_terminal_gets_colours_and_no_other_sequence(
    monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    table = Table("head\x1b]0;title\x07")
    table.add_row("cell\x1b[2J\u202e")
    out = io.StringIO()
    console = talk.escaping(Console(file=out, force_terminal=terminal))
    monkeypatch.setattr(talk, "stderr", console)
    console.print(table)
    talk.say("said \x1b[31mred\x9b")
    told = out.getvalue()
    assert "\x1b]" not in told
    assert "\x1b[2J" not in told
    assert "\x1b[31m" not in told
    assert "\x9b" not in told
    assert "cell" in told
