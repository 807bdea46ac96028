"""Encryption keys on Google Cloud: one a region, renewed every quarter, in hardware."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from tricenter.components.gcp.agents import agent
from tricenter.components.gcp.deployment import Deployment, place_of
from tricenter.topology.names import logical_name

ROTATION = 90 * 24 * 3600
"""Seconds until a key gets a new version; what an older one encrypted stays readable."""
REGRET = 30 * 24 * 3600
"""Seconds in which the destruction of a key's version can be taken back."""
ENCRYPTER = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
AGENTS = {"cloud-sql": "sqladmin.googleapis.com", "alloydb": "alloydb.googleapis.com"}
"""The API whose own identity encrypts for each service."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The key of each project and region, and who may use it.

    Empty in a drill: key rings and keys cannot be deleted, so a drill is encrypted by keys of
    Google's own. Checked 2026-11-24: https://cloud.google.com/kms/docs/faq
    """

    keys: Mapping[tuple[str, str], gcp.kms.CryptoKey]
    grants: Mapping[tuple[str, str, str], gcp.kms.CryptoKeyIAMMember]
    """By service, project and region."""

    def id_of(self, project: str, region: str) -> pulumi.Output[str] | None:
        """The name of the key for what stands in a region, None in a drill."""
        key = self.keys.get((project, region))
        return key.id if key else None

    def granted(self, service: str, project: str, region: str) -> list[pulumi.Resource]:
        """What must be there before a service can encrypt with the key of a region."""
        grant = self.grants.get((service, project, region))
        return [grant] if grant else []


def make_keys(deployment: Deployment) -> Keys:
    """A key in each region that holds data, and the grants of the services that the plan uses."""
    if deployment.drill:
        return Keys(keys={}, grants={})
    places = {
        (deployment.project_of(place.owner), place.region)
        for place in (
            *(place_of(host) for host in deployment.hosts),
            *(v.place for v in deployment.plan.vaults if v.place and v.place.cloud == "gcp"),
        )
    }
    keys = {where: _key(deployment, *where) for where in sorted(places)}
    grants: dict[tuple[str, str, str], gcp.kms.CryptoKeyIAMMember] = {}
    for service, project, regions in _users(deployment):
        identity = gcp.projects.ServiceIdentity(
            deployment.logical(None, "agent", f"{service}-{project}"),
            project=project,
            service=AGENTS[service],
            opts=deployment.options(deployment.tree.root, owner=project),
        )
        for region in regions:
            grants[service, project, region] = grant_key(
                deployment, keys[project, region], service, project, region, identity.member
            )
    for project in sorted({project for project, _ in keys}):
        member = agent(deployment, project, "gs-project-accounts")
        for key_project, region in keys:
            if key_project == project:
                grants["storage", project, region] = grant_key(
                    deployment, keys[project, region], "storage", project, region, member
                )
    return Keys(keys=keys, grants=grants)


def grant_key(
    deployment: Deployment,
    key: gcp.kms.CryptoKey,
    user: str,
    project: str,
    region: str,
    member: pulumi.Input[str],
) -> gcp.kms.CryptoKeyIAMMember:
    """Let one identity encrypt and decrypt with one key, and nothing else."""
    return gcp.kms.CryptoKeyIAMMember(
        logical_name(deployment.plan.topology, region, "key", f"{user}-{project}"),
        crypto_key_id=key.id,
        role=ENCRYPTER,
        member=member,
        opts=deployment.options(deployment.tree.root, owner=project),
    )


def _users(deployment: Deployment) -> list[tuple[str, str, list[str]]]:
    """The managed services of the plan, each with its projects and their regions."""
    regions: dict[tuple[str, str], set[str]] = {}
    for database in deployment.plan.databases:
        if database.service not in AGENTS:
            continue
        for member in database.members:
            place = place_of(deployment.plan.host(member.site))
            project = deployment.project_of(place.owner)
            regions.setdefault((database.service, project), set()).add(place.region)
    return [
        (service, project, sorted(found)) for (service, project), found in sorted(regions.items())
    ]


def _key(deployment: Deployment, project: str, region: str) -> gcp.kms.CryptoKey:
    root = deployment.tree.root
    ring = gcp.kms.KeyRing(
        deployment.logical(region, "keys", project),
        name=deployment.named(region),
        project=project,
        location=region,
        opts=deployment.options(root, owner=project, holds_data=True),
    )
    return gcp.kms.CryptoKey(
        deployment.logical(region, "key", project),
        name=deployment.named(region),
        key_ring=ring.id,
        purpose="ENCRYPT_DECRYPT",
        rotation_period=f"{ROTATION}s",
        destroy_scheduled_duration=f"{REGRET}s",
        version_template=gcp.kms.CryptoKeyVersionTemplateArgs(
            algorithm="GOOGLE_SYMMETRIC_ENCRYPTION", protection_level="HSM"
        ),
        labels=deployment.labels(region=region),
        opts=deployment.options(root, owner=project, holds_data=True),
    )
