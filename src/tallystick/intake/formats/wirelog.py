"""Apache HttpClient's wire log (`org.apache.hc.client5.http.wire`), by connection."""

import json
import re

from tallystick.intake.formats.shown import HEAD, Shown

WIRE = re.compile(r"http-outgoing-(?P<channel>\d+) (?P<way>>>|<<) \"(?P<text>.*)\"\s*$")
_WIRE_ENDS = re.compile(r"(?:\[\\r\])?(?:\[\\n\])?$")
_REQUEST_LINE = re.compile(r"(?P<method>[A-Z]{3,7}) (?P<path>/\S*) HTTP/[\d.]+")
_STATUS_LINE = re.compile(r"HTTP/[\d.]+ (?P<status>\d{3})\b(?P<rest>.*)")
_DECODER = json.JSONDecoder()


class Wire:
    """The calls of a wire log by their connections; each is `opened` as its request line comes."""

    def __init__(self) -> None:
        self._channels: dict[str, Shown] = {}
        self._pieces: dict[tuple[str, str], str] = {}
        self._marked = False

    def take(self, wire: re.Match[str], at: str | None) -> Shown | None:
        """Take one line; the call that it begins, if it begins one."""
        channel, way = wire["channel"], wire["way"]
        text = self._whole((channel, way), wire["text"])
        sent = way == ">>"
        asked = _REQUEST_LINE.fullmatch(text) if sent else None
        if asked is not None:
            self._channels[channel] = Shown(asked["method"], asked["path"], at)
            return self._channels[channel]
        if channel in self._channels:
            _part(self._channels[channel], text, sent=sent)
        return None

    def _whole(self, key: tuple[str, str], written: str) -> str:
        """A line of the wire. Where the log marks line ends, one without a mark goes on."""
        text = self._pieces.pop(key, "") + _WIRE_ENDS.sub("", written)
        self._marked |= "[\\n]" in written
        if self._marked and not written.endswith("[\\n]") and not _is_json(text):
            self._pieces[key] = text
            return ""
        return text.replace('\\"', '"') if '\\"' in text and not _is_json(text) else text


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except ValueError:
        return False


def _part(call: Shown, text: str, *, sent: bool) -> None:
    answered = None if sent else _STATUS_LINE.fullmatch(text)
    if answered is not None:
        call.answer(int(answered["status"]), answered["rest"])
    elif text.startswith(("data:", "event:", ": ")) and not sent:
        call.stream.append(text)
    elif text.startswith("{"):
        _body(call, text, sent=sent)
    elif (head := HEAD.fullmatch(text)) is not None:
        name, value = head["name"].lower(), head["value"]
        (call.sent if sent else call.got).append((name, value))
        if sent and name == "host" and "://" not in call.url:
            call.url = f"https://{value}{call.url}"


def _body(call: Shown, text: str, *, sent: bool) -> None:
    try:
        found = _DECODER.raw_decode(text)[0]
    except ValueError:
        return
    if sent:
        call.asked = found
    elif call.answered is None:
        call.answered = found
