"""The command line with the embedder that needs no weights, for tests that start a process."""

from assistant import factory
from assistant.cli import main
from assistant.models.fake import HashingEmbedder


def run() -> None:
    """Run `main` with the embedder replaced."""
    setattr(factory, "load_embedder", lambda *_: HashingEmbedder())  # noqa: B010  # mypy refuses an assignment
    main()


if __name__ == "__main__":
    run()
