"""Tests of `assistant.cli.packages`."""

from importlib.metadata import version

from assistant.cli.packages import own_version, package_versions


def test_versions_are_those_installed() -> None:
    versions = package_versions()
    assert versions["pydantic"] == version("pydantic")
    assert versions["SQLAlchemy"] == version("sqlalchemy")


def test_own_version_is_that_of_the_command() -> None:
    assert own_version() in (version("assistant"), "0 (not installed)")
