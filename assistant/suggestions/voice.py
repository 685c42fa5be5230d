"""The wording of an article: what its own use of capitals and of "the" tells of names and common words."""

import re
from collections import Counter
from collections.abc import Sequence

from assistant.suggestions.candidate import WORTH, Candidate, Form, topic
from assistant.suggestions.lines import clean, folded
from assistant.suggestions.patterns import JUNCTION, MONTH, PREPOSITION
from assistant.suggestions.serving import TITLE, names_something, title_serves
from assistant.types import Article, Sentence

# From how much of an article its use of capitals is learnt.
_KNOWN = 100_000
# A word that stands so often with a capital, and seldomer without, is a name.
_SURE = 3
# Names that hold one of these words are spoken with "the".
_KIND = re.compile(
    r"\b(?:Academy|Act|Administration|Agency|Agreement|Association|Authority|Bank|Board|Bureau|Cent(?:er|re)|"
    r"Commission|Committee|Convention|Corridor|Council|Department|Foundation|Framework|Fund|Government|Initiative|"
    r"Institut(?:e|ion)|Memorandum|Ministry|Office|Organi[sz]ation|Parliament|Plan|Program(?:me)?|Protocol|Reserve|"
    r"Secretariat|Senate|Service|Society|Statement|Summit|Survey|Treaty|Union|Zone|of)\b"
)
# Words that are in lower case inside of a sentence whatever the text does.
_CLOSED = {*f"the|a|an|what|how|why|where|toward|towards|{PREPOSITION}|{JUNCTION}".split("|")}


class Voice:
    """How an article's words stand inside a question.

    `body` is its text without headings; `small` and `large` count the words of it that stand in lower case and, not
    opening a sentence, with a capital.
    """

    def __init__(self, article: Article, sentences: Sequence[Sentence]) -> None:
        self.article = article
        spans = [(b.start, b.end) for b in article.blocks if b.kind != "heading" and b.end <= _KNOWN]
        spans += [(s.start, s.end) for s in sentences if s.kind != "heading" and s.end > _KNOWN]
        self.body = " | ".join(folded(article.text[start:end]) for start, end in spans)
        self.small = Counter(re.findall(r"(?<![\w.])[a-z][\w'’-]*", self.body))
        self.large = Counter(re.findall(r"(?<=[a-z,;] )[A-Z][\w'’-]*", self.body))

    def candidate(
        self, form: Form, question: str, about: str, span: tuple[int, int], publisher: str | None = None, name: str = ""
    ) -> Candidate:
        """Return a candidate of this article, answered in `span`."""
        return Candidate(
            question=question[0].upper() + question[1:],
            form=form,
            article_id=self.article.id,
            start=span[0],
            end=span[1],
            topic=topic(about),
            promise=WORTH[form],
            alone=(" say about " in question and "“" in question) or names_something(about),
            publisher=publisher,
            name=name,
        )

    def inside(self, phrase: str) -> str:
        """Return a phrase that opens a sentence as it stands inside of one: "The Danube" is "the Danube".

        Empty where the text does not tell whether the first word is a name.
        """
        first, _, rest = phrase.partition(" ")
        word = self._word(first)
        return f"{word} {rest}".strip() if word else ""

    def topic(self, heading: str) -> str:
        """Return a heading as it stands inside of a sentence: its first word loses its capital, names keep theirs.

        A heading with Capitals throughout loses them all; where the text does not tell that it may, it is quoted.
        """
        tokens = heading.split(" ")
        names: set[int] = set()
        for at in range(len(tokens)):
            end = next((j for j in range(len(tokens), at + 1, -1) if self._is_name(tokens[at:j])), at)
            names |= set(range(at, end)) if at not in names else set()
        capitals = [i for i, token in enumerate(tokens) if re.match(r"[A-Z][a-z]", token)]
        first = tokens[0] if 0 in names else self._word(tokens[0]) or tokens[0].lower()
        out = [first, *tokens[1:]]
        if not any(re.match(r"[a-z]{4}", token) and token not in _CLOSED for token in tokens[1:]):
            out[1:] = [token if i in names else self._word(token) for i, token in enumerate(tokens[1:], 1)]
            kept = [i for i in capitals if out[i] == tokens[i]]
            named = all(i in names or self.large[tokens[i]] >= _SURE > self.small[tokens[i].lower()] for i in kept)
            mixed = 0 < len(kept) < len(capitals) and (not named or len(kept) * 2 > len(capitals))
            if not all(out) or mixed:
                return "" if re.search(r"[“”\"]", heading) else f"“{heading}”"
        return re.sub(r"^([a-z-]+(?:(?<!s)|(?<=[sui]s)) of )", r"the \1", " ".join(out))

    def _is_name(self, tokens: Sequence[str]) -> bool:
        """Whether the words stand so in the text: "Board of Trade", and oftener than "board of trade"."""
        name = " ".join(tokens)
        if re.fullmatch(r"(?:[A-Z][\w.-]* )+\d+", name):
            return True
        capitals = tokens[0][:1].isupper() and tokens[-1][:1].isupper()
        return capitals and self.count(name, r"(?<=[a-z,;] )") > self.count(name.lower())

    def _word(self, word: str) -> str:
        """Return a word in lower case unless it is a name; empty where the text does not tell."""
        plain = word.strip(",.;:()“”\"'")
        if not re.fullmatch(r"[A-Z][a-z'’]*(?:-[A-Za-z'’-]+)?", plain) or re.fullmatch(MONTH, plain):
            return word
        large, small = self.large[plain], self.small[plain.lower()]
        if plain.lower() in _CLOSED:
            return word.lower()
        return "" if large == small == 0 else word if large > small else word.lower()

    def count(self, name: str, before: str = r"(?<!\w)") -> int:
        """Return how often the body holds `name`, after what the pattern `before` demands."""
        return len(re.findall(rf"{before}{re.escape(name)}(?!\w)", self.body)) if name in self.body else 0

    def with_article(self, name: str) -> str:
        """Return "the Danube" where the text says "the Danube" more often than not, or names of its kind take it."""
        often = self.count(name, r"\b[Tt]he ") * 2 > self.count(name)
        return f"the {name}" if often or _KIND.search(name) else name

    def source(self, about: str) -> tuple[str, str | None] | None:
        """Return what to call the article where it is asked about `about`, and the publisher if that is what it is."""
        title, publisher = clean(self.article.title), self.article.publisher
        if len(title) > TITLE:
            title = title.partition(":")[0]
        telling = len(topic(about)) >= 2
        if title_serves(title) and not (publisher and telling and names_something(about)):
            return f"“{title}”", None
        if not publisher or not telling:
            return None
        if publisher.startswith("The "):
            return f"the {publisher[4:]}", publisher
        the = _KIND.search(publisher) or self.count(publisher, r"\b[Tt]he ")
        return (f"the {publisher}" if the else publisher), publisher
