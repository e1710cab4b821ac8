"""Calls to another address than the documented one."""

import re

from tallystick.record.exchange import Exchange
from tallystick.record.forms import PROVIDERS, host_of
from tallystick.review.material import Material
from tallystick.review.mechanism import (
    FailedCall,
    Mechanism,
    ask,
    cause_of,
    contrasts,
    current,
    is_torn,
    shown,
    torn,
)
from tallystick.review.rules.endpoint_path import base_of, is_elsewhere, path_of


def another_api(failed: FailedCall) -> Mechanism | None:
    """A call to another host than the documented one, where calls to that one went well: what the
    documents at hand say is not said of this host.
    """
    material, call, last = failed
    stated = {host_of(c.value) for c in material.at("endpoint.base_url", "value")}
    well = set(map(host_of, material.of_sound(base_of)))
    host = host_of(base_of(last))
    if not host or host in stated | well or not stated & well:
        return None
    named = "another host than the documented one" if "‹" in host else host
    says = f"The call went to {named}, of which no source at hand states anything."
    return ask(call.location, says, "read the documentation of that host, or leave its calls out")


def moved(failed: FailedCall) -> Mechanism | None:
    """A call to another address than examples show, for a model that calls to that one asked for,
    all of them before: the application was pointed elsewhere.
    """
    material, _, last = failed
    times = material.of_sound(_began)
    before = all(at and last.at and at < last.at for at in times)
    asked = _model(last)
    known = asked is not None and asked in material.of_sound(_model)
    return as_shown(failed) if times and before and known else None


def at_another_provider(failed: FailedCall) -> Mechanism | None:
    """A call to a known provider's host that is none of those that sources show or seem to state,
    and at which no call went well: an SDK that was not told where to call.
    """
    material, place, last = failed.material, "endpoint.base_url", failed.last
    host, examples = host_of(last.request.url), shown(material, place, "value")
    seeming = [one.clause for one in material.seems(place) if one.clause.aspect == "value"]
    named = {host_of(clause.value) for clause in (*examples, *seeming)}
    well = material.of_sound(_host)
    if not examples or host not in PROVIDERS or host in named | well | stated_hosts(material):
        return None
    says = (
        f"The application called {host}, which answered {last.response.status}; the documentation "
        f"shows {' or '.join(sorted({clause.value for clause in examples}))}."
    )
    return cause_of("application", place, says, "consistent", examples)


def _host(exchange: Exchange) -> str:
    return host_of(exchange.request.url)


def _began(exchange: Exchange) -> str | None:
    return exchange.at


def _model(exchange: Exchange) -> str | None:
    body = exchange.request.body
    model = body.get("model") if isinstance(body, dict) else None
    return model if isinstance(model, str) else None


def is_at_the_api(failed: FailedCall) -> bool:
    """Whether a call went to the host that sources state, or to one where none states any."""
    host, stated = host_of(failed.last.request.url), stated_hosts(failed.material)
    return bool(host) and (host in stated or not stated)


def is_of_provider(failed: FailedCall) -> bool:
    """Whether a call went to a host that sources state, or to a known provider's."""
    return host_of(failed.last.request.url) in stated_hosts(failed.material) | PROVIDERS


def is_of_own_gateway(failed: FailedCall) -> bool:
    """Whether a call is seen to have gone to a host that no source states and that is no known
    provider's.
    """
    host, stated = host_of(failed.last.request.url), stated_hosts(failed.material)
    return bool(host) and host not in stated | PROVIDERS


def stated_hosts(material: Material) -> frozenset[str]:
    """The hosts that sources state."""
    places = ("endpoint.base_url", "endpoint.host")
    return frozenset(host_of(c.value) or c.value for at in places for c in material.at(at))


def elsewhere(failed: FailedCall) -> Mechanism | None:
    """A call to another address than the documented one."""
    material, _, last = failed
    for location, sent in (
        ("endpoint.path", path_of(last)),
        ("endpoint.base_url", base_of(last)),
    ):
        clauses = tuple(c for c in current(material, location) if c.aspect == "value")
        read = path_of if location == "endpoint.path" else base_of
        well = material.of_sound(read)
        if clauses and sent not in well and is_elsewhere(sent, [c.value for c in clauses]):
            stated = " or ".join(sorted({clause.value for clause in clauses}))
            says = (
                f"The application called {sent}, which answered {last.response.status}; "
                f"the documentation states {stated}."
            )
            return cause_of("application", location, says, "named", clauses)
    return _below_base(failed)


def _below_base(failed: FailedCall) -> Mechanism | None:
    """A path that does not begin as the documented base URL's, at its host or where the path is all
    that is seen of the address.
    """
    material, _, last = failed
    place, sent, host = "endpoint.base_url", path_of(last), host_of(last.request.url)
    clauses = tuple(c for c in current(material, place) if c.aspect == "value")
    verb = "states" if clauses else "shows"
    clauses = clauses or (tuple(shown(material, place, "value")) if host else ())
    prefixes = {c.value.partition("://")[2].partition("/")[2].rstrip("/") for c in clauses}
    here = not host or all(host_of(clause.value) == host for clause in clauses)
    status = last.response.status
    page = status // 100 == 2 and bool(host)  # a success that is about the address is a web page's
    missed = (404, *_MOVED) if host else (404,)
    if not sent.startswith("/") or not all(prefixes) or not clauses or not here:
        return None
    if not (status in missed or page) or any(sent.startswith(f"/{p}/") for p in prefixes):
        return None
    stated = " or ".join(sorted({clause.value for clause in clauses}))
    says = (
        f"The application called {sent}, which answered {'with a web page' if page else status}; "
        f"the documentation {verb} the base URL {stated}, whose path stands before the operation's."
    )
    return cause_of(
        "application", place, says, "named" if verb == "states" else "consistent", clauses
    )


