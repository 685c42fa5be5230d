"""Tests of `assistant.evaluation.located`."""

from pathlib import Path

import pytest
from pydantic import TypeAdapter

from assistant.errors import EvaluationError
from assistant.evaluation.located import parse_yaml, read_yaml

FILE = Path("a.yaml")
TEXT = """# pairs
- id: one
  expect:
    quotes:
      - article: x
        text: y
- {id: two}
"""


def test_every_part_has_its_line() -> None:
    found = parse_yaml(TEXT, FILE)
    assert found.data == [{"id": "one", "expect": {"quotes": [{"article": "x", "text": "y"}]}}, {"id": "two"}]
    assert found.where() == "a.yaml:2"
    assert found.where(0, "expect") == "a.yaml:3"
    assert found.where(0, "expect", "quotes", 0, "text") == "a.yaml:6"
    assert found.where(1, "id") == "a.yaml:7"


def test_what_is_not_there_stands_where_it_would_be() -> None:
    found = parse_yaml(TEXT, FILE)
    assert found.where(0, "expect", "quotes", 7, "text") == "a.yaml:4"
    assert found.where("nothing") == "a.yaml:2"
    assert parse_yaml("", FILE).where(0) == "a.yaml:1"


def test_the_first_column() -> None:
    assert parse_yaml(TEXT, FILE).indent == 0
    assert parse_yaml("# so\n  - id: one\n", FILE).indent == 2


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("- a: [1", ":1", "is not YAML"),
        ("- a: 1\n---\n- b: 2\n", ":2", "is not YAML"),
        ("\n- a: 1\n  a: 2\n", ":3", "gives a twice: keep one"),
        ("- ok\n- x: {b: 1, b: 1}\n", ":2", "gives b twice: keep one"),
        ("- ok\n- \x01\n", ":2", "holds U+0001, which YAML does not allow"),
        ("- !!python/object:os.system x\n", ":1", "is not YAML"),
        ("- 2025-99-99\n", "", "is not YAML that can be read (month must be in 1..12"),
        ("[" * 5000, "", "is not YAML that can be read"),
    ],
)
def test_what_is_no_yaml(text: str, line: str, sentence: str) -> None:
    with pytest.raises(EvaluationError) as caught:
        parse_yaml(text, FILE)
    assert str(caught.value).startswith(f"a.yaml{line}: {sentence}")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_yaml(tmp_path / "nope.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"- caf\xe9\n")
    with pytest.raises(EvaluationError, match="is not UTF-8 at byte 6"):
        read_yaml(tmp_path / "latin.yaml")
    (tmp_path / "marked.yaml").write_bytes(b"\xef\xbb\xbf- one\n")
    assert read_yaml(tmp_path / "marked.yaml").data == ["one"]


def test_an_alias_is_read_once() -> None:
    assert parse_yaml("- &x {a: 1}\n- *x\n", FILE).data == [{"a": 1}, {"a": 1}]


def test_what_is_wrong_in_a_value_is_named_with_its_line() -> None:
    found = parse_yaml("first:\n  a: 1\nsecond:\n  b: [x]\n", FILE)
    with pytest.raises(EvaluationError) as caught:
        found.validate(TypeAdapter(dict[str, dict[str, int]]), found.data)
    assert str(caught.value) == "a.yaml:4: second.b should be a valid integer"
