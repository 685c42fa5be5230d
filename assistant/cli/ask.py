"""`assistant ask`: one question, or a file of them."""

from pathlib import Path
from typing import Annotated

import typer

from assistant.cli.batch import answer_file
from assistant.cli.failures import FAILED, CommandError
from assistant.cli.filters import ArticleId, AsOf, Publisher, Since, Until, read_filters
from assistant.cli.render import show_answer
from assistant.cli.session import session_of
from assistant.cli.terminal import print_json, read_stdin

_EXAMPLES = """Examples:

  assistant ask "What did the summit decide?" --as-of 2025-06-30

  assistant ask --batch questions.jsonl --output answers.jsonl

A batch question is one JSON object a line: id, question and, if wanted, since, until, as_of, publisher, article."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("ask", epilog=_EXAMPLES)(ask)


def ask(
    ctx: typer.Context,
    question: Annotated[str | None, typer.Argument(help="The question; - reads it from stdin.")] = None,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    publisher: Publisher = None,
    article: ArticleId = None,
    batch: Annotated[
        str | None, typer.Option(metavar="FILE", help="Answer every question of this JSONL file; - is stdin.")
    ] = None,
    output: Annotated[
        str | None, typer.Option(metavar="FILE", help="Where the answers of --batch go; - is stdout, the default.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the answer as JSON (--batch always does).")] = False,
) -> None:
    """Answer a question from the articles, every sentence with its source."""
    given = {"since": since, "until": until, "as_of": as_of, "publisher": publisher, "article": article}
    filters = read_filters(given)
    if (question is None) == (batch is None):
        raise CommandError("give a question or --batch FILE" + ("" if question is None else ", not both"))
    if batch is not None:
        target = None if output in (None, "-") else Path(str(output))
        failed = answer_file(session_of(ctx), None if batch == "-" else Path(batch), target, given)
        raise typer.Exit(FAILED if failed else 0)
    if output is not None:
        raise CommandError("--output goes with --batch: for one question use --json and redirect stdout")
    asked = read_stdin() if question == "-" else str(question)
    with session_of(ctx).source() as source:
        answer = source.ask(asked, filters)
    if json:
        print_json(answer)
    else:
        show_answer(answer)
