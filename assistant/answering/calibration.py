"""Calibration: the least confidence of an answer that was chosen for a data folder, on fixed questions."""

import json
import os
from pathlib import Path

from pydantic import Field, ValidationError

from assistant.errors import SettingsError, StorageError
from assistant.types import Frozen

FILE_NAME = "calibration.json"


class Calibration(Frozen):
    """A threshold, the reader whose confidences it holds for, and what it was chosen on.

    `risk` is the largest share of unanswerable questions that may be answered, None where wrong answers and wrong
    refusals were to cost the same. `corpus` is the snapshot of the articles that were asked.
    """

    reader: str
    threshold: float = Field(ge=0.0, le=1.0)
    risk: float | None = Field(None, ge=0.0, le=1.0)
    answerable: int = Field(ge=1)
    unanswerable: int = Field(ge=1)
    corpus: str

    def save(self, home: Path) -> Path:
        """Write it into the data folder `home`, whole or not at all; return the file. Raises StorageError."""
        path = home / FILE_NAME
        scratch = path.with_suffix(".new")
        try:
            scratch.write_text(self.model_dump_json(indent=1) + "\n", "utf-8")
            os.replace(scratch, path)
        except OSError as error:
            raise StorageError(f"{path} cannot be written ({error.strerror}): free the place and try again") from error
        return path

    @classmethod
    def load(cls, home: Path) -> "Calibration | None":
        """Return the calibration of the data folder `home`, None where there is none. Raises SettingsError."""
        path = home / FILE_NAME
        try:
            return cls.model_validate(json.loads(path.read_text("utf-8")))
        except FileNotFoundError:
            return None
        except (OSError, ValueError, ValidationError) as error:
            raise SettingsError(
                f"{path} is no calibration that can be read: remove it, or run `assistant eval --calibrate` again"
            ) from error


def calibrated_threshold(home: Path, reader: str) -> float | None:
    """Return the threshold chosen for the data folder `home`, None where none was chosen for this reader.

    Confidences of one reader say nothing of another's. Raises SettingsError.
    """
    found = Calibration.load(home)
    return found.threshold if found is not None and found.reader == reader else None
