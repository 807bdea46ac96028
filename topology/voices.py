"""Who votes in the store: each site, but for those that say no, and each witness. Pure."""

from tricenter.topology.spec import Topology


def voice_names(topology: Topology) -> tuple[str, ...]:
    """The voters of the store, sites first, each kind by name."""
    sites = (name for name, site in sorted(topology.sites.items()) if site.voice)
    return (*sites, *sorted(topology.witnesses))
