"""Tests of `assistant.cli.keys`, beside a server and without one, and of what a server asks for."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from assistant.cli.doctor import Examination

from .conftest import PROGRAM, Invoke, serving


def made(invoke: Invoke, *arguments: str) -> str:
    result = invoke("keys", *arguments)
    assert result.exit_code == 0, result.stderr
    return result.stdout.strip()


def test_a_key_is_printed_once_and_never_again(invoke: Invoke) -> None:
    none = invoke("keys")
    assert (none.exit_code, none.stdout, none.stderr[:13]) == (0, "", "No keys yet: ")
    secret = made(invoke, "add", "Ann")
    assert re.fullmatch(r"assistant_[A-Za-z0-9_-]{43}", secret)
    other = json.loads(made(invoke, "add", "Ben", "--json"))
    assert list(other) == ["name", "created", "last_used", "revoked", "key"]
    listed = invoke("keys", "list")
    as_json = json.loads(invoke("keys", "--json").stdout)
    assert [one["name"] for one in as_json] == ["Ann", "Ben"]
    assert [list(one) for one in as_json] == [["name", "created", "last_used", "revoked"]] * 2
    for said in (listed.output, json.dumps(as_json)):
        assert secret not in said
        assert other["key"] not in said
    assert re.search(r"^name +created +last used +revoked$", listed.stdout.splitlines()[0].rstrip())


def test_mistakes_are_told(invoke: Invoke) -> None:
    made(invoke, "add", "Ann")
    for arguments, said in (
        (("add", "Ann"), "there is a key of the name 'Ann', which is in use"),
        (("add", "\x1b[31m"), "cannot be a key's name"),
        (("revoke", "Ben"), "there is no key of the name 'Ben'"),
        (("renew", "Ben"), "there is no key of the name 'Ben'"),
    ):
        result = invoke("keys", *arguments)
        assert (result.exit_code, result.stdout) == (2, "")
        assert said in result.stderr


def test_a_key_is_revoked_and_renewed(invoke: Invoke) -> None:
    secret = made(invoke, "add", "Ann")
    revoked = invoke("keys", "revoke", "Ann")
    assert (revoked.exit_code, revoked.stdout) == (0, "Revoked: Ann\n")
    assert "No key works any more" in revoked.stderr
    assert json.loads(invoke("keys", "--json").stdout)[0]["revoked"] is not None
    assert made(invoke, "renew", "Ann") != secret
    assert json.loads(invoke("keys", "--json").stdout)[0]["revoked"] is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_a_server_that_others_reach_does_not_start_without_a_key(invoke: Invoke, host: str) -> None:
    for _ in range(2):
        result = invoke("serve", "--host", host, "--port", "0")
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.splitlines()[-1] == (
            f"error: ASSISTANT_HOST={host} would answer whoever reaches this machine, as there is no key: make one with"
            " `assistant keys add NAME`, or serve at 127.0.0.1"
        )
        # One that was revoked is none.
        made(invoke, "add", "Ann") if not json.loads(invoke("keys", "--json").stdout or "[]") else None
        invoke("keys", "revoke", "Ann")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ASSISTANT_URL", "https://desk.example:8443/page"),
        ("ASSISTANT_ALLOWED_HOSTS", "localhost, desk.example"),
        ("ASSISTANT_ALLOWED_HOSTS", "127.0.0.2,*.example"),
        ("ASSISTANT_ALLOWED_HOSTS", "*"),
    ],
)
def test_a_server_behind_a_proxy_does_not_start_without_a_key(
    invoke: Invoke, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    result = invoke("serve", "--port", "0")
    assert (result.exit_code, result.stdout) == (2, "")
    shown = {"https://desk.example:8443/page": "desk.example", "localhost, desk.example": "desk.example"}
    assert result.stderr.splitlines()[-1] == (
        f"error: requests for {shown.get(value, value.removeprefix('127.0.0.2,'))} would be answered whoever sends"
        " them, as there is no key: make one with `assistant keys add NAME`, or leave the name out of ASSISTANT_URL,"
        " ASSISTANT_ALLOWED_HOSTS and ASSISTANT_HOST"
    )


@pytest.fixture(scope="module")
def served(filled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The data folder and the address of a server that others reach, which was started with a key."""
    folder = tmp_path_factory.mktemp("served")
    home = shutil.copytree(filled, folder / "home")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    add = [sys.executable, PROGRAM, "--home", str(home), "keys", "add", "First"]
    subprocess.run(add, check=True, capture_output=True, cwd=folder, env=environment)
    with serving(home, folder, "--host", "0.0.0.0") as address:
        yield home, address


class TestBesideAServer:
    @pytest.fixture
    def home(self, served: tuple[Path, str]) -> Path:
        return served[0]

    def test_it_knows_of_each_change_at_once(self, served: tuple[Path, str], invoke: Invoke) -> None:
        def status(secret: str) -> int:
            headers = {"Authorization": f"Bearer {secret}"}
            return httpx2.get(f"{served[1]}/v1/stats", headers=headers, timeout=30).status_code

        secret = made(invoke, "add", "Dan")
        assert status(secret) == 200
        assert json.loads(invoke("keys", "--json").stdout)[-1]["last_used"] is not None
        invoke("keys", "revoke", "Dan")
        assert status(secret) == 401
        other = made(invoke, "renew", "Dan")
        assert (status(secret), status(other)) == (401, 200)

    def test_the_commands_of_who_may_read_the_folder_need_none(self, invoke: Invoke) -> None:
        asked = invoke("ask", "How many directives were issued?", "--json")
        assert asked.exit_code == 0, asked.stderr
        assert json.loads(asked.stdout)["question"] == "How many directives were issued?"
        assert invoke("search", "gallium smelters", "-k", "1").exit_code == 0
        found = Examination.model_validate(json.loads(invoke("doctor", "--json").stdout))
        assert (found.stats or {})["articles"] == 4

    def test_whoever_may_not_is_told_so(self, home: Path, invoke: Invoke) -> None:
        (home / "proof").rename(home / "hidden")
        try:
            result = invoke("ask", "How many directives were issued?")
        finally:
            (home / "hidden").rename(home / "proof")
        assert (result.exit_code, result.stdout) == (1, "")
        assert "does not know this user as one who may read its data folder" in result.stderr
