"""Tests of `assistant.cli.edge`."""

import pytest

from assistant import spans
from assistant.cli.edge import guards, secrets
from assistant.errors import SettingsError
from assistant.settings import load_settings


def test_the_hosts_are_loopbacks_the_servers_own_and_those_of_the_settings() -> None:
    settings = load_settings(
        host="desk.example", url="https://quotes.example.org/x", allowed_hosts="a.example, *.b.example"
    )
    with guards(settings, "192.0.2.7") as found:
        assert found.hosts is not None
        assert set(found.hosts) == {
            "localhost",
            "127.0.0.1",
            "::1",
            "192.0.2.7",
            "desk.example",
            "quotes.example.org",
            "a.example",
            "*.b.example",
        }
        assert (found.url, found.most, found.tracing) == ("https://quotes.example.org/x", 100, None)
        assert spans.installed() is None


def test_spans_are_sent_where_a_collector_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:9")
    with guards(load_settings(), "127.0.0.1") as found:
        assert found.tracing is spans.installed() is not None
    assert spans.installed() is None


@pytest.mark.parametrize("value", ["http://a.example", "a.example:80", "a b", "*a.example", "a/b", "**"])
def test_what_is_no_name_of_a_host_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ASSISTANT_ALLOWED_HOSTS", f"fine.example,{value}")
    with pytest.raises(SettingsError, match=r"ASSISTANT_ALLOWED_HOSTS=.*without http:// and port"):
        load_settings()


def test_secrets_are_all_settings_that_are_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_LLM_API_KEY", "one-secret")
    monkeypatch.setenv("SLACK_SIGNING_SECRET", "another-secret")
    assert sorted(secrets(load_settings())) == ["another-secret", "one-secret"]
