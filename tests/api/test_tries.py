"""Tests of `assistant.api.tries`."""

from hypothesis import given
from hypothesis import strategies as st

from assistant.api.tries import Tries, address_of


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_so_many_wrong_keys_at_once_and_then_one_every_few_seconds() -> None:
    clock = Clock()
    tries = Tries(3, 2.0, clock)
    assert [tries.failed("a") for _ in range(5)] == [None, None, None, 2, 2]
    assert tries.failed("b") is None
    clock.now += 1.5
    assert tries.failed("a") == 1
    clock.now += 0.5
    assert [tries.failed("a") for _ in range(2)] == [None, 2]
    clock.now += 60
    assert [tries.failed("a") for _ in range(4)] == [None, None, None, 2]


@given(st.lists(st.floats(0, 5), max_size=60))
def test_nobody_gets_more_than_the_bucket_and_its_leak(pauses: list[float]) -> None:
    clock = Clock()
    tries = Tries(4, 1.0, clock)
    allowed = 0
    for pause in pauses:
        clock.now += pause
        wait = tries.failed("a")
        allowed += wait is None
        assert wait is None or wait >= 1
        assert allowed <= 4 + (clock.now - 100.0) + 1e-6
        if wait is not None:
            clock.now += wait
            assert tries.failed("a") is None
            allowed += 1


def test_what_is_kept_of_addresses_is_bounded() -> None:
    tries = Tries(1, 3600.0)
    for n in range(10_050):
        tries.failed(str(n))
    assert len(tries._empty) == 10_000
    assert tries.failed("10049") is not None


def test_a_client_is_its_address_and_of_ipv6_its_network() -> None:
    def address(host: str) -> str:
        return address_of({"client": (host, 1)})

    assert address("192.0.2.1") != address("192.0.2.2")
    assert address("2001:db8::1") == address("2001:db8::ffff:2") != address("2001:db8:0:1::1")
    assert address("::ffff:192.0.2.1") == address("192.0.2.1")
    assert (address("a name"), address_of({"client": None}), address_of({})) == ("a name", "", "")
