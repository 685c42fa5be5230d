"""Groups of examples: a question with the passage that answers it, and two or three that do not."""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.models import entailment
from assistant.models.reader.bm25 import Stemmer
from assistant.models.reader.data.asked import load_asked
from assistant.models.reader.data.balance import balanced
from assistant.models.reader.data.items import Corpus, Item, Passage, held_out, window
from assistant.models.reader.data.labelled import load_multihop, load_nq, load_selqa
from assistant.models.reader.data.pages import load_pages
from assistant.models.reader.data.squad import load_covidqa, load_squad
from assistant.models.reader.data.tokenised import load_du, load_qamr
from assistant.models.reader.inputs import words
from assistant.models.reader.litter import littered
from assistant.models.reader.negatives import Excerpt, Judge, Negatives, contains, excerpt, target_length
from assistant.models.reader.noise import noisy
from assistant.models.reader.pools import Embed, Pool, Vectors
from assistant.models.reader.synthesis import from_passages, from_sections
from assistant.models.reader.tables import made_tables
from assistant.sentences import Span

_MOST = {
    "amazon": 1500, "reddit": 2500, "new_wiki": 6500, "policyqa": 1200, "qamr": 2000, "squad1_du_split": 3500,
    "made": 4000,
}  # fmt: skip
_TABLES = 500
_ALL = 1_000_000
# The passages that statements were written about, which the entailment network learns from.
_WRITTEN = Path(entailment.__file__).parent / "written"
_WIKIPEDIA = frozenset({"squad2", "new_wiki", "xquad", "nq_oracle", "multihop", "selqa", "made"})
_COMPOUND, _LITTERED = 0.08, 0.06
# What analysts ask is most like these: shown more than once, each time with other negatives and another window.
_REPEATED = {"nq_oracle": 2, "multihop": 4}
# Where near passages seldom answer unnoticed, so that an earlier reader may choose among them.
_JUDGED = frozenset({"nq_oracle", "squad2", "new_wiki", "xquad", "selqa", "covidqa", "multihop"})


@dataclass(frozen=True)
class Example:
    """One input and what to say of it. `gold`: indices of `shown.sentences`; `answer`: a span of `shown.text`."""

    source: str
    question: str
    shown: Excerpt
    answerable: bool
    gold: tuple[int, ...] = ()
    answer: Span | None = None


Group = list[Example]


def load_corpora(folder: Path, seed: int, asked: Sequence[Path] = (), most: int = _ALL) -> list[Corpus]:
    """Return every set of ../shared/training, capped, questions made from text among them.

    Each has at most `most` questions; the written ones of the files `asked` come with them, balanced.
    """
    rng = random.Random(f"{seed}-corpora")
    shifts = folder / "squadshifts"
    wiki = [
        load_squad("squad2", folder / "squad2_cs224n" / "dev-v2.0.json"),
        load_squad("new_wiki", shifts / "new_wiki_v1.0.json"),
        load_squad("xquad", folder / "xquad_en" / "xquad.en.json"),
    ]
    selqa = load_selqa(folder / "selqa")
    nq = load_nq(folder / "nq_oracle" / "nq-open-oracle.jsonl.gz")
    multihop = load_multihop(folder / "multihop")
    policies = [folder / "policyqa" / f"{split}.json" for split in ("dev", "test")]
    corpora = [
        *wiki, nq, multihop,
        load_squad("amazon", shifts / "amazon_reviews_v1.0.json", paragraphs_apart=True, broad=True),
        load_squad("reddit", shifts / "reddit_v1.0.json", paragraphs_apart=True),
        load_squad("policyqa", *policies, broad=True),
        load_covidqa(folder / "covidqa"),
        selqa,
        load_qamr(folder / "qamr"),
        load_du(folder / "squad1_du_split", seed),
    ]  # fmt: skip
    bases = [p for corpus in (*wiki[:2], nq, multihop, selqa) for p in corpus.passages]
    corpora.append(Corpus("made", bases, list(from_passages(bases, rng))))
    sections = load_pages(folder / "text")
    corpora.append(Corpus("text", [s.passage for s in sections], list(from_sections(sections, rng))))
    corpora.append(made_tables(_TABLES, seed))
    capped = [corpus.sample(min(most, _MOST.get(corpus.name, _ALL)), rng) for corpus in corpora]
    if not asked:
        return capped
    read = (passage for corpus in corpora for passage in corpus.passages)
    written = load_asked(asked, folder / "text", sorted(_WRITTEN.glob("passages-*.jsonl")), read)
    return [*capped, replace(written, items=balanced(written.items, rng))]


