"""Tests of `assistant.api.pages`."""

import tomllib
from fnmatch import fnmatch
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.api.pages import HEADERS, STATIC, PageFiles

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
FILES = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file())


@pytest.mark.parametrize("path", ["/", "/c/0123456789abcdef", "/a/nope", "/c/%00"])
def test_one_page_is_served_wherever_a_link_leads(client: TestClient, path: str) -> None:
    found = client.get(path)
    assert (found.status_code, found.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert found.content == (STATIC / "index.html").read_bytes()
    assert found.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["/c", "/c/", "/c/a/b", "/a/", "/index.html", "/static", "/static/", "/static/js"])
def test_elsewhere_is_nothing(client: TestClient, path: str) -> None:
    found = client.get(path, follow_redirects=False)
    assert (found.status_code, found.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("name", FILES)
def test_files_are_served_as_what_they_are(client: TestClient, name: str) -> None:
    found = client.get(f"/static/{name}")
    assert found.status_code == 200
    assert found.content == (STATIC / name).read_bytes()
    kinds = {
        ".js": "text/javascript; charset=utf-8",
        ".css": "text/css; charset=utf-8",
        ".html": "text/html; charset=utf-8",
        ".svg": "image/svg+xml",
    }
    assert found.headers["content-type"] == kinds.get(Path(name).suffix, found.headers["content-type"])


@pytest.mark.parametrize("path", ["/", "/static/index.html"])
def test_an_unchanged_file_is_not_sent_again(client: TestClient, path: str) -> None:
    first = client.get(path)
    again = client.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (again.headers["etag"], again.headers["cache-control"]) == (first.headers["etag"], "no-cache")
    assert client.get(path, headers={"if-none-match": '"other"'}).status_code == 200
    head = client.head(path)
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", first.headers["etag"])


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 200),
        ("GET", "/c/x", 200),
        ("GET", "/static/index.html", 200),
        ("GET", "/static/nope.js", 404),
        ("POST", "/static/index.html", 405),
        ("POST", "/", 405),
        ("GET", "/health", 200),
        ("GET", "/v1/articles/nope", 404),
    ],
)
def test_the_headers_are_on_every_response(client: TestClient, method: str, path: str, status: int) -> None:
    found = client.request(method, path)
    assert found.status_code == status
    assert found.headers["content-security-policy"] == POLICY == HEADERS["Content-Security-Policy"]
    assert found.headers["x-content-type-options"] == "nosniff"
    assert found.headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize(
    "path",
    [
        "../app.py",
        "%2e%2e/app.py",
        "..%2fapp.py",
        "js/../../app.py",
        "%2e%2e%2f%2e%2e%2f%2e%2e%2fetc/passwd",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "..\\app.py",
        "%00",
        "index.html%00.js",
        "x" * 5000,
    ],
)
def test_nothing_outside_of_the_folder_is_served(client: TestClient, path: str) -> None:
    found = client.get(f"/static/{path}")
    assert found.status_code == 404
    assert b"FastAPI" not in found.content


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "static"
    made.mkdir()
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    (made / "link.txt").symlink_to(tmp_path / "secret.txt")
    for name in ("a.js", "b.css", "c.svg", "d.webmanifest", "e.woff2", "f.ico", "g.json", "h.png"):
        (made / name).write_text("x", "utf-8")
    return made


def test_media_types_do_not_depend_on_the_machine(folder: Path) -> None:
    client = TestClient(PageFiles(directory=folder), raise_server_exceptions=False)
    found = {
        name: client.get(f"/{name}").headers["content-type"] for name in ("a.js", "b.css", "c.svg", "d.webmanifest")
    }
    assert found == {
        "a.js": "text/javascript; charset=utf-8",
        "b.css": "text/css; charset=utf-8",
        "c.svg": "image/svg+xml",
        "d.webmanifest": "application/manifest+json",
    }


def test_links_out_of_the_folder_are_not_followed(folder: Path) -> None:
    client = TestClient(PageFiles(directory=folder), raise_server_exceptions=False)
    assert client.get("/a.js").text == "x"
    assert "secret" not in client.get("/link.txt").text


def test_every_file_is_in_the_package() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["assistant"]
    assert "index.html" in FILES
    assert all(any(fnmatch(f"api/static/{name}", one) for one in patterns) for name in FILES)
