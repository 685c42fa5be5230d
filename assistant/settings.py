"""Settings: environment variables `ASSISTANT_*`, `SLACK_*`, `OTEL_*` or a .env file; nothing else reads those."""

import json
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from assistant.errors import SettingsError
from assistant.models.prepare import DEFAULT_MODEL
from assistant.types import Filters

LlmFormat = Literal["auto", "structured", "plain"]
_CROSS_ENCODER = "cross-encoder:"
_CHANNEL = re.compile("[CDG][A-Z0-9]+")
_HOST_NAME = re.compile(r"\*|(\*\.)?[A-Za-z0-9_-][A-Za-z0-9._-]*|\[?[0-9A-Fa-f:.]+\]?")
# Beside the package: in the checkout, wherever the program is run from.
_PROMPTS = Path(__file__).resolve().parent.parent / "prompts"


class Settings(BaseSettings):
    """All settings with their defaults; each is the environment variable `ASSISTANT_` + its name in capitals.

    What Slack and OpenTelemetry need has the names that their own documents use, without the prefix.
    """

    model_config = SettingsConfigDict(
        env_prefix="ASSISTANT_", env_file=".env", extra="ignore", frozen=True, populate_by_name=True
    )

    home: Path = Field(Path("data"), description="data folder: catalog, index, prepared models")
    corpus: Path = Field(
        Path("corpus"), description="folder ingested by itself while the catalog is empty; '' for none"
    )
    models: Path | None = Field(None, description="where prepared models are kept; default HOME/models")
    embedding_model: str = Field(DEFAULT_MODEL, description="any sentence-transformers name or path")
    reader: str = Field(
        "bundled",
        description="what judges passages: the trained reader in the package, 'none' for similarities alone, or "
        "cross-encoder:<name or path> of a sentence-transformers CrossEncoder",
    )
    threads: int = Field(2, ge=1, le=64, description="cores that a model may use")
    passages: int = Field(8, ge=1, le=50, description="passages read for an answer")
    threshold: float | None = Field(
        None, ge=0, le=1, description="least confidence of an answer; default: the one fitted with the reader"
    )
    llm: str | None = Field(
        None,
        description="language model that writes answers, 'provider:model', such as openai:gpt-5-mini; default: none",
    )
    llm_base_url: str | None = Field(None, description="where its server is; default: the provider's own")
    llm_api_key: SecretStr | None = Field(None, description="its key; default: the provider's own variable")
    llm_format: LlmFormat = Field(
        "auto", description="how it writes: 'structured' (JSON by schema), 'plain' (lines that end in [n]), or 'auto'"
    )
    llm_connect_timeout: float = Field(5.0, gt=0, description="seconds to reach it")
    llm_first_token_timeout: float = Field(60.0, gt=0, description="seconds until it begins to write")
    llm_timeout: float = Field(120.0, gt=0, description="seconds for the whole of what it writes")
    prompts: Path = Field(_PROMPTS, description="folder of the texts given to it")
    host: str = Field("127.0.0.1", description="address that `assistant serve` binds")
    port: int = Field(8080, ge=0, le=65535, description="port that `assistant serve` binds; 0 takes a free one")
    url: str | None = Field(None, description="address of the page for others, for links to it; default: no links")
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="names that requests may be for, with commas between them, beside loopback's, ASSISTANT_HOST and"
        " that of ASSISTANT_URL; '*.example.org' for all below one, '*' for any",
    )
    otlp_endpoint: str | None = Field(
        None,
        validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT",
        description="where spans go over gRPC (OpenTelemetry); default: there are none",
    )
    slack_bot_token: SecretStr | None = Field(
        None, validation_alias="SLACK_BOT_TOKEN", description="what the bot posts with, xoxb-..."
    )
    slack_app_token: SecretStr | None = Field(
        None, validation_alias="SLACK_APP_TOKEN", description="what `assistant slack` connects with, xapp-..."
    )
    slack_signing_secret: SecretStr | None = Field(
        None,
        validation_alias="SLACK_SIGNING_SECRET",
        description="what Slack signs requests with; with it `assistant serve` answers them at /slack/events",
    )
    slack_channels: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="ids of the channels that the bot answers in, with commas between them; default: all"
    )
    slack_guests: bool = Field(False, description="whether guests are answered in Slack")
    slack_owner: str | None = Field(None, description="user id of who is called with 'Need a human'; default: nobody")
    slack_filters: Annotated[dict[str, Filters], NoDecode] = Field(
        {}, description='filters by channel, such as {"C123": {"publisher": "Reuters", "as_of": "2025-05-27"}}'
    )
    slack_language: str | None = Field(
        None,
        pattern="^[A-Za-z][A-Za-z ]{1,30}$",
        description="English name of the language that a model writes in for Slack; default: that of the question",
    )
    slack_api_url: str = Field("https://slack.com/api/", description="where Slack's Web API is")

    @field_validator("reader")
    @classmethod
    def _known_reader(cls, value: str) -> str:
        if not re.fullmatch(rf"bundled|none|{_CROSS_ENCODER}\S.*", value):
            forms = f"'bundled', 'none' or '{_CROSS_ENCODER}<name or path>'"
            raise PydanticCustomError("reader", f"input should be {forms}")
        return value

    @field_validator("slack_channels", mode="before")
    @classmethod
    def _channel_ids(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        ids = tuple(one.strip() for one in value.split(",") if one.strip())
        for one in ids:
            if not _CHANNEL.fullmatch(one):
                raise PydanticCustomError("channels", f"input should be ids of channels such as C0123456789, not {one}")
        return ids

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _host_names(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        names = tuple(one.strip() for one in value.split(",") if one.strip())
        for one in names:
            if not _HOST_NAME.fullmatch(one):
                raise PydanticCustomError(
                    "hosts", "input should be names such as assistant.example.org, without http:// and port"
                )
        return names

    @field_validator("slack_filters", mode="before")
    @classmethod
    def _filters_of_json(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value or "{}")
        except ValueError as error:
            raise PydanticCustomError("filters", f"input should be a JSON object ({str(error)[:80]})") from error

    @field_validator("url", "slack_api_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value and not re.fullmatch(r"https?://[^\s/]\S*", value):
            raise PydanticCustomError("url", "input should be an address that begins with http:// or https://")
        return value or None

    @property
    def model_cache(self) -> Path:
        """Folder of the prepared models."""
        return self.models or self.home / "models"

    @property
    def cross_encoder(self) -> str | None:
        """Name or path of the cross-encoder that reads, None where none does."""
        return self.reader.removeprefix(_CROSS_ENCODER) if self.reader.startswith(_CROSS_ENCODER) else None


def _secrets() -> frozenset[str]:
    """Return the names of the variables whose values are told to nobody."""
    fields = Settings.model_fields.items()
    return frozenset(
        str(field.validation_alias or f"ASSISTANT_{name.upper()}")
        for name, field in fields
        if SecretStr.__name__ in str(field.annotation)
    )


def load_settings(**overrides: object) -> Settings:
    """Return the settings of the environment, `overrides` first.

    Raises SettingsError that names the variable and the value.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks what mypy cannot
    except ValidationError as error:
        first = error.errors()[0]
        field, *inside = (str(part) for part in first["loc"])
        name = field if field.startswith(("SLACK_", "OTEL_")) else f"ASSISTANT_{field.upper()}"
        where = f" at {'.'.join(inside)}" if inside else ""
        value = "..." if name in _secrets() else repr(first["input"])
        raise SettingsError(
            f"{name}={value} does not work{where}: {first['msg'][:1].lower()}{first['msg'][1:]}"
        ) from error
