"""What takes articles in for the commands: the assistant in this process, or the server that owns its data folder."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from assistant.cli.session import Session
from assistant.errors import RunError, SourceError, UserError
from assistant.proof import read_proof

if TYPE_CHECKING:
    from assistant.cli.remote import Remote
    from assistant.cli.terminal import ProgressBar
    from assistant.ingestion import IngestReport
    from assistant.pipeline import Assistant


class Taker(Protocol):
    """Takes in files, folders and URLs; what fails is in the report."""

    def ingest(self, paths: Sequence[Path], progress: "ProgressBar") -> "IngestReport":
        """Bring the articles of `paths` up to date; raises as `Assistant.ingest` does."""
        ...

    def take_url(self, url: str) -> "IngestReport":
        """Take in what `url` leads to."""
        ...


@contextmanager
def taking(session: Session) -> Iterator[Taker]:
    """Give what takes articles into the session's data folder. Raises as `build_assistant` does."""
    address = session.server()
    if address is None:
        with session.assistant(fill=False) as assistant:
            yield _Here(assistant)
        return
    from assistant.cli.remote import Remote

    proof = read_proof(session.settings().home)
    with Remote(address, proof=proof) as remote:
        yield _There(remote, proof)


def is_url(target: str) -> bool:
    """Whether a target of the command line is a URL, not a path."""
    return target.lower().startswith(("http://", "https://"))


class _Here:
    def __init__(self, assistant: "Assistant") -> None:
        self._assistant = assistant

    def ingest(self, paths: Sequence[Path], progress: "ProgressBar") -> "IngestReport":
        return self._assistant.ingest(paths, progress)

    def take_url(self, url: str) -> "IngestReport":
        return self._assistant.intake.take_url(url)


class _There:
    """The server is sent each file, and told where it lies.

    It takes in what `_Here` would, but for files of more than 25 MB and what is beyond `assistant.sources.bounds`.
    """

    def __init__(self, remote: "Remote", proof: str | None) -> None:
        self._remote = remote
        self._proof = proof

    def take_url(self, url: str) -> "IngestReport":
        from assistant.ingestion import IngestReport
        from assistant.sources import SourceFailure

        try:
            return self._remote.take_url(url)
        except UserError as error:
            return IngestReport(failed=(SourceFailure(path=url, reason=str(error)),))

    def ingest(self, paths: Sequence[Path], progress: "ProgressBar") -> "IngestReport":
        from assistant.ingestion import IngestReport, file_of, is_inside
        from assistant.sources import SourceFailure, find_sources

        if self._proof is None:
            raise RunError(
                "the server does not know this user as one who may read its data folder: run this as the user who runs"
                " the server, or stop it and run this again"
            )
        roots = [path.resolve() for path in paths]
        held = {one.id: file_of(one.source) for one in self._remote.articles() if one.source}
        gone = [root for root in roots if not _files(root) and any(is_inside(one, [root]) for one in held.values())]
        files = find_sources([root for root in roots if root not in gone])
        reports: list[IngestReport] = []
        for number, file in enumerate(files):
            progress(number, len(files), file.name)
            try:
                reports.append(self._send(file))
            except UserError as error:
                reports.append(IngestReport(failed=(SourceFailure(path=str(file), reason=str(error)),)))
        report = IngestReport().joined(*reports)
        there = {str(file) for file in files}
        left = {i for i, file in held.items() if is_inside(file, roots) and file not in there}
        # The article of a file that was renamed has been taken in from its new name.
        left -= {*report.added, *report.updated, *report.unchanged, *report.removed}
        removed = [article_id for article_id in sorted(left) if self._remove(article_id)]
        return report.joined(IngestReport(removed=tuple(removed)))

    def _remove(self, article_id: str) -> bool:
        """Remove an article; return whether it was still there: somebody may have removed it meanwhile."""
        try:
            self._remote.remove(article_id)
        except UserError:
            return False
        return True

    def _send(self, file: Path) -> "IngestReport":
        try:
            content = file.read_bytes()
        except OSError as error:
            raise SourceError(f"the file can't be read: {error.strerror or error}") from error
        name = file.name.encode("utf-8", "replace").decode("utf-8")
        return self._remote.take_file(name, content, str(file), self._proof)


def _files(root: Path) -> bool:
    return root.is_file() or any(one.is_file() for one in root.rglob("*"))
