"""The command line with the embedder that needs no weights, for tests that start a process."""

import signal

from assistant import factory
from assistant.cli import main
from assistant.models.fake import HashingEmbedder


def run() -> None:
    """Run `main` with the embedder replaced."""
    # A shell that starts the suite in the background has it ignore interrupts, and this process with it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    setattr(factory, "load_embedder", lambda *_: HashingEmbedder())  # noqa: B010  # mypy refuses an assignment
    main()


if __name__ == "__main__":
    run()
