"""What a signed review was made for: a later state of the case is laid beside it."""

import msgspec


class Reviewed(msgspec.Struct, frozen=True):
    """When a review was signed, and what the application then relied on, by kind."""

    at: str
    incident: str
    client: str
    changes: tuple[str, ...]
    request_fields: tuple[str, ...]
    response_fields: tuple[str, ...]
    retry_rules: tuple[str, ...]
    accounting: tuple[str, ...]
