"""The Pulumi project that a verb is about: the nearest one from the working directory upwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tricenter.cli.errors import WRONG_USE
from tricenter.setup.project import FILES, find_project_file, project_file
from tricenter.topology.errors import TricenterError


class ProjectError(TricenterError):
    """There is no project here, or its file cannot be used; the text says what was looked for."""

    exit_code = WRONG_USE


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What a project's file says: its name, where settings of stacks are, and what they all have.

    `config` has the values of its `config` that every stack gets, by key.
    """

    file: Path
    name: str
    settings_folder: Path
    config: Mapping[str, Any]

    @property
    def root(self) -> Path:
        """The folder of the project."""
        return self.file.parent

    def settings_file(self, stack: str) -> Path:
        """Where Pulumi keeps the settings of a stack."""
        name = stack.replace("/", "-")
        return self.settings_folder / f"Pulumi.{name}{self.file.suffix}"


def find_project(start: Path | None = None) -> Project:
    """The project of a folder, by default the working directory; ProjectError if it has none."""
    here = start or Path.cwd()
    file = find_project_file(here)
    if file is None:
        raise ProjectError(
            f"no Pulumi project: there is no {FILES[1]} in {here} or in a folder above it. Go to "
            "the folder of yours (docs/own-project.md of tricenter says what has to be in it)"
        )
    return _read(file)


def read_project(root: Path) -> Project:
    """The project in this very folder; ProjectError if it has none."""
    file = project_file(root)
    if file is None:
        raise ProjectError(f"no Pulumi project: there is no {FILES[1]} in {root}")
    return _read(file)


def _read(file: Path) -> Project:
    import yaml

    try:
        read: object = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ProjectError(f"{file} is no YAML: {str(error).splitlines()[0]}") from None
    data = cast(dict[str, Any], read) if isinstance(read, dict) else {}
    name = data.get("name")
    if not isinstance(name, str) or not name:
        raise ProjectError(f"{file} names no project: `name` is missing")
    config: object = data.get("config")
    # Before it was called stackConfigDir, the folder was the text of `config`.
    folder = data.get("stackConfigDir") or (config if isinstance(config, str) else "")
    values = cast(dict[str, Any], config) if isinstance(config, dict) else {}
    return Project(
        file=file,
        name=name,
        settings_folder=file.parent / str(folder),
        config={_key(key, name): _value(value) for key, value in values.items()},
    )


def _key(key: object, project: str) -> str:
    """A key as stacks have it: one without a namespace is the project's own."""
    return str(key) if ":" in str(key) else f"{project}:{key}"


def _value(value: Any) -> Any:
    """What stacks get: the value itself, or that of a mapping that says more about it."""
    if not isinstance(value, dict):
        return value
    said = cast(dict[str, Any], value)
    return said.get("value", said.get("default"))
