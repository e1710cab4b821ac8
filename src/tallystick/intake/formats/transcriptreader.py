"""Reads a text log line by line: which lines are of which HTTP call, and what they tell of it."""

import json
import re
from typing import Any

from tallystick.intake.formats import marks, printed
from tallystick.intake.formats.included import commanded
from tallystick.intake.formats.mapping import parsed
from tallystick.intake.formats.nodes import is_answer, is_request
from tallystick.intake.formats.shown import HEAD, Shown, tags_of
from tallystick.intake.formats.times import moment_of_line
from tallystick.intake.formats.transfers import Transfer
from tallystick.intake.formats.wirelog import WIRE, Wire
from tallystick.protocol.exceptions import read_exception

_OPERATION = "/chat/completions"
_MOST_LINES = 4000
_ENOUGH = 2
_DECODER = json.JSONDecoder()


class Reader:
    """Reads a text line by line; one call is open at a time, or one a channel of a wire log."""

    def __init__(self) -> None:
        self.calls: list[Shown] = []
        self._connections, self._unheard = Wire(), Shown()
        self._asked_for: list[tuple[Any, str | None]] = []
        self._crossed = 0
        self._sent_again: Any = None
        self._waiting: list[Shown] = []
        self._named = ""
        self._repeats = False
        self._open: list[str] = []
        self._whole = ""
        self._last: str | None = None

    @property
    def current(self) -> Shown | None:
        """The call whose lines come."""
        return self.calls[-1] if self.calls else None

    def take(self, line: str) -> None:
        """Take one line."""
        line = printed.unescaped(line)
        dated = marks.AT.search(line) or marks.AT_OF_SERVER.search(line)
        self._last = moment_of_line(dated[0]) if dated else self._last
        wire = WIRE.search(line)
        if wire is not None:
            begun = self._connections.take(wire, self._last)
            self.calls += [begun] if begun else []
        elif self._open and marks.JSON_LINE.match(line) and not marks.AT.match(line.lstrip("[ ")):
            self._open.append(line)
            self._try_json()
        elif self._open:
            self._give_up()
            self.take(line)
        elif not (marks.OF_NGINX.match(line) or self._of_sdk(line) or self._came_to_nothing(line)):
            self._plain(line)

    def _of_sdk(self, line: str) -> bool:
        """Whether a line is one of the OpenAI SDK for Python beside httpx's: the options of a
        request, the head of an answer that httpx has told of, or that it is sent again.
        """
        options, answer = marks.OPTIONS.search(line), marks.ANSWER_HEAD.search(line)
        if options is not None:
            self._asked_for.append((printed.json_data(options["options"]), self._last))
        elif answer is not None and self.current is not None:
            self.current.got += printed.header_pairs(printed.literal(answer["fields"]))
        elif marks.AGAIN.search(line) and self.current is not None:
            self._sent_again = self.current.asked
            self._repeats = True
        else:
            return False
        return True

    def _plain(self, line: str) -> None:
        if marks.CURL.search(line):
            self._command(line)
            return
        asked = marks.ASKS.search(line) or marks.ASKS_BARE.search(line)
        self._address(line)
        if asked is None and self.current is None and self._named and marks.ANSWERS.search(line):
            self._opened(Shown("POST", self._named, self._last))
        other = asked is not None and not marks.OF_MODELS.search(asked["url"])
        if other or (asked is not None and marks.LOGICAL in line):
            return  # of another service, or what .NET's outer handler says before the inner one
        if asked is not None:
            if not self._tells_again(asked, line):
                nth = marks.NTH.search(line)
                last = self.current.nth or 1 if self.current else -1
                self._repeats = int(nth[1]) == last + 1 if nth else self._repeats
                self._begin(asked, tags_of(line))
            line = line[asked.end() :]
        if self.current is not None:
            self._of_call(self.current, line, begins=asked is not None)
        elif self._named and "{" in line:
            self._open, self._whole = [line[line.index("{") :]], line.strip()
            self._try_json()
        else:
            self._unheard.words.append(line.strip())

    def _came_to_nothing(self, line: str) -> bool:
        """Whether a line tells of a call, and no more than that it came to nothing."""
        if marks.ASKS.search(line) or not (url := self._never_left(line)):
            return False
        call = self._opened(Shown("POST", url, self._last))
        call.words.append(line.strip())
        call.ended = self._last
        return True

    def _never_left(self, line: str) -> str:
        """The address of a call of which a line tells no more than that it came to nothing, where
        no call waits for its end: by the address itself, or by the host of the one before.
        """
        before = self.current
        if before is not None and not (before.is_over or before.ended):
            return ""
        whole = marks.FAILED_TO.search(line)
        if whole is not None:
            return whole["url"] if marks.OF_MODELS.search(whole["url"]) else ""
        looked_up = marks.LOOKED_UP.search(line)
        host = self._named.partition("://")[2].partition("/")[0].partition(":")[0]
        return self._named if looked_up is not None and looked_up["host"] == host else ""

    def _address(self, line: str) -> None:
        """Keep the address that a line names, for a request that is told of without one."""
        told = re.search(marks.URL, line)
        if told is not None and _OPERATION in told[0]:
            self._named = told[0]

    def _tells_again(self, asked: re.Match[str], line: str) -> bool:
        """Whether a line tells of the open call once more: that it is sent, or how it ended."""
        call, ends = self.current, marks.ENDS.match(line) is not None
        if call is None or call.is_answered or call.url != asked["url"].rstrip("\"',"):
            return False
        told = ends or (not call.words and marks.ANSWERS.search(line) is not None)
        return told and len(self._waiting) < _ENOUGH

    def _of_call(self, call: Shown, line: str, *, begins: bool) -> None:
        whole = line
        answered = (marks.AFTER.match(line) if begins else None) or marks.ANSWERS.search(line)
        if answered is not None:
            told_before = bool(call.status)
            self._answered(call, answered, own=begins)
            call.tell(marks.PAIR.findall(line[: answered.end("rest")]))
            line = line if told_before else line[answered.end("status") :]
        line = call.without_head(line) if call.is_answered else line
        told = marks.EVENT.search(line) or marks.COMMENT.search(line)
        streams = (call.is_answered or call.is_command) and not line.lstrip().startswith("{")
        if told is not None and streams:
            call.stream.append(next(part for part in told.groups() if part))
        elif "{" in line:
            self._open, self._whole = [line[line.index("{") :]], line.strip()
            self._try_json()
        elif call.in_head and (head := HEAD.fullmatch(line)) is not None:
            call.field(head["name"].lower(), head["value"].strip())
        elif call.is_answered and (broken := marks.BROKEN.search(line)):
            call.broken = broken["why"]
        elif not begins and line.strip():
            self._repeats |= marks.WILL_REPEAT.search(line) is not None
            # A request's head has no words within, and an answer's none of what was raised over it.
            call.in_head &= call.is_answered and not marks.FAILS.search(whole)
            self._speaker(call, line).words.append(line.strip())
            if not call.ended and not call.is_answered and call.raised:
                call.ended = self._last

    def _answered(self, call: Shown, answered: re.Match[str], *, own: bool) -> None:
        """Take a status. Where two calls wait for one, a line that names none tells nothing."""
        call.in_head &= call.status in (0, int(answered["status"]))  # or it is another's head
        if call.status or (call.is_torn and not own):
            self._waiting = self._waiting[1:] if call.is_torn and not call.status else self._waiting
            return
        call.answer(int(answered["status"]), answered["rest"])
        call.ended = None if own else self._last
        if own and self.current is call:
            call.told_before(self.calls[-2] if len(self.calls) > 1 else self._unheard)
        self._waiting = [one for one in self._waiting if one is not call]

    def _begin(self, asked: re.Match[str], tags: dict[str, str]) -> None:
        url = asked["url"].rstrip("\"',")
        call = self.current
        body, began = self._body_asked_for()
        if call is None or call.is_answered or not call.is_command:
            method = asked.groupdict().get("method") or "POST"
            call = self._opened(Shown(method, url, began or self._last))
        call.url = call.url if "://" in call.url else url
        call.asked, call.tags = call.asked or body, call.tags or tags

    def _body_asked_for(self) -> tuple[Any, str | None]:
        """The body of the call that begins: of several that were prepared, nothing tells which. One
        that is sent again has that of before, which not every version of the SDK logs again.
        """
        again, self._sent_again = self._sent_again, None
        if not self._asked_for and not self._crossed:
            return again, None
        self._crossed += len(self._asked_for) if len(self._asked_for) > 1 or self._crossed else 0
        found = self._asked_for[0] if len(self._asked_for) == 1 and not self._crossed else None
        self._asked_for = []
        self._crossed = max(0, self._crossed - 1)
        return found or (None, None)

    def _opened(self, call: Shown) -> Shown:
        """A call that begins; one that a log says is sent again belongs to the one before."""
        before, call.nth = self.current, 1
        if self._repeats and before is not None and before.url == call.url:
            before.call = call.call = before.call or f"call-{len(self.calls)}"
            call.nth = before.nth + 1
        self._repeats = False
        self.calls.append(call)
        self._waiting = [one for one in self._waiting if not one.is_over] + [call]
        if len(self._waiting) > 1:
            for one in self._waiting:
                one.is_torn = True
        return call

    def _command(self, line: str) -> None:
        """A call that a command of curl's makes; its answer follows, as curl prints it."""
        told = Transfer()
        commanded(told, line)
        host = dict(told.sent).get("host", "")
        url = f"{'https' if told.tls else 'http'}://{host}{told.path}" if host else ""
        call = Shown(told.method, url, None)
        call.sent = [pair for pair in told.sent if pair[0] != "host"]
        body = parsed(told.asked[0]) if told.asked else None
        call.asked, call.is_command = (body if isinstance(body, dict) else None), True
        self.calls.append(call)

    def _try_json(self) -> None:
        """Whether the lines that are open are whole JSON by now."""
        text = "\n".join(self._open)
        try:
            found, end = _DECODER.raw_decode(text)
        except ValueError:
            no_json = re.match(r"\{\s*[^\s\"}]", text) is not None
            if no_json or (len(self._open) == 1 and not text.rstrip().endswith(("{", "[", ","))):
                self._give_up()  # an exception's text, or an object as JavaScript prints one
            elif len(self._open) > _MOST_LINES:
                self._open = []
            return
        self._open = []
        self._body(found, text[end:])

    def _give_up(self) -> None:
        """What was opened is no JSON: its first line is words, and the others are lines again."""
        _, *others = self._open
        self._open = []
        if self.current is not None:
            self._speaker(self.current, self._whole).words.append(self._whole)
        for line in others:
            self.take(line)

    def _speaker(self, call: Shown, line: str) -> Shown:
        """The call that a line of an exception is of: where it tells another status than the open
        call's, that is the last one that ended with it and of which no body was shown.
        """
        status = read_exception(line).status if call.status and "rror" in line else None
        if status in (None, call.status):
            return call
        alike = (one for one in reversed(self.calls) if one.status == status and not one.is_shown)
        return next(alike, call)

    def _body(self, found: Any, rest: str) -> None:
        call = self.current
        if not isinstance(found, dict):
            return
        if call is not None and is_answer(found):
            call = self._owner(call)
        if is_request(found) and self._named and (call is None or call.is_answered):
            call = self._opened(Shown("POST", self._named, self._last))
        if call is None:
            return
        if is_request(found) and not call.is_answered:
            call.asked = found if call.asked is None else call.asked
        elif printed.is_body(found, call.status) and not call.is_shown:
            self._shown(call, found)
        self._repeats |= marks.WILL_REPEAT.search(rest) is not None
        self._behind(call, rest)

    def _behind(self, call: Shown, rest: str) -> None:
        """What stands behind JSON in its line: a status, and perhaps the answer."""
        answered = marks.ANSWERS.search(rest) or marks.AFTER.match(rest)
        if answered is not None:
            self._answered(call, answered, own=False)
            behind = rest[answered.end("status") :]
            if "{" in behind:
                self._open, self._whole = [behind[behind.index("{") :]], behind.strip()
                self._try_json()

    def _owner(self, call: Shown) -> Shown:
        """The call that an answer is of: where its line says that it is of another one, that is a
        call whose own lines the log lacks.
        """
        tags = tags_of(self._whole)
        if not call.is_apart_from(tags):
            return call
        other = Shown("POST", call.url, self._last)
        other.tags, other.has_no_line = tags, True
        self.calls.append(other)
        return other

    def _shown(self, call: Shown, found: Any) -> None:
        """Take a body; where two calls wait for one, nothing tells whose it is."""
        if call.is_torn and not call.status:
            return
        call.answered = found
        call.status = call.status or printed.status_before(self._whole, found)
        self._waiting = [one for one in self._waiting if one is not call]
