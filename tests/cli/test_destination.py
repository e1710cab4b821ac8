"""Where a replay goes: no request leaves for a host that its environment did not declare."""

from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.host import userstate
from tallystick.host.errors import CannotRunError
from tallystick.net.destination import Said, destination, require_confirmed, require_unshared
from tallystick.net.hosts import host_of
from tallystick.record import Case
from tallystick.record.case import Environment, Incident

DOCUMENTED = "https://api.cometapi.com/v1"
HOSTS = (
    "https://a.example/v1",
    "https://b.example:8443/v1",
    "http://localhost:1234/v1",
    DOCUMENTED,
)


class Drawn(NamedTuple):
    """An environment as it is drawn; `settings` is what its file says."""

    production: bool
    base_url: str
    settings: str
    token_env: str


drawn = st.builds(
    Drawn,
    st.booleans(),
    st.sampled_from(("", *HOSTS)),
    st.sampled_from(("", *HOSTS)),
    st.sampled_from(("KEY_A", "KEY_B")),
)


def case_of(root: Path, environments: dict[str, Drawn]) -> Case:
    made = {}
    for name, one in environments.items():
        file = root / f"{name}.env"
        file.write_text(f"OPENAI_BASE_URL={one.settings}\n" if one.settings else "OTHER=1\n")
        made[name] = Environment(
            production=one.production,
            base_url=one.base_url,
            settings=(file.name,),
            token_env=one.token_env,
        )
    return Case(version=1, incident=Incident(title="t", start=""), environments=made)


@given(st.lists(drawn, min_size=1, max_size=3), st.sampled_from(("", HOSTS[0])))
def test_a_token_goes_to_no_host_that_its_environment_does_not_declare(
    tmp_path_factory: pytest.TempPathFactory, several: list[Drawn], given_base: str
) -> None:
    root = tmp_path_factory.mktemp("case")
    environments = {f"e{number}": one for number, one in enumerate(several)}
    case = case_of(root, environments)
    for name, one in environments.items():
        declared = {url for url in (given_base, one.base_url, one.settings) if url}
        if one.production and not declared:
            declared.add(DOCUMENTED)
        try:
            found = destination(root, case, name, DOCUMENTED, Said(given_base))
        except CannotRunError:
            continue
        assert found.base_url in declared
        if one.settings and not given_base:
            assert found.host == host_of(one.settings)
        for other_name, other in environments.items():
            theirs = other.base_url or other.settings or (DOCUMENTED if other.production else "")
            shared = other_name != name and other.token_env == one.token_env
            assert not shared or not theirs or host_of(theirs) == found.host


@pytest.mark.parametrize(
    "base",
    [
        "https://169.254.169.254/v1",
        "https://[fe80::1]/v1",
        "https://0.0.0.0/v1",
        "https://[64:ff9b::a9fe:a9fe]/v1",
        "https://metadata.google.internal/v1",
    ],
)
def test_no_api_is_at_a_link_local_address(tmp_path: Path, base: str) -> None:
    case = case_of(tmp_path, {"staging": Drawn(False, base, "", "KEY")})
    with pytest.raises(CannotRunError, match="no API's"):
        destination(tmp_path, case, "staging", DOCUMENTED, Said())


def confirmed(root: Path, case: Case, name: str, said: Said, typed: str = "") -> None:
    found = destination(root, case, name, DOCUMENTED, said)
    require_confirmed(
        root, case, name, documented=DOCUMENTED, found=found, said=said, ask=lambda _: typed
    )


@pytest.mark.parametrize("base", [DOCUMENTED, "https://api.cometapi.com:8443/v1"])
def test_the_host_of_production_is_asked_for_by_name(tmp_path: Path, base: str) -> None:
    case = case_of(
        tmp_path,
        {"live": Drawn(True, "", "", "LIVE_KEY"), "staging": Drawn(False, base, "", "KEY")},
    )
    with pytest.raises(CannotRunError, match="the host of live"):
        confirmed(tmp_path, case, "staging", Said(yes=True))
    confirmed(tmp_path, case, "staging", Said(confirm="staging"))


def test_another_port_of_this_machine_is_another_program(tmp_path: Path) -> None:
    case = case_of(
        tmp_path,
        {
            "live": Drawn(True, HOSTS[2], "", "LIVE_KEY"),
            "staging": Drawn(False, "http://127.0.0.1:1235/v1", "", "KEY"),
        },
    )
    confirmed(tmp_path, case, "staging", Said(yes=True))


def test_a_new_address_is_confirmed_once(tmp_path: Path) -> None:
    case = case_of(tmp_path, {"staging": Drawn(False, HOSTS[0], "", "KEY")})
    with pytest.raises(CannotRunError, match="for the first time"):
        confirmed(tmp_path, case, "staging", Said())
    confirmed(tmp_path, case, "staging", Said(), typed="staging")
    userstate.confirm(tmp_path, "staging", "a.example")
    confirmed(tmp_path, case, "staging", Said())
    with pytest.raises(CannotRunError, match="for the first time"):
        confirmed(tmp_path, case, "staging", Said(base_url=HOSTS[1]))


