"""Databases: the units of the load, each with one leader, a commit mode and replicas."""

from typing import Literal

from pydantic import Field

from tricenter.topology import limits
from tricenter.topology.part import Part
from tricenter.topology.units import MOST, Duration, Name, Size

MACHINE_PATTERN = r"^[a-z][a-z0-9]*([.-][A-Za-z0-9]+)*$"
"""Sizes of machines and instances on both clouds; their catalogs say which there are."""


class Load(Part):
    """The load of one database at its peak."""

    tps: int = Field(gt=0, le=MOST, description="Transactions per second.")
    connections: int = Field(gt=0, le=MOST)


class Commit(Part):
    """When a commit is acknowledged; one setting for the whole database, as in Patroni."""

    mode: Literal["quorum", "sync", "async"]
    acks: int = Field(
        default=1, ge=1, le=limits.REPLICAS, description="Replicas that must have it first."
    )
    strict: bool = Field(
        default=False, description="Refuse writes when too few voters are left to acknowledge."
    )


class Replica(Part):
    """A site's copy of a database that another site prefers to lead."""

    voter: bool = Field(default=False, description="It may acknowledge commits.")
    max_lag: Duration | None = Field(default=None, description="Lag above which on_excess acts.")
    on_excess: Literal["alarm", "stall"] = "alarm"


class AwsService(Part):
    """Which service runs a database on AWS, and on what."""

    service: Literal["aurora", "rds", "self-managed"] = "aurora"
    instance: str | None = Field(
        default=None,
        pattern=MACHINE_PATTERN,
        max_length=40,
        description="DB instance class (db.r6g.large), or an EC2 instance type.",
    )


class GcpService(Part):
    """Which service runs a database on Google Cloud, and on what."""

    service: Literal["cloud-sql", "alloydb", "self-managed"] = "cloud-sql"
    machine: str | None = Field(
        default=None,
        pattern=MACHINE_PATTERN,
        max_length=40,
        description="Tier (db-perf-optimized-N-2), or a machine type.",
    )


class Database(Part):
    """A unit of the load. `prefer` is a preference; the observed role wins."""

    engine: Literal["postgresql"] = "postgresql"
    version: str | None = Field(default=None, pattern=r"^[0-9]{2}(\.[0-9]{1,2})?$")
    prefer: Name
    size: Size | None = Field(
        default=None, description="Most data that it holds; the time of a restore follows from it."
    )
    load: Load
    aws: AwsService = AwsService()
    gcp: GcpService = GcpService()
    commit: Commit
    replicas: dict[Name, Replica] = Field(
        default={},
        max_length=limits.REPLICAS,
        description="Copies by site; none where there is one site.",
    )
