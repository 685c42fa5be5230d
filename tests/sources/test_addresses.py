"""Tests of `assistant.sources.addresses`."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import SourceError
from assistant.sources import addresses
from assistant.sources.addresses import Resolve, is_public, join, parse_url, public_addresses, resolve

_PRIVATE = (
    "0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1"
    " 172.31.255.255 192.0.0.8 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.7 203.0.113.9"
    " 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 168.63.129.16"
    " :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::8.8.8.8"
    " 64:ff9b:1::7f00:1 100::1 2001::1 2001:0:7f00:1:: 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:808:808::1"
    " 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%lo fec0::1 ff02::1 4000::1"
    " 2606:4700::5efe:7f00:1 2606:4700::200:5efe:a00:1"
).split()
_PUBLIC = (
    "1.1.1.1 8.8.8.8 93.184.216.34 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.0.1.1 192.167.0.1 223.255.255.1"
    " 2606:4700::1111 2001:4860:4860::8888 2a00:1450::1 2003::1"
).split()


@pytest.mark.parametrize("text", _PRIVATE)
def test_an_address_that_is_not_public(text: str) -> None:
    assert not is_public(ip_address(text))


@pytest.mark.parametrize("text", _PUBLIC)
def test_a_public_address(text: str) -> None:
    assert is_public(ip_address(text))


@given(st.integers(0, 2**32 - 1))
def test_no_address_that_holds_another_is_public(number: int) -> None:
    inner = IPv4Address(number)
    for prefix in ("::", "::ffff:", "64:ff9b::", "::ffff:0:"):
        assert not is_public(IPv6Address(f"{prefix}{inner}"))
    assert not is_public(IPv6Address((0x2002 << 112) | (number << 80)))
    assert not is_public(IPv6Address((0x20010000 << 96) | number))


@given(st.integers(0, 2**32 - 1))
def test_what_is_public_is_so_to_the_standard_library_too(number: int) -> None:
    address = IPv4Address(number)
    assert not is_public(address) or (address.is_global and not address.is_multicast)


@pytest.mark.parametrize(
    ("url", "plain"),
    [
        ("http://News.Example", "http://news.example/"),
        ("HTTPS://news.example:443/a?b=c#d", "https://news.example/a?b=c"),
        ("https://news.example:8443/%41", "https://news.example:8443/%41"),
        ("http://news.example./a", "http://news.example/a"),
        ("http://bücher.example/ä", "http://xn--bcher-kva.example/%C3%A4"),
        ("http://8.8.8.8/", "http://8.8.8.8/"),
        ("http://[2606:4700:0::1111]:8080/", "http://[2606:4700::1111]:8080/"),
        ("http://news.example?q=1", "http://news.example/?q=1"),
        ("http://news.example/a@b:80//c", "http://news.example/a@b:80//c"),
    ],
)
def test_a_url_has_one_form(url: str, plain: str) -> None:
    target = parse_url(url)
    assert target.url == plain
    assert parse_url(target.url) == target


def test_a_url_that_is_too_long() -> None:
    with pytest.raises(SourceError, match="at most 2,000"):
        parse_url("http://news.example/" + "a" * 2000)


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/b", "http://news.example/b"),
        ("b?c", "http://news.example/x/b?c"),
        ("//other.example/b", "http://other.example/b"),
        ("https://other.example", "https://other.example/"),
    ],
)
def test_where_a_redirect_leads(location: str, url: str) -> None:
    assert join(parse_url("http://news.example/x/y"), location).url == url


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "//user@other.example/", "\\\\other.example", "http://[::1", "a\r\nb", "//0x7f.1/"],
)
def test_where_no_redirect_leads(location: str) -> None:
    with pytest.raises(SourceError):
        join(parse_url("http://news.example/x/y"), location)


source_to = addresses._source_to


@pytest.fixture(autouse=True)
def _far_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """No socket is opened to public addresses here, not even one that sends nothing."""
    monkeypatch.setattr(addresses, "_source_to", lambda _: None)


def test_one_private_address_is_enough_to_refuse_a_host() -> None:
    target = parse_url("http://news.example/")
    assert public_addresses(target, lambda *_: ["8.8.8.8", "2606:4700::1111"]) == [
        IPv4Address("8.8.8.8"),
        IPv6Address("2606:4700::1111"),
    ]
    with pytest.raises(SourceError, match="no public address"):
        public_addresses(target, lambda *_: ["8.8.8.8", "10.0.0.1"])


def test_no_name_of_this_machines_network_can_be_looked_up(caplog: pytest.LogCaptureFixture) -> None:
    def unknown(host: str, _port: int) -> list[str]:
        raise OSError(f"{host} is not known")

    def told(resolver: Resolve) -> str:
        with pytest.raises(SourceError) as refused:
            public_addresses(parse_url("http://db.internal/"), resolver)
        return str(refused.value)

    caplog.set_level("INFO", addresses.__name__)
    ways: list[Resolve] = [unknown, lambda *_: [], lambda *_: ["10.0.3.7"], lambda *_: ["no address"]]
    assert {told(way) for way in ways} == {
        "the host db.internal is not known, or at no public address: check the address, only public pages are fetched"
    }
    assert "the host db.internal is at 10.0.3.7, which is no public address or this machine's" in caplog.messages


@pytest.mark.parametrize(
    ("source", "address", "near"),
    [
        ("8.8.4.4", "8.8.4.4", True),
        ("192.168.0.7", "8.8.4.4", False),
        ("8.8.4.5", "8.8.4.4", False),
        ("2606:4700:1:2::7", "2606:4700:1:2::7", True),
        ("2606:4700:1:2::7", "2606:4700:1:2:ffff::1", True),
        ("2606:4700:1:2::7", "2606:4700:1:3::7", False),
        (None, "8.8.4.4", False),
    ],
)
def test_this_machines_own_public_addresses_are_refused(
    source: str | None, address: str, near: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(addresses, "_source_to", lambda _: source and ip_address(source))
    target = parse_url("http://news.example/")
    if not near:
        assert public_addresses(target, lambda *_: [address]) == [ip_address(address)]
        return
    with pytest.raises(SourceError, match="no public address"):
        public_addresses(target, lambda *_: [address])


def test_an_address_is_not_looked_up() -> None:
    def never(host: str, _port: int) -> list[str]:
        raise AssertionError(f"{host} was looked up")

    assert public_addresses(parse_url("http://8.8.8.8/"), never) == [IPv4Address("8.8.8.8")]
    with pytest.raises(SourceError):
        public_addresses(parse_url("http://[::1]/"), never)


def test_from_where_this_machine_sends_to_itself() -> None:
    assert source_to(ip_address("127.0.0.1")) == ip_address("127.0.0.1")


def test_the_machines_own_resolver_knows_this_machine() -> None:
    assert set(resolve("localhost", 80)) <= {"127.0.0.1", "::1"}


@given(st.text(max_size=60))
def test_whatever_is_typed_is_taken_apart_or_refused(text: str) -> None:
    for url in (text, f"http://{text}", f"https://news.example/{text}", f"http://news.example:{text}/"):
        try:
            target = parse_url(url)
        except SourceError:
            continue
        assert target.url.isascii()
        assert target.url.isprintable()
        assert " " not in target.url
        assert parse_url(target.url) == target
