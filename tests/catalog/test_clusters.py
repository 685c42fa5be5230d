"""Tests of `assistant.catalog.clusters`: what the catalog keeps of near-copies."""

import random

import pytest
from sqlalchemy import text

from assistant.catalog import Catalog
from assistant.catalog.clusters import variant
from assistant.catalog.resemblance import NEAR_COPY, resemblance, shingles
from assistant.models.fake import HashingEmbedder
from tests.material import embed, make_article

EMBEDDER = HashingEmbedder()
WORDS = [
    f"{first}{second}" for first in ("bar", "gor", "lin", "mot", "pes") for second in ("ge", "da", "fo", "ki", "ru")
]
BODY = " ".join(random.Random(3).choices(WORDS, k=90)) + "."


def changed(body: str, count: int, seed: int) -> str:
    found, rng = body.split(), random.Random(seed)
    for at in rng.sample(range(1, len(found) - 1), count):
        found[at] = "zum"
    return " ".join(found)


def put(catalog: Catalog, name: str, body: str) -> None:
    catalog.put(make_article(body, id=name), "h", embed(make_article(body, id=name), EMBEDDER))


def together(catalog: Catalog) -> list[set[str]]:
    """The articles of each cluster with more than one passage."""
    found: dict[int, set[str]] = {}
    for passage, cluster in catalog.clusters().items():
        found.setdefault(cluster.key, set()).add(catalog.stored([passage])[passage].article.id)
    return sorted(found.values(), key=sorted)


def leaders(catalog: Catalog) -> list[str]:
    """The articles that lead a cluster with more than one passage."""
    oldest = [passage for passage, cluster in catalog.clusters().items() if cluster.oldest]
    return [one.article.id for one in catalog.stored(oldest).values()]


def rows(catalog: Catalog, statement: str) -> int:
    with catalog._engine.connect() as connection:
        return int(connection.execute(text(statement)).scalar() or 0)


def test_near_copies_are_together_and_others_are_not(catalog: Catalog) -> None:
    for i in range(8):
        put(catalog, f"copy{i}", changed(BODY, 3, i))
    put(catalog, "other", " ".join(reversed(BODY.split())))
    assert together(catalog) == [{f"copy{i}" for i in range(8)}]
    assert leaders(catalog) == ["copy0"]


def test_what_is_alone_is_in_no_list(catalog: Catalog) -> None:
    put(catalog, "one", BODY)
    assert catalog.clusters() == {}
    put(catalog, "two", BODY)
    assert together(catalog) == [{"one", "two"}]


def test_the_places_that_others_copy(catalog: Catalog) -> None:
    for name in ("b", "a", "c"):
        put(catalog, name, BODY)
    put(catalog, "other", "Tin melts.")
    assert catalog.copied_by("a", 0, 5) == ("b", "c")
    assert catalog.copied_by("a", len(BODY), len(BODY) + 5) == ()
    assert catalog.copied_by("other", 0, 5) == ()


def test_a_removed_article_leaves_its_cluster_and_nothing_is_left_of_an_empty_one(catalog: Catalog) -> None:
    for name in ("a", "b", "c"):
        put(catalog, name, BODY)
    catalog.remove("a")
    assert together(catalog) == [{"b", "c"}]
    put(catalog, "d", changed(BODY, 2, 1))
    assert together(catalog) == [{"b", "c", "d"}]
    for name in ("b", "c", "d"):
        catalog.remove(name)
    assert rows(catalog, "SELECT count(*) FROM passage_bands") == 0
    assert rows(catalog, "SELECT count(*) FROM passage_clusters") == 0


def test_an_article_that_is_read_again_is_once_in_its_cluster(catalog: Catalog) -> None:
    for name in ("a", "b", "a"):
        put(catalog, name, BODY)
    assert together(catalog) == [{"a", "b"}]
    assert len(catalog.clusters()) == rows(catalog, "SELECT count(*) FROM passages") == 2


def test_a_folder_of_a_former_release_is_compared_once_and_gives_the_same(catalog: Catalog) -> None:
    for i in range(5):
        put(catalog, f"copy{i}", changed(BODY, 3, i))
    put(catalog, "other", "Tin melts at 232 degrees.")
    expected, generation = together(catalog), catalog.generation()
    with catalog._engine.begin() as connection:
        connection.execute(text("DELETE FROM passage_clusters"))
        connection.execute(text("DELETE FROM passage_bands"))
    told: list[tuple[int, int]] = []
    assert catalog.compare_passages(lambda done, total: told.append((done, total))) == 6
    assert told == [(0, 6)]
    assert (together(catalog), catalog.generation()) == (expected, generation)
    assert catalog.compare_passages() == 0


