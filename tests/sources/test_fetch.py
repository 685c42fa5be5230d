"""Tests of `assistant.sources.fetch`: what is refused connects to nothing, what is allowed is limited."""

import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from assistant.errors import SourceError
from assistant.sources.addresses import PORTS
from assistant.sources.fetch import Fetcher, Limits, Validators

from .world import PUBLIC, PUBLIC6, Canary, Page, World, a_canary, a_world, zipped

# {p} is the canary's port, which stands among the allowed ones: only the address keeps a request from it.
TRICKY = r"""
http://127.0.0.1:{p}/
http://127.0.0.1.:{p}/
http://127.1:{p}/
http://127.0.1:{p}/
http://127.0.0.2:{p}/
http://127.255.255.254:{p}/
http://0:{p}/
http://0.0.0.0:{p}/
http://0.0:{p}/
http://2130706433:{p}/
http://02130706433:{p}/
http://4294967295:{p}/
http://017700000001:{p}/
http://0177.0.0.1:{p}/
http://0177.0.0.01:{p}/
http://127.0.0.01:{p}/
http://00127.0.0.1:{p}/
http://0x7f.0.0.1:{p}/
http://0x7f.1:{p}/
http://0x7f000001:{p}/
http://0X7F000001:{p}/
http://0x7f.0x0.0x0.0x1:{p}/
http://0x:{p}/
http://127.0.0.0x1:{p}/
http://127.0x0.1:{p}/
http://1.1.1.1.127.0.0.1:{p}/
http://256.0.0.1:{p}/
http://127.0.0.1%2f:{p}/
http://%31%32%37.0.0.1:{p}/
http://127%2e0%2e0%2e1:{p}/
http://127.0.0.1%00.example:{p}/
http://10.0.0.1:{p}/
http://100.64.0.1:{p}/
http://169.254.169.254:{p}/latest/meta-data/
http://172.16.0.1:{p}/
http://192.168.0.1:{p}/
http://192.0.0.192:{p}/
http://168.63.129.16:{p}/
http://198.18.0.1:{p}/
http://224.0.0.1:{p}/
http://255.255.255.255:{p}/
http://[::1]:{p}/
http://[0:0:0:0:0:0:0:1]:{p}/
http://[::0001]:{p}/
http://[::]:{p}/
http://[::127.0.0.1]:{p}/
http://[::ffff:127.0.0.1]:{p}/
http://[::ffff:7f00:1]:{p}/
http://[0:0:0:0:0:ffff:127.0.0.1]:{p}/
http://[::ffff:0:127.0.0.1]:{p}/
http://[::FFFF:8.8.8.8]:{p}/
http://[64:ff9b::7f00:1]:{p}/
http://[64:ff9b::127.0.0.1]:{p}/
http://[64:ff9b:1::7f00:1]:{p}/
http://[2002:7f00:1::]:{p}/
http://[2002:7f00:0001::1]:{p}/
http://[2001:0:7f00:1::]:{p}/
http://[2001:db8::1]:{p}/
http://[fc00::1]:{p}/
http://[fd00:ec2::254]:{p}/
http://[fe80::1]:{p}/
http://[fe80::1%25lo]:{p}/
http://[fe80::1%lo]:{p}/
http://[::1%25lo]:{p}/
http://[ff02::1]:{p}/
http://[fec0::1]:{p}/
http://[2606:4700::5efe:7f00:1]:{p}/
http://[::1:{p}/
http://::1:{p}/
http://[127.0.0.1]:{p}/
http://[::1]x:{p}/
http://[[::1]]:{p}/
http://[v1.::1]:{p}/
http://localhost:{p}/
http://LOCALHOST:{p}/
http://localhost.:{p}/
http://loop.example:{p}/
http://loop6.example:{p}/
http://mapped.example:{p}/
http://both.example:{p}/
http://nat64.example:{p}/
http://inside.example:{p}/
http://metadata.example:{p}/
http://zone.example:{p}/
http://nothing.example:{p}/
http://strange.example:{p}/
http://unknown.example:{p}/
http://user@127.0.0.1:{p}/
http://news.example@127.0.0.1:{p}/
http://news.example:80@127.0.0.1:{p}/
http://127.0.0.1:{p}@news.example/
http://user:password@news.example/
http://@news.example/
http://news.example%40127.0.0.1:{p}/
http://news.example\@127.0.0.1:{p}/
http://127.0.0.1:{p}\@news.example/
http://news.example\.127.0.0.1:{p}/
http:\\127.0.0.1:{p}\
http:/\127.0.0.1:{p}/
http:127.0.0.1:{p}/
http:/127.0.0.1:{p}/
http:///127.0.0.1:{p}/
http:////127.0.0.1:{p}/
//127.0.0.1:{p}/
127.0.0.1:{p}/
http://:{p}/
http://
http://?@127.0.0.1:{p}/
http://#@127.0.0.1:{p}/
http://127。0。0。1:{p}/
http://127．0．0．1:{p}/
http://127｡0｡0｡1:{p}/
http://①②⑦.⓪.⓪.①:{p}/
http://１２７.０.０.１:{p}/
http://ⓛocalhost:{p}/
http://locaｌhost:{p}/
http://loc­alhost:{p}/
http://news。example:{p}/
http://xn--.example:{p}/
http://xn--a.xn--:{p}/
http://-news.example:{p}/
http://news..example:{p}/
http://.example:{p}/
http://news_.exa mple:{p}/
http://news.example:22/
http://news.example:25/
http://news.example:6379/
http://news.example:0/
http://news.example:99999/
http://news.example:-1/
http://news.example:8 0/
http://news.example:80:80/
http://news.example:０８０/
http://news.example:/
http://news.example:+80/
http://news.example:0x50/
ftp://127.0.0.1:{p}/
file:///etc/passwd
file://127.0.0.1:{p}/etc/passwd
gopher://127.0.0.1:{p}/_GET
dict://127.0.0.1:{p}/
ldap://127.0.0.1:{p}/
data:text/html,<p>hello
javascript:alert(1)
jar:http://127.0.0.1:{p}/!/
view-source:http://127.0.0.1:{p}/
unix:///var/run/docker.sock
http+unix://%2Fvar%2Frun%2Fdocker.sock/
ws://127.0.0.1:{p}/
 http://127.0.0.1:{p}/
http://127.0.0.1 :{p}/
http://news.example /
""".strip("\n").split("\n")
TRICKY += [
    "http://127.0.0.1:{p}/ ",
    "http://127.0.0.1\t:{p}/",
    "ht\ntp://127.0.0.1:{p}/",
    "http://news.example/\r\nHost: 127.0.0.1:{p}",
    "http://news.example\r\n@127.0.0.1:{p}/",
    "http://news.example/\x00",
    "http://127.0.0.1\x00.news.example:{p}/",
    "http://news\u200b.example:{p}/",
    "http://news.example\u2028:{p}/",
    "http://\ud800.example:{p}/",
    "\ufeffhttp://127.0.0.1:{p}/",
    "",
    "http://" + "a" * 64 + ".example:{p}/",
    "http://" + "a." * 130 + "example:{p}/",
]
# Where a public page may send its readers on to; each must end there.
REDIRECTS = [
    *("http://127.0.0.1:{p}/", "//127.0.0.1:{p}/", "http://0x7f.1:{p}/", "http://2130706433:{p}/", "http://[::1]:{p}/"),
    *(
        "http://[::ffff:127.0.0.1]:{p}/",
        "http://localhost:{p}/",
        "http://loop.example:{p}/",
        "http://both.example:{p}/",
    ),
    *("http://user@127.0.0.1:{p}/", "file:///etc/passwd", "gopher://127.0.0.1:{p}/", "http://[64:ff9b::7f00:1]:{p}/"),
    *("https://127.0.0.1:{p}/", "/\\127.0.0.1:{p}/", "http://169.254.169.254:{p}/", "http://news.example:22/"),
]


