"""Runs this project over one question set: `python -m bench.run_ours --set clapnq --output FOLDER`."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from bench.pipelines import Quote, Reply, Span, Workplace, main
from bench.sets import QuestionSet


class Ours:
    """The assistant of a data folder, as `build_assistant` makes it with default settings."""

    def __init__(self, place: Workplace) -> None:
        """Build the assistant; nothing is ingested."""
        from assistant import build_assistant, load_settings

        settings = load_settings(home=place.home, models=place.models, threads=place.threads)
        self.assistant = build_assistant(settings, fill=False)

    def ingest(self, data: QuestionSet) -> None:
        """Ingest the files. Raises SystemExit when one cannot be read, for then the figures would be of less."""
        report = self.assistant.ingest(data.files())
        if report.failed:
            raise SystemExit(f"{len(report.failed)} articles of {data.name} failed, first {report.failed[0]}")

    def ask(self, question: str) -> Reply:
        """Return the assistant's answer."""
        answer = self.assistant.ask(question)
        return Reply(
            status=answer.status,
            confidence=answer.confidence,
            citations=[
                Quote(article_id=c.article_id, start=c.start, end=c.end, quote=c.quote) for c in answer.citations
            ],
            passages=[Span(article_id=p.article_id, start=p.start, end=p.end) for p in answer.passages],
        )

    def texts(self) -> Mapping[str, str]:
        """Return the catalog's texts."""
        return {facts.id: self.assistant.article(facts.id).text for facts in self.assistant.articles()}


@contextmanager
def open_ours(place: Workplace) -> Iterator[Ours]:
    """Give the assistant and close it."""
    ours = Ours(place)
    with ours.assistant:
        yield ours


if __name__ == "__main__":
    main(open_ours, __doc__)
