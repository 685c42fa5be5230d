"""An empty catalog for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.catalog.store import Catalog


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog(tmp_path / "catalog.sqlite")
    yield opened
    opened.close()
