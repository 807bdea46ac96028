"""What a stack's settings file asks for, read without starting its program."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tricenter.cli.project import Project, find_project, read_project
from tricenter.topology.default_spec import SPECS, default_spec
from tricenter.topology.errors import TricenterError

if TYPE_CHECKING:
    from tricenter.topology.plan import Plan
    from tricenter.topology.spec import Topology

TARGETLESS = "lab"
"""The target of a stack whose settings name none and whose spec cannot be read."""


class StackSettingsError(TricenterError):
    """A stack's settings cannot be used; the text says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackSettings:
    """The configuration `tricenter:*` of a stack as its program would read it.

    `project` is the name of its Pulumi project. `expires` is the time, ISO 8601, after which anyone
    may take the stack away; None for one that stays. `run` is the id of the drill that it was made
    for. `google_project` is where its things on Google Cloud are.
    """

    stack: str
    project: str
    target: str
    spec: Path
    profile: str | None
    expires: str | None
    run: str | None
    google_project: str | None = None

    def __str__(self) -> str:
        return f"stack {self.stack} of project {self.project} on target {self.target}"

    def topology(self) -> "Topology":
        """The spec, checked; SpecError when it is wrong."""
        from tricenter.topology.validate import load

        return load(self.spec)

    def plan(self) -> "Plan":
        """The plan of the spec while the preferred sites lead."""
        from tricenter.topology.compile import compile_plan

        return compile_plan(self.topology(), self.target)

    def deployed_id(self) -> str | None:
        """The id of what this stack deploys; None when the spec cannot be read."""
        from tricenter.topology import document
        from tricenter.topology.errors import SpecError
        from tricenter.topology.names import stack_id

        try:
            name: object = document.load(self.spec).data["name"]
        except (SpecError, LookupError, TypeError):
            return None
        return stack_id(name, self.stack) if isinstance(name, str) else None


def settings_file(root: Path, stack: str) -> Path:
    """Where Pulumi keeps the settings of a stack of the project in this folder."""
    return read_project(root).settings_file(stack)


def settings_here(stack: str) -> StackSettings:
    """The settings of a stack of the project that the working directory is in.

    ProjectError where there is none; else as read_stack_settings.
    """
    return read_stack_settings(find_project().root, stack)


def read_stack_settings(root: Path, stack: str) -> StackSettings:
    """The settings of a stack of the project in this folder, the defaults where it has no file.

    StackSettingsError for a file that is no YAML, and where no spec is named and none of those that
    are looked for is there.
    """
    project = read_project(root)
    config = _configured(project, stack)
    spec = root / _spec(project, stack, config.get("tricenter:spec"))
    return StackSettings(
        stack=stack,
        project=project.name,
        target=config.get("tricenter:target") or _target_of(spec),
        spec=spec,
        profile=config.get("tricenter:profile"),
        expires=config.get("tricenter:expires"),
        run=config.get("tricenter:runId"),
        google_project=config.get("gcp:project"),
    )


def read_expiry(root: Path, stack: str) -> str | None:
    """When a stack's settings say that it may go, ISO 8601; also of one whose spec is gone."""
    return _configured(read_project(root), stack).get("tricenter:expires")


def _configured(project: Project, stack: str) -> dict[str, str]:
    """The values of a stack by key, as texts: what every stack of the project has, then its own."""
    config = {**project.config, **_config(project.settings_file(stack))}
    # An encrypted value is a mapping; none of ours is a secret.
    return {k: str(v) for k, v in config.items() if v is not None and not isinstance(v, dict)}


def _spec(project: Project, stack: str, named: str | None) -> str:
    found = named or default_spec(project.root)
    if found is None:
        raise StackSettingsError(
            f"stack {stack} of project {project.name} has no spec: neither "
            f"{project.settings_file(stack)} nor {project.file} sets tricenter:spec, and "
            f"{project.root} has none of {', '.join(SPECS)}. Name it: "
            f"pulumi config set --stack {stack} tricenter:spec FILE"
        )
    return found


def _target_of(spec: Path) -> str:
    """The target that a spec is written for, as the program takes it."""
    from tricenter.topology.errors import SpecError
    from tricenter.topology.target import target_of
    from tricenter.topology.validate import load

    try:
        return target_of(load(spec))
    except SpecError:
        return TARGETLESS


def _config(path: Path) -> dict[str, Any]:
    import yaml

    if not path.is_file():
        return {}
    try:
        read: object = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise StackSettingsError(f"{path} is no YAML: {str(error).splitlines()[0]}") from None
    data = cast(dict[str, Any], read) if isinstance(read, dict) else {}
    config: object = data.get("config")
    return cast(dict[str, Any], config) if isinstance(config, dict) else {}
