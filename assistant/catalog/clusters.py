"""Clusters: which passages are near-copies of one another, found when they are written.

A cluster holds passages of one owner that resemble its oldest one, its leader, by a half: whoever resembles only a
later one is in another, so that no chain of small changes joins what is far apart. A new passage is compared with those
that share most bands of its MinHash signature (Broder 1997; Leskovec et al., Mining of Massive Datasets, 3.4), never
with all. Bands are kept, in the catalog, of leaders and of members that resemble none that has some by 0.7.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Self

from sqlalchemy import Connection, bindparam, text

from assistant.catalog.resemblance import NEAR_COPY, particulars, resemblance, shingles
from assistant.catalog.schema import passage_bands, passage_clusters

if TYPE_CHECKING:
    from datasketch import MinHash  # type: ignore[import-untyped]

# 16 bands of 4 rows: two texts with a resemblance of 0.7 share a band with a probability of 0.988, with 0.3 of 0.12.
_BANDS, _ROWS = 16, 4
_SEED, _SCHEME = 1, "affine32"
# Most passages that a passage is compared with.
_COMPARED = 20
# What a member resembles its leader by: two that each resemble a third text by 0.7 resemble each other by this.
_IN_CLUSTER = 0.5
_MEMBERS = (
    "SELECT c.passage, c.since, p.text, a.owner FROM passage_clusters c JOIN passages p ON p.key = c.passage"
    " JOIN articles a ON a.id = p.article_id WHERE c.cluster = :cluster ORDER BY c.since, c.passage"
)


@dataclass(frozen=True)
class Cluster:
    """The place of a passage among its near-copies: `variant` is the same where figures and names are.

    `oldest` tells that no other passage of the cluster came before it.
    """

    key: int
    variant: int
    oldest: bool


@dataclass(frozen=True)
class Signed:
    """What a text is compared by: its shingles, the bands of its signature, and its variant."""

    shingles: frozenset[str]
    bands: tuple[int, ...]
    variant: int

    @classmethod
    def of(cls, passage: str) -> Self:
        """Return that of a passage. It computes: not to be called while others wait to write."""
        return cls(shingles(passage), _bands(passage), variant(passage))


@dataclass(frozen=True)
class Left:
    """What passages that are about to be removed leave: clusters, and of those that they lead the place and wording."""

    clusters: frozenset[int]
    led: tuple[tuple[int, int, frozenset[str]], ...]


def leaving(connection: Connection, article_id: str) -> Left:
    """Return what the passages of an article leave, which is to be removed or written again."""
    statement = text(
        "SELECT c.cluster, c.since, p.text, EXISTS (SELECT 1 FROM passage_bands b WHERE b.passage = c.passage) AS leads"
        " FROM passages p JOIN passage_clusters c ON c.passage = p.key WHERE p.article_id = :article_id"
        " AND EXISTS (SELECT 1 FROM passage_clusters o WHERE o.cluster = c.cluster AND o.passage != c.passage)"
    )
    rows = connection.execute(statement, {"article_id": article_id}).all()
    led = tuple((row.cluster, row.since, shingles(row.text)) for row in rows if row.leads)
    return Left(frozenset(row.cluster for row in rows), led)


def assign(
    connection: Connection, passages: Iterable[tuple[int, Signed]], owner: str | None, former: Left | None = None
) -> None:
    """Give each of `passages` (key, signed), which are written and have none, its cluster; they are `owner`'s.

    One that resembles what its article's `former` version led a cluster with takes that place, for it was there first.
    It belongs to a transaction that writes.
    """
    following = 1 + int(connection.execute(text("SELECT max(cluster) FROM passage_clusters")).scalar() or 0)
    if former:
        following = max(following, 1 + max(former.clusters, default=0))
    places = list(former.led) if former else []
    for key, one in passages:
        place = next((led for led in places if resemblance(one.shingles, led[2]) >= NEAR_COPY), None)
        if place is not None:
            places.remove(place)
            cluster, since, leads = place[0], place[1], True
        else:
            found, alike = _nearest(connection, one, owner)
            cluster, since = found or following, key
            leads = found is None or alike < NEAR_COPY
        following = max(following, cluster + 1)
        row = {"passage": key, "cluster": cluster, "variant": one.variant, "since": since}
        connection.execute(passage_clusters.insert(), row)
        if leads:
            _lead(connection, key, one.bands)


def settle(connection: Connection, left: Iterable[int]) -> None:
    """Let the oldest lead each cluster that passages have `left`; those that do not resemble it go elsewhere."""
    for cluster in sorted(set(left)):
        members = connection.execute(text(_MEMBERS), {"cluster": cluster}).all()
        if not members:
            continue
        first, *others = members
        leads = text("SELECT 1 FROM passage_bands WHERE passage = :passage LIMIT 1")
        leader = Signed.of(first.text)
        if not connection.execute(leads, {"passage": first.passage}).first():
            _lead(connection, first.passage, leader.bands)
        apart = [one for one in others if resemblance(leader.shingles, shingles(one.text)) < _IN_CLUSTER]
        for one in apart:
            for table in (passage_clusters, passage_bands):
                connection.execute(table.delete().where(table.c.passage == one.passage))
        assign(connection, [(one.passage, Signed.of(one.text)) for one in apart], first.owner)


def unassigned(connection: Connection, limit: int) -> list[tuple[int, str, str | None]]:
    """Return (key, text, owner) of at most `limit` passages without a cluster, in the order in which they came."""
    statement = text(
        "SELECT p.key, p.text, a.owner FROM passages p JOIN articles a ON a.id = p.article_id"
        " WHERE NOT EXISTS (SELECT 1 FROM passage_clusters c WHERE c.passage = p.key) ORDER BY p.key LIMIT :limit"
    )
    return [(row.key, row.text, row.owner) for row in connection.execute(statement, {"limit": limit})]


def crowded(connection: Connection) -> dict[str, Cluster]:
    """Return the cluster of each passage that is not alone in it, by passage id."""
    statement = text(
        "SELECT p.id, c.cluster, c.variant, row_number() OVER (PARTITION BY c.cluster ORDER BY c.since, c.passage) = 1"
        " AS oldest FROM passage_clusters c JOIN passages p ON p.key = c.passage"
        " WHERE c.cluster IN (SELECT cluster FROM passage_clusters GROUP BY cluster HAVING count(*) > 1)"
    )
    return {row.id: Cluster(row.cluster, row.variant, bool(row.oldest)) for row in connection.execute(statement)}


def copied_by(connection: Connection, article_id: str, start: int, end: int) -> list[str]:
    """Return the ids of the other articles whose near-copies of a passage say what [start, end) of an article says.

    Where that reaches into several passages, all of them are looked for.
    """
    mine = text(
        "SELECT p.key, p.start, p.text, c.cluster FROM passages p JOIN passage_clusters c ON c.passage = p.key"
        ' WHERE p.article_id = :article_id AND p.start < :end AND p."end" > :start'
    )
    theirs = text(
        "SELECT p.article_id, p.text FROM passage_clusters c JOIN passages p ON p.key = c.passage"
        " WHERE c.cluster = :cluster AND p.article_id != :article_id"
    )
    copies: set[str] | None = None
    for row in connection.execute(mine, {"article_id": article_id, "start": start, "end": end}).all():
        said = _folded(row.text[max(start - row.start, 0) : max(end - row.start, 0)])
        others = connection.execute(theirs, {"cluster": row.cluster, "article_id": article_id})
        same = {other.article_id for other in others if said in _folded(other.text)}
        copies = same if copies is None else copies & same
    return sorted(copies or ())


def variant(passage: str) -> int:
    """Return a number of 63 bits that stands for the figures, names and denials of a text."""
    told = "\n".join(sorted(particulars(passage)))
    return int.from_bytes(hashlib.blake2b(told.encode(), digest_size=8).digest(), "big") >> 1


def _folded(said: str) -> str:
    return " ".join(said.split()).casefold()


def _nearest(connection: Connection, one: Signed, owner: str | None) -> tuple[int | None, float]:
    """Return the cluster of the same owner that a passage belongs to, and how much it resembles one that has bands."""
    shared = text(
        "SELECT p.text, c.cluster, (SELECT f.text FROM passage_clusters d JOIN passages f ON f.key = d.passage"
        " WHERE d.cluster = c.cluster ORDER BY d.since, d.passage LIMIT 1) AS leader"
        " FROM (SELECT b.passage, count(*) AS shared FROM passage_bands b"
        " JOIN passages q ON q.key = b.passage JOIN articles a ON a.id = q.article_id"
        " WHERE b.band IN :bands AND a.owner IS :owner GROUP BY b.passage"
        " ORDER BY shared DESC, b.passage LIMIT :most) l"
        " JOIN passages p ON p.key = l.passage JOIN passage_clusters c ON c.passage = l.passage"
    ).bindparams(bindparam("bands", expanding=True))
    found = connection.execute(shared, {"bands": list(one.bands), "owner": owner, "most": _COMPARED})
    best: tuple[float, int] | None = None
    for row in found:
        if resemblance(one.shingles, shingles(row.leader)) >= _IN_CLUSTER:
            near = resemblance(one.shingles, shingles(row.text)), -row.cluster
            best = max(best or near, near)
    return (None, 0.0) if best is None else (-best[1], best[0])


def _lead(connection: Connection, key: int, bands: Sequence[int]) -> None:
    connection.execute(passage_bands.insert(), [{"passage": key, "band": band} for band in set(bands)])


def _bands(passage: str) -> tuple[int, ...]:
    """Return a number of 63 bits for each band of the signature; the same in every process and version."""
    signature = _blank().copy()
    signature.update_batch(shingle.encode() for shingle in sorted(shingles(passage)))
    rows = signature.hashvalues.reshape(_BANDS, _ROWS)
    digests = (hashlib.blake2b(bytes([i]) + row.tobytes(), digest_size=8).digest() for i, row in enumerate(rows))
    return tuple(int.from_bytes(digest, "big") >> 1 for digest in digests)


@lru_cache(maxsize=1)
def _blank() -> "MinHash":
    # Imported with scipy, which takes a second: only by those who write passages.
    from datasketch import MinHash

    return MinHash(num_perm=_BANDS * _ROWS, seed=_SEED, scheme=_SCHEME)
