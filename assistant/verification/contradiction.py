"""Contradiction: what a statement says and its quotes do not, as far as rules can tell."""

from collections.abc import Sequence

from assistant.verification.attribution import unattributed
from assistant.verification.cells import misplaced_cells
from assistant.verification.changes import changed
from assistant.verification.conditions import unconditioned
from assistant.verification.dates import missing_dates
from assistant.verification.figures import missing_figures
from assistant.verification.instructions import orders
from assistant.verification.labels import mislabelled
from assistant.verification.modality import overstated
from assistant.verification.names import missing_names
from assistant.verification.negation import flipped
from assistant.verification.pairings import crossed
from assistant.verification.quantifiers import requantified
from assistant.verification.quotations import altered_quotations
from assistant.verification.swaps import swapped
from assistant.verification.tenses import foretold
from assistant.verification.years import misdated, misplaced_years


def contradiction(statement: str, quotes: Sequence[str], context: Sequence[str] = ()) -> str | None:
    """Return in words what `statement` adds to, changes in or denies of `quotes`; None where there is nothing.

    `context` is what stands around the quotes: title, headings, heads of columns, publisher and date.
    """
    for what, found in (
        ("figures", missing_figures(statement, quotes, context)),
        ("dates", missing_dates(statement, quotes, context)),
        ("figures of that date", misdated(statement, quotes, context)),
        ("such figures of the dates", misplaced_years(statement, quotes, context)),
        ("figures told of that", crossed(statement, quotes)),
        ("such changes", changed(statement, quotes)),
        ("things done", tuple(f"by {one}" for one in foretold(statement, context))),
        ("names", missing_names(statement, quotes, context)),
        ("quotations", altered_quotations(statement, [*quotes, *context])),
    ):
        if found:
            return f"{what} that are not in the quotes: {', '.join(found)}"
    if flipped(statement, quotes):
        return "it denies what the quotes say, or says what they deny"
    if swapped(statement, quotes):
        return "it puts what one quote says in the place of what another does"
    if mislabelled(statement, quotes):
        return "it tells of what one quote only names what another one says"
    if misplaced_cells(statement, quotes, context):
        return "it tells of a row or column what another one says"
    if orders(statement, quotes):
        return "it orders what the quotes only tell"
    if unattributed(statement, quotes):
        return "it says itself what the quotes tell as another's word"
    if unconditioned(statement, quotes):
        return "it drops a condition of the quotes"
    if overstated(statement, quotes) or requantified(statement, quotes):
        return "it is more certain or more general than the quotes"
    return None
