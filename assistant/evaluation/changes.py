"""Changes: a run beside an earlier one, and what each pair that broke is to be laid to."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Literal

from assistant.evaluation.results import PairResult
from assistant.types import Frozen, Receipt

if TYPE_CHECKING:
    from assistant.evaluation.report import Report

Cause = Literal["pair", "corpus", "corpus (other articles)", "index", "code or settings"]


class Broken(Frozen):
    """A pair that passed and fails now; `details` are all the differences that the receipts show.

    The causes: "pair", its question or expectation was changed; "corpus", an article that is expected or cited
    changed, came or went; "corpus (other articles)", only others did; "index", the embedding model, the way in which
    articles are cut into passages, or the neighbour index's state differs; "code or settings", all else, such as
    another ranking of the same passages.
    """

    id: str
    cause: Cause
    details: tuple[str, ...] = ()


class Changes(Frozen):
    """What became of the pairs since the baseline, by id."""

    fixed: tuple[str, ...] = ()
    broken: tuple[Broken, ...] = ()
    still_failing: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()


def compare(before: "Report", after: "Report", all_ids: Collection[str]) -> Changes:
    """Return what changed from one run to the other.

    `all_ids` are those of all pairs in the files: a pair that was only left out of this run is not gone. One that is
    now known to fail does not count as broken.
    """
    then = {one.pair.id: one for one in before.results}
    shared = [(then[one.pair.id], one) for one in after.results if one.pair.id in then]
    return Changes(
        fixed=tuple(new.pair.id for old, new in shared if new.passed and not old.passed),
        broken=tuple(
            explain_break(old, new, before, after) for old, new in shared if old.passed and new.outcome == "failed"
        ),
        still_failing=tuple(new.pair.id for old, new in shared if not old.passed and not new.passed),
        new=tuple(one.pair.id for one in after.results if one.pair.id not in then),
        gone=tuple(name for name in then if name not in set(all_ids)),
    )


def explain_break(old: PairResult, new: PairResult, before: "Report", after: "Report") -> Broken:
    """Return what the break of a pair is to be laid to, as far as the receipts tell."""
    pair = _pair_difference(old, new)
    was, now = _receipt(old, before), _receipt(new, after)
    articles = _articles(old, new, before, after)
    # Ranked passages differ by themselves where anything before them does.
    index = _index(was, now, before, after)
    code = _code(was, now, before, after)
    ranking = _ranking(was, now)
    corpus = was.corpus != now.corpus
    if pair:
        cause: Cause = "pair"
    elif corpus:
        cause = "corpus" if articles else "corpus (other articles)"
    elif index:
        cause = "index"
    else:
        cause = "code or settings"
    others = ["other articles changed"] if corpus and not articles else []
    same = ["no receipt differs"] if not (pair or corpus or index or code or ranking) else []
    return Broken(id=new.pair.id, cause=cause, details=(*pair, *articles, *others, *index, *code, *ranking, *same))


def _pair_difference(old: PairResult, new: PairResult) -> list[str]:
    parts = [name for name in ("question", "after", "filters", "expect") if _part(old, name) != _part(new, name)]
    return [f"the pair's {name} changed" for name in parts]


def _part(result: PairResult, name: str) -> object:
    return getattr(result.pair, name)


def _receipt(result: PairResult, report: "Report") -> Receipt:
    """Return the receipt of an answer; where there is none but an error, that of the run."""
    if result.given is not None:
        return result.given.receipt
    return Receipt(
        corpus=report.corpus, embedding_model=report.embedding_model, reader=report.reader, settings=report.settings
    )


def _articles(old: PairResult, new: PairResult, before: "Report", after: "Report") -> list[str]:
    """Return in words which of the articles that the pair has to do with changed, came or went."""
    expect = new.pair.expect
    touched = {quote.article for quote in expect.all_quotes} | set(expect.cites)
    touched |= {one.article_id for result in (old, new) if result.given for one in result.given.citations}
    said = []
    for article_id in sorted(touched):
        was, now = before.articles.get(article_id), after.articles.get(article_id)
        if was != now:
            said.append(f"{article_id} {'is gone' if now is None else 'is new' if was is None else 'changed'}")
    return said


def _index(was: Receipt, now: Receipt, before: "Report", after: "Report") -> list[str]:
    said = _named("embedding model", was.embedding_model, now.embedding_model)
    # Other articles are other passages; only beside the same articles is it the cutting that differs.
    if was.corpus == now.corpus and was.division != now.division:
        said.append("articles are cut into passages in another way")
    return said + _named("index", before.index, after.index)


def _code(was: Receipt, now: Receipt, before: "Report", after: "Report") -> list[str]:
    said = _named("version", before.version, after.version) + _named("reader", was.reader, now.reader)
    for name in sorted({*was.settings, *now.settings} - {"filters"}):
        said += _named(name, was.settings.get(name), now.settings.get(name))
    return said


def _ranking(was: Receipt, now: Receipt) -> list[str]:
    if not was.passage_ids or not now.passage_ids or was.passage_ids == now.passage_ids:
        return []
    if set(was.passage_ids) == set(now.passage_ids):
        return ["the same passages in another order"]
    return [f"{len(set(was.passage_ids) - set(now.passage_ids))} of {len(was.passage_ids)} passages differ"]


def _named(name: str, was: object, now: object) -> list[str]:
    return [] if was == now else [f"{name} {was} -> {now}"]
