"""`tallystick seal`: the statement, its signature, and a recipient without Tallystick."""

import base64
import json
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tallystick.case.check import judged_again
from tallystick.case.opening import looked_at
from tallystick.people.sealing import seal_problems
from tallystick.record.case import CASE_FILE
from tallystick.review.checklist import KEYS
from tests.cli.conftest import Tallystick

WHO = ("--who", "platform lead", "--why", "checked by hand")
PEM = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
SSH = (serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH)


@pytest.fixture
def case(case: Path, tallystick: Tallystick) -> Path:
    """The same, and signed."""
    waived = [word for key in (*KEYS, "unchecked") for word in ("--waive", key)]
    tallystick("sign", case, *WHO, *waived)
    return case


def keys(
    folder: Path, kind: tuple[serialization.Encoding, serialization.PrivateFormat]
) -> tuple[Path, Path]:
    made = Ed25519PrivateKey.generate()
    private, public = folder / "key", folder / "key.pub"
    private.write_bytes(made.private_bytes(*kind, serialization.NoEncryption()))
    form = serialization.PublicFormat
    told = (
        (serialization.Encoding.OpenSSH, form.OpenSSH)
        if kind == SSH
        else (serialization.Encoding.PEM, form.SubjectPublicKeyInfo)
    )
    public.write_bytes(made.public_key().public_bytes(*told))
    return private, public


def recipient(case: Path) -> subprocess.CompletedProcess[str]:
    script = [sys.executable, "-I", str(case / "seal" / "verify.py")]
    return subprocess.run(script, capture_output=True, text=True, check=False)


def test_only_a_signed_review_is_sealed(tallystick: Tallystick, case: Path) -> None:
    assert "nobody has signed this state" in tallystick("seal", case).err
    assert not (case / "seal").exists()


def test_the_statement_is_about_the_manifest_and_a_recipient_can_check_it(
    tallystick: Tallystick, case: Path
) -> None:
    tallystick("sign", case, *WHO)
    done = tallystick("seal", case, "--json")
    assert done.code == 0
    statement = json.loads((case / "seal/statement.json").read_bytes())
    assert statement["_type"] == "https://in-toto.io/Statement/v1"
    assert statement["predicate"]["result"] == "WARNED"
    assert tallystick("verify", case).code == 0
    checked = recipient(case)
    assert (checked.returncode, checked.stderr) == (0, "")
    assert "every file is as the manifest says; the review's result is WARNED" in checked.stdout
    assert "not signed" in tallystick("verify", case, "--key", keys(case.parent, PEM)[1]).out


@pytest.mark.parametrize("kind", [PEM, SSH])
def test_a_signature_holds_under_its_key_only(
    tallystick: Tallystick, case: Path,
    kind: tuple[serialization.Encoding, serialization.PrivateFormat],
) -> None:  # fmt: skip
    private, public = keys(case.parent, kind)
    tallystick("sign", case, *WHO)
    assert "envelope.json" in tallystick("seal", case, "--key", private).out
    undone = tallystick("seal", case)
    assert undone.code == 2
    assert "signed seal" in undone.err
    assert tallystick("verify", case, "--key", public).code == 0
    assert "does not check" in recipient(case).stdout
    _, other = keys(case.parent, kind)
    wrong = tallystick("verify", case, "--key", other)
    assert wrong.code == 1
    assert "does not hold" in wrong.out
    path = case / "seal" / "envelope.json"
    told = json.loads(path.read_bytes())
    path.write_text(json.dumps({**told, "payload": base64.b64encode(b"{}").decode()}))
    assert "is not about seal/statement.json" in tallystick("verify", case, "--key", public).out
    path.write_text("{")
    assert "no envelope" in tallystick("verify", case, "--key", public).out


