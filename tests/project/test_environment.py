"""Settings: what is read, from where, and what a mistake is answered with."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from trueup.project.embedded import database_settings, given_address
from trueup.project.environment import bind_address, read_environment
from trueup.project.home import kept_key, trueup_home
from trueup.project.register import SETTINGS, EnvironmentProblem, check_names, value


def test_a_misspelt_setting_names_the_nearest_known_one() -> None:
    with pytest.raises(EnvironmentProblem, match=r"TRUEUP_HOM is not a setting.*Did you mean TRUEUP_HOME"):
        check_names({"TRUEUP_HOM": "/srv"})


def test_other_peoples_names_are_left_alone() -> None:
    check_names({"PATH": "/bin", "TRUE": "1", "DATABASE_URLS": "x"})


@pytest.mark.parametrize("name", sorted(SETTINGS))
def test_every_setting_can_be_a_file_but_not_both(name: str, tmp_path: Path) -> None:
    file = tmp_path / "value"
    file.write_text("from the file\n")
    assert value(name, {f"{name}_FILE": str(file)}) == "from the file"
    with pytest.raises(EnvironmentProblem, match=f"Both {name} and {name}_FILE"):
        check_names({name: "a", f"{name}_FILE": str(file)})


def test_a_missing_file_is_named() -> None:
    with pytest.raises(EnvironmentProblem, match="TRUEUP_BIND_FILE names /nowhere"):
        value("TRUEUP_BIND", {"TRUEUP_BIND_FILE": "/nowhere"})


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("TRUEUP_DEBUG", "maybe"),
        ("TRUEUP_WORKERS", "none"),
        ("TRUEUP_WORKERS", "0"),
        ("TRUEUP_ENGINE", "abacus"),
        ("TRUEUP_ORIGIN", "trueup.example.com"),
    ],
)
def test_a_wrong_value_is_refused_with_its_name(name: str, wrong: str) -> None:
    with pytest.raises(EnvironmentProblem, match=f"{name} is '{wrong}'"):
        read_environment({name: wrong})


def test_an_origin_is_trusted_and_its_host_allowed() -> None:
    environment = read_environment({"TRUEUP_ORIGIN": "https://trueup.example.com/"})
    assert environment.is_https
    assert environment.origins == ["https://trueup.example.com"]
    assert "trueup.example.com" in environment.hosts


def test_the_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    home = tmp_path / "home"
    key = kept_key(home)
    assert len(key) > 50
    assert kept_key(home) == key
    assert stat.S_IMODE((home / "secret.key").stat().st_mode) == 0o600


def test_a_given_key_is_taken_and_never_shown() -> None:
    environment = read_environment({"TRUEUP_SECRET_KEY": "s3cr3t"})
    assert environment.secret_key == "s3cr3t"
    assert "s3cr3t" not in repr(environment)


def test_the_home_follows_the_data_folder() -> None:
    assert trueup_home({"XDG_DATA_HOME": "/data"}) == Path("/data/trueup")
    assert trueup_home({"XDG_DATA_HOME": "/data", "TRUEUP_HOME": "/srv/trueup"}) == Path("/srv/trueup")


@pytest.mark.parametrize(
    ("bind", "address"),
    [("127.0.0.1:8000", ("127.0.0.1", 8000)), ("[::1]:80", ("::1", 80)), ("9000", ("127.0.0.1", 9000))],
)
def test_an_address_to_listen_on(bind: str, address: tuple[str, int]) -> None:
    assert bind_address(bind) == address


@pytest.mark.parametrize("bind", ["", "localhost", "host:0", "host:99999", "host:http"])
def test_no_address_to_listen_on(bind: str) -> None:
    with pytest.raises(EnvironmentProblem, match="no address to listen on"):
        bind_address(bind)


def test_without_a_url_the_address_follows_from_the_home() -> None:
    settings = database_settings({"TRUEUP_HOME": "/srv/trueup"})
    assert (settings["HOST"], settings["NAME"], settings["USER"]) == ("/srv/trueup/run", "trueup", "trueup")


def test_a_url_is_taken_apart() -> None:
    settings = database_settings(
        {"DATABASE_URL": "postgresql://ann:p%40ss%2F@db.example.com:6543/licences?sslmode=verify-full"}
    )
    assert settings == {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": "db.example.com",
        "PORT": "6543",
        "USER": "ann",
        "PASSWORD": "p@ss/",
        "NAME": "licences",
        "OPTIONS": {"sslmode": "verify-full"},
    }


@pytest.mark.parametrize(
    "url", ["postgres://ann@%2FRun%2Fpg/licences", "postgres:///licences?host=/Run/pg&user=ann"]
)
def test_a_url_may_name_a_folder_of_sockets(url: str) -> None:
    address = given_address({"DATABASE_URL": url})
    assert address
    assert (address.host, address.user, address.dbname) == ("/Run/pg", "ann", "licences")


@pytest.mark.parametrize(
    "url", ["mysql://ann:s3cr3t@db/x", "postgres://ann:s3cr3t@db:port/x", "postgres://ann:s3cr3t@db"]
)
def test_a_url_that_cannot_be_used_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(EnvironmentProblem, match=r"DATABASE_URL.*postgres://user:password@host") as refusal:
        given_address({"DATABASE_URL": url})
    assert "s3cr3t" not in str(refusal.value)


def test_a_password_is_never_shown() -> None:
    assert "s3cr3t" not in repr(given_address({"DATABASE_URL": "postgres://ann:s3cr3t@db/x"}))
