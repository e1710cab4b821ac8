"""Orders to call again, to wait and to give up; tabs, callouts and tables that name members."""

import pytest

from tests.contract.test_reading import read

CARDS = """# Retrying

<Columns><Card title="Repeat">`408`, `429` and `503`</Card>
<Card title="Stop">`400`, `401` and `422`</Card></Columns>
"""
LISTED = """# Errors

A `400` tells that a field is missing and a `422` that two of them clash, and `404` that there is no such
model. Both are final.

The group `500`, `502` and `503` is ours. Resend up to twice.
"""
NOT_OF_ALL = """# Errors

A `400`, a `404` and a `422` are explained below. Whoever sees one can retry later.
"""
AFTER = """<!doctype html><html><body><main><h1>Errors</h1><dl><dt>After a 503</dt><dd><p>Try again right away, once.</p></dd>
<dt>After a 504</dt><dd><p>Do not try again with the same body.</p></dd></dl></main>"""
TABBED = """<!doctype html><html><body><main><h1>Chat</h1><div><ul role="tablist"><li role="tab">200</li><li role="tab">429</li></ul>
<div role="tabpanel"><p>Fine.</p></div><div role="tabpanel" hidden=""><p>Repeat the call after a while.</p>
</div></div><aside class="starlight-aside--note"><p>Failed calls are free of charge.</p></aside>
<aside class="toc"><p>Failed calls are billed.</p></aside></main>"""
APIFOX = "# 聊天\n\n🔴 500 服务异常\n\n上游无响应，可直接重试，最多 3 次。\n"
JAPANESE = """# エラー

## 429

翌月 1 日に解除されるため、再試行は{}。

## 504

max_tokens を減らして再試行してください。
"""

RUSSIAN = """# Вопросы

## Почему приходит 402?

Закончились деньги; повторять запрос до этого бессмысленно.

## А 500 и 503?

Повторите запрос через 2 секунды, затем удваивайте паузу.
"""


def retries(text: str, name: str = "page.md") -> dict[str, str]:
    """What a page seems to say of sending a call again, by status."""
    found = [c.clause for c in read(text, name).candidates if c.clause.aspect == "retry"]
    return {c.location.rpartition(".")[2]: c.value for c in found}


@pytest.mark.parametrize(
    ("page", "name", "said"),
    [
        (CARDS, "page.mdx", {"408": "yes", "429": "yes", "503": "yes", "400": "no", "401": "no",
                             "422": "no"}),
        (LISTED, "page.md", {"400": "no", "422": "no", "404": "no", "500": "yes", "502": "yes",
                             "503": "yes"}),
        (NOT_OF_ALL, "page.md", {}),
        (AFTER, "page.html", {"503": "yes", "504": "no"}),
        (TABBED, "page.html", {"429": "yes"}),
        (APIFOX, "page.md", {"500": "yes"}),
        ("# SDK\n\nA 409 leads to two more attempts.\n", "page.md", {"409": "yes"}),
        ("# SDK\n\nA 409 of our payment partner leads to two more attempts.\n", "page.md", {}),
        (JAPANESE.format("意味がありません"), "page.md", {"429": "no", "504": "yes"}),
        (JAPANESE.format("可能です"), "page.md", {"429": "yes", "504": "yes"}),
        (JAPANESE.format("必要です"), "page.md", {"429": "yes", "504": "yes"}),
        (JAPANESE.format("必要ありません"), "page.md", {"429": "no", "504": "yes"}),
        (RUSSIAN, "page.md", {"402": "no", "500": "yes", "503": "yes"}),
    ],
)  # fmt: skip
def test_what_a_page_says_of_calling_again(page: str, name: str, said: dict[str, str]) -> None:
    assert retries(page, name) == said


def places(text: str, name: str = "page.md") -> set[tuple[str, str]]:
    return {(c.clause.location, c.clause.value) for c in read(text, name).candidates}


def test_a_callout_is_read_and_a_side_bar_is_not() -> None:
    told = [value for place, value in places(TABBED, "page.html") if place == "billing.failed"]
    assert told == ["not billed"]


