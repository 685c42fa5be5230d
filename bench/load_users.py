"""A user of the load test, which locust runs: asks the questions of `bench.page` in several ways, and looks about.

Run by `bench.load`, and never imported by it: locust changes sockets and threads of its whole process.
"""

import itertools
import json

from locust import HttpUser, between, task

from bench.page import QUESTIONS

# The last one is none that the articles answer.
_QUESTIONS = (*QUESTIONS, "Who won the football world cup in 1974?")
_PER_CONVERSATION = 5


class Analyst(HttpUser):
    """Asks, waits one to three seconds, asks again; every second question is one of a conversation."""

    wait_time = between(1, 3)

    def on_start(self) -> None:
        """Begin where no other user begins."""
        self._questions = itertools.cycle(_QUESTIONS[hash(self) % len(_QUESTIONS) :] + _QUESTIONS)
        self._asked, self._path = 0, ""

    @task(5)
    def message(self) -> None:
        """Ask within a conversation, and read the events to the last."""
        if self._asked % _PER_CONVERSATION == 0:
            made = self.client.post("/v1/conversations", json={})
            self._path = f"/v1/conversations/{made.json()['id']}/messages" if made.ok else ""
        self._asked += 1
        if not self._path:
            return
        with self.client.post(
            self._path,
            json={"question": next(self._questions)},
            headers={"accept": "text/event-stream"},
            name="/v1/conversations/{conversation_id}/messages",
            catch_response=True,
        ) as found:
            if found.ok and found.text.count("event: answer\n") != 1:
                found.failure("no answer")

    @task(3)
    def ask(self) -> None:
        """Ask outside of conversations."""
        self.client.post("/v1/ask", json={"question": next(self._questions)})

    @task(1)
    def completion(self) -> None:
        """Ask as OpenAI's clients do, and read the chunks to the last."""
        body = {"model": "assistant", "messages": [{"role": "user", "content": next(self._questions)}], "stream": True}
        with self.client.post("/v1/chat/completions", json=body, catch_response=True) as found:
            if found.ok and not found.text.rstrip().endswith("data: [DONE]"):
                found.failure("no end")

    @task(1)
    def search(self) -> None:
        """Find passages."""
        self.client.post("/v1/search", json={"question": next(self._questions)})

    @task(1)
    def look(self) -> None:
        """Open the page, the list of articles, and one of them."""
        self.client.get("/")
        listed = self.client.get("/v1/articles")
        if listed.ok and (articles := json.loads(listed.text)["articles"]):
            self.client.get(f"/v1/articles/{articles[0]['id']}", name="/v1/articles/{article_id}")
