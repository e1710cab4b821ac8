"""Objects as Node.js prints them: read as they were, or told to be a part."""

import json
import random
import shutil
import subprocess
from typing import Any

import pytest

from tallystick.intake.formats.inspected import objects, read

WORDS = ["x", "it's", 'say "so"', "`a`", "a'b\"c`d", "l1\nl2", "\\", "undefined", "[Object]", "{", "} {",
         "ü ‹", "", "null", "yes", "1", "a: b", "# c", "- d", "&a", "*a", "\t", "'; ", "<Buffer 00>"]  # fmt: skip


def made(rng: random.Random, depth: int = 0) -> Any:
    """A value as JSON has it."""
    kind = rng.randrange(4 if depth < 3 else 2)
    if kind == 0:
        return rng.choice([*WORDS, *WORDS, "long " * 60])
    if kind == 1:
        return rng.choice([0, -1, 1.5, 1e21, True, False, None, 123456789])
    if kind == 2:
        return [made(rng, depth + 1) for _ in range(rng.randrange(5))]
    return {
        rng.choice(["a", "b-c", "d e", "x1", "on", "1"]): made(rng, depth + 1) for _ in range(4)
    }


@pytest.mark.skipif(shutil.which("node") is None, reason="Node.js is not installed")
def test_what_node_prints_is_read_as_it_was() -> None:
    values = [{"v": made(random.Random(seed))} for seed in range(300)]
    script = (
        "const u=require('util');const v=JSON.parse(require('fs').readFileSync(0));"
        "console.log(JSON.stringify(v.map(x=>u.inspect(x,{depth:null,maxArrayLength:null,"
        "maxStringLength:null}))))"
    )
    done = subprocess.run(
        ["node", "-e", script], input=json.dumps(values), capture_output=True, text=True, check=True
    )
    printed = json.loads(done.stdout)
    # A list that holds the words of what is left out reads as one that was cut.
    wrong = [(text, value, found) for text, value in zip(printed, values, strict=True)
             if (found := read(text)).value != value and not found.part]  # fmt: skip
    assert wrong == []
    whole = sum(not read(text).part for text in printed)
    assert whole > 270


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{ a: [Object], b: 1 }", {"b": 1}),
        ("{ a: [ [Object], [Object] ], b: 1 }", {"b": 1}),
        ("{ a: [ 1, 2, ... 98 more items ] }", {}),
        ("{ a: 'xy'... 900 more characters }", {"a": "xy"}),
        ("{ a: [Function: go], b: [Function (anonymous)] }", {}),
        ("<ref *1> { a: [Circular *1] }", None),
        ("{ a: &x [1], b: *x }", None),
        ("{ a: ", None),
    ],
)
def test_what_was_left_out_is_told(text: str, value: object) -> None:
    found = read(text)
    assert (found.value, found.part) == (value, True)


def test_objects_stand_one_behind_the_other() -> None:
    found, rest = objects("{ a: '}' } Headers {\n  b: `{`\n} undefined\nmore")
    assert [one.value for one in found] == [{"a": "}"}, {"b": "{"}]
    assert rest == " undefined\nmore"
    assert objects("{ a: 1")[0] == ()