@pytest.mark.parametrize(
    ("sentence", "place", "value"),
    [
        ("Repeat the call, doubling the pause each time.", "retry.backoff", "growing waits"),
        ("There is no `Retry-After` on these answers.", "retry.retry_after", "no"),
        ("No `Retry-After` is sent.", "retry.retry_after", "no"),
        ("After a 503 the pause doubles up to 8 seconds.", "retry.backoff", "growing waits"),
        ("We close a call that is not streamed after ten minutes.", "retry.timeout", "ten minutes"),
        ("Your client took longer than 30 seconds to send it.", "retry.timeout", "30 seconds"),
        ("Old keys are deleted after 30 minutes, jobs end after 6 hours.", "", ""),
        ("Everybody may make ten requests a second.", "limit.requests", "10"),
        ("More than 32 requests of this key are in flight.", "limit.concurrency", "32"),
        ("Successful answers carry `x-acme-remaining`.", "limit.headers", "x-acme-remaining"),
        ("Failed requests count towards your RPM.", "", ""),
        ("Requests that end in a `5xx` are no longer charged.", "billing.failed", "not billed"),
        ("По умолчанию разрешено 60 запросов в минуту.", "limit.requests", "60"),
        ("Неудачные запросы не тарифицируются.", "billing.failed", "not billed"),
    ],
)
def test_a_sentence_states_at_its_place(sentence: str, place: str, value: str) -> None:
    found = {
        (where, said)
        for where, said in places(f"# Notes\n\n{sentence}\n")
        if where.startswith(("retry.backoff", "retry.timeout", "retry.retry", "limit.", "billing."))
    }
    assert found == ({(place, value)} if place else set())


MIGRATION = """# Coming from elsewhere

| There | Here |
| --- | --- |
| `logit_bias` | Silently ignored |
| `store`, `metadata` | Refused |
| `n` | – |
"""


def test_rows_that_name_members_are_candidates_at_them() -> None:
    found = {place for place, _ in places(MIGRATION)}
    assert found == {"request.logit_bias", "request.store", "request.metadata"}
    assert not places(MIGRATION.replace("Coming from elsewhere", "Columns of the console"))


def test_whether_a_status_is_charged_is_read_from_its_column() -> None:
    page = "# Bills\n\n| Status | Charged |\n| --- | --- |\n| 400 | No |\n| 499 | **Yes** |\n"
    assert {v for p, v in places(page) if p == "billing.failed"} == {"billed", "not billed"}


def test_what_describes_an_operation_is_read() -> None:
    page = """
openapi: 3.1.0
info: {title: Chat, version: '1', description: 'Everybody may make 60 requests per minute.'}
paths:
  /v1/chat/completions:
    post:
      description: The stream is closed by `data: [DONE]`. A 429 may be retried.
      responses: {'200': {description: fine}}
""".replace("by `data: [DONE]`. A 429 may be retried.", "by the mark [DONE]. A 429 may be retried.")
    found = {place for place, _ in places(page, "page.yaml")}
    assert {"limit.requests", "stream.done", "retry.status.429"} <= found


SCHEME = """<!doctype html><html><body><main><h1>Chat</h1><h4>Authorization: X-Acme-Key</h4><pre><code>name: X-Acme-Key
type: apiKey
in: header</code></pre></main>"""


def test_a_security_scheme_that_a_reference_prints_names_the_header() -> None:
    stated = [c for c in read(SCHEME, "page.html").clauses if c.location == "auth.header"]
    assert [c.value for c in stated] == ["X-Acme-Key"]
    elsewhere = read(SCHEME.replace("in: header", "in: query"), "page.html").clauses
    assert not [c for c in elsewhere if c.location == "auth.header"]


def test_a_row_about_another_endpoint_is_not_ours() -> None:
    page = "# Cost\n\n## Reports\n\n`GET /reports/daily` is limited to 12 calls an hour: 429.\n"
    assert not {p for p, _ in places(page) if p.startswith(("limit.", "error."))}


def test_a_description_of_everything_states_nothing_of_another_endpoint() -> None:
    page = """
openapi: 3.1.0
info: {title: API, version: '1', description: 'Embeddings: 900 requests per minute. Fine.'}
paths:
  /v1/chat/completions:
    post:
      responses: {'200': {description: fine}}
"""
    assert not {place for place, _ in places(page, "page.yaml")}


def test_how_long_the_other_side_goes_on_is_no_time_to_wait() -> None:
    page = (
        "# Notes\n\nIdle streams are closed after 60 seconds.\n\nA client's limit: at least 90 s.\n"
    )
    found = {c.clause.aspect: c.clause.value for c in read(page, "page.md").candidates
             if c.clause.location == "retry.timeout"}  # fmt: skip
    assert found["maximum"] == "60 seconds"


SIDE = """<!doctype html><html><body><main><h1>Notes</h1><aside class="{}"><p>A 429 may be retried.</p>
</aside></main></body></html>"""


@pytest.mark.parametrize(
    ("kind", "read_so"),
    [
        ("callout note", True),
        ("admonition", True),
        ("sidebar-info", False),
        ("banner alert", False),
    ],
)
def test_an_aside_is_read_where_it_is_a_callout(*, kind: str, read_so: bool) -> None:
    assert (retries(SIDE.format(kind), "page.html") == {"429": "yes"}) == read_so
