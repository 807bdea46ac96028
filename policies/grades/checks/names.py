"""How clients come to what is left: the public names and the failover behind them."""

from collections.abc import Iterator

from tricenter.policies.grades.model import Evidence
from tricenter.policies.grades.view import View
from tricenter.policies.notions.centers import home_city, remote_sites
from tricenter.topology.errors import Path
from tricenter.topology.names import logical_name


def switch_to_another_city(view: View) -> Iterator[Evidence]:
    """Every public name answers with a site outside the home city when that is lost."""
    topology = view.facts.topology
    away, home = set(remote_sites(topology)), home_city(topology)
    resource = logical_name(topology.name, None, "dns")
    for label, record in sorted(topology.dns.records.items()):
        sites = sorted(away if record.allocate else away & set(record.answers))
        path: Path = ("dns", "records", label, "rules" if record.rules else "answers")
        reached = all(away & {s for step in r.order for s in step} for r in record.rules)
        if sites and reached:
            text = f"{label}.{topology.dns.zone} falls back to {', '.join(sites)}"
            yield Evidence(mark="met", text=text, path=path, at="key", resource=resource)
        else:
            text = f"{label}.{topology.dns.zone} has no answer outside {home}"
            yield Evidence(mark="missed", text=text, path=path, at="key")
    if not topology.dns.records:
        yield Evidence(mark="missed", text="no public name is stated", path=("dns",), at="key")