def test_what_changes_after_the_seal_is_found(tallystick: Tallystick, case: Path) -> None:
    tallystick("sign", case, *WHO)
    tallystick("seal", case)
    (case / "evidence/exchanges.ndjson").write_bytes(b"")
    (case / "lab").mkdir(exist_ok=True)
    (case / "lab/more.json").write_text("{}")
    (case / "review.json").unlink()
    checked = recipient(case)
    assert checked.returncode == 1
    assert "evidence/exchanges.ndjson: has changed" in checked.stdout
    assert "lab/more.json: is not in the manifest" in checked.stdout
    assert "review.json: is missing" in checked.stdout
    (case / "manifest.json").write_text("{}")
    assert recipient(case).returncode == 2


def test_a_review_that_goes_on_breaks_its_seal(tallystick: Tallystick, case: Path) -> None:
    tallystick("sign", case, *WHO)
    tallystick("seal", case)
    path = case / CASE_FILE
    path.write_text(
        path.read_text() + '[[assumptions]]\nlocation = "limit.requests"\nvalue = "60"\n'
    )
    tallystick("review", case)
    assert "about another manifest" in tallystick("verify", case).out
    assert "about another manifest" in recipient(case).stdout
    (case / "seal/statement.json").write_text("[]\n")
    assert "is no statement" in tallystick("verify", case).out


def test_keys_that_cannot_sign_or_check_are_named(tallystick: Tallystick, case: Path) -> None:
    tallystick("sign", case, *WHO)
    curve = generate_private_key(SECP256R1())
    other = case.parent / "ec"
    other.write_bytes(curve.private_bytes(*PEM, serialization.NoEncryption()))
    assert "this key cannot sign" in tallystick("seal", case, "--key", other).err
    assert "this key cannot sign" in tallystick("seal", case, "--key", case / CASE_FILE).err
    assert "this is no public key" in tallystick("verify", case, "--key", other).err
    assert "cannot be read" in tallystick("verify", case, "--key", case / "none.pub").err
    public = keys(case.parent, PEM)[1]
    assert "there is no seal" in tallystick("verify", case, "--key", public).out
    tallystick("seal", case)
    (case / "seal/envelope.json").write_text("{}")
    assert "this is no public key" in tallystick("verify", case, "--key", other).err


def test_a_forged_verifier_and_a_rollback_are_shown(tallystick: Tallystick, case: Path) -> None:
    private, public = keys(case.parent, PEM)
    witness = case.parent / "witness.json"
    tallystick("sign", case, *WHO)
    earlier = case.parent / "earlier"
    tallystick("seal", case, "--key", private)
    shutil.copytree(case, earlier)
    tallystick("sign", case, "--who", "another", "--why", "again")
    assert tallystick("seal", case, "--key", private, "--witness", case / "w.json").code == 2
    assert tallystick("seal", case, "--key", private, "--witness", witness).code == 0
    whole = tallystick("verify", case, "--key", public, "--witness", witness)
    assert (whole.code, whole.err) == (0, "")
    assert "rolled back" in tallystick("verify", earlier, "--witness", witness).out
    assert "rolled back" not in tallystick("verify", earlier, "--key", public).out
    (case / "seal/verify.py").write_text("print('PASSED')")
    assert "do not run it" in tallystick("verify", case).out
    shutil.rmtree(case / "seal")
    assert "is gone" in tallystick("verify", case, "--witness", witness).out
    assert "no seal" in tallystick("verify", case).err
    assert "no witness" in tallystick("verify", case, "--witness", case / CASE_FILE).err


def test_a_newer_witness_is_not_written_over_by_an_older_state(
    tallystick: Tallystick, case: Path
) -> None:
    witness, earlier = case.parent / "witness.json", case.parent / "earlier"
    tallystick("sign", case, *WHO)
    tallystick("seal", case)
    shutil.copytree(case, earlier)
    tallystick("sign", case, "--who", "another", "--why", "again")
    assert tallystick("seal", case, "--witness", witness).code == 0
    told = witness.read_bytes()
    refused = tallystick("seal", earlier, "--witness", witness)
    assert (refused.code, "rolled back" in refused.err) == (2, True)
    other = case.parent / "notes.txt"
    other.write_text("mine")
    assert "no witness" in tallystick("seal", case, "--witness", other).err
    assert (witness.read_bytes(), other.read_text()) == (told, "mine")
    tallystick("sign", case, "--who", "a third", "--why", "once more")
    assert tallystick("seal", case, "--witness", witness).code == 0


