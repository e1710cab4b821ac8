"""ReadMe.io's blocks: their texts stand at their places in the stored bytes."""

import pytest

from tallystick.documents import read_markdown

PAGE = """---
title: "Chat"
---
Before it.

[block:api-header]
{
  "title": "Body ü parameters"
}
[/block]

[block:parameters]
{
  "data": {
    "h-0": "Name",
    "h-1": "What \\"it\\" does",
    "0-0": "`model`",
    "0-1": "Picks **one**.\\n \\u00fcber all",
    "1-0": "`n`"
  },
  "cols": 2,
  "rows": 2
}
[/block]

[block:callout]
{
  "type": "warning",
  "body": "Keys are `secret`."
}
[/block]

After it.
"""


def test_blocks_become_pieces_at_their_places() -> None:
    nodes = [n for n in read_markdown(PAGE).nodes if n.kind != "component"]
    assert [node.kind for node in nodes] == [
        "paragraph", "heading", "table", "paragraph", "paragraph",
    ]  # fmt: skip
    heads, first, second = nodes[2].children
    assert [cell.text.plain for cell in heads.children] == ["Name", 'What "it" does']
    assert [cell.text.plain for cell in first.children] == ["model", "Picks one.  über all"]
    assert first.children[0].text.codes == ((0, 5),)
    assert [cell.text.plain for cell in second.children] == ["n", ""]
    data = PAGE.encode()
    start, end = first.children[0].text.span()
    assert data[start:end] == b"model"
    start, end = nodes[1].text.span()
    assert data[start:end].decode() == "Body ü parameters"


@pytest.mark.parametrize(
    "broken", ['"data": {', '"h-0": "Name",', '  "cols": 2,\n  "rows": 2\n}\n']
)
def test_a_block_that_is_not_whole_is_passed_over(broken: str) -> None:
    read_markdown(PAGE.replace(broken, ""))
