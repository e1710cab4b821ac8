"""What a person states in `case.toml`, and the layout of the case folder."""

from typing import Annotated, Literal

import msgspec

from tallystick.record import spelled
from tallystick.record.clause import Grade
from tallystick.record.trial import Mode, Reach

FORMAT_VERSION = 4

CASE_FILE = "case.toml"
JOURNAL = "journal.jsonl"
MANIFEST = "manifest.json"
REVIEW = "review.json"
REVIEWED = "reviewed.json"
CAPTURES = "evidence/captures.json"
EXCHANGES = "evidence/exchanges.ndjson"
LEDGER = "evidence/ledger.json"
CLASSIFICATION = "evidence/classification.json"
PROFILE = "evidence/profile.json"
UNKEPT = "evidence/unkept.json"
RECORDED = "evidence/recorded.json"
SOURCES = "contract/sources.json"
REFRESHED = "contract/refreshed.json"
SOURCE_BYTES = "contract/sources/"
SETTINGS = "contract/settings.json"
CLAUSES = "contract/clauses.json"
CANDIDATES = "contract/candidates.json"
LAB_RUN = "lab/observations.json"
ISOLATION = "lab/isolation.json"
REGRESSION = "lab/regression.json"
OTHER_TRIALS = "lab/other-trials.json"
REPLAYS = "replay/"
ASSUMPTIONS = "lab/assumptions.json"
HANDOFF_MARKDOWN = "handoff/handoff.md"
HANDOFF_JSON = "handoff/handoff.json"
HANDOFF_HTML = "handoff/handoff.html"
HANDOFF_SARIF = "handoff/review.sarif"
HANDOFF_JUNIT = "handoff/junit.xml"
HANDOFF_SUPPORT = "handoff/support.md"

DERIVED = (
    CLASSIFICATION,
    PROFILE,
    UNKEPT,
    CLAUSES,
    CANDIDATES,
    ASSUMPTIONS,
    REVIEW,
    HANDOFF_MARKDOWN,
    HANDOFF_JSON,
    HANDOFF_HTML,
    HANDOFF_SARIF,
    HANDOFF_JUNIT,
    HANDOFF_SUPPORT,
)

Trigger = Literal[
    "",
    "unexpected-errors",
    "parser-failed",
    "streaming-changed",
    "retries-amplified",
    "usage-mismatch",
    "component-changed",
]


ESTIMATE = "internal-estimate"

Line = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=spelled.LINE)]

Word = Annotated[str, msgspec.Meta(pattern=spelled.WORD)]

Name = Annotated[str, msgspec.Meta(pattern=spelled.NAME)]


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of case.toml: unknown keys are refused."""


class Incident(_Part, frozen=True):
    """Who reviews what: times are RFC 3339 with an offset; empty means *not recorded*.

    Pages captured before `fresh_from` are stale; without it, those captured before the start.
    `retries` and `backoff` are as configured; what the lab measures stands beside them.
    """

    title: Line
    start: str = ""
    end: str = ""
    fresh_from: str = ""
    owner: str = ""
    review_date: str = ""
    trigger: Trigger = ""
    symptom: str = ""
    client_library: str = ""
    retries: str = ""
    backoff: str = ""
    services: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    request_ids: tuple[str, ...] = ()
    fields_removed: tuple[str, ...] = ()


class Evidence(_Part, frozen=True):
    """The captures to freeze, relative to the case folder."""

    captures: tuple[Line, ...] = ()


class RecordedUsage(_Part, frozen=True):
    """What the application recorded of usage: CSV with a header, or JSON lines, a row a call.

    `at` and `model` name the columns that tell when and which model; `fields` says of each other
    column which field of the answers' `usage` it is meant to hold (such as `prompt_tokens` or
    `prompt_tokens_details.cached_tokens`), or that it is an `internal-estimate`. The model is the
    one that was asked for. `utc_offset` is that of times which state none.
    """

    file: Line
    fields: dict[Line, Annotated[str, msgspec.Meta(pattern=spelled.FIGURE)]]
    at: Line = "at"
    model: Line = "model"
    utc_offset: Annotated[str, msgspec.Meta(pattern=spelled.OFFSET)] = ""

    @property
    def counted(self) -> dict[str, str]:
        """The columns that are meant to hold a field of the answers' usage."""
        return {column: field for column, field in self.fields.items() if field != ESTIMATE}

    @property
    def estimates(self) -> tuple[str, ...]:
        """The columns that are labelled internal estimates: they are compared with nothing."""
        return tuple(column for column in self.fields if column not in self.counted)


class SourceFile(_Part, frozen=True):
    """A documentation page saved to a file: where it came from and when it was captured.

    `grade` says what it is: only `official` pages state the contract.
    """

    file: Line
    url: Annotated[str, msgspec.Meta(pattern=spelled.ADDRESS)]
    captured: str
    purpose: str = ""
    grade: Grade = "official"


class Operation(_Part, frozen=True):
    """The operation under review, by method and path."""

    method: Literal["POST"] = "POST"
    path: Annotated[str, msgspec.Meta(pattern=spelled.PATH)] = "/v1/chat/completions"


