"""YAML with line numbers: what a file holds, and where each part of it stands."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from assistant.errors import EvaluationError

Step = str | int
_T = TypeVar("_T")
_SUBJECT = re.compile(r"^\w+ should")


@dataclass(frozen=True)
class Located:
    """A YAML document; `data` is what it holds, None where it holds nothing, and `indent` its first column."""

    file: Path
    data: object
    indent: int
    root: yaml.Node | None

    def where(self, *steps: Step) -> str:
        """Return "file:line" of the part that `steps` (keys and list positions) lead to, or of the last one found."""
        node, line = self.root, self.root.start_mark.line if self.root else 0
        for step in steps:
            found = _below(node, step)
            if found is None:
                break
            node, line = found
        return f"{self.file}:{line + 1}"

    def validate(self, kind: TypeAdapter[_T], data: object, *steps: Step) -> _T:
        """Return `data`, which stands at `steps`, as `kind`. Raises EvaluationError for the first thing wrong."""
        try:
            return kind.validate_python(data)
        except ValidationError as error:
            first = error.errors()[0]
            loc = first["loc"]
            said = _sentence(first["type"], first["msg"], first.get("ctx", {}).get("error"), first["input"])
            name = ".".join(str(step) for step in loc)
            raise EvaluationError(f"{self.where(*steps, *loc)}: {name + ' ' if name else ''}{said}") from error


def read_yaml(file: Path) -> Located:
    """Return what `file` holds, one document at most.

    Raises EvaluationError for a file that cannot be read, is no YAML, or gives a key twice.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise EvaluationError(f"{file}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise EvaluationError(f"{file}: is not UTF-8 at byte {error.start + 1}: save it as UTF-8") from error
    return parse_yaml(text, file)


def parse_yaml(text: str, file: Path) -> Located:
    """Return what `text`, the content of `file`, holds. Raises as `read_yaml` does."""
    try:
        loader = yaml.SafeLoader(text)
        root = loader.get_single_node()
        data = loader.construct_document(root) if root else None
    except yaml.MarkedYAMLError as error:
        line = f":{error.problem_mark.line + 1}" if error.problem_mark else ""
        raise EvaluationError(f"{file}{line}: is not YAML ({error.problem})") from error
    except yaml.reader.ReaderError as error:
        line = f":{text.count(chr(10), 0, error.position) + 1}"
        raise EvaluationError(f"{file}{line}: holds U+{error.character:04X}, which YAML does not allow") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise EvaluationError(f"{file}: is not YAML that can be read ({error})") from error
    _refuse_double_keys(root, file, set())
    return Located(file, data, root.start_mark.column if root else 0, root)


def _below(node: yaml.Node | None, step: Step) -> tuple[yaml.Node, int] | None:
    """Return the part of `node` at `step` and its line; a value of a mapping stands where its key does."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return value, key.start_mark.line
    elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
        return node.value[step], node.value[step].start_mark.line
    return None


def _refuse_double_keys(node: yaml.Node | None, file: Path, seen: set[int]) -> None:
    if node is None or id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, value in node.value:
            if key.value in keys:
                raise EvaluationError(f"{file}:{key.start_mark.line + 1}: gives {key.value} twice: keep one")
            keys.add(key.value)
            _refuse_double_keys(value, file, seen)
    elif isinstance(node, yaml.SequenceNode):
        for one in node.value:
            _refuse_double_keys(one, file, seen)


def _sentence(kind: str, message: str, error: object, given: object) -> str:
    """Return what is wrong with the value `given`, to follow its name."""
    if kind == "extra_forbidden":
        return "is no key that is known here: correct or remove it"
    if kind == "missing":
        return "is missing"
    said = str(error) if error else _SUBJECT.sub("should", message)
    return said if isinstance(given, dict | list | tuple) else f"{_shown(given)} {said}"


def _shown(given: object) -> str:
    text = repr(given) if isinstance(given, str) else str(given)
    return text if len(text) <= 60 else text[:57] + "..."
