"""Tests of `assistant.prompts` and of the texts in prompts/."""

import hashlib
import json
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.written import SCHEMA, WrittenParser
from assistant.errors import SettingsError
from assistant.prompts import Prompt, load_prompts
from assistant.spotlighting import fenced

FOLDER = Path(__file__).resolve().parent.parent / "prompts"
PROMPTS = load_prompts(FOLDER)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "prompts"))


def edit(folder: Path, old: str, new: str, name: str = "rewrite.md") -> Path:
    path = folder / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


def prompt(system: str, user: str = "") -> Prompt:
    return Prompt("p", 1, "d", ("a", "b"), system, user, "0" * 64)


def test_the_texts_that_come_with_the_program() -> None:
    assert [one.name for one in (PROMPTS.answer, PROMPTS.rewrite, PROMPTS.grade)] == ["answer", "rewrite", "grade"]
    assert set(PROMPTS.answer.parts) == {"plain", "structured"}
    assert all(one.version >= 1 and one.description for one in (PROMPTS.answer, PROMPTS.rewrite, PROMPTS.grade))
    values = {name: f"<{name}>" for name in PROMPTS.answer.variables}
    system, user = PROMPTS.answer.render(**values)
    assert "{{" not in system + user
    assert all(value in system + user for value in values.values())
    assert "<passages>" not in system
    assert "<question>" not in system


def test_the_examples_are_read_as_they_are_meant() -> None:
    """What the text for a model shows as right is right for the parser, in both forms."""
    examples = re.split(r"The answer is:|the answer is:", PROMPTS.answer.parts["plain"])
    plain = WrittenParser(2)
    written = plain.feed(examples[1].split("To the question")[0]) + plain.close()
    assert [(one.markers, one.forged) for one in written] == [((1, 2), ()), ((2,), ())]
    refusal = WrittenParser(2)
    refusal.feed(examples[2].strip() + "\n")
    assert refusal.no_answer
    objects = [line for line in PROMPTS.answer.parts["structured"].splitlines() if line.startswith("{")]
    structured = WrittenParser(2)
    assert structured.feed(objects[0]) == written
    assert json.loads(objects[1]) == {"statements": []}
    assert set(json.loads(objects[0])["statements"][0]) == set(
        SCHEMA["properties"]["statements"]["items"]["properties"]
    )


def test_the_texts_describe_the_lines_that_set_data_apart() -> None:
    begin, _, end = fenced("Tin.", "{{ boundary }}", label=" [n]").split("\n")
    assert f"`{begin}`" in PROMPTS.answer.system
    assert f"`{end}`" in PROMPTS.answer.system
    begin, _, end = fenced("Tin.", "{{ boundary }}").split("\n")
    for one in (PROMPTS.rewrite, PROMPTS.grade):
        assert f"`{begin}`" in one.system
        assert f"`{end}`" in one.system.replace("\n", " ")


def test_values_are_put_in_literally() -> None:
    assert prompt("{{ a }} {{a}} {{ b }}", "{ {{ b }} }").render(a="{{ b }}", b="\\1 {0} {{ a }}") == (
        "{{ b }} {{ b }} \\1 {0} {{ a }}",
        "{ \\1 {0} {{ a }} }",
    )


@given(st.text(), st.text())
def test_no_value_changes_another(a: str, b: str) -> None:
    assert prompt("[{{ a }}]", "[{{ b }}]").render(a=a, b=b) == (f"[{a}]", f"[{b}]")


def test_each_variable_needs_a_value_and_each_value_a_variable() -> None:
    with pytest.raises(TypeError, match="no value for b, no variable c"):
        prompt("{{ a }}{{ b }}").render(a="1", c="2")


