"""Tests of `assistant.settings`."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant.errors import SettingsError
from assistant.models.prepare import DEFAULT_MODEL
from assistant.settings import Settings, load_settings


def test_defaults() -> None:
    settings = load_settings()
    assert (settings.home, settings.corpus, settings.models) == (Path("data"), Path("corpus"), None)
    assert settings.embedding_model == DEFAULT_MODEL == "sentence-transformers/all-MiniLM-L6-v2"
    assert (settings.host, settings.port, settings.threshold) == ("127.0.0.1", 8080, None)
    assert (settings.threads, settings.passages, settings.reader) == (2, 8, "bundled")


def test_models_are_kept_in_the_data_folder_or_where_it_says() -> None:
    assert load_settings(home=Path("/d")).model_cache == Path("/d/models")
    assert load_settings(home=Path("/d"), models=Path("/m")).model_cache == Path("/m")


def test_the_environment_goes_before_the_file_and_arguments_before_both(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("ASSISTANT_PORT=1111\nASSISTANT_HOST=file\nASSISTANT_THREADS=3\nOTHER=1\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ASSISTANT_PORT", "2222")
    monkeypatch.setenv("ASSISTANT_HOST", "environment")
    settings = load_settings(port=3333)
    assert (settings.port, settings.host, settings.threads) == (3333, "environment", 3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ASSISTANT_PORT", "http"),
        ("ASSISTANT_PORT", "65536"),
        ("ASSISTANT_PORT", "-1"),
        ("ASSISTANT_THREADS", "0"),
        ("ASSISTANT_PASSAGES", "51"),
        ("ASSISTANT_THRESHOLD", "1.5"),
        ("ASSISTANT_THRESHOLD", "high"),
        ("ASSISTANT_READER", "Bundled"),
        ("ASSISTANT_READER", ""),
    ],
)
def test_a_wrong_value_is_named_with_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert str(raised.value).startswith(f"{name}={value!r} does not work: ")
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("value", "cross_encoder"),
    [
        ("bundled", None),
        ("none", None),
        ("cross-encoder:ms-marco-MiniLM-L6-v2", "ms-marco-MiniLM-L6-v2"),
        ("cross-encoder:cross-encoder/ms-marco-MiniLM-L6-v2", "cross-encoder/ms-marco-MiniLM-L6-v2"),
        ("cross-encoder:/models/My Ranker: new", "/models/My Ranker: new"),
    ],
)
def test_the_reader_is_one_of_three(monkeypatch: pytest.MonkeyPatch, value: str, cross_encoder: str | None) -> None:
    monkeypatch.setenv("ASSISTANT_READER", value)
    assert (load_settings().reader, load_settings().cross_encoder) == (value, cross_encoder)


@pytest.mark.parametrize(
    "value",
    ["bundle", "bundled ", "cross-encoder", "cross-encoder:", "cross-encoder: X", "Cross-Encoder:X", "/models/X"],
)
def test_any_other_reader_is_refused_with_the_three_that_there_are(value: str) -> None:
    with pytest.raises(SettingsError) as raised:
        load_settings(reader=value)
    assert str(raised.value) == (
        f"ASSISTANT_READER={value!r} does not work: input should be 'bundled', 'none' or 'cross-encoder:<name or path>'"
    )


def test_a_wrong_argument_is_named_too() -> None:
    with pytest.raises(SettingsError, match=r"ASSISTANT_PORT=70000 does not work: .*65535"):
        load_settings(port=70000)


def test_settings_are_few_described_and_frozen() -> None:
    assert len(Settings.model_fields) <= 30
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
    with pytest.raises(ValidationError, match="frozen"):
        load_settings().port = 1  # type: ignore[misc]


def test_the_tests_are_kept_from_the_developers_settings() -> None:
    assert not Path(".env").exists()
    assert load_settings().home == Path("data")
