"""The pipelines' files, rendered from one set of templates for both services.

What runs is in `templates/steps`, a script each; GitHub's and GitLab's files only say when, on
which machine and with which rights. Their own `${{ }}` are why our variables are written `[= =]`.
"""

import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined

from tricenter.cli.ci.pins import ACTIONS, IMAGE, PYTHON, RUNNER, Action
from tricenter.topology.quoting import FILTERS, UnsafeTextError, word

Service = Literal["github", "gitlab"]

FLAGS = re.compile(r"(--[a-z-]+( --[a-z-]+)*|\$[A-Z_]+)?")
BESIDE = ".tricenter"
"""Where a pipeline checks tricenter out, if the repository is not a checkout of it itself."""
FILES: Mapping[Service, Mapping[str, str]] = MappingProxyType(
    {
        "github": {
            ".github/workflows/topology.yml": "github/topology.yml.j2",
            ".github/workflows/topology-nightly.yml": "github/topology-nightly.yml.j2",
        },
        "gitlab": {".gitlab/topology.yml": "gitlab/topology.yml.j2"},
    }
)
"""The template of each file, by its place in the repository."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a pipeline gets tricenter from: a repository's URL, a commit of it, and its version."""

    url: str
    commit: str
    version: str

    @property
    def github(self) -> str:
        """`owner/name`, as GitHub's actions name a repository of their own server."""
        return "/".join(self.url.removesuffix(".git").split("/")[-2:])


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What differs between repositories: the specs, and None as `source` in a checkout of ours."""

    specs: tuple[str, ...]
    source: Source | None = None
    branch: str = "main"

    @property
    def home(self) -> str:
        """The folder with tricenter, from the repository's root."""
        return BESIDE if self.source else "."


def render(service: Service, choices: Choices) -> dict[str, str]:
    """The text of each file of a service, by its path from the repository's root."""
    return {path: render_template(template, choices) for path, template in FILES[service].items()}


def environment() -> Environment:
    """The templates of this folder, in which each value goes through a filter of `quoting`."""
    made = Environment(
        loader=PackageLoader("tricenter.cli.ci"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - YAML and scripts, not HTML
        variable_start_string="[=",
        variable_end_string="=]",
        block_start_string="[%",
        block_end_string="%]",
        comment_start_string="[#",
        comment_end_string="#]",
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters.update({**FILTERS, "as_action": action, "as_flags": flags})
    return made


def action(value: Action) -> str:
    """An action of GitHub at its commit, with its version as a comment."""
    return f"{word(value.name)}@{word(value.commit)} # {word(value.version)}"


def flags(value: str) -> str:
    """Options of a program, or the variable of a pipeline that holds them."""
    if FLAGS.fullmatch(value) is None:
        raise UnsafeTextError(value, "a list of options")
    return value


def render_template(name: str, choices: Choices) -> str:
    """One template of this folder; jinja2's UndefinedError where it names what nobody gives."""
    templates = environment()
    values = {
        "choices": choices,
        "home": choices.home,
        "source": choices.source,
        "actions": ACTIONS,
        "python": PYTHON,
        "image": IMAGE,
        "runner": RUNNER,
    }

    def step(script: str, indent: int, **given: object) -> str:
        text = templates.get_template(f"steps/{script}.j2").render(**values, **given)
        return textwrap.indent(text.strip("\n"), " " * indent).lstrip(" ")

    def whole(path: str) -> str:
        return render_template(path, choices).strip("\n")

    return templates.get_template(name).render(**values, step=step, whole=whole)


def is_plain(path: str) -> bool:
    """Whether a path can stand in a pipeline's list: below the root, and no odd character."""
    parts = PurePosixPath(path).parts
    odd = set(path) - set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._/-")
    return bool(parts) and not (odd or path.startswith(("/", "-")) or ".." in parts)
