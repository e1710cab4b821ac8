"""`new`: a case folder with a case.toml to fill in."""

import json
from datetime import UTC, datetime
from pathlib import Path

from tallystick.app.errors import CannotRunError
from tallystick.app.store import held
from tallystick.record.case import CASE_FILE

_TEMPLATE = """\
# What a person states of the incident. Keep raw captures outside this folder: it is kept and
# handed over, and holds sanitized evidence only. Paths are relative to this folder.
version = 1

[incident]
title = {title}
start = ""                 # RFC 3339 with an offset, such as {now}; what was captured of
                           # the documentation before it is stale
end = ""
owner = ""
review_date = "{today}"
# unexpected-errors, parser-failed, streaming-changed, retries-amplified, usage-mismatch or
# component-changed
trigger = ""
symptom = ""               # what the application reported, without any customer's data
client_library = ""        # name and version
services = []
environments = []
changes = []               # client, gateway, proxy, prompt or model changes near the incident
request_ids = []           # ids that are safe to store

[evidence]
captures = []              # HAR files, such as "../capture.har"

[operation]
method = "POST"
path = "/v1/chat/completions"

# One table per documentation page or specification, saved to a file:
# [[sources]]
# file = "../chat.md"
# url = "https://…"
# captured = "{now}"
# purpose = "chat API docs"

[client]
# once: the command makes one call, exits 0 and prints the answer. driver: it serves many trials.
# fork: it is an interpreter and MODULE:CALLABLE. http: it is a service that a trigger makes call.
mode = "once"
command = []
directory = "."

[secrets]
secret_source = ""         # where the key comes from, never its value
rotation = ""
"""


def begin(root: Path) -> Path:
    """Create a case folder and return the path of its case.toml.

    Raises:
        CannotRunError: there is a case already, or the folder cannot be made.
    """
    path = root / CASE_FILE
    if path.exists():
        raise CannotRunError("there is a case already", where=str(path), do="choose another folder")
    now = datetime.now(UTC).replace(microsecond=0)
    text = _TEMPLATE.format(
        title=json.dumps(root.resolve().name, ensure_ascii=False),
        now=now.isoformat().replace("+00:00", "Z"),
        today=now.date().isoformat(),
    )
    try:
        root.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise CannotRunError(
            f"the case cannot be created: {error.strerror}", where=str(root)
        ) from None
    with held(root) as folder:
        folder.commit({})
    return path
