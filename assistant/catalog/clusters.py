"""Clusters: which passages are near-copies of one another, found when they are written.

A new passage is compared with those that share most bands of its MinHash signature (Broder 1997; Leskovec et al.,
Mining of Massive Datasets, 3.4), never with all. It joins the clusters of those that it resembles, which so become one,
or begins one of its own. The bands are kept in the catalog: what is known of a passage is written and lost with it.
"""

import hashlib
from collections.abc import Sequence
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
# Most passages that a passage is compared with, and most that are kept under one band: a flood is no more work.
_COMPARED, _KEPT = 20, 16


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
    following = 1 + int(connection.execute(text("SELECT max(cluster) FROM passage_clusters")).scalar() or 0)
    for key, one in passages:
        bands = _bands(one)
        first, *others = _near(connection, shingles(one), bands) or [following]
        following = max(following, first + 1)
        for other in others:
            statement = text("UPDATE passage_clusters SET cluster = :first WHERE cluster = :other")
            connection.execute(statement, {"first": first, "other": other})
        connection.execute(passage_clusters.insert(), {"passage": key, "cluster": first, "variant": variant(one)})
        _keep(connection, key, bands)


def unassigned(connection: Connection, limit: int) -> list[tuple[int, str]]:
    """Return (key, text) of at most `limit` passages without a cluster, in the order in which they were written."""
    statement = text(
        "SELECT key, text FROM passages WHERE NOT EXISTS (SELECT 1 FROM passage_clusters WHERE passage = key)"
        " ORDER BY key LIMIT :limit"
    )
    return [(row.key, row.text) for row in connection.execute(statement, {"limit": limit})]


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


def _near(connection: Connection, mine: frozenset[str], bands: Sequence[int]) -> list[int]:
    """Return the clusters in which there is a near-copy, that of the lowest number first."""
    shared = text(
        "SELECT p.text, c.cluster FROM (SELECT passage FROM passage_bands WHERE band IN :bands GROUP BY passage"
        " ORDER BY count(*) DESC, passage LIMIT :most) b JOIN passages p ON p.key = b.passage"
        " JOIN passage_clusters c ON c.passage = b.passage"
    ).bindparams(bindparam("bands", expanding=True))
    found = connection.execute(shared, {"bands": list(bands), "most": _COMPARED})
    return sorted({row.cluster for row in found if resemblance(mine, shingles(row.text)) >= NEAR_COPY})


def _keep(connection: Connection, key: int, bands: Sequence[int]) -> None:
    """Write the bands of a passage but for those that enough near-copies have already."""
    count = text("SELECT band, count(*) AS n FROM passage_bands WHERE band IN :bands GROUP BY band").bindparams(
        bindparam("bands", expanding=True)
    )
    full = {row.band for row in connection.execute(count, {"bands": list(bands)}) if row.n >= _KEPT}
    if rows := [{"passage": key, "band": band} for band in set(bands) - full]:
        connection.execute(passage_bands.insert(), rows)


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
