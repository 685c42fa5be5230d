"""Tests of `assistant.cli.backup`."""

import json
from pathlib import Path

from chromadb.api.shared_system_client import SharedSystemClient

from assistant.backup import BackupReport
from assistant.locking import FolderLock

from .conftest import Invoke


def test_a_backup_is_made_and_restored(invoke: Invoke, tmp_path: Path) -> None:
    file = tmp_path / "saved"
    made = invoke("backup", str(file))
    assert (made.exit_code, made.stderr) == (0, "")
    assert made.stdout.startswith("Backed up: 4 articles, 4 passages, 0 conversations (")
    again = invoke("backup", str(file))
    assert (again.exit_code, again.stdout) == (2, "")
    assert "add --force" in again.stderr
    report = BackupReport.model_validate_json(invoke("backup", str(file), "--force", "--json").stdout)
    assert (report.articles, report.file) == (4, str(file))
    SharedSystemClient.clear_system_cache()
    held = invoke("restore", str(file))
    assert held.exit_code == 2
    assert "add --force" in held.stderr
    restored = invoke("restore", str(file), "--force")
    assert restored.exit_code == 0
    assert restored.stdout.startswith("Restored into ")
    assert len(json.loads(invoke("articles", "--json").stdout)) == 4


def test_a_backup_is_made_while_the_folder_is_in_use(invoke: Invoke, home: Path, tmp_path: Path) -> None:
    lock = FolderLock(home)
    assert invoke("backup", str(tmp_path / "saved")).exit_code == 0
    refused = invoke("restore", str(tmp_path / "saved"), "--force")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert "is in use by process" in refused.stderr
    lock.release()
