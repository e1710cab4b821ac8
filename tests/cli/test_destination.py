"""Where a replay goes: no request leaves for a host that its environment did not declare."""

from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.host import userstate
from tallystick.host.errors import CannotRunError
from tallystick.net.destination import Said, destination, host_of, require_confirmed
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
    "base", ["https://169.254.169.254/v1", "https://[fe80::1]/v1", "https://0.0.0.0/v1"]
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


def test_the_host_of_production_is_asked_for_by_name(tmp_path: Path) -> None:
    case = case_of(
        tmp_path,
        {"live": Drawn(True, "", "", "LIVE_KEY"), "staging": Drawn(False, DOCUMENTED, "", "KEY")},
    )
    with pytest.raises(CannotRunError, match="the host of live"):
        confirmed(tmp_path, case, "staging", Said(yes=True))
    confirmed(tmp_path, case, "staging", Said(confirm="staging"))


def test_a_new_address_is_confirmed_once(tmp_path: Path) -> None:
    case = case_of(tmp_path, {"staging": Drawn(False, HOSTS[0], "", "KEY")})
    with pytest.raises(CannotRunError, match="for the first time"):
        confirmed(tmp_path, case, "staging", Said())
    confirmed(tmp_path, case, "staging", Said(), typed="staging")
    userstate.confirm(tmp_path, "staging", "a.example")
    confirmed(tmp_path, case, "staging", Said())
    with pytest.raises(CannotRunError, match="for the first time"):
        confirmed(tmp_path, case, "staging", Said(base_url=HOSTS[1]))