def test_an_envelope_that_is_none_is_seen_without_a_key(tallystick: Tallystick, case: Path) -> None:
    private, _ = keys(case.parent, PEM)
    tallystick("sign", case, *WHO)
    tallystick("seal", case, "--key", private)
    (case / "seal/envelope.json").write_text("{}")
    done = tallystick("verify", case)
    assert (done.code, "is no envelope" in done.out) == (1, True)


def test_a_witness_tells_when_the_signature_is_gone_or_another(
    tallystick: Tallystick, case: Path
) -> None:
    private, _ = keys(case.parent, PEM)
    witness = case.parent / "witness.json"
    tallystick("sign", case, *WHO)
    tallystick("seal", case, "--key", private, "--witness", witness)
    envelope = case / "seal/envelope.json"
    signed = json.loads(envelope.read_text())
    signed["signatures"][0]["keyid"] = "sha256:" + "0" * 64
    envelope.write_text(json.dumps(signed))
    assert "not signed by the key" in tallystick("verify", case, "--witness", witness).out
    envelope.unlink()
    assert "not signed by the key" in tallystick("verify", case, "--witness", witness).out
    older = json.loads(witness.read_text())
    del older["signers"], older["public"]  # as versions before wrote it: nothing of keys
    witness.write_text(json.dumps(older))
    assert "not signed" not in tallystick("verify", case, "--witness", witness).out
    for no_key in ("AAAA", "‹", "A" * 43):
        witness.write_text(json.dumps({**older, "public": no_key}))
        done = tallystick("verify", case, "--witness", witness)
        assert (done.code, "no witness" in done.err) == (2, True)


def test_a_witness_tells_of_another_key_in_a_case_that_went_on(
    tallystick: Tallystick, case: Path
) -> None:
    """Who signs the review once more and seals it with a key of their own is found by that."""
    private, _ = keys(case.parent, PEM)
    (case.parent / "theirs").mkdir()
    foreign, _ = keys(case.parent / "theirs", PEM)
    witness = case.parent / "witness.json"
    tallystick("sign", case, *WHO)
    tallystick("seal", case, "--key", private, "--witness", witness)
    tallystick("sign", case, *WHO)
    tallystick("seal", case, "--key", private)
    done = tallystick("verify", case, "--witness", witness)
    assert done.code == 0
    assert "the 1 later entries of the journal" in done.err
    mine = json.loads((case / "seal/envelope.json").read_text())["signatures"][0]["keyid"]
    tallystick("seal", case, "--key", foreign)
    assert "not signed by the key" in tallystick("verify", case, "--witness", witness).out
    theirs = json.loads((case / "seal/envelope.json").read_text())
    theirs["signatures"][0]["keyid"] = mine  # who holds another key can write this name
    (case / "seal/envelope.json").write_text(json.dumps(theirs))
    assert "not signed by the key" in tallystick("verify", case, "--witness", witness).out


def test_the_script_takes_no_key_and_follows_no_link(tallystick: Tallystick, case: Path) -> None:
    tallystick("sign", case, *WHO)
    tallystick("seal", case)
    script = [sys.executable, "-I", str(case / "seal" / "verify.py"), str(case)]
    keyed = subprocess.run([*script, "--key", "any"], capture_output=True, text=True)
    assert keyed.returncode == 2
    (case / "lab").mkdir(exist_ok=True)
    (case / "lab/more.json").symlink_to(case / CASE_FILE)
    linked = subprocess.run(script, capture_output=True, text=True)
    assert linked.returncode == 2, linked.stdout


@pytest.mark.parametrize("folder", ["evidence", "seal"])
def test_the_script_follows_no_folder_that_is_a_link(
    tallystick: Tallystick, case: Path, folder: str
) -> None:
    tallystick("sign", case, *WHO)
    tallystick("seal", case)
    script = (case / "seal/verify.py").read_text()
    (case.parent / "verify.py").write_text(script)
    (case / folder).rename(case.parent / "elsewhere")
    (case / folder).symlink_to(case.parent / "elsewhere")
    words = [sys.executable, "-I", str(case.parent / "verify.py"), str(case)]
    assert subprocess.run(words, capture_output=True, text=True).returncode == 2


