"""The sources of Google's Workflows that a deployment keeps: pure texts from the plan's facts."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from tricenter.roles.gcp.lag import FRESH_S, METRICS, WINDOW
from tricenter.roles.gcp.old_leader import RETURN_S
from tricenter.topology.quoting import FILTERS

LONGEST_SOURCE = 128 * 1024
"""Bytes that a workflow's source may have. Checked 2026-11-24:
https://docs.cloud.google.com/workflows/quotas"""
LONGEST_WAIT = 24 * 3600
"""Seconds in which a person may approve; a day after a loss it is another decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedDatabase:
    """A database as a region's workflow knows it: its instance there, and what that gets to lead.

    `others` are its instances elsewhere, one of which is the next copy for disasters. `max_lag` in
    seconds; above it a person is asked whatever the mode.
    """

    name: str
    instance: str
    others: tuple[str, ...]
    settings: dict[str, Any]
    max_lag: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedDatabase:
    """A database with all its instances; whichever leads is copied.

    On Cloud SQL `instances` are names, on AlloyDB whole paths of clusters.
    """

    name: str
    instances: tuple[str, ...]
    service: str = "cloud-sql"


def forced_source(
    project: str,
    region: str,
    databases: Sequence[GuardedDatabase],
    *,
    approve: bool,
    decide: float,
) -> str:
    """The workflow that takes databases over into a region whose partner is lost.

    `decide` is the time in seconds that the spec gives a person.
    """
    return _render(
        "forced",
        project=project,
        region=region,
        databases=[asdict(database) for database in databases],
        approve=approve,
        decide=decide,
        longest_wait=LONGEST_WAIT,
        return_s=RETURN_S,
        metrics=METRICS,
        window_s=WINDOW.seconds,
        fresh_s=FRESH_S,
    )


def planned_source(project: str, region: str, databases: Sequence[GuardedDatabase]) -> str:
    """The workflow that moves databases to a region without loss."""
    return _render(
        "planned",
        project=project,
        region=region,
        databases=[asdict(database) for database in databases],
        return_s=RETURN_S,
    )


def export_source(project: str, bucket: str, databases: Sequence[ExportedDatabase]) -> str:
    """The workflow that copies databases into a bucket as SQL."""
    return _render(
        "export",
        project=project,
        bucket=bucket,
        databases=[asdict(database) for database in databases],
    )


def _render(name: str, **facts: Any) -> str:
    return environment().get_template(f"{name}.yaml.j2").render(**facts)


@lru_cache
def environment() -> Environment:
    """The templates of workflows: YAML, not HTML, whose values all go through `quoting`."""
    made = Environment(  # noqa: S701
        loader=PackageLoader("tricenter.components.gcp"),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
    )
    made.filters.update(FILTERS)
    return made
