"""Settings: environment variables `ASSISTANT_*` or a .env file; nothing else reads the environment."""

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingsError
from assistant.models.prepare import DEFAULT_MODEL

LlmFormat = Literal["auto", "structured", "plain"]
_CROSS_ENCODER = "cross-encoder:"
# Beside the package: in the checkout, wherever the program is run from.
_PROMPTS = Path(__file__).resolve().parent.parent / "prompts"


class Settings(BaseSettings):
    """All settings with their defaults; each is the environment variable `ASSISTANT_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ASSISTANT_", env_file=".env", extra="ignore", frozen=True)

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

    @field_validator("reader")
    @classmethod
    def _known_reader(cls, value: str) -> str:
        if not re.fullmatch(rf"bundled|none|{_CROSS_ENCODER}\S.*", value):
            forms = f"'bundled', 'none' or '{_CROSS_ENCODER}<name or path>'"
            raise PydanticCustomError("reader", f"input should be {forms}")
        return value

    @property
    def model_cache(self) -> Path:
        """Folder of the prepared models."""
        return self.models or self.home / "models"

    @property
    def cross_encoder(self) -> str | None:
        """Name or path of the cross-encoder that reads, None where none does."""
        return self.reader.removeprefix(_CROSS_ENCODER) if self.reader.startswith(_CROSS_ENCODER) else None


def load_settings(**overrides: object) -> Settings:
    """Return the settings of the environment, `overrides` first.

    Raises SettingsError that names the variable and the value.
    """
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks what mypy cannot
    except ValidationError as error:
        first = error.errors()[0]
        name = "ASSISTANT_" + "_".join(str(part) for part in first["loc"]).upper()
        raise SettingsError(f"{name}={first['input']!r} does not work: {first['msg'].lower()}") from error
