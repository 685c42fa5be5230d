"""Files that are written whole or not at all."""

import os
import tempfile
from pathlib import Path

from assistant.errors import EvaluationError


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` into the file `path`, which never holds a part of it. Raises EvaluationError."""
    scratch = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.absolute().parent, prefix=f".{path.name}.", delete=False) as file:
            scratch = Path(file.name)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        scratch.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
        os.replace(scratch, path)
    except OSError as error:
        if scratch is not None:
            scratch.unlink(missing_ok=True)
        raise EvaluationError(f"{path}: cannot be written ({error.strerror}): choose another place") from error