def by_address(failed: FailedCall) -> Mechanism:
    """What an answer says of the address that was called, beside the documented one."""
    material, call, last = failed
    for location in ("endpoint.path", "endpoint.base_url"):
        if is_torn(material.at(location, "value")):
            return torn(location, material.at(location, "value"))
    found = elsewhere(failed) or _plain_http(failed)
    if found is not None:
        return found
    if "line" in last.request.hidden:
        return ask(call.location, call.reason, "capture the address that was called")
    return as_shown(failed) or _doubled(failed) or _where_documented(failed)


def as_shown(failed: FailedCall) -> Mechanism | None:
    """A call to another address than examples show and calls that went well called."""
    material, _, last = failed
    for location, read in (("endpoint.path", path_of), ("endpoint.base_url", base_of)):
        clauses = shown(material, location, "value")
        if clauses and read(last) and contrasts(material, last, read, {c.value for c in clauses}):
            says = (
                f"The application called {read(last)}, which answered {last.response.status}; the "
                f"documentation shows {' or '.join(sorted({c.value for c in clauses}))}, which "
                f"calls that went well called."
            )
            return cause_of("application", location, says, "contrasted", clauses)
    return None


def _doubled(failed: FailedCall) -> Mechanism | None:
    """A path that has the beginning of the one that examples show twice: a base URL that ends with
    it, in a client that adds it, too.
    """
    sent = path_of(failed.last)
    clauses = shown(failed.material, "endpoint.path", "value")
    for clause in clauses:
        extra = sent.removesuffix(clause.value)
        if extra and extra != sent and clause.value.startswith(f"{extra}/"):
            says = (
                f"The application called {sent}, which answered {failed.last.response.status}; it "
                f"has {extra} twice, which {clause.value} in the documentation has once."
            )
            return cause_of("application", "endpoint.path", says, "named", (clause,))
    return _repeated(failed)


# The operation's path behind a base URL, as often as it stands at the end of an address.
_REPEATED = re.compile(r"(?P<base>.*?)(?P<path>/(?:chat/)?completions)(?P=path)+")


def _repeated(failed: FailedCall) -> Mechanism | None:
    """A path with the operation's twice behind the documented base URL, or with the base URL's own
    twice: a base URL with the path in it, in a client that adds it.
    """
    path, place = path_of(failed.last), "endpoint.base_url"
    sent = _REPEATED.fullmatch(path)
    stated = current(failed.material, place)
    for clause in stated or shown(failed.material, place, "value"):
        base = f"/{clause.value.partition('://')[2].partition('/')[2]}".rstrip("/")
        doubled = base if base and path.startswith(f"{base}{base}/") else ""
        if sent is not None and sent["base"] == base:
            what = f"{sent['path']} more than once behind the base URL {clause.value}"
        elif doubled:
            what = f"{doubled} twice, which the base URL {clause.value} has once"
        else:
            continue
        says = (
            f"The application called {path}, which answered {failed.last.response.status}; "
            f"it has {what} that the documentation {'states' if stated else 'shows'}."
        )
        return cause_of("application", place, says, "named", (clause,))
    return None


def _where_documented(failed: FailedCall) -> Mechanism:
    material, call, last = failed
    if last.response.body_kind == "not-visible":  # the operation, the model or a resource in it
        return ask(call.location, call.reason, "capture the answers of the failing calls")
    if path_of(last) in {c.value for c in current(material, "endpoint.path")}:
        says = f"The documented address answered {last.response.status}."
        return cause_of("provider", call.location, says, "consistent")
    return ask(call.location, call.reason, "read the operation's page for its base URL and path")


_MOVED = (301, 302, 307, 308)


def _plain_http(failed: FailedCall) -> Mechanism | None:
    """A call over plain HTTP, redirected to HTTPS, as sources write the address (RFC 9110, section
    15.4: a client may repeat a redirected POST as a GET).
    """
    material, _, last = failed
    place, sent = "endpoint.base_url", base_of(last)
    seeming = [one.clause for one in material.seems(place)]
    stated = {c.value for c in (*material.at(place, "value"), *seeming)}
    moved = any(
        e is not None and e.response.status in _MOVED
        for e in map(material.exchange, failed.call.exchanges)
    )
    if not (sent.startswith("http://") and moved and sent.replace("http:", "https:") in stated):
        return None
    says = (
        f"The application called {sent}, which answered with a redirect; sources write "
        f"{sent.replace('http:', 'https:')}."
    )
    return cause_of("application", place, says, "named", current(material, place))
