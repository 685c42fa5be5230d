"""Tests of `assistant.chat.keys`."""

import pytest

from assistant.catalog import Kept, RequestKey
from assistant.chat.keys import Keys
from assistant.errors import InProgressError, RepeatError
from assistant.pipeline import Assistant

KEY = RequestKey("/v1/x", "k", "digest")


@pytest.fixture
def keys(own: Assistant) -> Keys:
    return Keys(own.conversations)


def test_requests_without_a_key_are_all_done(keys: Keys) -> None:
    with keys.alone(None) as first, keys.alone(None) as second, keys.once(None) as third:
        assert (first, second, third) == (None, None, None)
    assert keys.take(None) is None
    keys.release(None)


def test_a_key_is_taken_until_it_is_released(keys: Keys) -> None:
    with keys.alone(KEY) as kept:
        assert kept is None
        with pytest.raises(InProgressError, match="Idempotency-Key 'k' is being answered: send it again later"):
            keys.take(KEY)
        assert keys.take(RequestKey("/v1/other", "k", "digest")) is None
    assert keys.take(KEY) is None
    keys.release(KEY)
    keys.release(KEY)
    assert keys.take(KEY) is None


def test_a_key_is_released_by_what_fails(keys: Keys) -> None:
    with pytest.raises(RuntimeError, match="no"), keys.alone(KEY):
        raise RuntimeError("no")
    assert keys.take(KEY) is None


def test_what_was_done_is_given_and_nothing_else_may_have_its_key(keys: Keys, own: Assistant) -> None:
    answer = own.ask("How many kilometres is the length of the Danube?")
    own.conversations.keep(answer, KEY)
    with keys.once(KEY) as once:
        assert once == Kept(answer_id=answer.id)
    with keys.alone(KEY) as alone:
        assert alone == once
    with pytest.raises(RepeatError):
        keys.take(RequestKey("/v1/x", "k", "another digest"))
    assert keys.take(KEY) == Kept(answer_id=answer.id)
