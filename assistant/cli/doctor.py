"""`assistant doctor`: what is set, what is installed, what is there, and what is wrong."""

import platform
from pathlib import Path
from typing import Annotated, Literal

import typer
from pydantic import AliasChoices, SecretStr
from pydantic.fields import FieldInfo
from rich.text import Text

from assistant.cli.failures import FAILED, explain
from assistant.cli.packages import own_version, package_versions
from assistant.cli.render import print_wrapped
from assistant.cli.session import Session, session_of
from assistant.cli.terminal import one_line, out, print_json
from assistant.errors import BusyError
from assistant.locking import Owner, read_owner
from assistant.models.prepare import prepared_folder
from assistant.proof import read_proof
from assistant.settings import Settings
from assistant.types import Frozen

_IN_STEP = "in step"
# What an empty path becomes, which stands for no corpus.
_NO_FOLDER = Path()
_SECRET_ENDS = ("key", "keys", "token", "secret", "password")

Value = str | int | float | bool | None


class Setting(Frozen):
    """One setting; a secret's value and default are told only as "set" or None."""

    name: str
    value: Value
    default: Value
    origin: Literal["default", "environment", "option"]
    description: str


class Model(Frozen):
    """The embedding model, and whether it was exported to `folder` already."""

    name: str
    folder: str
    prepared: bool


class Examination(Frozen):
    """All that doctor found; `ok` when there are no problems. `stats` is None where the folder could not be opened."""

    ok: bool
    problems: tuple[str, ...]
    notes: tuple[str, ...]
    version: str
    python: str
    platform: str
    packages: dict[str, str | None]
    settings: tuple[Setting, ...]
    home: str
    owner: Owner | None
    model: Model
    stats: dict[str, object] | None


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor")(doctor)


def doctor(
    ctx: typer.Context, json: Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")] = False
) -> None:
    """Show settings, versions and the state of the data folder; the exit code is 1 when something is wrong."""
    found = examine(session_of(ctx))
    if json:
        print_json(found)
    else:
        show(found)
    if not found.ok:
        raise typer.Exit(FAILED)


def examine(session: Session) -> Examination:
    """Look at everything, opening the data folder as any command does. Raises SettingsError."""
    settings = session.settings()
    problems: list[str] = []
    notes: list[str] = []
    owner: Owner | None = None
    stats: dict[str, object] | None = None
    try:
        with session.assistant(fill=False) as assistant:
            stats = assistant.stats().model_dump(mode="json")
    except BusyError as error:
        notes.append(str(error))
        owner = read_owner(settings.home)
        if owner is not None and owner.address is not None:
            stats = _of_server(owner.address, read_proof(settings.home), problems)
    except Exception as error:  # noqa: BLE001  # whatever it is, finding it is what doctor is for
        problems.append(explain(error))
    if stats is not None:
        if stats["index"] != _IN_STEP:
            problems.append(f"index: {stats['index']}")
        if not stats["articles"]:
            reads = f"the first question reads the folder {str(settings.corpus)!r}"
            if settings.corpus == _NO_FOLDER:
                reads = "`assistant ingest PATH` takes some in"
            notes.append(f"no articles yet: {reads}")
    folder = prepared_folder(settings.embedding_model, settings.model_cache)
    return Examination(
        ok=not problems,
        problems=tuple(problems),
        notes=tuple(notes),
        version=own_version(),
        python=platform.python_version(),
        platform=platform.platform(),
        packages=package_versions(),
        settings=describe(settings, {"home"} if session.home is not None else set()),
        home=str(settings.home.absolute()),
        owner=owner,
        model=Model(name=settings.embedding_model, folder=str(folder), prepared=(folder / "manifest.json").is_file()),
        stats=stats,
    )


def describe(settings: Settings, options: set[str]) -> tuple[Setting, ...]:
    """Return every setting; those named in `options` came from the command line."""
    return tuple(_setting(settings, name, field, options) for name, field in type(settings).model_fields.items())


def _setting(settings: Settings, name: str, field: FieldInfo, options: set[str]) -> Setting:
    given = name in settings.model_fields_set
    value, default = getattr(settings, name), field.get_default(call_default_factory=True, validated_data={})
    if name == "corpus" and value == _NO_FOLDER:
        value = ""
    if _is_secret(name, field):
        value, default = ("set" if value else None), None
    return Setting(
        name=_variable(name, field),
        value=_plain(value),
        default=_plain(default),
        origin="option" if name in options else "environment" if given else "default",
        description=field.description or "",
    )


def _variable(name: str, field: FieldInfo) -> str:
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        alias = next((one for one in alias.choices if isinstance(one, str)), None)
    return alias if isinstance(alias, str) else f"ASSISTANT_{name.upper()}"


def _is_secret(name: str, field: FieldInfo) -> bool:
    return SecretStr.__name__ in str(field.annotation) or name.split("_")[-1] in _SECRET_ENDS


def _plain(value: object) -> Value:
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _of_server(address: str, proof: str | None, problems: list[str]) -> dict[str, object] | None:
    from assistant.cli.remote import Remote

    try:
        with Remote(address, proof=proof) as remote:
            return remote.stats()
    except Exception as error:  # noqa: BLE001  # as in `examine`
        problems.append(explain(error))
        return None


def show(found: Examination) -> None:
    """Print what was found, what is wrong last."""
    _heading("Settings")
    for one in found.settings:
        origin = one.origin if one.origin == "default" else f"{one.origin}; default: {_shown(one.default)}"
        out.print(Text.assemble(one.name, " = ", (_shown(one.value), "cyan"), (f"  ({origin})", "dim")), soft_wrap=True)
        print_wrapped(Text(one.description, "dim"))
    _heading("Versions")
    _fact("assistant", found.version)
    _fact("python", f"{found.python} on {found.platform}")
    for name, version in found.packages.items():
        _fact(name, version or "not installed")
    _heading("Data")
    _fact("folder", found.home)
    if found.owner:
        _fact("owner", f"process {found.owner.pid}" + (f" at {found.owner.address}" if found.owner.address else ""))
    state = "prepared" if found.model.prepared else "not prepared yet: the first use does it"
    _fact("model", f"{found.model.name} ({state})")
    for name, value in (found.stats or {}).items():
        said = ", ".join(map(str, value)) if isinstance(value, list) else value
        _fact(name.replace("_", " "), "none" if said in (None, "") else str(said))
    out.print()
    for note in found.notes:
        out.print(Text(f"note: {one_line(note)}"))
    for problem in found.problems:
        out.print(Text(f"problem: {one_line(problem)}", "bold red"))
    if found.ok:
        out.print(Text("Nothing is wrong.", "green"))


def _heading(text: str) -> None:
    out.print()
    out.print(Text(text, "bold"))


def _fact(name: str, value: str) -> None:
    out.print(Text(f"{name:<22}{one_line(value)}"), soft_wrap=True)


def _shown(value: Value) -> str:
    return "not set" if value is None else one_line(str(value)) or "''"
