"""The console log of relays of the one-api family."""

import json

from tallystick.intake.formats import detect
from tallystick.intake.formats.base import Piece
from tallystick.intake.formats.relay import FORMAT
from tallystick.intake.raw import RawAttempt

LOG = """\
[INFO] 2026/06/01 - 16:22:07 | 2026060116220733 | relay request: user=14 model=gpt-4o-mini group=x
[GIN] 2026/06/01 - 16:22:08 | 2026060116220733 | 200 |    1.410211s |      10.1.4.7 |    POST /v1/chat/completions
[ERR] 2026/06/01 - 16:22:09 | 2026060116220910 | relay error: status_code=503, code=model_not_found, No channel for it
[GIN] 2026/06/01 - 16:22:09 | 2026060116220910 | 503 |   12.334ms |      10.1.4.7 |    POST /v1/chat/completions
[GIN] 2026/06/01 - 16:22:11 | 500 |   12.334ms |      10.1.4.7 |    POST "/v1/chat/completions"
"""


def test_lines_of_one_id_are_one_call() -> None:
    assert detect(LOG.encode()) is FORMAT
    calls = [one for one in FORMAT.read(Piece(0, 0, LOG.encode())) if isinstance(one, RawAttempt)]
    assert [call.status for call in calls] == [200, 503, 500]
    well, failed, bare = calls
    assert json.loads(well.request.body or b"") == {"model": "gpt-4o-mini"}
    assert (well.at, well.duration_ms) == ("2026-06-01T16:22:08+00:00", 1410.211)
    told = {"message": "No channel for it", "code": "model_not_found"}
    assert json.loads(failed.response.body or b"") == {"error": told}
    assert bare.response.body is None
    assert all({"headers", "response-headers"} <= {*call.hidden} for call in calls)


def test_an_error_of_another_status_is_not_of_the_call() -> None:
    other = LOG.replace("status_code=503", "status_code=429")
    calls = [one for one in FORMAT.read(Piece(0, 0, other.encode())) if isinstance(one, RawAttempt)]
    assert calls[1].response.body is None


def test_a_call_that_the_relay_itself_refused_has_its_words() -> None:
    told = "relay error: 预扣费额度失败, 用户剩余额度: ＄0.004"
    log = LOG.replace("relay error: status_code=503, code=model_not_found, No channel for it", told)
    calls = [one for one in FORMAT.read(Piece(0, 0, log.encode())) if isinstance(one, RawAttempt)]
    body = json.loads(calls[1].response.body or b"")
    assert body["error"]["message"].startswith("预扣费额度失败")


def test_the_words_of_an_older_relay_are_read_alike() -> None:
    told = "middleware/utils.go:20 [abortWithMessage] no channel available for model m"
    log = LOG.replace("relay error: status_code=503, code=model_not_found, No channel for it", told)
    calls = [one for one in FORMAT.read(Piece(0, 0, log.encode())) if isinstance(one, RawAttempt)]
    error = {"message": "no channel available for model m"}
    assert json.loads(calls[1].response.body or b"") == {"error": error}
