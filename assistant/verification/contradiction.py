"""Contradiction: what a statement says and its quotes do not, as far as rules can tell."""

from collections.abc import Sequence

from assistant.verification.dates import missing_dates
from assistant.verification.figures import missing_figures
from assistant.verification.modality import overstated
from assistant.verification.names import missing_names
from assistant.verification.negation import flipped
from assistant.verification.quotations import altered_quotations
from assistant.verification.years import misdated


def contradiction(statement: str, quotes: Sequence[str], context: Sequence[str] = ()) -> str | None:
    """Return in words what `statement` adds to, changes in or denies of `quotes`; None where there is nothing.

    `context` is what stands around the quotes: title, headings, heads of columns, publisher and date.
    """
    for what, found in (
        ("figures", missing_figures(statement, quotes, context)),
        ("dates", missing_dates(statement, quotes, context)),
        ("figures of that year", misdated(statement, quotes, context)),
        ("names", missing_names(statement, quotes, context)),
        ("quotations", altered_quotations(statement, [*quotes, *context])),
    ):
        if found:
            return f"{what} that are not in the quotes: {', '.join(found)}"
    if flipped(statement, quotes):
        return "it denies what the quotes say, or says what they deny"
    if overstated(statement, quotes):
        return "it is more certain or more general than the quotes"
    return None