def test_a_production_that_moved_is_not_confirmed_by_its_name(tmp_path: Path) -> None:
    case = case_of(tmp_path, {"live": Drawn(True, "", "", "LIVE_KEY")})
    confirmed(tmp_path, case, "live", Said(confirm="live"))
    userstate.confirm(tmp_path, "live", "api.before.example")
    with pytest.raises(CannotRunError, match="another host") as refused:
        confirmed(tmp_path, case, "live", Said(confirm="live"))
    assert refused.value.problem.expected == "api.before.example"
    confirmed(tmp_path, case, "live", Said(), typed="live")
    confirmed(tmp_path, case, "live", Said(confirm="live", base_url=DOCUMENTED))


@pytest.mark.parametrize(
    "base",
    ["https://2852039166/v1", "https://0xA9FEA9FE/v1", "https://169.254.43518/v1", "https://0/v1",
     "https://api.cometapi.com./v1", "https://api%2Ecometapi.com/v1", "https://api。cometapi.com/v1",
     "https://user@api.cometapi.com/v1", "https://127.1/v1",
     "https://[::ffff:169.254.169.254]/v1"],
)  # fmt: skip
def test_a_host_is_written_plainly(tmp_path: Path, base: str) -> None:
    """Another spelling is another host to the eye, and the same to the resolver."""
    case = case_of(tmp_path, {"staging": Drawn(False, "", "", "KEY")})
    with pytest.raises(CannotRunError, match="not written plainly"):
        destination(tmp_path, case, "staging", DOCUMENTED, Said(base))


@pytest.mark.parametrize("name", ["live", "staging"])
def test_no_token_goes_to_the_host_of_another_environment(tmp_path: Path, name: str) -> None:
    """Whichever of the two is production, and however this machine is called."""
    hosts = {"live": "http://127.0.0.1:9101/v1", "staging": "http://127.0.0.1:9102/v1"}
    case = case_of(tmp_path, {
        "live": Drawn(True, hosts["live"], "", "LIVE_KEY"),
        "staging": Drawn(False, hosts["staging"], "", "KEY"),
    })  # fmt: skip
    (theirs,) = (url for other, url in hosts.items() if other != name)
    for base in (
        theirs,
        theirs.replace("127.0.0.1", "localhost"),
        theirs.replace("127.0.0.1", "[::1]"),
    ):
        with pytest.raises(CannotRunError, match="the token would be that of"):
            destination(tmp_path, case, name, DOCUMENTED, Said(base, yes=True, confirm=name))
    assert destination(tmp_path, case, name, DOCUMENTED, Said(hosts[name])).base_url == hosts[name]


@pytest.mark.parametrize(
    "way",
    [{"token_file": "../tok"}, {"token_file": "x/../../tok"}, {"token_command": ("pass", "k")}],
)
def test_one_token_has_one_host_however_it_is_named(
    tmp_path: Path, way: dict[str, str | tuple[str, ...]]
) -> None:
    first = {"token_file": "../tok"} if "token_file" in way else way
    case = Case(version=1, incident=Incident(title="t", start=""), environments={
        "live": Environment(production=True, **first),
        "staging": Environment(base_url=HOSTS[0], **way),  # type: ignore[arg-type]
    })  # fmt: skip
    with pytest.raises(CannotRunError, match="one token and different hosts"):
        destination(tmp_path, case, "staging", DOCUMENTED, Said())


@pytest.mark.parametrize("declared", [HOSTS[0], ""])
def test_a_token_of_one_value_has_one_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, declared: str
) -> None:
    """Whatever it is called by: the value is compared before it is sent, and never told. An
    address that is production's by the documents alone counts as well.
    """
    (tmp_path / "tok").write_text("sekrit-tok\n")
    monkeypatch.setenv("KEY_B", "sekrit-tok")
    case = Case(version=1, incident=Incident(title="t", start=""), environments={
        "live": Environment(production=True, base_url=declared, token_file="tok"),
        "staging": Environment(base_url=HOSTS[1], token_env="KEY_B"),
    })  # fmt: skip
    found = destination(tmp_path, case, "staging", DOCUMENTED, Said())

    def check(token: str) -> None:
        require_unshared(tmp_path, case, "staging", documented=DOCUMENTED, token=token, found=found)

    with pytest.raises(CannotRunError, match="another host") as refused:
        check("sekrit-tok")
    assert "sekrit" not in str(refused.value.problem)
    check("another")
    (tmp_path / "tok").unlink()
    check("sekrit-tok")
