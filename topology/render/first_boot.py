"""What a bare machine reads at its first boot, in the form that its cloud's image understands."""

import gzip
from collections.abc import Callable, Iterator, Mapping

from tricenter.topology.addresses import readdress
from tricenter.topology.plan import Plan, PlannedHost
from tricenter.topology.render import RenderedFile
from tricenter.topology.render.cloud_init import CloudInitError, cloud_of, user_data
from tricenter.topology.render.startup_script import startup_script

LIMIT = {"aws": 16 * 1024, "gcp": 256 * 1024}
"""Bytes that each cloud takes of what a machine is told; on AWS before base64.

Checked 2026-11-24: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html,
https://cloud.google.com/compute/docs/metadata/setting-custom-metadata#limitations
"""
FORMS: Mapping[str, tuple[str, Callable[..., str]]] = {
    "aws": ("user-data", user_data),
    "gcp": ("startup-script", startup_script),
}
"""By cloud: what Debian's image of it reads, and what makes that of a host of a plan.

Debian's images for EC2 have cloud-init. Those of Compute Engine (project debian-cloud) have
Google's own agent in its place, which runs the key `startup-script` of the metadata at each boot
and passes `user-data` over. Checked 2026-11-30: https://wiki.debian.org/Cloud/AmazonEC2Image,
https://docs.cloud.google.com/compute/docs/instances/startup-scripts/linux,
https://github.com/kubernetes/kops/pull/17737, https://github.com/andsens/bootstrap-vz/pull/469
"""


def files(plan: Plan) -> Iterator[RenderedFile]:
    """What each site and witness with a place on a cloud is told; none on the lab."""
    placed = readdress(plan)
    for host in placed.hosts:
        if host.place is not None:
            name = FORMS[host.place.cloud][0]
            path = f"{host.name}/first-boot/{name}"
            yield RenderedFile(path=path, text=told(placed, host, plan.topology))


def told(plan: Plan, host: PlannedHost, stack: str, *, embed: bool = True) -> str:
    """What the image of a host's cloud reads; with the site's files in it, or without."""
    return FORMS[cloud_of(host)][1](plan, host, stack, embed=embed)


def fitting(plan: Plan, host: PlannedHost, stack: str) -> bytes:
    """The same as the host's cloud takes it: without the site's files if they are too large.

    A machine without them takes its files from its site's bucket, as each later change of them.
    """
    cloud = cloud_of(host)
    try:
        return packed(told(plan, host, stack), cloud)
    except CloudInitError:
        return packed(told(plan, host, stack, embed=False), cloud)


def packed(text: str, cloud: str) -> bytes:
    """A text as a cloud takes it: compressed on AWS; raises CloudInitError beyond its limit."""
    data = gzip.compress(text.encode(), mtime=0) if cloud == "aws" else text.encode()
    if len(data) > LIMIT[cloud]:
        raise CloudInitError(
            f"what a site's machine is told is {len(data)} bytes, {cloud} takes {LIMIT[cloud]}: "
            "let fewer databases share a site, or fewer records a zone"
        )
    return data
