"""A server over a small corpus with the real models, and Chromium on it; where that is missing the tests skip."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .reading import Reader
from .serving import Valve, serving
from .writing import ScriptedWriter

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_WATCH = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("Content-Security-Policy: " + event.violatedDirective + " " + event.blockedURI));
"""
# Milliseconds; only what never comes takes them all.
_PATIENCE = 15_000
# What the browser itself says of a status or a lost connection, which some tests bring about.
_NETWORK = "Failed to load resource"


@pytest.fixture(scope="session")
def _possible() -> None:
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed: pip install playwright")
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}: apt-get install chromium")


@pytest.fixture(scope="session")
def _served(
    _possible: None, tmp_path_factory: pytest.TempPathFactory, prepared_models: Path
) -> Iterator[tuple[str, Valve]]:
    with serving(tmp_path_factory.mktemp("page"), prepared_models) as served:
        yield served


# Not for the session: while Playwright is at work, no other test could run an event loop.
@pytest.fixture(scope="package")
def browser(_possible: None) -> Iterator["Browser"]:
    """Chromium with a profile of its own."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=_PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def url(_served: tuple[str, Valve]) -> str:
    """Where the page is."""
    return _served[0]


@pytest.fixture
def valve(_served: tuple[str, Valve]) -> Iterator[Valve]:
    """Holds answers back and cuts connections."""
    _, valve = _served
    yield valve
    valve.open()
    valve.cuts.clear()


@pytest.fixture(scope="session")
def _written(
    _possible: None, tmp_path_factory: pytest.TempPathFactory, prepared_models: Path
) -> Iterator[tuple[str, ScriptedWriter]]:
    writer = ScriptedWriter()
    with serving(tmp_path_factory.mktemp("written"), prepared_models, writer) as (address, _):
        yield address, writer
        writer.valve.open()


@pytest.fixture
def writer(_written: tuple[str, ScriptedWriter]) -> Iterator[ScriptedWriter]:
    """What writes the answers of the server that `opened_written` is at; each test tells it what."""
    _, writer = _written
    former = vars(writer).copy()
    yield writer
    writer.valve.open()
    vars(writer).update(former)


Open = Callable[..., Reader]


@contextmanager
def opening(browser: "Browser", url: str) -> Iterator[Open]:
    """Give what opens pages of the server at `url`; they must not have complained of anything in the end."""
    complaints: list[str] = []
    contexts = []

    def watch(page: "Page") -> None:
        page.add_init_script(_WATCH)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: _at_home(request.url))

    def _at_home(address: str) -> None:
        if not address.startswith((url, "data:", "blob:")):
            complaints.append(f"a request to {address}")

    def make(path: str = "/", **options: Any) -> Reader:
        viewport = {"width": 1280, "height": 800}
        context = browser.new_context(**{"base_url": url, "viewport": viewport, "reduced_motion": "reduce", **options})
        context.set_default_timeout(_PATIENCE)
        contexts.append(context)
        page = context.new_page()
        watch(page)
        page.goto(path)
        return Reader(page)

    yield make
    for context in contexts:
        context.close()
    assert [one for one in complaints if _NETWORK not in one] == []


@pytest.fixture
def opened(browser: "Browser", url: str) -> Iterator[Open]:
    """Opens the page, as `path`, in a context of its own."""
    with opening(browser, url) as make:
        yield make


@pytest.fixture
def opened_written(browser: "Browser", _written: tuple[str, ScriptedWriter]) -> Iterator[Open]:
    """The same where a language model writes the answers."""
    with opening(browser, _written[0]) as make:
        yield make


@pytest.fixture
def reader(opened: Open) -> Reader:
    """Someone at the empty page."""
    return opened()
