"""Values that must not be kept, planted in every form at many places of captures of many formats:
none is in a byte that any command writes or prints.
"""

import base64
import json
from collections.abc import Callable, Iterator
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pytest

from tallystick.record.case import CASE_FILE
from tallystick.review.checklist import KEYS
from tests.cli.killing import Begun
from tests.conftest import entry, har
from tests.intake.formats.test_exports import CAPTURES, PLANTED, TEXTS
from tests.intake.formats.test_samples import SAMPLES

SECRET = "Kw7Rz4Lm9Tx2Vb6N"
FORMS: dict[str, Callable[[str], str]] = {
    "raw": str,
    "json": lambda text: "".join(f"\\u{ord(char):04x}" for char in text),
    "url": lambda text: "".join(f"%{ord(char):02X}" for char in text),
    "base64": lambda text: base64.b64encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "reversed": lambda text: text[::-1],
    "split": lambda text: f"{text[:8]} {text[8:]}",
}
HEAD = 'version = 1\n[incident]\ntitle = "t"\nstart = "2026-06-01T08:00:00Z"\n'


def traces(secret: str) -> Iterator[bytes]:
    """What would give a value away: itself, its halves, and each of its forms at any offset."""
    yield from (form(secret).encode() for form in FORMS.values())
    yield from (secret[:8].encode(), secret[8:].encode(), secret.encode().hex().upper().encode())
    yield from (secret[::-1][:8].encode(), secret[::-1][8:].encode())
    for before in range(3):  # base64 of it within something longer, without what neighbours change
        whole = base64.b64encode(b"\0" * before + secret.encode()).decode().rstrip("=")
        yield whole[(before * 8 + 5) // 6 + 1 : -1].encode()


def everywhere(planted: str) -> bytes:
    """A capture with a value at each kind of place that an HTTP call has."""
    arguments = json.dumps({"key": planted})
    calls = [{"id": planted, "type": "function", "function": {"name": "f", "arguments": arguments}}]
    request: dict[str, Any] = {
        "model": f"gpt-4o-{planted}",
        "user": planted,
        "stop": [planted],
        "metadata": {planted: planted},
        "logit_bias": {planted: 1},
        "tools": [{"type": "function", "function": {
            "name": "f", "description": planted,
            "parameters": {"type": "object", "properties": {planted: {"enum": [planted]}}}}}],
        "messages": [{"role": "system", "content": planted, "name": planted},
                     {"role": "user", "content": [{"type": "text", "text": planted}, {
                         "type": "image_url", "image_url": {"url": f"https://h/{planted}"}}]},
                     {"role": "assistant", "tool_calls": calls},
                     {"role": "tool", "tool_call_id": planted, "content": planted}],
    }  # fmt: skip
    message = {"role": "assistant", "content": planted, "reasoning_content": planted, "x": planted}
    answer = {"id": planted, "object": "chat.completion", "created": 1, "model": planted,
              "system_fingerprint": planted,
              "choices": [{"index": 0, "message": message, "finish_reason": "stop"}]}  # fmt: skip
    error = {"error": {"message": f"bad {planted}", "param": planted, "code": planted,
                       "metadata": {"raw": planted}}}  # fmt: skip
    chunk = {"object": "chat.completion.chunk", "id": planted,
             "choices": [{"index": 0, "delta": {"content": planted}, "finish_reason": planted}]}  # fmt: skip
    sent = {"authorization": f"Bearer {planted}", "cookie": planted, "x-own": planted}
    url = f"https://api.cometapi.com/v1/chat/completions?k={planted}"
    made = [
        entry(200, answer, request=request, headers={"x-request-id": planted}, sent=sent, url=url),
        entry(400, error, request=request, headers={"x-own": planted}, at=9, url=url),
        entry(200, f"data: {json.dumps(chunk)}\n\ndata: [DONE]\n\n", request=request, at=20,
              mime="text/event-stream"),
        entry(0, error=f"connect to {planted} failed", request=request, at=30),
        entry(200, f"<html><title>{planted}</title></html>", at=40, mime="text/html"),
    ]  # fmt: skip
    return har(made)


def captures(root: Path, form: str) -> list[Path]:
    """The files of every format with the value in a form; the samples of producers keep theirs."""
    made = FORMS[form](SECRET)
    texts = {name: json.dumps(value) for name, value in CAPTURES.items()} | TEXTS
    held = {name: text.replace(PLANTED, made) for name, text in texts.items()}
    held["all.har"] = everywhere(PLANTED).decode().replace(PLANTED, made)
    for sample in sorted(SAMPLES.iterdir()):
        data = sample.read_bytes()
        if sample.suffix != ".md" and b"planted" in data and b"\0" not in data:
            held[f"sample-{sample.name}"] = data.decode("utf-8", "surrogateescape").replace(
                "planted", made.replace("\\", "\\\\") if sample.suffix == ".txt" else made
            )
    paths = []
    for name, text in held.items():
        paths.append(root / name)
        paths[-1].write_bytes(text.encode("utf-8", "surrogateescape"))
    return paths


@pytest.mark.parametrize("form", FORMS)
def test_no_command_keeps_or_prints_what_was_planted(
    forks: ForkServerContext, tmp_path: Path, form: str
) -> None:
    case, files = tmp_path / "case", captures(tmp_path, form)
    case.mkdir()
    (case / CASE_FILE).write_text(HEAD)
    who = ("--who", "team", "--why", "checked")
    waived = [word for key in (*KEYS, "unchecked") for word in ("--waive", key)]
    said = [
        Begun(forks, words).ended()
        for words in (
            *(("classify", path) for path in files),
            ("classify", tmp_path / "all.har", "--json"),
            ("scan", *files),
            ("scan", *files, "--json"),
            ("intake", case, *files),
            ("run", case, "--quick"),
            ("review", case, "--json"),
            ("status", case),
            ("contract", "diff", case),
            ("sign", case, *who, *waived),
            ("sign", case, *who),
            ("seal", case),
            ("verify", case),
            ("due", case),
            ("handoff", case, "--pdf", tmp_path / "handoff.pdf"),
            *(("handoff", case, "--for", whom) for whom in ("support", "gateway", "sdk")),
        )
    ]
    frozen = json.loads((case / "evidence" / "captures.json").read_text())
    assert len(frozen) == len(files)
    assert sum(one["exchanges"] for one in frozen) > len(files)
    written = [path for path in case.rglob("*") if path.is_file()] + [tmp_path / "handoff.pdf"]
    texts = {path.name: path.read_bytes() for path in written}
    texts |= {f"output {n}": one.printed.encode() for n, one in enumerate(said)}
    found = [(name, trace) for name, text in texts.items() for trace in traces(SECRET)
             if trace in text]  # fmt: skip
    assert not found


@pytest.mark.parametrize("form", FORMS)
def test_what_would_give_a_value_away_is_looked_for(form: str) -> None:
    """The check itself: every form is found where it stands, alone and within base64 of more."""
    made = FORMS[form](SECRET).encode()
    assert any(trace in b"<" + made + b">" for trace in traces(SECRET))
    for before in range(6):
        longer = base64.b64encode(b"x" * before + SECRET.encode() + b"yz")
        assert any(trace in longer for trace in traces(SECRET))
