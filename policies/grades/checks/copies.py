"""Where the databases have their copies, and whether these can carry the load."""

from collections.abc import Iterator

from tricenter.policies.grades.model import Evidence
from tricenter.policies.grades.view import View
from tricenter.policies.notions.centers import city_sites, home_city, remote_sites
from tricenter.topology.errors import Path
from tricenter.topology.names import logical_name


def replica_at_another_site(view: View) -> Iterator[Evidence]:
    """Every database streams to a running copy at another site."""
    for name, database in sorted(view.facts.topology.databases.items()):
        sites = sorted(database.replicas)
        if sites:
            yield _copy(view, name, sites, f"{name} streams to {', '.join(sites)}")
        else:
            path: Path = ("databases", name)
            yield Evidence(mark="missed", text=f"{name} has no copy", path=path, at="key")


def replica_in_another_city(view: View) -> Iterator[Evidence]:
    """Every database streams to a copy outside the home city."""
    away = remote_sites(view.facts.topology)
    home = home_city(view.facts.topology)
    for name, database in sorted(view.facts.topology.databases.items()):
        sites = sorted({database.prefer, *database.replicas} & set(away))
        if sites:
            yield _copy(view, name, sites, f"{name} streams to {', '.join(sites)}, outside {home}")
        else:
            path: Path = ("databases", name, "replicas")
            yield Evidence(
                mark="missed", text=f"{name} has no copy outside {home}", path=path, at="key"
            )


def replica_in_the_home_city(view: View) -> Iterator[Evidence]:
    """Every database streams between two sites of the home city."""
    near, home = city_sites(view.facts.topology), home_city(view.facts.topology)
    for name, database in sorted(view.facts.topology.databases.items()):
        sites = sorted({database.prefer, *database.replicas} & set(near))
        if len(sites) > 1:
            yield _copy(view, name, sites, f"{name} is at {' and '.join(sites)}, both in {home}")
        else:
            path: Path = ("databases", name, "replicas")
            text = f"{name} has fewer than two copies in {home}"
            yield Evidence(mark="missed", text=text, path=path, at="key")


def committed_at_another_site(view: View) -> Iterator[Evidence]:
    """No commit is acknowledged before another site has it."""
    for name, database in sorted(view.facts.topology.databases.items()):
        voters = sorted(site for site, replica in database.replicas.items() if replica.voter)
        path: Path = ("databases", name, "commit", "mode")
        mode = database.commit.mode
        if mode == "async":
            text = f"{name} acknowledges commits that no other site has"
            yield Evidence(mark="missed", text=text, path=path)
        elif not voters:
            yield Evidence(mark="missed", text=f"{name}: no replica may acknowledge", path=path)
        else:
            text = f"{name}: {mode} commit, acknowledged by {' or '.join(voters)}"
            yield Evidence(mark="met", text=text, path=path)


def remote_carries_the_load(view: View) -> Iterator[Evidence]:
    """Each site outside the home city can carry the load of all databases."""
    topology = view.facts.topology
    tps = sum(database.load.tps for database in topology.databases.values())
    connections = sum(database.load.connections for database in topology.databases.values())
    for site in remote_sites(topology):
        capacity = topology.sites[site].capacity
        enough = capacity.tps >= tps and capacity.connections >= connections
        text = (
            f"{site} carries {capacity.tps} tps and {capacity.connections} connections, "
            f"the load is {tps} and {connections}"
        )
        path: Path = ("sites", site, "capacity")
        yield Evidence(mark="met" if enough else "missed", text=text, path=path)
    if not remote_sites(topology):
        text = f"there is no site outside {home_city(topology)}"
        yield Evidence(mark="missed", text=text, path=("sites",), at="key")


def _copy(view: View, database: str, sites: list[str], text: str) -> Evidence:
    path: Path = ("databases", database, "replicas")
    resource = logical_name(view.facts.topology.name, sites[0], "member", database)
    return Evidence(mark="met", text=text, path=path, at="key", resource=resource)
