"""Proof: a random word in the data folder, which whoever may read that folder can tell the server that owns it."""

import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

# The header in which it is told.
PROOF_HEADER = "Assistant-Proof"
_FILE = "proof"


class Proof:
    """Written when the folder is opened, removed when it is given back; the file's owner alone may read it."""

    def __init__(self, folder: Path) -> None:
        """Write a new word into `folder`; where that fails no word is ever right."""
        self._path = folder / _FILE
        self._word = secrets.token_urlsafe(32)
        with suppress(OSError):
            self._path.unlink(missing_ok=True)
            descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(self._word)

    def holds(self, word: str | None) -> bool:
        """Whether `word` is the one in the folder."""
        return word is not None and hmac.compare_digest(word.encode("utf-8", "replace"), self._word.encode("ascii"))

    def withdraw(self) -> None:
        """Remove the file."""
        with suppress(OSError):
            self._path.unlink(missing_ok=True)


def read_proof(folder: Path) -> str | None:
    """Return the word in `folder`, None where there is none that this user may read."""
    try:
        return (folder / _FILE).read_text("ascii")
    except (OSError, ValueError):
        return None
