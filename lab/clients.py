"""The places of clients: outside every site, with a network and nothing else."""

from tricenter.lab.host import create_host, power_on
from tricenter.lab.network.links import set_links
from tricenter.lab.records import HostSpec, LinkSetting
from tricenter.lab.stack import Stack
from tricenter.topology.plan import Plan


def place_clients(stack: Stack, plan: Plan) -> None:
    """Make the places of a plan's clients, as far from every host as the plan says."""
    for client in plan.clients:
        spec = HostSpec(name=client.name, addresses=(client.address,), disk_mib=0, kind="client")
        create_host(stack, spec)
        power_on(stack, client.name)
    set_links(
        stack,
        [
            LinkSetting(a=client.name, b=host.name, rtt_us=round(client.rtt * 1e6))
            for client in plan.clients
            for host in plan.hosts
        ],
    )
