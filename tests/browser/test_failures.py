from typing import TYPE_CHECKING

from .conftest import Open
from .reading import Reader, expect
from .serving import Valve

if TYPE_CHECKING:
    from playwright.sync_api import Request, Route

TRIBUTARIES = "What are the three largest tributaries of the Danube?"


def test_a_stream_that_breaks_off_is_taken_up_where_it_was(reader: Reader, valve: Valve) -> None:
    resumed: list[str] = []

    def note(request: "Request") -> None:
        if request.url.endswith("/events"):
            resumed.append(request.headers["last-event-id"])

    reader.page.on("request", note)
    valve.cut(3)
    valve.cut(1)
    turn = reader.ask(TRIBUTARIES)
    expect(turn.locator(".statement")).to_have_count(3)
    message = reader.get(f"/v1/conversations/{reader.conversation}")["messages"][0]["id"]
    assert resumed == [f"{message}:3", f"{message}:4"]


def test_a_question_that_was_not_heard_is_sent_again_under_its_key(reader: Reader) -> None:
    keys: list[str] = []

    def lose(route: "Route") -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            # The server has it, but its response is lost.
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    reader.page.route("**/messages", lose)
    reader.ask(TRIBUTARIES)
    assert len(keys) == 2
    assert keys[0] == keys[1]
    assert len(reader.get(f"/v1/conversations/{reader.conversation}")["messages"]) == 1


def test_offline_a_question_waits_until_the_connection_is_back(reader: Reader) -> None:
    page = reader.page
    expect(page.locator(".holdings")).to_be_visible()
    page.context.set_offline(True)
    expect(page.locator("#banner")).to_contain_text("You are offline.")
    turn = reader.ask(TRIBUTARIES, wait=False)
    expect(turn.locator(".progress")).to_contain_text("You are offline. Trying again")
    page.context.set_offline(False)
    expect(turn.locator(".tools")).to_be_visible()
    expect(page.locator("#banner")).to_be_hidden()


def test_too_many_requests_are_waited_out(reader: Reader) -> None:
    refused: list[str] = []

    def refuse(route: "Route") -> None:
        if refused:
            return route.continue_()
        refused.append(route.request.url)
        problem = {"title": "Too Many Requests", "status": 429, "detail": "too many questions at once"}
        return route.fulfill(status=429, headers={"Retry-After": "2"}, json=problem)

    reader.page.route("**/messages", refuse)
    turn = reader.ask(TRIBUTARIES, wait=False)
    expect(turn.locator(".progress")).to_contain_text("Too many questions at once. Trying again in 2 seconds")
    expect(turn.locator(".tools")).to_be_visible()


def test_a_failure_shows_what_the_server_says_and_can_be_tried_again(reader: Reader) -> None:
    problem = {"title": "Internal Server Error", "status": 500, "detail": "the reader has lost its glasses"}
    reader.page.route("**/messages", lambda route: route.fulfill(status=500, json=problem))
    turn = reader.ask(TRIBUTARIES, wait=False)
    expect(turn.get_by_role("alert")).to_contain_text("The reader has lost its glasses.")
    reader.page.unroute("**/messages")
    turn.get_by_role("button", name="Try again").click()
    expect(reader.page.locator(".tools")).to_be_visible()
    expect(reader.page.locator(".turn")).to_have_count(1)


def test_a_server_that_is_gone_is_asked_for_until_it_is_back(opened: Open) -> None:
    reader = opened("/static/icon.svg")
    page = reader.page
    page.route("**/v1/**", lambda route: route.abort("connectionrefused"))
    page.goto("/")
    expect(page.locator("#banner")).to_contain_text("The server does not answer.")
    page.unroute("**/v1/**")
    page.get_by_role("button", name="Try now").click()
    expect(page.locator(".holdings")).to_contain_text("6 articles")
    expect(page.locator("#banner")).to_be_hidden()