@pytest.fixture
def canary() -> Iterator[Canary]:
    with a_canary() as one:
        yield one


@pytest.fixture
def world() -> Iterator[World]:
    with a_world() as one:
        yield one


def test_there_are_tricky_urls_enough() -> None:
    assert len(set(TRICKY)) >= 150
    assert len(set(REDIRECTS)) >= 15


def test_the_canary_hears(canary: Canary) -> None:
    with httpx.Client(trust_env=False) as client, pytest.raises(httpx.HTTPError):
        client.get(f"http://127.0.0.1:{canary.port}/")
    assert canary.heard == 1


def test_a_fetcher_without_its_guard_would_be_heard(
    canary: Canary, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.sources.addresses.is_public", lambda _: True)
    with pytest.raises(SourceError):
        world.fetcher(ports=PORTS | {canary.port}).fetch(f"http://127.0.0.1:{canary.port}/")
    assert canary.heard == 1


def test_no_tricky_url_connects(canary: Canary, world: World) -> None:
    fetcher = world.fetcher(ports=PORTS | {canary.port}, seconds=5)
    for url in TRICKY:
        with pytest.raises(SourceError) as caught:
            fetcher.fetch(url.replace("{p}", str(canary.port)))
        assert "\n" not in str(caught.value), url
    assert (canary.heard, world.dialled, world.asked) == (0, [], [])


def test_no_redirect_leads_inside(canary: Canary, world: World) -> None:
    fetcher = world.fetcher(ports=PORTS | {canary.port}, seconds=5)
    places = [(302, location) for location in REDIRECTS] + [(status, REDIRECTS[0]) for status in (301, 303, 307, 308)]
    for number, (status, location) in enumerate(places):
        headers = {"Location": location.replace("{p}", str(canary.port))}
        world.pages[f"/{number}"] = Page(status=status, headers=headers)
        world.pages[f"/by/{number}"] = Page(status=302, headers={"Location": f"/{number}"})
        with pytest.raises(SourceError):
            fetcher.fetch(f"http://news.example/by/{number}")
    assert canary.heard == 0
    assert {host for host, _ in world.dialled} == {PUBLIC}
    assert len(world.asked) == 2 * len(places)


def test_a_name_that_resolves_otherwise_a_moment_later_leads_nowhere_else(canary: Canary, world: World) -> None:
    world.pages["/"] = Page(b"<p>the page")

    def rebinding(_host: str, _port: int) -> list[str]:
        world.resolved.append("news.example")
        return [PUBLIC] if len(world.resolved) == 1 else ["127.0.0.1"]

    fetcher = world.fetcher(ports=PORTS | {canary.port})
    fetcher._resolver = rebinding
    found = fetcher.fetch(f"http://news.example:{canary.port}/")
    assert found is not None
    assert found.content == b"<p>the page"
    assert world.resolved == ["news.example"]
    with pytest.raises(SourceError, match="no public address"):
        fetcher.fetch(f"http://news.example:{canary.port}/")
    world.resolved.clear()
    world.pages["/"] = Page(status=302, headers={"Location": "/again"})
    with pytest.raises(SourceError, match="no public address"):
        fetcher.fetch(f"http://news.example:{canary.port}/")
    assert canary.heard == 0


def test_no_proxy_of_the_environment_is_asked(canary: Canary, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{canary.port}")
    world.pages["/a"] = Page(b"<p>page")
    assert world.fetcher().fetch("http://news.example/a") is not None
    transport = Fetcher()._connection()
    assert type(transport) is httpx.AsyncHTTPTransport
    assert canary.heard == 0


def test_a_page_is_fetched_as_it_is(world: World) -> None:
    headers = {
        "Content-Type": "Text/HTML; charset=x",
        "ETag": 'W/"1"',
        "Last-Modified": "Mon, 02 Jun 2025 10:00:00 GMT",
    }
    world.pages["/a%20b?c=d"] = Page(b"<p>page", headers=headers)
    found = world.fetcher().fetch("http://news.example/a%20b?c=d#e")
    assert found is not None
    assert (found.url, found.content, found.media_type) == ("http://news.example/a%20b?c=d", b"<p>page", "text/html")
    assert found.validators == Validators(etag='W/"1"', last_modified="Mon, 02 Jun 2025 10:00:00 GMT")
    [asked] = world.asked
    assert asked.headers["host"] == "news.example"
    assert asked.headers["accept-encoding"] == "identity"
    assert not {"cookie", "authorization", "referer"} & set(asked.headers)
    assert world.dialled == [(PUBLIC, "news.example")]


@pytest.mark.parametrize("host", ["six.example", "bücher.example"])
def test_other_hosts(world: World, host: str) -> None:
    world.pages["/"] = Page(b"<p>page")
    assert world.fetcher().fetch(f"http://{host}") is not None
    assert world.dialled[0][0] in (PUBLIC, PUBLIC6)


def test_redirects_are_followed_hop_by_hop(world: World) -> None:
    for number in range(6):
        host = ("news", "other")[number % 2]
        world.pages[f"/{number}"] = Page(status=302, headers={"Location": f"http://{host}.example/{number + 1}"})
    world.pages["/6"] = Page(b"<p>end")
    found = world.fetcher().fetch("http://news.example/1")
    assert found is not None
    assert (found.url, world.resolved[:2]) == ("http://other.example/6", ["news.example", "other.example"])
    with pytest.raises(SourceError, match="leads on more than 5 times"):
        world.fetcher().fetch("http://news.example/0")


def test_a_page_that_has_not_changed_is_none(world: World) -> None:
    world.pages["/"] = Page(status=304)
    known = Validators(etag='"1"', last_modified="Mon, 02 Jun 2025 10:00:00 GMT")
    assert world.fetcher().fetch("http://news.example/", known) is None
    asked = world.asked[0].headers
    assert (asked["if-none-match"], asked["if-modified-since"]) == (known.etag, known.last_modified)
    with pytest.raises(SourceError, match="answered 304"):
        world.fetcher().fetch("http://news.example/")


def test_validators_are_those_of_the_url_that_was_asked_for(world: World) -> None:
    world.pages["/a"] = Page(status=302, headers={"Location": "http://other.example/b"})
    world.pages["/b"] = Page(b"<p>page", headers={"ETag": '"b"'})
    known = Validators(etag='"a"', last_modified="Mon, 02 Jun 2025 10:00:00 GMT")
    found = world.fetcher().fetch("http://news.example/a", known)
    assert found is not None
    assert (found.url, found.validators) == ("http://other.example/b", Validators())
    first, second = (set(one.headers) & {"if-none-match", "if-modified-since"} for one in world.asked)
    assert (len(first), len(second)) == (2, 0)
    world.pages["/b"] = Page(status=304)
    with pytest.raises(SourceError, match="answered 304"):
        world.fetcher().fetch("http://news.example/a", known)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (Page(b"gone", 404), "answered 404 Said"),
        (Page(b"", 500), "answered 500"),
        (Page(b"", 302), "answered 302"),
        (Page(b"x" * 10_001), "larger than 10,000 bytes"),
        (Page(b"", headers={"Content-Length": "5"}), "cannot be fetched"),
        (Page(endless=True), "larger than 10,000 bytes"),
        (Page(zipped(b"0" * 50_000_000), headers={"Content-Encoding": "gzip"}), "larger than 10,000 bytes"),
        (Page(b"nonsense", headers={"Content-Encoding": "gzip"}), "packed in a way"),
        (Page(b"nonsense", headers={"Content-Encoding": "br"}), "in the coding 'br'"),
        (Page(b"x" * 100, drip=0.1), "within 1 s"),
        (Page(b"x", slow_head=0.1), "within 1 s"),
        (Page(b"x", headers={"X": "y" * 200_000}), "cannot be fetched"),
    ],
)
def test_what_cannot_be_fetched(world: World, page: Page, reason: str) -> None:
    world.pages["/"] = page
    began = time.monotonic()
    with pytest.raises(SourceError, match=reason):
        world.fetcher(size=10_000, seconds=1).fetch("http://news.example/")
    assert time.monotonic() - began < 5


