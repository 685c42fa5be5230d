"""Every error this package raises on purpose.

    AssistantError
    ├── UserError               the caller asked for something impossible; the message says what and the remedy
    │   ├── QuestionError       the question is empty, too long or not text
    │   ├── FilterError         a filter holds a value that cannot be one
    │   ├── NotFoundError       an id or a path that does not exist
    │   ├── SourceError         a file that cannot be read as an article
    │   ├── AccessError         a key's name that cannot be, or what may not be done with a key
    │   ├── SettingsError       a setting holds a value that cannot work
    │   ├── EvaluationError     a file of the regression suite that cannot be used
    │   ├── RepeatError         a request that bears the key of another one
    │   └── ModelMismatchError  the catalog was built with another embedding model
    └── RunError                nothing wrong with the request; it failed all the same
        ├── BusyError           another process owns the data folder
        ├── InProgressError     the same request is being answered already
        ├── Stopped             someone asked to stop answering
        ├── StorageError        the catalog could not be read or written
        ├── IndexFailure        the neighbour index does not answer; the catalog is whole
        ├── ModelError          a model could not be loaded or prepared
        └── WritingError        the language model did not write an answer

Edges map `UserError` to exit code 2 or HTTP 4xx and `RunError` to exit code 1 or HTTP 5xx.
"""

from typing import Literal

WritingFailure = Literal["unreachable", "timeout", "refused", "rate_limited", "broken", "empty", "endless", "failed"]


class AssistantError(Exception):
    """Root of the tree. `str(error)` is one sentence fit to be shown: the value and what to do."""


class UserError(AssistantError):
    """The request cannot be met as it stands; asking again unchanged does not help."""


class QuestionError(UserError):
    """The question is empty, longer than the limit, or holds characters that are no text."""


class FilterError(UserError):
    """A filter holds a value that cannot be one, such as a date that does not exist."""


class NotFoundError(UserError):
    """An id (of an article, a conversation, a message, an answer) or a path that does not exist."""


class SourceError(UserError):
    """A file or record that cannot be read as an article; the message holds the reason, not the path."""


class AccessError(UserError):
    """A key cannot have this name, or what is asked may not be done with the key that it is asked with."""


class SettingsError(UserError):
    """A setting holds a value that cannot work; the message names the variable."""


class EvaluationError(UserError):
    """A file of the regression suite that cannot be used; the message names the file and, where known, the line."""


class RepeatError(UserError):
    """A request bears the idempotency key of an earlier one that asked for something else."""


class ModelMismatchError(UserError):
    """The catalog holds vectors of another embedding model."""


class RunError(AssistantError):
    """Something failed at run time; the message says whether trying again helps."""


class BusyError(RunError):
    """Another process owns the data folder; the message names its pid and address."""


class InProgressError(RunError):
    """A request with the same idempotency key is being answered; its answer is there a little later."""


class Stopped(RunError):
    """Answering ended before its end, because someone asked for that."""


class StorageError(RunError):
    """The catalog could not be read or written."""


class IndexFailure(RunError):
    """The neighbour index does not answer; it can be rebuilt from the catalog."""


class ModelError(RunError):
    """A model could not be loaded, checked or prepared."""


class WritingError(RunError):
    """The language model did not write an answer, or not all of it; `reason` is the kind of failure.

    unreachable   no connection to its server
    timeout       a limit of time passed
    refused       its provider refuses the request, or the model refuses to answer
    rate_limited  its provider takes no more requests for now
    broken        what it sent broke off, or cannot be read
    empty         it wrote nothing
    endless       it wrote beyond the limit of length
    failed        anything else, such as a failure of its server
    """

    def __init__(self, message: str, reason: WritingFailure = "failed") -> None:
        """Say `message` to the user, and `reason` to the program."""
        super().__init__(message)
        self.reason: WritingFailure = reason
