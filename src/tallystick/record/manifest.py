"""`manifest.json`: the digest of every file of the case folder, and of itself."""

from collections.abc import Mapping

import msgspec

from tallystick.record.canonical import canonical, digest, pretty
from tallystick.record.case import FORMAT_VERSION, MANIFEST


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Digests by path; `digest` covers `version` and `files` in canonical form."""

    version: int
    files: dict[str, str]
    digest: str


class _Versioned(msgspec.Struct):
    """What every version of a manifest has, whatever else a later one holds."""

    version: int


class Problem(msgspec.Struct, frozen=True):
    """One file that is not as the manifest says."""

    file: str
    problem: str
    expected: str = ""
    got: str = ""


def _self_digest(files: Mapping[str, str], version: int) -> str:
    return digest(canonical([version, dict(files)]))


def build(digests: Mapping[str, str], version: int = FORMAT_VERSION) -> bytes:
    """The manifest of files given by path and digest."""
    files = {path: digests[path] for path in sorted(digests) if path != MANIFEST}
    return pretty(Manifest(version, files, _self_digest(files, version)))


def version_of(data: bytes) -> int | None:
    """The format version that a case was written in; None if this is no manifest."""
    try:
        return msgspec.json.decode(data, type=_Versioned).version
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def check(data: bytes, digests: Mapping[str, str]) -> tuple[Problem, ...]:
    """Every difference between a manifest and the digests of the files that are there."""
    try:
        manifest = msgspec.json.decode(data, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return (Problem(MANIFEST, "is not a manifest", "one as this tool writes it", "another"),)
    expected = _self_digest(manifest.files, manifest.version)
    if manifest.digest != expected or data != build(manifest.files, manifest.version):
        return (Problem(MANIFEST, "does not match its own digest", expected, manifest.digest),)
    return tuple(_differences(manifest.files, digests))


def _differences(expected: Mapping[str, str], got: Mapping[str, str]) -> list[Problem]:
    found = []
    for path in sorted({*expected, *got} - {MANIFEST}):
        if path not in got:
            found.append(Problem(path, "is missing", expected[path]))
        elif path not in expected:
            found.append(Problem(path, "is not in the manifest", got=got[path]))
        elif expected[path] != got[path]:
            found.append(Problem(path, "has changed", expected[path], got[path]))
    return found