def test_a_packed_page_is_unpacked(world: World) -> None:
    world.pages["/"] = Page(zipped(b"<p>page"), headers={"Content-Encoding": "gzip"})
    found = world.fetcher().fetch("http://news.example/")
    assert found is not None
    assert found.content == b"<p>page"


def test_validators_that_could_carry_another_header_are_dropped(world: World) -> None:
    world.pages["/"] = Page(b"<p>page", headers={"ETag": '"a b"', "Last-Modified": "\x01"})
    found = world.fetcher().fetch("http://news.example/")
    assert found is not None
    assert found.validators == Validators()


def test_a_resolver_that_hangs_is_not_waited_for() -> None:
    def hanging(_host: str, _port: int) -> list[str]:
        time.sleep(2)
        return [PUBLIC]

    fetcher = Fetcher(hanging, limits=Limits(seconds=0.5))
    began = time.monotonic()
    with pytest.raises(SourceError, match=r"within 0\.5 s"):
        fetcher.fetch("http://news.example/")
    assert time.monotonic() - began < 1.8


def test_the_limits_are_those_that_are_promised() -> None:
    assert Limits() == Limits(size=10_000_000, seconds=15, hops=5)


def test_a_certificate_counts_for_the_name_and_not_for_the_address(world: World, tmp_path: Path) -> None:
    certificate = make_certificate(tmp_path, "news.example")
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    world._server.socket = server.wrap_socket(world._server.socket, server_side=True)
    world.pages["/"] = Page(b"<p>page")
    trusting = ssl.create_default_context(cafile=str(certificate))
    fetcher = world.fetcher(tls=trusting)
    found = fetcher.fetch("https://news.example/")
    assert found is not None
    assert found.content == b"<p>page"
    with pytest.raises(SourceError, match="cannot be fetched"):
        fetcher.fetch("https://other.example/")
    with pytest.raises(SourceError, match="cannot be fetched"):
        world.fetcher().fetch("https://news.example/")


def make_certificate(folder: Path, name: str) -> Path:
    """A key and a certificate that it signed itself, in one file."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return path
