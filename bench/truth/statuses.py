"""The baseline to beat: a verdict from status codes alone."""

from __future__ import annotations

import re
from pathlib import Path

_STATUS = re.compile(
    r'(?:"status": |"response_code": |"error_code": "|Error code: |"statusMessage": "'
    r"|error '|status_code\", \"value\": {\"intValue\": \")(\d{1,3})\b"
)


def baseline(case_folder: Path) -> str:
    """Refusals (4xx but 402, 403, 429) are a mismatch; failures are not; silence is undecided."""
    capture = next(case_folder.glob("capture.*")).read_text(encoding="utf-8")
    statuses = [int(found) for found in _STATUS.findall(capture)]
    refused = [s for s in statuses if 400 <= s < 500 and s not in (402, 403, 408, 429)]
    failed = [s for s in statuses if not 200 <= s < 300 and s not in refused]
    if refused and len(refused) >= len(failed):
        return "mismatch"
    return "no-mismatch" if failed or statuses else "undecided"
