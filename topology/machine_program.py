"""The own program of a machine on a cloud, and what it is told of its site, its stack and the spec.

Both are in the user data for the first boot, and in the site's bucket for every later one: a spec
that changes reaches a running machine there.
"""

from ast import Constant, Expr, parse, walk
from collections.abc import Mapping
from functools import cache
from inspect import getsource
from math import ceil
from typing import Any

from tricenter.topology import copy_anew, shared_settings
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedHost
from tricenter.topology.render import fill, patroni, pgbackrest
from tricenter.topology.render.etcd import CLIENT_PORT, PEER_PORT
from tricenter.topology.services import stanzas

HEAD = "# Of tricenter: topology/render/templates/cloud-init/node.py.j2 explains each part.\n"
PROGRAM, NODE = "/etc/tricenter/node.py", "/etc/tricenter/node.json"


@cache  # a deployment asks for every machine, and to strip it takes longer than all else of it
def program() -> str:
    """The program, without its words so that it fits into user data: these are in the templates.

    The rules by which it mends are those of the verbs, as text.
    """
    rules = "\n\n".join(getsource(module) for module in (shared_settings, copy_anew))
    own = [line for line in rules.splitlines() if not line.startswith("from ")]
    values = {"rules": "\n".join(own), "client_port": CLIENT_PORT, "peer_port": PEER_PORT}
    return HEAD + without_words(fill("cloud-init/node.py.j2", values))


def without_words(text: str) -> str:
    """A Python program without docstrings, comments and empty lines; every other line stays."""
    words: set[int] = set()
    for entry in walk(parse(text)):
        if isinstance(entry, Expr) and isinstance(entry.value, Constant):
            words.update(range(entry.lineno, (entry.end_lineno or entry.lineno) + 1))
    kept = (line for number, line in enumerate(text.splitlines(), 1) if number not in words)
    return "\n".join(line for line in kept if line.strip() and line.strip()[0] != "#") + "\n"


def node(plan: Plan, host: PlannedHost, *, secret: str, links: Mapping[str, str]) -> dict[str, Any]:
    """What the machine of a host is told; `secret` is the name of its secret."""
    place = host.place
    assert place is not None  # noqa: S101 - callers have looked
    folders = ["/srv/etcd", "/srv/log", "/srv/log/pgbackrest", "/srv/pg", "/srv/spool"]
    return {
        "site": host.name,
        "cloud": place.cloud,
        "region": place.region,
        "project": place.owner,
        "secret": secret,
        "addresses": list(host.addresses[1:]),
        "hosts": {other.name: other.address for other in plan.hosts},
        "voices": {other.name: other.address for other in plan.hosts if other.voice},
        "folders": [*folders, *([pgbackrest.REPOSITORY] if stanzas(plan, host) else [])],
        "links": dict(links),
        "databases": [
            {
                "name": database.name,
                "address": member.address,
                "port": member.rest_port,
                "connections": connections(database),
                "settings": settings(plan, database),
                "archived": patroni.backup_of(plan, database.name) is not None,
                "fetch": f"{patroni.socket_folder(database.name)}/{patroni.FETCH}",
                "creates": patroni.creates(plan, database, host.name),
            }
            for database in plan.databases
            for member in database.members
            if member.site == host.name
        ],
    }


def connections(database: PlannedDatabase) -> int:
    """How many connections a database takes: the load's, a quarter more, and a few of our own."""
    return database.load_connections + ceil(database.load_connections / 4) + 20


def settings(plan: Plan, database: PlannedDatabase) -> dict[str, Any]:
    """What the members of a database on machines share: the lab's, but for their connections."""
    shared = patroni.dynamic_config(plan, database)
    postgresql = shared["postgresql"]
    parameters = postgresql["parameters"] | {"max_connections": connections(database)}
    return shared | {"postgresql": postgresql | {"parameters": parameters}}