def test_digests_tell_texts_apart_and_line_ends_not(folder: Path) -> None:
    text = (FOLDER / "rewrite.md").read_bytes()
    assert PROMPTS.rewrite.digest == hashlib.sha256(text).hexdigest()
    assert PROMPTS.digests[1] == f"rewrite@1:{PROMPTS.rewrite.digest[:8]}"
    assert [reference.split("@")[0] for reference in PROMPTS.digests] == ["answer", "rewrite", "grade"]
    (folder / "rewrite.md").write_bytes(b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))
    assert load_prompts(folder) == PROMPTS
    edit(folder, "version: 1", "version: 2")
    assert load_prompts(folder).digests[1].startswith("rewrite@2:")
    assert load_prompts(folder).rewrite.digest != PROMPTS.rewrite.digest


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("---\nversion", "version", 1, "no front matter"),
        ("boundary]\n---", "boundary]\n", 1, "no front matter"),
        ("version: 1", "version: 1: 2", 2, "not YAML"),
        ("version: 1\n", "", 1, "has to hold version, description, variables"),
        ("version: 1", "version: 1\nauthor: me", 1, "has to hold version, description, variables"),
        ("version: 1", "version: one", 2, "version is 'one'"),
        ("version: 1", "version: true", 2, "version is True"),
        ("version: 1", "version: 0", 2, "version is 0"),
        ("description: R", "description: # R", 3, "description is None"),
        ("[turns, question, boundary]", "turns", 4, "variables is 'turns'"),
        ("[turns, question, boundary]", "[turns, question, question, boundary]", 4, "variables is"),
        ("[turns, question, boundary]", "[turns, question, bound-ary]", 4, "variables is"),
        ("[turns, question, boundary]", "[turns, question]", 4, "boundary is used but not"),
        ("[turns, question, boundary]", "[turns, question, boundary, mood]", 4, "mood is declared but not used"),
        ("Last question: {{ question }}", "Last question:", 4, "question is declared but not used"),
        ("\n# System", "\nBe kind.\n\n# System", 7, "text before the first section"),
        ("# System", "# system prompt", 7, "no section 'system prompt'"),
        ("# System", "## System", 7, "text before the first section"),
        ("# User", "", None, "section '# User' is missing or empty"),
        ("# User", "# User\n\n# System", 29, "a second section '# System'"),
        ("{{ turns }}", "{{ turns }}\n{{ tur ns }}", 30, "'{{' begins no variable"),
        ("{{ turns }}", "{{ turns }}\n\n{{ question", 31, "'{{' begins no variable"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_line(
    folder: Path, old: str, new: str, line: int | None, what: str
) -> None:
    path = edit(folder, old, new)
    with pytest.raises(SettingsError, match=re.escape(what)) as caught:
        load_prompts(folder)
    place = f"{path}, line {line}: " if line else f"{path}: "
    assert str(caught.value).startswith(place)
    assert "ASSISTANT_PROMPTS" in str(caught.value)


def test_variables_are_those_that_the_program_gives(folder: Path) -> None:
    edit(folder, "[turns, question, boundary]", "[turns, question, boundary, mood]")
    edit(folder, "{{ turns }}", "{{ turns }} {{ mood }}")
    with pytest.raises(SettingsError, match="variables have to be boundary, question, turns: see mood"):
        load_prompts(folder)


def test_the_forms_of_an_answer_are_needed_and_hold_no_variables(folder: Path) -> None:
    path = edit(folder, "# Structured", "## Structured", name="answer.md")
    with pytest.raises(SettingsError, match="'# Structured' is missing"):
        load_prompts(folder)
    shutil.copy(FOLDER / "answer.md", path)
    edit(folder, "NO ANSWER", "{{ question }}", name="answer.md")
    with pytest.raises(SettingsError, match="'# Plain' holds variables"):
        load_prompts(folder)


def test_what_cannot_be_read_is_named(folder: Path) -> None:
    (folder / "grade.md").write_bytes(b"---\n\xff")
    with pytest.raises(SettingsError, match=r"grade\.md: byte 4 is not UTF-8"):
        load_prompts(folder)
    (folder / "grade.md").unlink()
    with pytest.raises(SettingsError, match=r"grade\.md: it does not exist"):
        load_prompts(folder)
    (folder / "grade.md").mkdir()
    with pytest.raises(SettingsError, match=r"grade\.md: it cannot be read"):
        load_prompts(folder)
    with pytest.raises(SettingsError, match=r"nowhere does not exist: set ASSISTANT_PROMPTS .* answer\.md"):
        load_prompts(folder / "nowhere")


def test_a_text_with_deep_or_broken_yaml_is_refused(folder: Path) -> None:
    edit(folder, "[turns, question, boundary]", "[" * 500)
    with pytest.raises(SettingsError, match="not YAML"):
        load_prompts(folder)