def test_a_variant_is_the_figures_and_names() -> None:
    assert variant("It has 24 long parts.") == variant("It has 24 short parts.")
    assert variant("It has 24 parts.") != variant("It has 23 parts.")
    assert 0 <= variant("") < 2**63


@pytest.mark.parametrize("count", [0, 2, 4, 8, 12, 20, 40])
def test_who_joins_a_cluster_resembles_its_oldest(catalog: Catalog, count: int) -> None:
    other = changed(BODY, count, count)
    share = resemblance(shingles(BODY), shingles(other))
    put(catalog, "one", BODY)
    put(catalog, "other", other)
    # Below 0.8 two near-copies may share no band.
    if share >= 0.8 or share < 0.5:
        assert bool(catalog.clusters()) == (share >= 0.5)


def test_small_changes_join_nothing_that_is_far_apart(catalog: Catalog) -> None:
    chain = [BODY]
    for step in range(10):
        chain.append(changed(chain[-1], 5, step))
        assert resemblance(shingles(chain[-2]), shingles(chain[-1])) >= NEAR_COPY
    for at, body in enumerate(chain):
        put(catalog, f"{at:02}", body)
    assert len(together(catalog)) > 1
    for names in together(catalog):
        first, *others = (shingles(chain[int(name)]) for name in sorted(names))
        assert all(resemblance(first, other) >= 0.5 for other in others)


def test_who_led_a_cluster_leads_it_when_written_again(catalog: Catalog) -> None:
    for name in ("first", "copy1", "copy2"):
        put(catalog, name, changed(BODY, 1, len(name)))
    put(catalog, "first", changed(BODY, 2, 9))
    assert leaders(catalog) == ["first"]
    put(catalog, "first", "Tin melts.")
    assert together(catalog) == [{"copy1", "copy2"}]
    assert leaders(catalog) == ["copy1"]
    put(catalog, "first", BODY)
    assert together(catalog) == [{"copy1", "copy2", "first"}]
    assert leaders(catalog) == ["copy1"]


def test_a_leader_that_goes_takes_along_what_was_like_it_alone(catalog: Catalog) -> None:
    words = BODY.split()
    far, farther = (
        " ".join(f"zum{i}" if i in places else word for i, word in enumerate(words))
        for places in (range(1, 21, 2), range(45, 65, 2))
    )
    assert resemblance(shingles(far), shingles(farther)) < 0.5
    for name, body in (("body", BODY), ("far", far), ("farther", farther), ("farthest", farther)):
        put(catalog, name, body)
    assert together(catalog) == [{"body", "far", "farther", "farthest"}]
    catalog.remove("body")
    assert together(catalog) == [{"farther", "farthest"}]
    assert rows(catalog, "SELECT count(DISTINCT passage) FROM passage_bands") == 2


def test_a_flood_that_goes_leaves_the_rest_together(catalog: Catalog) -> None:
    for i in range(20):
        put(catalog, f"spam{i:02}", BODY)
    put(catalog, "genuine", BODY)
    catalog.remove_all([f"spam{i:02}" for i in range(20)])
    put(catalog, "reprint", BODY)
    assert together(catalog) == [{"genuine", "reprint"}]


def test_the_texts_of_different_owners_are_apart(catalog: Catalog) -> None:
    put(catalog, "public", BODY)
    for i in range(3):
        put(catalog.of("ann"), f"own{i}", BODY)
    assert together(catalog.of("ann")) == [{"own0", "own1", "own2"}]
    assert catalog.copied_by("public", 0, 5) == ()
    assert catalog.of("ann").copied_by("own0", 0, 5) == ("own1", "own2")


def test_a_copy_that_tells_another_figure_confirms_nothing(catalog: Catalog) -> None:
    told = f"{BODY} It closed at {{}} yuan."
    for name, price in (("genuine", 5000), ("forged", 9000), ("reprint", 5000)):
        put(catalog, name, told.format(price))
    assert together(catalog) == [{"forged", "genuine", "reprint"}]
    assert catalog.copied_by("genuine", 0, len(BODY)) == ("forged", "reprint")
    assert catalog.copied_by("genuine", len(BODY) + 1, len(BODY) + 25) == ("reprint",)
    assert catalog.copied_by("forged", len(BODY) + 1, len(BODY) + 25) == ()


def test_only_who_leads_has_bands(catalog: Catalog) -> None:
    for i in range(60):
        put(catalog, f"copy{i:02}", BODY)
    assert len(together(catalog)[0]) == 60
    assert rows(catalog, "SELECT count(DISTINCT passage) FROM passage_bands") == 1
