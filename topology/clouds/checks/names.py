"""Names: what is built from the spec's names must fit into what the services allow."""

from collections.abc import Iterator

from tricenter.topology.names import logical_name
from tricenter.topology.placement import stated_place
from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology

LONGEST = 52
"""Of a member's name. RDS and Compute Engine allow 63 characters (AWS and Google, 2026-11-24),
of which a run's id and a number take eleven."""
CAPABILITY = "database"


def check(topology: Topology, target: str) -> Iterator[Problem]:
    """Yield the databases whose names become too long with those of a site and the topology, and
    what would have the name of another."""
    yield from _alike(topology, target)
    for name, spec in topology.databases.items():
        sites = [spec.prefer, *spec.replicas]
        longest = max(sites, key=len)
        made = logical_name(topology.name, longest, CAPABILITY, name)
        if len(made) > LONGEST:
            message = (
                f"the name '{made}' has {len(made)} characters, and clouds allow {LONGEST} here: "
                "shorten the name of the topology, of the site or of the database"
            )
            path = ("databases", name)
            yield Problem(path=path, id="name-too-long", message=message, at="key")


def _alike(topology: Topology, target: str) -> Iterator[Problem]:
    """Databases of which two resources would have one name: `a` in site `b-c`, `a-b` in site `c`.

    Services know a database by its name, with that of a site or a region behind it.
    """
    owner: dict[str, str] = {}
    for name, spec in topology.databases.items():
        sites = {spec.prefer, *spec.replicas}
        regions = {
            found[1].region for site in sites if (found := stated_place(topology, site, target))
        }
        for part in ("", *sorted(sites | regions)):
            made = "-".join(filter(None, (name, part)))
            if owner.setdefault(made, name) != name:
                behind = f" with '{part}' behind it" if part else ""
                message = (
                    f"on a cloud it is called '{made}'{behind}, as something of '{owner[made]}' "
                    "is: choose another name"
                )
                yield Problem(path=("databases", name), id="name-taken", message=message, at="key")
                break
