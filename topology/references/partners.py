"""Partners: copies of databases that exist, in a place that the spec names."""

from collections.abc import Iterator

from tricenter.topology.problem import Problem
from tricenter.topology.spec import Topology
from tricenter.topology.wording import suggest_or_list


def check(topology: Topology) -> Iterator[Problem]:
    """Yield what is wrong about the partners."""
    for name, partner in topology.partners.items():
        for index, database in enumerate(partner.holds):
            path = ("partners", name, "holds", index)
            if database not in topology.databases:
                near = suggest_or_list(database, topology.databases, "databases")
                message = f"there is no database '{database}'{near}"
                yield Problem(path=path, id="unknown-database", message=message)
            elif database in partner.holds[:index]:
                message = f"'{database}' is given twice: remove one of them"
                yield Problem(path=path, id="duplicate-entry", message=message)
        if partner.site is not None and partner.site not in topology.sites:
            near = suggest_or_list(partner.site, topology.sites, "sites")
            message = f"there is no site '{partner.site}'{near}"
            yield Problem(path=("partners", name, "site"), id="unknown-site", message=message)
