"""What a stack's settings file asks for, read without starting its program."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from tricenter.topology.errors import TricenterError

if TYPE_CHECKING:
    from tricenter.topology.plan import Plan
    from tricenter.topology.spec import Topology

SPEC = "stacks/ledger.yaml"
TARGET = "lab"


class StackSettingsError(TricenterError):
    """A stack's settings file cannot be used; the text says which and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StackSettings:
    """The configuration `tricenter:*` of a stack as its program would read it.

    `expires` is the time, ISO 8601, after which anyone may take the stack away; None for one that
    stays. `run` is the id of the drill that it was made for. `project` is Google's.
    """

    stack: str
    target: str
    spec: Path
    profile: str | None
    expires: str | None
    run: str | None
    project: str | None = None

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
    """Where Pulumi keeps the settings of a stack of this project."""
    return root / "stacks" / f"Pulumi.{stack}.yaml"


def read_stack_settings(root: Path, stack: str) -> StackSettings:
    """The settings of a stack, the defaults where it has no file.

    StackSettingsError for a file that is no YAML.
    """
    config = _config(settings_file(root, stack))

    def value(key: str, of: str = "tricenter") -> str | None:
        found = config.get(f"{of}:{key}")
        # An encrypted value is a mapping; none of ours is a secret.
        return None if found is None or isinstance(found, dict) else str(found)

    return StackSettings(
        stack=stack,
        target=value("target") or TARGET,
        spec=root / (value("spec") or SPEC),
        profile=value("profile"),
        expires=value("expires"),
        run=value("runId"),
        project=value("project", of="gcp"),
    )


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
