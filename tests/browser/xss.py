"""Payloads that would run a script or load something, planted wherever an article or a reader puts text on the page."""

import json
import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import httpx
import uvicorn

from assistant.api import create_app
from assistant.api.server import bind, url_of
from assistant.factory import build_assistant, build_chat
from assistant.models.fake import HashingEmbedder
from assistant.settings import load_settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

_FILE = Path(__file__).with_name("payloads.txt")
_CHARACTERS = {
    "TAB": "\t",
    "NL": "\n",
    "SOH": "\x01",
    "FF": "\f",
    "ZWSP": "\u200b",
    "RLO": "\u202e",
    "BOM": "\ufeff",
    "LS": "\u2028",
    "PS": "\u2029",
}
_PLACE = re.compile(r"(?<=[(/\\#])N\b")
_NAMED = 80
_TITLE = 200
_TOGETHER = 8
_PATIENCE_MS = 30_000
# Runs in every page and frame before anything else does.
_CANARY = """
window.canary = (number) => console.error("canary " + number);
document.addEventListener("securitypolicyviolation", (event) =>
  console.error("policy " + event.violatedDirective + " " + event.blockedURI));
"""
# What a payload would leave in the document if its text became markup, or an address.
_LEFT = """() => [...document.querySelectorAll("*")].flatMap((one) => {
  const found = [];
  if (["IFRAME", "OBJECT", "EMBED", "BASE", "FRAMESET", "PORTAL", "APPLET", "VIDEO", "AUDIO"].includes(one.tagName)) {
    found.push(one.tagName);
  }
  if (one.tagName === "SCRIPT" && !one.getAttribute("src")?.startsWith("/static/")) found.push("SCRIPT");
  for (const {name, value} of one.attributes) {
    if (/^on/i.test(name)) found.push(name);
    if (["href", "src", "action", "formaction", "xlink:href", "data", "srcdoc", "poster"].includes(name)
        && !/^(https?:\\/\\/|[/#](?![/\\\\])|$)/i.test(value)) found.push(name + "=" + value);
  }
  return found;
})"""


@dataclass
class Outcome:
    """What came of an attack; all lists are empty where nothing did."""

    payloads: int = 0
    pages: int = 0
    scripts: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    away: list[str] = field(default_factory=list)
    policy: list[str] = field(default_factory=list)
    markup: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    @property
    def found(self) -> list[str]:
        """Everything that should not have been."""
        return [*self.scripts, *self.dialogs, *self.away, *self.policy, *self.markup, *self.errors]


def payloads() -> tuple[str, ...]:
    """Return all payloads; the canary's number is that of its place."""
    lines = [line for line in _FILE.read_text("utf-8").splitlines() if line and not line.startswith("# ")]
    return tuple(_made(line, number) for number, line in enumerate(lines))


def _made(line: str, number: int) -> str:
    for name, character in _CHARACTERS.items():
        line = line.replace(f"{{{name}}}", character)
    return _PLACE.sub(str(number), line)


def _line(payload: str) -> str:
    return re.sub(r"[\n\f\u2028\u2029]", " ", payload)


def write_articles(folder: Path, some: Sequence[str]) -> None:
    """Write two articles for each payload, which has it in every fact, block and name."""
    folder.mkdir(parents=True)
    records = [
        {
            "id": f"crate-{number}",
            "title": f"Crate {number} {payload}",
            "publisher": payload,
            "published": "2025-03-01",
            "url": payload,
            "text": f"The label of crate {number} says {payload} in red letters.\n\nThe crate is made of pine.",
        }
        for number, payload in enumerate(some)
    ]
    text = "\n".join(json.dumps(one) for one in records) + "\n"
    (folder / "crates.jsonl").write_text(text, "utf-8")
    for number, payload in enumerate(some):
        line = _line(payload)
        name = f"{number} {line.replace('/', '⁄')}"[:_NAMED] + ".md"
        facts = f"---\nid: box-{number}\ntitle: {json.dumps(payload)}\npublisher: {json.dumps(payload)}\n---\n"
        table = f"| Box | {line} |\n|---|---|\n| {number} | {line} |\n"
        body = f"# {line}\n\nThe stamp of box {number} shows {payload} in blue ink.\n\n## {line}\n\n{table}\n- {line}\n"
        (folder / name).write_text(f"{facts}\n{body}", "utf-8")


