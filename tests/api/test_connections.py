"""Tests of `assistant.api.connections`."""

import sys
from dataclasses import dataclass, field

import pytest

from assistant.api.connections import MOST, Connections, Wait, room


@dataclass(eq=False)
class Link:
    address: str = "127.0.0.1"
    cuts: list[str] = field(default_factory=list)

    def cut(self) -> None:
        self.cuts.append(self.address)


def entered(connections: Connections, *waits: Wait | None, address: str = "127.0.0.1") -> list[Link]:
    links = [Link(address) for _ in waits]
    for link, wait in zip(links, waits, strict=True):
        assert connections.enter(link)
        connections.waits(link, wait)
    return links


def test_what_has_sent_no_request_goes_before_what_has_sent_a_part() -> None:
    connections = Connections(4)
    rest, first, second, busy = entered(connections, "rest", "request", "request", None)
    for gone in (first, second, rest):
        entered(connections, None)
        assert gone.cuts
        assert len(connections) == 4
    assert not busy.cuts
    assert not connections.enter(Link())
    connections.leave(busy)
    connections.leave(busy)
    assert connections.enter(Link())


def test_a_wait_counts_from_its_beginning() -> None:
    connections = Connections(2)
    first, second = entered(connections, "request", "request")
    connections.waits(first, "request")
    entered(connections, None)
    assert (len(first.cuts), len(second.cuts)) == (1, 0)
    connections.waits(second, None)
    connections.waits(second, "request")
    assert connections.enter(Link())
    assert second.cuts


def test_one_address_has_a_quarter_and_displaces_itself() -> None:
    connections = Connections(8)
    (other,) = entered(connections, "request", address="192.0.2.1")
    first, second = entered(connections, "request", None, address="198.51.100.7")
    entered(connections, None, address="198.51.100.7")
    assert first.cuts
    assert not connections.enter(Link("198.51.100.7"))
    assert not other.cuts
    assert not second.cuts
    connections.leave(second)
    assert connections.enter(Link("198.51.100.7"))


def test_loopback_may_have_all() -> None:
    connections = Connections(8)
    entered(connections, *[None] * 4)
    entered(connections, *[None] * 4, address="::1")
    assert not connections.enter(Link())


def test_none_is_let_in_once_they_are_closed() -> None:
    connections = Connections(3)
    (one,) = entered(connections, "request")
    connections.close()
    assert not connections.enter(Link())
    assert (len(connections), one.cuts) == (1, [])


def test_one_that_is_not_in_does_not_wait() -> None:
    connections = Connections(1)
    stranger = Link()
    connections.waits(stranger, "request")
    entered(connections, None)
    assert not connections.enter(Link())
    assert not stranger.cuts


@pytest.mark.skipif(sys.platform == "win32", reason="no such limit")
@pytest.mark.parametrize(("files", "most"), [(1024, 768), (256, 192), (1_000_000, MOST), (-1, MOST)])
def test_files_have_descriptors_left(files: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    import resource

    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    assert room() == most
