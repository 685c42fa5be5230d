"""The command line: thin commands over `Assistant`, one noun a module; `app.py` says how to add one."""

from assistant.cli.app import main

__all__ = ["main"]
