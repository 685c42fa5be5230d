"""How a statement and its source become the network's input; shared by training and judging."""

from collections.abc import Sequence

from tokenizers import Encoding, Tokenizer

MAX_TOKENS = 256
STATEMENT_TOKENS = 96


def encode(
    tokenizer: Tokenizer, statement: str, sources: Sequence[str]
) -> list[tuple[list[int], int, list[tuple[int, int]]]]:
    """Return, for each source, the token numbers, where the source begins in them, and the statement's token offsets.

    The statement, cut at 96 tokens, comes first, then the source, both cut at 256 tokens together.
    """
    cls, sep = (int(tokenizer.token_to_id(mark) or 0) for mark in ("[CLS]", "[SEP]"))
    stated = tokens_of(tokenizer, statement)
    head = [cls, *stated.ids[:STATEMENT_TOKENS], sep]
    room = MAX_TOKENS - len(head) - 1
    offsets = list(stated.offsets[:STATEMENT_TOKENS])
    found = tokenizer.encode_batch([_characters(text) for text in sources], add_special_tokens=False)
    return [([*head, *one.ids[:room], sep], len(head), offsets) for one in found]


def tokens_of(tokenizer: Tokenizer, statement: str) -> Encoding:
    """Return the tokens of a whole statement, without the marks around it."""
    return tokenizer.encode(_characters(statement), add_special_tokens=False)


def _characters(text: str) -> str:
    """Return `text` with a question mark for each lone surrogate, which is no character."""
    return text.encode("utf-8", "replace").decode("utf-8")
