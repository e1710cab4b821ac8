"""The stage on which a fault is played: the client's habits, the documents, the calls so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random

from .answers import chunks, completion, plain, stream
from .contract import HOST, MODELS, UNDOCUMENTED, Contract, draw_contract
from .values import WINDOW, Answer, Call, Depth, Headers, Json, Request

_PROMPTS = (
    "Where is parcel nine?",
    "Summarise this ticket in one line.",
    "Wann ist der nächste Termin?",
    "List the open invoices.",
    "Classify: the screen stays black.",
)
_AGENTS = {
    "python": ("OpenAI/Python 1.109.1", "AsyncOpenAI/Python 2.3.0", "python-httpx/0.28.1"),
    "node": ("OpenAI/JS 5.20.0", "axios/1.12.2", "ai-sdk/openai-compatible/1.0.22"),
}
_KEY = "sk-test-000000000000000000000000"


@dataclass
class Stage:
    """Mutable while a fault plays on it; read once, by the composer, when it is over."""

    rng: Random
    contract: Contract
    depth: Depth
    model: str
    agent: str
    params: dict[str, Json]
    prompts: tuple[str, ...]
    streams: bool
    delay: float
    herring: str = "none"
    herring_field: str | None = None
    lead: str = ""
    comment: str = ""
    calls: list[Call] = field(default_factory=list)

    @property
    def headers(self) -> Headers:
        """The headers of a right request."""
        return (
            ("Content-Type", "application/json"),
            ("Authorization", f"Bearer {_KEY}"),
            ("User-Agent", self.agent),
        )

    def ask(
        self,
        changes: Mapping[str, Json] | None = None,
        drop: tuple[str, ...] = (),
        path: str = "/v1/chat/completions",
        headers: Headers | None = None,
    ) -> Request:
        """A request after the client's habit, with `changes` on top and `drop` left out."""
        content = self.rng.choice(self.prompts)
        body: dict[str, Json] = {"model": self.model}
        lead: list[Json] = [{"role": "system", "content": self.lead}] if self.lead else []
        body["messages"] = [*lead, {"role": "user", "content": content}]
        body.update(self.params)
        if self.streams:
            body["stream"] = True
        body.update(changes or {})
        body = {name: value for name, value in body.items() if name not in drop}
        return Request(HOST + path, headers or self.headers, body)

    def created(self, at: float) -> int:
        """The Unix second of this moment of the window."""
        return int(WINDOW.timestamp() + at)

    def good_answer(self, at: float) -> Answer:
        """An answer that keeps the documents."""
        if self.streams:
            usage = self.rng.random() < 0.5 and self.contract.streams
            parts = chunks(self.rng, self.model, self.created(at), usage)
            return stream(parts, comment=self.comment)
        body = completion(self.rng, self.model, self.created(at))
        if self.herring == "answer-extra":
            body["latency_checkpoint"] = {"queue_ms": self.rng.randrange(90)}
        return plain(body)

    def play(
        self,
        at: float,
        request: Request,
        answer: Answer,
        trace: str | None = None,
        ms: int | None = None,
        crash: str | None = None,
    ) -> None:
        """Put one call on the stage."""
        took = self.rng.randrange(300, 2600) if ms is None else ms
        name = trace or f"t{self.rng.randrange(16**10):010x}"
        self.calls.append(Call(round(at, 3), took, request, answer, name, crash))

    def good(self, at: float) -> None:
        """Put one call on the stage that goes well."""
        self.play(at, self.ask(), self.good_answer(at))

    def times(self, low: int = 3, high: int = 6) -> list[float]:
        """When the fault strikes: some moments in the middle of the window."""
        count = self.rng.randrange(low, high + 1)
        return sorted(self.rng.uniform(200, 2400) for _ in range(count))

    def surround(self, required: bool = False) -> None:
        """Calls that go well, before the fault or after it, or both; now and then none."""
        required = required or self.herring_field is not None
        before, after = self.rng.choice(((2, 2), (3, 0), (0, 3), (1, 1), (0, 0)))
        if required and not before + after:
            after = 3
        for _ in range(before):
            self.good(self.rng.uniform(5, 190))
        for _ in range(after):
            self.good(self.rng.uniform(2500, 3550))

    def retry(self, at: float, request: Request, answers: list[Answer], waits: list[float]) -> None:
        """One logical call: the same request again after each of `waits`."""
        trace, now = f"t{self.rng.randrange(16**10):010x}", at
        for answer, wait in zip(answers, [*waits, 0.0], strict=True):
            took = self.rng.randrange(80, 400)
            self.play(now, request, answer, trace, took)
            now += took / 1000 + wait


def _lay_herring(stage: Stage) -> None:
    """Put the red herring in place before the first call."""
    if stage.herring == "field":
        stage.contract = replace(stage.contract, is_closed=False)
        stage.herring_field = stage.rng.choice(UNDOCUMENTED)
        stage.params[stage.herring_field] = stage.rng.choice((5, 40, 1.1, True))
    if stage.herring == "other-page":
        stage.contract = stage.contract.with_row(409, "No")
        rows = stage.contract.with_row(409, "Yes").rows
        stage.contract = replace(stage.contract, other_rows=rows)


def set_stage(rng: Random, herrings: tuple[str, ...]) -> Stage:
    """Draw a client, its documents, the depth of its captures and one of `herrings`."""
    sdk = rng.choice(("python", "python", "node"))
    depth = Depth(sdk, rng.random() < 0.8, rng.random() < 0.88, rng.random() < 0.6)
    params: dict[str, Json] = {}
    if rng.random() < 0.6:
        params["temperature"] = rng.choice((0, 0.2, 0.7, 1))
    if rng.random() < 0.5:
        params["max_tokens"] = rng.choice((200, 400, 1024))
    stage = Stage(
        rng=rng,
        contract=draw_contract(rng),
        depth=depth,
        model=rng.choice(MODELS),
        agent=rng.choice(_AGENTS[sdk]),
        params=params,
        prompts=tuple(rng.sample(_PROMPTS, 2)),
        streams=rng.random() < 0.2,
        delay=rng.choice((0.5, 1.0, 2.0)),
        herring=rng.choice(herrings),
        lead=rng.choice(("", "", "You answer for a parcel service.", "Be brief.")),
    )
    _lay_herring(stage)
    return stage
