"""GenerativeWriter: a language model writes, sentence by sentence, and only what quotes support is handed on."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing

from assistant.answering import Claim, Draft, Outcome
from assistant.answering.asked_language import asked_language
from assistant.answering.cited_line import Written
from assistant.answering.json_scanner import SCHEMA
from assistant.answering.written import WrittenParser
from assistant.citations import Quote
from assistant.errors import NotFoundError, Stopped, WritingError
from assistant.language import LANGUAGES, language_of
from assistant.models.writing import Instructions, LanguageModel
from assistant.prompts import Prompt
from assistant.spans import span
from assistant.spotlighting import delimited, new_boundary
from assistant.types import Article, Hit, Sentence, Usage
from assistant.verification.references import Course
from assistant.verification.verifier import Verdict, Verifier

# Beyond these an answer is no answer any more: what else the model writes is neither read nor waited for.
_MOST_STATEMENTS = 12
_MOST_READ = 36
_MOST_FOUND = 12
_DEFAULT_LANGUAGE = "English"
_GONE = "An article was removed or replaced while the question was answered."
_STOPPED = "writing was stopped: ask again for the answer"

logger = logging.getLogger(__name__)


class GenerativeWriter:
    """`Writer` over a language model: it is given the passages of the draft, and every sentence is verified."""

    def __init__(
        self,
        model: LanguageModel,
        prompt: Prompt,
        verifier: Verifier,
        article: Callable[[str], Article],
        *,
        passages: int = 8,
    ) -> None:
        """Give `model` the first `passages` of a draft with `prompt`; `article` gives an article by id."""
        self._article = article
        self._model = model
        self._prompt = prompt
        self._verifier = verifier
        self._passages = passages

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    @property
    def settings(self) -> dict[str, str | int | float | bool | None]:
        """The model, the prompt's version and digest, and what verifies."""
        return {
            "llm": self._model.name,
            "structured": self._model.structured,
            "prompt": self._prompt.reference,
            **self._verifier.settings,
        }

    def write(self, question: str, draft: Draft, stop: threading.Event | None = None) -> Iterator[Claim | Outcome]:
        """Yield the sentences that are supported, each as soon as it is whole, and the outcome at the end."""
        try:
            shown = self._shown(draft)
            instructions = self._instructions(question, shown)
        except NotFoundError:
            yield Outcome(fallback=_GONE)
            return
        parser = WrittenParser(len(shown))
        review = _Review(self._verifier, shown, stop)
        usage: Usage | None = None
        try:
            with span("writing", model=self._model.name), closing(self._model.write(instructions, stop)) as pieces:
                for piece in pieces:
                    if isinstance(piece, Usage):
                        usage = piece
                    else:
                        yield from review.claims(parser.feed(piece))
                    if review.full:
                        break
            yield from review.claims(parser.close())
        except WritingError as error:
            logger.warning("%s did not write an answer: %s", self._model.name, error)
            yield Outcome(dropped=review.dropped, fallback=str(error), usage=usage)
            return
        found = not (parser.no_answer and not review.kept)
        yield Outcome(found=found, dropped=review.dropped, usage=usage)

    def _shown(self, draft: Draft) -> list[Hit]:
        """Return the first passages, and what the draft quotes besides, such as the items of a list."""
        shown = list(draft.hits[: self._passages])
        of_article = {hit.article_id: hit for hit in reversed(draft.hits)}
        for quote in draft.quotes:
            like = of_article.get(quote.article_id)
            if like is None or any(_holds(hit, quote) for hit in shown):
                continue
            if len(shown) < self._passages + _MOST_FOUND:
                article = self._article(quote.article_id)
                if article.sha256 != quote.sha256:
                    raise NotFoundError(f"the article {article.id!r} is there in another version: ask again")
                shown.append(_as_passage(quote, like, article))
        return shown

    def _language_of(self, shown: Sequence[Hit]) -> str:
        """Return the English name of the language that most of the articles are in, English where none is known."""
        codes = [self._article(article_id).language or "" for article_id in dict.fromkeys(h.article_id for h in shown)]
        known = Counter(LANGUAGES[code] for code in (code[:2].lower() for code in codes) if code in LANGUAGES)
        return known.most_common(1)[0][0] if known else _DEFAULT_LANGUAGE

    def _instructions(self, question: str, shown: Sequence[Hit]) -> Instructions:
        boundary = new_boundary(
            [question, *(text for hit in shown for text in (hit.text, hit.title, *hit.heading_path))]
        )
        language = self._language_of(shown)
        system, user = self._prompt.render(
            question=question,
            passages=delimited(shown, boundary),
            boundary=boundary,
            corpus_language=language,
            answer_language=asked_language() or language_of(question, language),
            format=self._prompt.parts["structured" if self._model.structured else "plain"],
        )
        schema = SCHEMA if self._model.structured else None
        return Instructions(system, user, schema=schema, tags=("answer",))


class _Review:
    """Verifies what is written, and counts what is kept and what is not; `full` once there was more than is read."""

    def __init__(self, verifier: Verifier, shown: Sequence[Hit], stop: threading.Event | None) -> None:
        self.kept = 0
        self.dropped = 0
        self.full = False
        self._verifier = verifier
        self._shown = shown
        self._stop = stop
        self._said: set[str] = set()
        self._course = Course()

    def claims(self, written: Sequence[Written]) -> Iterator[Claim]:
        """Yield those of the sentences that are new and supported. Raises Stopped."""
        for one in written:
            said = one.text.casefold()
            if said in self._said:
                self._course.add(one.text)
                continue
            if self.kept == _MOST_STATEMENTS or len(self._said) == _MOST_READ:
                self.full = True
                return
            # A piece may hold many sentences, and each takes its time.
            if self._stop is not None and self._stop.is_set():
                raise Stopped(_STOPPED)
            self._said.add(said)
            verdict = self._verdict(one)
            self._course.add(one.text, verdict.texts)
            if verdict.supported:
                self.kept += 1
                yield Claim(one.text, verdict.quotes)
            else:
                self.dropped += 1
                logger.info("dropped a sentence of the language model: %s", verdict.reason)

    def _verdict(self, one: Written) -> Verdict:
        cited = [self._shown[marker - 1] for marker in one.markers]
        with span("verification", passages=len(cited)):
            return self._verifier.verify(one.text, cited, self._shown, self._course.before)


def _holds(hit: Hit, quote: Quote) -> bool:
    return hit.article_id == quote.article_id and hit.start <= quote.start and quote.end <= hit.end


def _as_passage(quote: Quote, like: Hit, article: Article) -> Hit:
    """Return a quote as a passage of its own, with what is known of its article from `like`."""
    sentence = Sentence(start=quote.start, end=quote.end, columns=quote.columns)
    return like.model_copy(
        update={
            "id": f"{quote.sha256[:12]}:{quote.start}-{quote.end}",
            "start": quote.start,
            "end": quote.end,
            "text": article.text[quote.start : quote.end],
            "heading_path": like.heading_path[:1],
            "sentences": (sentence,),
            "copies": (),
        }
    )
