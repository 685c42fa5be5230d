"""Settings: environment variables `ASSISTANT_*` or a .env file; nothing else reads the environment."""

import re
from pathlib import Path

from pydantic import Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.errors import SettingsError
from assistant.models.prepare import DEFAULT_MODEL

_CROSS_ENCODER = "cross-encoder:"


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