@contextmanager
def serving(folder: Path, some: Sequence[str]) -> Iterator[str]:
    """Serve articles with the payloads within; gives the URL."""
    write_articles(folder / "articles", some)
    settings = load_settings(home=folder / "home", corpus=folder / "articles", threshold=0.0, reader="none")
    with (
        build_assistant(settings, embedder=HashingEmbedder()) as assistant,
        build_chat(assistant) as chat,
        closing(bind("127.0.0.1", 0)) as listener,
    ):
        taken = len(assistant.articles())
        assert taken == 2 * len(some), f"{taken} of {2 * len(some)} articles were taken in"
        server = uvicorn.Server(uvicorn.Config(create_app(chat), log_config=None, timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started and thread.is_alive():
            time.sleep(0.01)
        try:
            yield url_of(listener)
        finally:
            server.should_exit = True
            thread.join()


class Attack:
    """Opens every state of the page at `url`, where articles hold the payloads, and notes what happens."""

    def __init__(self, browser: "Browser", url: str, some: Sequence[str]) -> None:
        """Begin; nothing is opened yet."""
        self._url = url
        self._payloads = some
        self.outcome = Outcome(payloads=len(some))
        self._context = browser.new_context(base_url=url, reduced_motion="reduce", accept_downloads=False)
        self._context.set_default_timeout(_PATIENCE_MS)
        self._context.add_init_script(_CANARY)
        self._page = self._context.new_page()
        self._watch(self._page)
        self._context.on("page", lambda page: self.outcome.away.append(f"a window at {page.url}"))

    def close(self) -> None:
        """Close what was opened."""
        self._context.close()

    def noticed(self, markup: str) -> bool:
        """Whether a script in `markup`, put into a page as it is, would be noticed."""
        page = self._context.browser.new_page() if self._context.browser else self._page
        page.add_init_script(_CANARY)
        heard: list[str] = []
        page.on("console", lambda message: heard.append(message.text))
        page.goto("data:text/html,<p>")
        page.set_content(markup)
        page.wait_for_timeout(500)
        page.close()
        return any(one.startswith("canary") for one in heard)

    def run(self) -> Outcome:
        """Open everything."""
        with httpx.Client(base_url=self._url, timeout=60, trust_env=False) as client:
            every = list(enumerate(self._payloads))
            for first in range(0, len(every), _TOGETHER):
                some = every[first : first + _TOGETHER]
                self._conversation(client, some)
                self._addresses([payload for _, payload in some])
        self._lists()
        return self.outcome

    def _conversation(self, client: httpx.Client, some: Sequence[tuple[int, str]]) -> None:
        """Open a conversation that asks for each payload, every answer's first quote in its article, and an answer."""
        for _, payload in some:
            made = client.post("/v1/conversations", json={"title": payload[:_TITLE]}).raise_for_status().json()
        path = f"/v1/conversations/{made['id']}/messages"
        for number, payload in some:
            for article, what in (("crate", "What does the label of crate"), ("box", "What does the stamp of box")):
                body = {"question": f"{what} {number} say? {payload}", "article": f"{article}-{number}"}
                asked = client.post(path, json=body).raise_for_status().json()
        page = self._page
        page.goto(f"/c/{made['id']}")
        page.locator(".turn .tools").nth(2 * len(some) - 1).wait_for()
        self._look()
        for turn in page.locator(".turn").all():
            marker = turn.locator(".statements .marker").first
            marker.hover()
            marker.click()
            page.locator("#panel mark.current").first.wait_for()
            self._look()
        page.goto(f"/a/{asked['answer']['id']}")
        page.locator(".turn .tools").first.wait_for()
        self._look()

    def _addresses(self, some: Sequence[str]) -> None:
        """Open the addresses that a link could carry payloads in."""
        query = urlencode([(name, one) for one in some for name in ("publisher", "article", "since")])
        whole = quote(some[0], safe="")
        for address in (f"/?{query}#{whole}", f"/a/{whole}", f"/c/{whole}"):
            self._page.goto(address)
            # What the address names is not there, and the page has said so once everything it asked for has come.
            self._page.wait_for_load_state("networkidle")
            self._look()

    def _lists(self) -> None:
        """Open the lists that name everything: conversations, articles, filters, what was found, and an error."""
        page = self._page
        page.goto("/")
        page.get_by_role("textbox", name="Your question").wait_for()
        page.wait_for_load_state("networkidle")
        self._look()
        page.get_by_role("searchbox", name="Search conversations").fill("crate")
        page.wait_for_load_state("networkidle")
        self._look()
        page.get_by_role("tab", name="Articles").click()
        page.get_by_role("tabpanel").get_by_role("listitem").first.wait_for()
        self._look()
        page.get_by_role("button", name="Filters").click()
        page.get_by_role("dialog").wait_for()
        self._look()
        page.keyboard.press("Escape")
        box = page.get_by_role("textbox", name="Your question")
        box.fill(self._payloads[0])
        box.press("Enter")
        page.locator(".turn .tools, .turn .note").first.wait_for()
        self._look()

    def _look(self) -> None:
        self.outcome.pages += 1
        left = self._page.evaluate(_LEFT)
        self.outcome.markup += [f"{self._page.url}: {one}" for one in left]

    def _watch(self, page: "Page") -> None:
        outcome = self.outcome

        def said(text: str) -> None:
            if text.startswith("canary"):
                outcome.scripts.append(text)
            elif text.startswith("policy") or "Content Security Policy" in text:
                outcome.policy.append(text)

        def asked(address: str) -> None:
            if not address.startswith((self._url + "/", "data:image/svg+xml,")):
                outcome.away.append(address)

        def opened(dialog: "Dialog") -> None:
            outcome.dialogs.append(dialog.message)
            dialog.dismiss()

        page.on("console", lambda message: said(message.text))
        page.on("pageerror", lambda error: outcome.errors.append(str(error)))
        page.on("request", lambda request: asked(request.url))
        page.on("dialog", opened)