class ServiceTrigger(_Part, frozen=True):
    """The request that makes a running service call the provider, and the address (host and port)
    at which the service expects it: there the lab listens, and for a second provider at
    `fallback_listen`. The path behind `listen` stands before `/v1` in both base URLs: a request
    without it is another process's. A service that the lab starts can take its base URL from the
    environment instead.
    """

    url: Annotated[str, msgspec.Meta(pattern=spelled.ADDRESS)]
    listen: Annotated[
        str,
        msgspec.Meta(pattern=spelled.LISTEN),
    ]
    fallback_listen: Annotated[str, msgspec.Meta(pattern=spelled.LOOPBACK)] = ""
    method: Literal["GET", "POST", "PUT"] = "POST"
    headers: dict[str, str] = {}
    body: str = ""


class Client(_Part, frozen=True):
    """The command that starts the real application for one call, relative to the case folder.

    `before` is the command of the client as it was in the incident, where that can still be run:
    the review then proves the fix.

    `mode` says how trials are run: the command is started `once` for each, is a `driver` that
    serves them all, names a Python callable to `fork`, or is a service that is triggered over
    `http`. `reach` says how its traffic gets to the lab: by its base URL, the same over `https`,
    or through a `proxy` that answers for `host`. `timeout_s` is for one trial, `call_timeout_s`
    for one request of a driver, in seconds; 0 means 30 s, or 12 s for a warm process. `parallel`
    says how many trials run at once; 0 chooses. `isolate` takes every other network away where
    the system allows it. The `…_env` names are set beside the usual ones.
    """

    command: tuple[Word, ...] = ()
    before: tuple[Word, ...] = ()
    directory: Line = "."
    mode: Mode = "once"
    reach: Reach = "base-url"
    host: Annotated[str, msgspec.Meta(pattern=spelled.HOST)] = "api.cometapi.com"
    timeout_s: Annotated[float, msgspec.Meta(ge=0, le=3600)] = 0.0
    call_timeout_s: Annotated[float, msgspec.Meta(gt=0, le=600)] = 2.0
    parallel: Annotated[int, msgspec.Meta(ge=0, le=256)] = 0
    isolate: bool = True
    base_url_env: tuple[Name, ...] = ()
    key_env: tuple[Name, ...] = ()
    fallback_env: tuple[Name, ...] = ()
    trigger: ServiceTrigger | None = None


class Declared(_Part, frozen=True):
    """An assumption that a person states, where neither lab nor traffic can show it."""

    location: str
    value: Line
    detail: str = ""


class Secrets(_Part, frozen=True):
    """How the credential reaches production: names and places, never a value."""

    secret_source: str = ""
    rotation: str = ""


class Environment(_Part, frozen=True):
    """One environment of the application. `settings` are its configuration files.

    The controlled replay may send to it; its token comes from exactly one of an environment
    variable's name, a file or a command. `ca_file` adds a certificate authority. `base_url` is
    where it calls; without one the documented address is used, and for production only.
    """

    production: bool = True
    base_url: str = ""
    settings: tuple[Line, ...] = ()
    token_env: str = ""
    token_file: str = ""
    token_command: tuple[Word, ...] = ()
    ca_file: str = ""


class ReplayPlan(_Part, frozen=True):
    """What the controlled replay sends: a model ID, which negative cases, within which time."""

    model: str = ""
    streamed: bool = False
    negative: tuple[
        Literal["no-token", "malformed-token", "missing-field", "unknown-field", "unknown-model"],
        ...,
    ] = ()
    timeout_s: Annotated[float, msgspec.Meta(gt=0, le=600)] = 60.0


class Shipped(_Part, frozen=True):
    """The changes that were made: what and where, each line a person's. Empty: there was none."""

    configuration: str = ""
    client_code: str = ""
    parser: str = ""
    retry_policy: str = ""
    monitoring: str = ""
    documentation: str = ""
    support_follow_up: str = ""


class Rewrite(_Part, frozen=True):
    """A path prefix that a gateway of one's own replaces before it calls the provider."""

    prefix: Annotated[str, msgspec.Meta(pattern=spelled.PATH)]
    becomes: Annotated[str, msgspec.Meta(pattern=spelled.PATH)]


class Comparison(_Part, frozen=True):
    """`intentional` names locations at which the environments may differ."""

    intentional: tuple[Line, ...] = ()
    rewrites: tuple[Rewrite, ...] = ()


class Case(_Part, frozen=True):
    """The whole of `case.toml`. `runbook` says per error class what the runbook tells to do."""

    version: int
    incident: Incident
    evidence: Evidence = Evidence()
    operation: Operation = Operation()
    sources: tuple[SourceFile, ...] = ()
    client: Client = Client()
    secrets: Secrets = Secrets()
    assumptions: tuple[Declared, ...] = ()
    environments: dict[str, Environment] = {}
    replay: ReplayPlan = ReplayPlan()
    runbook: dict[str, Line] = {}
    comparison: Comparison = Comparison()
    changes: Shipped | None = None
    usage: RecordedUsage | None = None