def test_the_script_prints_no_words_of_the_folder(tallystick: Tallystick, case: Path) -> None:
    tallystick("sign", case, *WHO)
    tallystick("seal", case)
    words = [sys.executable, "-I", str(case / "seal/verify.py"), str(case)]
    path = case / "seal/statement.json"
    told = json.loads(path.read_text())
    told["predicate"]["result"] = "PASSED\x1b[2J\nsignature: valid"
    path.write_text(json.dumps(told))
    done = subprocess.run(words, capture_output=True, text=True)
    assert ("\x1b" in done.stdout, "signature: valid" in done.stdout) == (False, False)
    (case / "evidence/a\nevery file is as the manifest says").write_text("x")
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.stdout.count("\n") == 1
    path.write_text("[" * 200_000)
    assert subprocess.run(words, capture_output=True, text=True).returncode == 2


def test_whatever_file_of_a_sealed_case_is_changed_or_lost_it_is_found(
    tallystick: Tallystick, case: Path
) -> None:
    tallystick("sign", case, *WHO)
    tallystick("seal", case)
    files = [p for p in case.rglob("*") if p.is_file() and ".tallystick" not in p.parts]
    assert len(files) > 10
    for path in files:
        data = path.read_bytes()
        for other in (data[:-1], bytes([data[0] ^ 1]) + data[1:], None):
            path.unlink() if other is None else path.write_bytes(other)
            done = tallystick("verify", case)
            told_missing = path.parent.name == "seal" and other is None
            assert done.code != 0 or (told_missing and "no seal" in done.err), path
            path.write_bytes(data)
    assert tallystick("verify", case).code == 0


def test_flipped_bytes_and_swapped_files_of_a_sealed_case_are_found(
    tallystick: Tallystick, case: Path, tmp_path: Path
) -> None:
    """Bytes of every file, and files that take each other's place, of a seal that is signed."""
    private, public = keys(tmp_path, PEM)
    check = ("verify", case, "--key", public)
    tallystick("sign", case, *WHO)
    tallystick("seal", case, "--key", private)
    chance = random.Random(15)
    files = [p for p in case.rglob("*") if p.is_file() and ".tallystick" not in p.parts]
    for path in files:
        data = path.read_bytes()
        for _ in range(4):
            at, mask = chance.randrange(len(data)), 1 << chance.randrange(8)
            path.write_bytes(data[:at] + bytes([data[at] ^ mask]) + data[at + 1 :])
            assert tallystick(*check).code != 0, (path, at, mask)
        path.write_bytes(data)
    for _ in range(20):
        one, other = chance.sample(files, 2)
        first, second = one.read_bytes(), other.read_bytes()
        if first != second:
            one.write_bytes(second)
            other.write_bytes(first)
            assert tallystick(*check).code != 0, (one, other)
            one.write_bytes(first)
            other.write_bytes(second)
    assert tallystick(*check).code == 0


def test_what_an_unsigned_statement_says_is_made_again(tallystick: Tallystick, case: Path) -> None:
    """No digest covers the statement's own words: another result is found all the same."""
    tallystick("sign", case, *WHO)
    tallystick("seal", case)
    path = case / "seal/statement.json"
    data = path.read_bytes()
    assert tallystick("verify", case).code == 0
    path.write_bytes(data.replace(b'"result": "WARNED"', b'"result": "PASSED"'))
    done = tallystick("verify", case)
    assert done.code == 1
    assert "does not say what the case gives when it is judged again" in done.out
    path.write_bytes(data)
    with looked_at(case) as folder:
        judged = judged_again(folder)
        assert seal_problems(folder, None, judged) == ()
        for at in range(len(data)):
            path.write_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
            assert seal_problems(folder, None, judged), data[at - 20 : at + 20]