def build_groups(
    corpora: list[Corpus], seed: int, embed: Embed | None = None, judge: Judge | None = None
) -> Iterator[tuple[bool, Group]]:
    """Yield groups, positive first, and whether each is held out for validation.

    Negatives come from passages that share words with the question and, with `embed`, that are near to it; `judge`
    chooses among those. Sets made from Wikipedia share their passages: in a set with one passage a question, nothing
    else would be on its topic.
    """
    stemmer = Stemmer()
    squeezed = _squeezed(
        " ".join(p.text for c in corpora for p in c.passages if held_out(p.article) and p.source == "squad2")
    )
    shared = Pool([p for c in corpora if c.name in _WIKIPEDIA for p in c.passages], stemmer, embed)
    for corpus in corpora:
        rng = random.Random(f"{seed}-{corpus.name}")
        others = [
            p for other in corpora if other is not corpus for p in other.passages[:: max(1, len(other.passages) // 400)]
        ]
        pool = shared if corpus.name in _WIKIPEDIA else Pool(corpus.passages, stemmer, embed)
        vectors = embed([item.question for item in corpus.items]) if embed and corpus.items else None
        negatives = Negatives(corpus, pool, others, stemmer, rng, judge if corpus.name in _JUDGED else None)
        siblings = _by_article(corpus.items)
        for number, item in list(enumerate(corpus.items)) * _REPEATED.get(corpus.name, 1):
            apart = held_out(item.passage.article)
            if corpus.name == "squad1_du_split" and not apart and _squeezed(item.excluded[0]) in squeezed:
                continue
            asked = item
            if not item.broad and rng.random() < _COMPOUND:
                asked = _compound(item, rng.choice(siblings[item.passage.article]), rng)
            group = _group(corpus.name, asked, negatives, rng, None if vectors is None else vectors[number])
            if len(group) > 1:
                yield apart, [_littered(example, asked.excluded, rng) for example in group]


def _littered(example: Example, excluded: tuple[str, ...], rng: random.Random) -> Example:
    """Return some examples with a fragment in their text that holds nothing of the answer, others as they are."""
    if rng.random() >= _LITTERED:
        return example
    shown, place, moved = littered(example.shown, rng)
    if contains(shown.text[slice(*shown.sentences[place])], excluded):
        return example
    gold = tuple(i + (i >= place) for i in example.gold)
    answer = example.answer
    if answer is not None and answer[1] > shown.sentences[place][0]:
        start, end = answer
        # A short answer that the fragment would cut in two goes.
        answer = (start + moved, end + moved) if start >= shown.sentences[place][0] else None
    return replace(example, shown=shown, gold=gold, answer=answer)


def _by_article(items: list[Item]) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = defaultdict(list)
    for item in items:
        found[item.passage.article].append(item)
    return found


def _compound(item: Item, other: Item, rng: random.Random) -> Item:
    """Return the item that asks both questions; its passage may answer the first alone."""
    if set(other.gold) <= set(item.gold) or len(item.question) + len(other.question) > 180:
        return item
    second = other.question[0].lower() + other.question[1:]
    question = f"{item.question.rstrip(' ?.')}{rng.choice((', and ', ' and ', '? And '))}{second}"
    gold = tuple(sorted({*item.gold, *other.gold})) if other.passage is item.passage else item.gold
    return Item(item.passage, question, gold, None, item.excluded + other.excluded)


def _squeezed(text: str) -> str:
    return "".join(words(text))


def _group(source: str, item: Item, negatives: Negatives, rng: random.Random, vector: Vectors | None) -> Group:
    shown = excerpt(item.passage, window(item.passage, item.gold, target_length(rng), rng))
    titled = _Titling(item.passage, rng)
    question = noisy(item.question, rng)
    gold = tuple(place for place, index in enumerate(shown.indices) if index in item.gold)
    positive = Example(source, question, titled(shown), True, gold, _moved(item, shown))
    group = [positive]
    group.extend(Example(source, noisy(wrong, rng), titled(shown), False) for wrong in item.impossible[:2])
    wanted = max(2 if rng.random() < 0.8 else 3, len(group))
    kinds = ["similar", "sibling", "cut", "altered", "random"]
    weights = [0.42, 0.14, 0.26, 0.14, 0.04]
    while len(group) <= wanted and kinds:
        kind = kinds.pop(at := rng.choices(range(len(kinds)), weights)[0])
        weights.pop(at)
        if kind == "altered":
            if (wrong_question := negatives.altered(item, shown)) is not None:
                group.append(Example(source, noisy(wrong_question, rng), titled(shown), False))
            continue
        other = {
            "similar": lambda: negatives.similar(item, vector),
            "sibling": lambda: negatives.sibling(item),
            "cut": lambda: negatives.cut(item, shown),
            "random": lambda: negatives.random(item),
        }[kind]()
        if other is not None and all(other.text != example.shown.text for example in group):
            group.append(Example(source, question, titled(other), False))
    return group


class _Titling:
    """Gives the excerpts of a group titles in one manner: their own, none, or the first words of their text."""

    def __init__(self, passage: Passage, rng: random.Random) -> None:
        if passage.title:
            self._manner = rng.choices(("own", "none", "last"), (70, 22, 8))[0]
        else:
            self._manner = rng.choices(("made", "none"), (25, 75))[0]
        self._rng = rng

    def __call__(self, shown: Excerpt) -> Excerpt:
        title = shown.title
        if self._manner == "none":
            title = ""
        elif self._manner == "last":
            title = title.split(" > ")[-1]
        elif self._manner == "made":
            title = title or " ".join(shown.text.split()[: self._rng.randint(2, 5)]).strip(".,:;")
        return replace(shown, title=title)


def _moved(item: Item, shown: Excerpt) -> Span | None:
    """Return the short answer's span in the excerpt, None where it is not in it whole."""
    if item.answer is None:
        return None
    offset = item.passage.sentences[shown.indices[0]][0]
    start, end = item.answer[0] - offset, item.answer[1] - offset
    return (start, end) if 0 <= start < end <= len(shown.text) else None
