"""Clusters: which passages are near-copies of one another, found when they are written.

A new passage is compared with the oldest of each cluster that shares a band of its MinHash signature (Broder 1997;
Leskovec et al., Mining of Massive Datasets, 3.4), never with all passages. It joins the one that it resembles most, or
begins one of its own. The bands are kept in the catalog: what is known of a cluster is written and lost with it.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, text

from assistant.catalog.resemblance import NEAR_COPY, particulars, resemblance, shingles
from assistant.catalog.schema import passage_bands, passage_clusters

if TYPE_CHECKING:
    from datasketch import MinHash  # type: ignore[import-untyped]

# 16 bands of 4 rows: two texts with a resemblance of 0.7 share a band with a probability of 0.988, with 0.3 of 0.12.
_BANDS, _ROWS = 16, 4
_SEED, _SCHEME = 1, "affine32"
# Most passages that a passage is compared with, those first that share most bands.
_COMPARED = 20


@dataclass(frozen=True)
class Cluster:
    """The place of a passage among its near-copies: `variant` is the same where figures and names are.

    `oldest` tells that no other passage of the cluster came before it.
    """

    key: int
    variant: int
    oldest: bool


def assign(connection: Connection, passages: Sequence[tuple[int, str]]) -> None:
    """Give each of `passages` (key, text), which are written and have none, its cluster.

    It belongs to a transaction that writes.
    """
    begun: dict[int, frozenset[str]] = {}
    following = 1 + int(connection.execute(text("SELECT max(cluster) FROM passage_bands")).scalar() or 0)
    for key, one in passages:
        mine, bands = shingles(one), _bands(one)
        cluster = _nearest(connection, mine, bands, begun)
        if cluster is None:
            cluster, following = following, following + 1
            begun[cluster] = mine
            connection.execute(passage_bands.insert(), [{"band": band, "cluster": cluster} for band in bands])
        connection.execute(passage_clusters.insert(), {"passage": key, "cluster": cluster, "variant": variant(one)})


def unassigned(connection: Connection, limit: int) -> list[tuple[int, str]]:
    """Return (key, text) of at most `limit` passages without a cluster, in the order in which they were written."""
    statement = text(
        "SELECT key, text FROM passages WHERE NOT EXISTS (SELECT 1 FROM passage_clusters WHERE passage = key)"
        " ORDER BY key LIMIT :limit"
    )
    return [(row.key, row.text) for row in connection.execute(statement, {"limit": limit})]


def clusters_of(connection: Connection, article_id: str) -> list[int]:
    """Return the clusters in which passages of an article are."""
    statement = text(
        "SELECT DISTINCT c.cluster FROM passages p JOIN passage_clusters c ON c.passage = p.key"
        " WHERE p.article_id = :article_id"
    )
    return [row.cluster for row in connection.execute(statement, {"article_id": article_id})]


def forget(connection: Connection, clusters: Iterable[int]) -> None:
    """Remove the bands of those of `clusters` in which no passage is left."""
    statement = text(
        "DELETE FROM passage_bands WHERE cluster = :cluster"
        " AND NOT EXISTS (SELECT 1 FROM passage_clusters WHERE cluster = :cluster)"
    )
    for cluster in clusters:
        connection.execute(statement, {"cluster": cluster})


def crowded(connection: Connection) -> dict[str, Cluster]:
    """Return the cluster of each passage that is not alone in it, by passage id."""
    statement = text(
        "SELECT p.id, c.cluster, c.variant, c.passage = (SELECT min(passage) FROM passage_clusters o"
        " WHERE o.cluster = c.cluster) AS oldest FROM passage_clusters c JOIN passages p ON p.key = c.passage"
        " WHERE c.cluster IN (SELECT cluster FROM passage_clusters GROUP BY cluster HAVING count(*) > 1)"
    )
    return {row.id: Cluster(row.cluster, row.variant, bool(row.oldest)) for row in connection.execute(statement)}


def copied_by(connection: Connection, article_id: str, start: int, end: int) -> list[str]:
    """Return the ids of the other articles with a near-copy of a passage that overlaps [start, end) of an article."""
    statement = text(
        "SELECT DISTINCT o.article_id FROM passages p JOIN passage_clusters c ON c.passage = p.key"
        " JOIN passage_clusters d ON d.cluster = c.cluster JOIN passages o ON o.key = d.passage"
        ' WHERE p.article_id = :article_id AND p.start < :end AND p."end" > :start AND o.article_id != :article_id'
        " ORDER BY o.article_id"
    )
    values = {"article_id": article_id, "start": start, "end": end}
    return [row.article_id for row in connection.execute(statement, values)]


def variant(passage: str) -> int:
    """Return a number of 63 bits that stands for the figures, names and denials of a text."""
    told = "\n".join(sorted(particulars(passage)))
    return int.from_bytes(hashlib.blake2b(told.encode(), digest_size=8).digest(), "big") >> 1


def _nearest(
    connection: Connection, mine: frozenset[str], bands: Sequence[int], begun: dict[int, frozenset[str]]
) -> int | None:
    """Return the cluster whose oldest passage is the best near-copy, None where none is one."""
    shared = text(
        "SELECT cluster FROM passage_bands WHERE band IN :bands GROUP BY cluster ORDER BY count(*) DESC, cluster"
        " LIMIT :most"
    ).bindparams(bindparam("bands", expanding=True))
    found = [row.cluster for row in connection.execute(shared, {"bands": list(bands), "most": _COMPARED})]
    best: tuple[float, int] | None = None
    for cluster in found:
        theirs = begun.get(cluster) or _oldest(connection, cluster)
        if theirs is None:
            continue
        alike = resemblance(mine, theirs)
        if alike >= NEAR_COPY and (best is None or alike > best[0]):
            best = alike, cluster
    return best[1] if best else None


def _oldest(connection: Connection, cluster: int) -> frozenset[str] | None:
    statement = text(
        "SELECT p.text FROM passage_clusters c JOIN passages p ON p.key = c.passage WHERE c.cluster = :cluster"
        " ORDER BY c.passage LIMIT 1"
    )
    found = connection.execute(statement, {"cluster": cluster}).scalar()
    return None if found is None else shingles(found)


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
