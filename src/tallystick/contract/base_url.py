"""A host and a path stated apart make a base URL (OpenAPI 3.1, section 4.8.5, Server Object)."""

from collections.abc import Iterable, Iterator

import msgspec

from tallystick.record.clause import Clause

_OPERATION = "/chat/completions"


def base_url_clauses(clauses: Iterable[Clause]) -> Iterator[Clause]:
    """The base URLs that sources state by a host and a path, where none states one as such. Each is
    cited at the host.
    """
    stated = list(clauses)
    named = (clause for clause in stated if clause.location == "endpoint.base_url")
    if any(clause.standing != "shown-in-example" for clause in named):
        return  # what a page states as a whole is not put together from parts
    for source in dict.fromkeys(clause.citation.source for clause in stated):
        own = [clause for clause in stated if clause.citation.source == source and not clause.when]
        paths = [c.value for c in own if c.location == "endpoint.path"]
        prefixes = {path.removesuffix(_OPERATION) for path in paths if path.endswith(_OPERATION)}
        for host in (clause for clause in own if clause.location == "endpoint.host"):
            if len(prefixes) == 1:
                whole = f"{host.value.rstrip('/')}{next(iter(prefixes))}"
                yield msgspec.structs.replace(host, location="endpoint.base_url", value=whole)
