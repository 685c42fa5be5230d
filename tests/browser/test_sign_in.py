import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant.catalog import Catalog

from .conftest import Open, opening
from .reading import Reader, expect
from .serving import serving
from .test_accessibility import violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TIN = "At how many degrees does tin melt?"


class Guarded:
    """A server that asks for keys, and the keys that it knows."""

    def __init__(self, url: str, home: Path) -> None:
        self.url = url
        self._catalog = Catalog(home / "catalog.sqlite", owned=False)
        self.keys = self._catalog.keys
        self.secret = self.keys.add("Ann")[1]

    def close(self) -> None:
        self._catalog.close()


@pytest.fixture(scope="module")
def guarded(_possible: None, tmp_path_factory: pytest.TempPathFactory, prepared_models: Path) -> Iterator[Guarded]:
    folder = tmp_path_factory.mktemp("guarded")
    with serving(folder, prepared_models) as (url, _):
        made = Guarded(url, folder / "home")
        yield made
        made.close()


@pytest.fixture
def opened(browser: "Browser", guarded: Guarded) -> Iterator[Open]:
    with opening(browser, guarded.url) as make:
        yield make


def try_key(reader: Reader, key: str) -> None:
    reader.page.get_by_label("Your key").fill(key)
    reader.page.get_by_role("button", name="Sign in").click()


def sign_in(reader: Reader, key: str) -> None:
    try_key(reader, key)
    expect(reader.page.get_by_role("dialog", name="Sign in")).to_have_count(0)


def test_the_page_asks_for_a_key_and_goes_on_with_it(opened: Open, guarded: Guarded) -> None:
    reader = opened()
    page = reader.page
    dialog = page.get_by_role("dialog", name="Sign in")
    expect(dialog).to_be_visible()
    expect(page.get_by_label("Your key")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    try_key(reader, "assistant_wrong")
    expect(page.get_by_role("alert").filter(has_text="The key is wrong or was revoked")).to_be_visible()
    expect(page.get_by_label("Your key")).to_be_focused()
    sign_in(reader, guarded.secret)
    expect(page.locator(".holdings")).to_be_visible()
    turn = reader.ask(TIN)
    expect(turn).to_contain_text("232 degrees")
    assert page.evaluate("document.cookie") == ""
    (cookie,) = page.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("assistant_session", True, "Strict")
    assert guarded.secret not in str(page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})"))


def test_what_is_one_persons_is_not_anothers(opened: Open, guarded: Guarded) -> None:
    ann = opened()
    sign_in(ann, guarded.keys.add("Another Ann")[1])
    expect(ann.page.get_by_role("dialog", name="Sign in")).to_have_count(0)
    ann.ask(TIN)
    conversation = ann.conversation
    expect(ann.page.get_by_role("navigation").get_by_role("link", name=TIN)).to_be_visible()
    ben = opened(f"/c/{conversation}")
    sign_in(ben, guarded.keys.add("Ben")[1])
    expect(ben.page.get_by_role("heading", name="There is no such conversation")).to_be_visible()
    expect(ben.page.get_by_role("navigation").get_by_role("link", name=TIN)).to_have_count(0)


def test_a_revoked_key_is_asked_for_again_and_what_was_typed_is_kept(opened: Open, guarded: Guarded) -> None:
    reader = opened()
    sign_in(reader, guarded.keys.add("Cas")[1])
    # Nothing is asked of the server any more until something is typed.
    expect(reader.page.get_by_role("list", name="Questions to start with").get_by_role("button")).not_to_have_count(0)
    expect(reader.page.get_by_role("button", name="Sign out")).to_be_visible()
    guarded.keys.revoke("Cas")
    box = reader.page.get_by_role("textbox", name="Your question")
    box.fill(TIN)
    box.press("Enter")
    expect(reader.page.get_by_role("dialog", name="Sign in")).to_be_visible()
    sign_in(reader, guarded.keys.renew("Cas")[1])
    expect(reader.page.locator(".turn").first).to_contain_text("232 degrees")


def test_signing_out_leaves_nothing_on_the_page(opened: Open, guarded: Guarded) -> None:
    reader = opened()
    sign_in(reader, guarded.secret)
    reader.ask(TIN)
    button = reader.page.get_by_role("button", name="Sign out")
    assert button.get_attribute("title") == "Sign out (signed in as Ann)"
    button.click()
    expect(reader.page.get_by_role("dialog", name="Sign in")).to_be_visible()
    assert reader.page.context.cookies() == []
    assert re.search(r"//[^/]+/$", reader.page.url)
    expect(reader.page.locator(".turn")).to_have_count(0)


def test_one_signs_out_of_a_session_that_has_ended(opened: Open, guarded: Guarded) -> None:
    reader = opened()
    sign_in(reader, guarded.keys.add("Dan")[1])
    button = reader.page.get_by_role("button", name="Sign out")
    expect(button).to_be_visible()
    expect(reader.page.get_by_role("list", name="Questions to start with").get_by_role("button")).not_to_have_count(0)
    guarded.keys.revoke("Dan")
    button.click()
    expect(reader.page.get_by_role("dialog", name="Sign in")).to_be_visible()
    assert reader.page.context.cookies() == []


def test_a_link_to_an_answer_is_told_to_open_with_its_key_alone(opened: Open, guarded: Guarded) -> None:
    reader = opened(permissions=["clipboard-read", "clipboard-write"])
    sign_in(reader, guarded.secret)
    reader.ask(TIN).get_by_role("button", name="Share").click()
    expect(reader.page.locator("#toast")).to_have_text("Link copied: it opens with your key alone")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (320, "light")])
def test_signing_in_is_accessible(opened: Open, width: int, scheme: str) -> None:
    reader = opened(color_scheme=scheme, viewport={"width": width, "height": 700})
    expect(reader.page.get_by_role("dialog", name="Sign in")).to_be_visible()
    assert violations(reader) == [], "asked"
    try_key(reader, "wrong")
    expect(reader.page.locator(".wrong")).not_to_be_empty()
    assert violations(reader) == [], "wrong"
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= width


def test_where_no_key_is_needed_nobody_is_asked_and_nobody_signs_out(browser: "Browser", url: str) -> None:
    with opening(browser, url) as make:
        reader = make()
        expect(reader.page.locator(".holdings")).to_be_visible()
        expect(reader.page.get_by_role("button", name="Sign out")).to_have_count(0)
        expect(reader.page.get_by_role("dialog")).to_have_count(0)
