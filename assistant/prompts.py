"""Prompts: the texts given to a language model, read from files that anyone may edit and checked at start.

A file is YAML front matter and sections:

    ---
    version: 1
    description: What the text is for.
    variables: [question]
    ---

    # System

    You answer questions.

    # User

    {{ question }}

A line `# Name` begins a section; deeper headings belong to the text. System and User are the two messages; answer.md
also has Plain and Structured, one of which is given as the variable `format`. A variable is written `{{ name }}` and
replaced literally: what stands in a value is never read as a variable.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from assistant.errors import SettingsError

_OPENING = re.compile(r"---[ \t]*\n")
_CLOSING = re.compile(r"^---[ \t]*$", re.MULTILINE)
_HEADING = re.compile(r"^# +(\S.*?) *#*$", re.MULTILINE)
_VARIABLE = re.compile(r"\{\{ *([A-Za-z_]\w*) *\}\}")
_KEYS = ("version", "description", "variables")
_MESSAGES = ("system", "user")


@dataclass(frozen=True)
class Prompt:
    """One text with its two messages.

    `parts` are the further sections by name in lower case, such as answer.md's "plain"; they hold no variables.
    `digest` is the SHA-256 of the file's text with line feeds at line ends, in hexadecimal.
    """

    name: str
    version: int
    description: str
    variables: tuple[str, ...]
    system: str
    user: str
    digest: str
    parts: Mapping[str, str] = field(default_factory=dict)

    @property
    def reference(self) -> str:
        """Name, version and the beginning of the digest, such as "answer@1:ab12cd34"."""
        return f"{self.name}@{self.version}:{self.digest[:8]}"

    def render(self, **values: str) -> tuple[str, str]:
        """Return the system and the user message with each variable replaced by its value, literally.

        Raises:
            TypeError: a variable has no value, or a value belongs to no variable.
        """
        missing = [name for name in self.variables if name not in values]
        unknown = [name for name in values if name not in self.variables]
        if missing or unknown:
            faults = [f"no value for {name}" for name in missing] + [f"no variable {name}" for name in unknown]
            raise TypeError(f"prompt {self.name!r}: {', '.join(faults)}")

        def fill(text: str) -> str:
            return _VARIABLE.sub(lambda match: values[match[1]], text)

        return fill(self.system), fill(self.user)


@dataclass(frozen=True)
class Prompts:
    """All texts that the program gives to a language model."""

    answer: Prompt
    rewrite: Prompt
    grade: Prompt

    @property
    def digests(self) -> tuple[str, ...]:
        """The references of all texts, for receipts."""
        return tuple(prompt.reference for prompt in (self.answer, self.rewrite, self.grade))


@dataclass(frozen=True)
class _Contract:
    """What the program gives to a text, and the further sections that it takes from it."""

    variables: frozenset[str]
    parts: tuple[str, ...] = ()


_CONTRACTS = {
    "answer": _Contract(
        frozenset({"question", "passages", "boundary", "corpus_language", "answer_language", "format"}),
        parts=("plain", "structured"),
    ),
    "rewrite": _Contract(frozenset({"turns", "question", "boundary"})),
    "grade": _Contract(frozenset({"question", "quotes", "statements", "boundary"})),
}


def load_prompts(folder: Path) -> Prompts:
    """Return the texts in `folder`: answer.md, rewrite.md and grade.md.

    Raises:
        SettingsError: the folder or a file is missing, cannot be read or breaks the form above; the message names the
            file, the line where there is one, and ASSISTANT_PROMPTS.
    """
    if not folder.is_dir():
        raise SettingsError(
            f"the folder of prompts {folder} does not exist: set ASSISTANT_PROMPTS to the folder that holds "
            f"{', '.join(f'{name}.md' for name in _CONTRACTS)}"
        )
    loaded = {name: _load(folder / f"{name}.md", name, contract) for name, contract in _CONTRACTS.items()}
    return Prompts(**loaded)


def _load(path: Path, name: str, contract: _Contract) -> Prompt:
    file = _File(path)
    header, sections = file.split()
    version, description, variables = file.front_matter(header)
    wanted = (*_MESSAGES, *contract.parts)
    for section in sections:
        if section not in wanted:
            raise file.fault(
                f"no section '{section}' is known: call it {_listed(wanted)}, or write ##", sections[section][1]
            )
    for section in wanted:
        if not sections.get(section, ("", 0))[0].strip():
            raise file.fault(f"the section '# {section.capitalize()}' is missing or empty: write it")
    used: set[str] = set()
    for section, (text, start) in sections.items():
        found = file.variables(text, start)
        if found and section not in _MESSAGES:
            raise file.fault(f"the section '# {section.capitalize()}' holds variables: write them elsewhere", start)
        used |= found
    line = file.line_of_key("variables")
    if extra := sorted(used.difference(variables)):
        raise file.fault(f"{_listed(extra)} is used but not among its variables: declare or remove it", line)
    if extra := sorted(set(variables) - used):
        raise file.fault(f"the variable {_listed(extra)} is declared but not used: use or remove it", line)
    if extra := sorted(used ^ contract.variables):
        raise file.fault(f"the variables have to be {_listed(sorted(contract.variables))}: see {_listed(extra)}", line)
    texts = {section: text.strip() for section, (text, _) in sections.items()}
    return Prompt(
        name=name,
        version=version,
        description=description,
        variables=variables,
        system=texts.pop("system"),
        user=texts.pop("user"),
        digest=hashlib.sha256(file.text.encode()).hexdigest(),
        parts=texts,
    )


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(names)


class _File:
    """The text of one file, and where in it something is wrong."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except FileNotFoundError as error:
            raise self.fault("it does not exist: write it") from error
        except UnicodeDecodeError as error:
            raise self.fault(f"byte {error.start} is not UTF-8: save it as UTF-8") from error
        except OSError as error:
            raise self.fault(f"it cannot be read ({error.strerror}): make it readable") from error
        self.text = text.replace("\r\n", "\n").replace("\r", "\n")

    def fault(self, what: str, line: int | None = None) -> SettingsError:
        """Return the error that names the file, the line, what is wrong and the remedy."""
        place = f"{self._path}, line {line}" if line else f"{self._path}"
        return SettingsError(f"{place}: {what}, or set ASSISTANT_PROMPTS to another folder")

    def split(self) -> tuple[str, dict[str, tuple[str, int]]]:
        """Return the front matter, and the sections by name in lower case, each with the line of its heading."""
        opening = _OPENING.match(self.text)
        closing = _CLOSING.search(self.text, opening.end()) if opening else None
        if opening is None or closing is None:
            raise self.fault("no front matter: begin the file with YAML between two lines '---'", 1)
        headings = list(_HEADING.finditer(self.text, closing.end()))
        end = headings[0].start() if headings else len(self.text)
        if stray := re.search(r"\S", self.text[closing.end() : end]):
            line = self._line(closing.end() + stray.start())
            raise self.fault("text before the first section: put it below '# System' or '# User'", line)
        sections: dict[str, tuple[str, int]] = {}
        for at, heading in enumerate(headings):
            name, line = heading[1].casefold(), self._line(heading.start())
            if name in sections:
                raise self.fault(f"a second section '# {heading[1]}': keep one", line)
            end = headings[at + 1].start() if at + 1 < len(headings) else len(self.text)
            sections[name] = (self.text[heading.end() : end], line)
        return self.text[opening.end() : closing.start()], sections

    def front_matter(self, header: str) -> tuple[int, str, tuple[str, ...]]:
        """Return version, description and variables."""
        try:
            values = yaml.safe_load(header)
        except (yaml.YAMLError, ValueError, RecursionError) as error:
            mark = getattr(error, "problem_mark", None)
            problem = getattr(error, "problem", None) or "it is nested too deep"
            raise self.fault(f"the front matter is not YAML ({problem}): correct it", mark and mark.line + 2) from error
        if not isinstance(values, dict) or set(values) != set(_KEYS):
            raise self.fault(f"the front matter has to hold {_listed(_KEYS)} and nothing else: correct it", 1)
        version, description, variables = (values[key] for key in _KEYS)
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            raise self.fault(f"version is {version!r}: write a whole number from 1", self.line_of_key("version"))
        if not isinstance(description, str) or not description.strip():
            raise self.fault(
                f"description is {description!r}: write what the text is for", self.line_of_key("description")
            )
        names = variables if isinstance(variables, list) else [None]
        if not all(isinstance(name, str) and name.isidentifier() for name in names) or len(set(names)) < len(names):
            raise self.fault(f"variables is {variables!r}: write a list of names", self.line_of_key("variables"))
        return version, " ".join(description.split()), tuple(names)

    def variables(self, text: str, line: int) -> set[str]:
        """Return the names of the variables in a section whose heading stands in `line`."""
        stray = re.search(r"\{\{", _VARIABLE.sub(lambda match: "-" * len(match[0]), text))
        if stray:
            where = line + text.count("\n", 0, stray.start())
            raise self.fault("'{{' begins no variable: write {{ name }}", where)
        return {match[1] for match in _VARIABLE.finditer(text)}

    def line_of_key(self, key: str) -> int | None:
        """Return the line of the front matter that begins with `key`."""
        found = re.search(rf"^{key}[ \t]*:", self.text, re.MULTILINE)
        return self._line(found.start()) if found else None

    def _line(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1
