"""Tests of `assistant.cli.mcp`: whose articles it answers from; `tests/mcp` has what it answers."""

import asyncio
import json
import re
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from mcp import Client, StdioServerParameters, stdio_client

from assistant.cli.mcp import Folder
from assistant.cli.session import Session
from assistant.errors import BusyError, NotFoundError, QuestionError
from assistant.locking import FolderLock
from assistant.types import Filters

from .conftest import PROGRAM, Invoke, Start

ANY = Filters()


def free(home: Path) -> bool:
    try:
        FolderLock(home).release()
    except BusyError:
        return False
    return True


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_the_folder_is_held_only_while_something_is_asked_of_it(home: Path) -> None:
    with Folder(Session(home), quiet=0.2) as folder:
        assert free(home)
        answer = folder.ask("How many directives were issued?", ANY, threading.Event()).result(60)
        assert answer.status == "answered"
        until(lambda: free(home))
        assert len(folder.articles()) == 4
        until(lambda: free(home))
        # Answers are kept, as POST /v1/ask keeps them.
        with Session(home).assistant() as assistant:
            assert assistant.answer(answer.id) == answer


def test_the_folder_is_held_while_it_is_used_again_and_given_back_at_the_end(home: Path) -> None:
    with Folder(Session(home), quiet=600) as folder:
        assert folder.article("prices/2025").title == "Oxide prices in April"
        assert not free(home)
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(lambda _: folder.search("smelters", ANY, 1)[0].article_id, range(16)))
        assert set(found) == {"undated"}
        assert not free(home)
    assert free(home)


def test_errors_are_those_of_the_assistant_and_leave_the_folder_usable(home: Path) -> None:
    with Folder(Session(home), quiet=600) as folder:
        with pytest.raises(NotFoundError):
            folder.article("nope")
        with pytest.raises(QuestionError):
            folder.ask("?", ANY, threading.Event()).result(60)
        assert len(folder.articles()) == 4


def test_the_folder_of_another_process_is_asked_for_anew_each_time(home: Path) -> None:
    with Folder(Session(home), quiet=600) as folder:
        lock = FolderLock(home)
        with pytest.raises(BusyError):
            folder.articles()
        lock.release()
        assert len(folder.articles()) == 4


def test_while_a_server_owns_the_folder_it_answers(start: Start, home: Path) -> None:
    """First the process answers itself, then through a server that has been started, then itself again."""
    arguments = ["-W", "error", PROGRAM, "--home", str(home), "mcp"]
    env = {"PYTHONPATH": str(Path(__file__).parents[2])}

    async def call(client: Client, tool: str, **arguments: object) -> Any:
        result: Any = await client.call_tool(tool, arguments)
        return result.content[0].text if result.is_error else result.structured_content

    async def everything(client: Client) -> list[Any]:
        asked = await call(client, "ask", question="How many directives were issued?")
        return [
            asked["text"],
            await call(client, "search", query="gallium smelters", limit=1, article="undated"),
            await call(client, "get_article", id="prices/2025"),
            await call(client, "list_articles"),
            await call(client, "get_article", id="no pe/?#%"),
            await call(client, "ask", question="?"),
            (await client.read_resource("article://prices%2F2025")).model_dump(mode="json", exclude={"meta"}),
        ]

    async def run() -> None:
        server = StdioServerParameters(command=sys.executable, args=arguments, env=env)
        async with Client(stdio_client(server)) as client:
            serving = start("serve", "--port", "0")
            assert serving.stderr
            assert re.search(rb"http://[^ ;]+", await asyncio.to_thread(serving.stderr.readline))
            served = await everything(client)
            serving.send_signal(signal.SIGTERM)
            await asyncio.to_thread(serving.communicate, None, 60)
            assert free(home)
            own = await everything(client)
        assert served == own
        assert served[0] == "Five directives were issued at the summit. [1]"
        assert served[4:6] == [
            "no article has the id 'no pe/?#%': list the articles to see which there are",
            "the question '?' holds no word: type a question",
        ]

    asyncio.run(run())
    assert free(home)


def test_a_setting_that_cannot_work_is_named_at_once(invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_PORT", "many")
    result = invoke("mcp", typed="")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: ASSISTANT_PORT='many' does not work")


def test_help_holds_a_configuration_that_is_json(invoke: Invoke) -> None:
    shown = " ".join(invoke("mcp", "--help").stdout.split())
    found = re.search(r'\{"mcpServers".*\}\}\}', shown)
    assert found
    assert json.loads(found[0])["mcpServers"]["assistant"]["args"] == ["--home", "/path/to/data", "mcp"]
