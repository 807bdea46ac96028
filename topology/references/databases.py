"""Databases: a preferred site and replicas that exist, and acknowledgements that can be given."""

from collections.abc import Iterator

from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology
from tricenter.topology.spec_databases import Database
from tricenter.topology.wording import suggest_or_list


def check(topology: Topology) -> Iterator[Problem]:
    """Yield what is wrong about the databases."""
    for name, database in topology.databases.items():
        yield from _sites(topology, name, database)
        yield from _acknowledgements(topology, name, database)
        yield from _lag(name, database)


def _sites(topology: Topology, name: str, database: Database) -> Iterator[Problem]:
    if database.prefer not in topology.sites:
        near = suggest_or_list(database.prefer, topology.sites, "sites")
        message = f"there is no site '{database.prefer}'{near}"
        yield Problem(path=("databases", name, "prefer"), id="unknown-site", message=message)
    if not database.replicas and len(topology.sites) > 1:
        message = "no other site has a copy of it: name at least one"
        path = ("databases", name, "replicas")
        yield Problem(path=path, id="no-replica", message=message, at="key")
    for site in database.replicas:
        path = ("databases", name, "replicas", site)
        if site not in topology.sites:
            near = suggest_or_list(site, topology.sites, "sites")
            message = f"there is no site '{site}'{near}"
            yield Problem(path=path, id="unknown-site", message=message, at="key")
        elif site == database.prefer:
            message = (
                f"'{site}' is the preferred site, it has the database anyway: remove this replica"
            )
            yield Problem(path=path, id="same-site", message=message, at="key")


def _acknowledgements(topology: Topology, name: str, database: Database) -> Iterator[Problem]:
    commit, path = database.commit, ("databases", name, "commit")
    voters = sum(replica.voter for replica in database.replicas.values())
    if commit.mode == "async":
        for key in ("acks", "strict"):
            if key in commit.model_fields_set:
                message = "async waits for no replica: remove this key, or choose quorum or sync"
                yield Problem(path=(*path, key), id="conflict", message=message, at="key")
        for site, replica in database.replicas.items():
            if replica.voter:
                message = "async waits for no voter: remove `voter`, or choose quorum or sync"
                where = ("databases", name, "replicas", site, "voter")
                yield Problem(path=where, id="conflict", message=message, at="key")
    elif not database.replicas:
        if len(topology.sites) == 1:
            message = f"no other site has a copy, so nobody acknowledges {commit.mode}: write async"
            yield Problem(path=(*path, "mode"), id="too-few-voters", message=message)
    elif commit.acks > voters:
        has = "no replica is a voter" if not voters else f"only {voters} of the replicas can vote"
        message = f"a commit waits for {commit.acks}, but {has}: set `voter: true` on more replicas"
        where = (*path, "acks") if "acks" in commit.model_fields_set else (*path, "mode")
        yield Problem(path=where, id="too-few-voters", message=message)


def _lag(name: str, database: Database) -> Iterator[Problem]:
    for site, replica in database.replicas.items():
        path = ("databases", name, "replicas", site)
        if replica.max_lag is None and "on_excess" in replica.model_fields_set:
            message = "there is no lag to exceed: give `max_lag` as well"
            yield Problem(path=(*path, "on_excess"), id="conflict", message=message, at="key")
        if replica.max_lag == 0:
            message = "a replica is never without lag: write how much is too much, such as 30s"
            yield Problem(path=(*path, "max_lag"), id="out-of-range", message=message)
