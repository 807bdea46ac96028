"""The plan guard: what a preview would destroy of data is refused, unless each is named."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from tricenter.cli.events import Event
from tricenter.topology.errors import TricenterError

Verb = Literal["delete", "replace", "detach"]

HOLDING = {
    "aws:rds/cluster:Cluster": "the storage of an Aurora database in one region",
    "aws:rds/clusterInstance:ClusterInstance": "a site's copy of an Aurora database",
    "aws:rds/globalCluster:GlobalCluster": "the replication between the regions of a database",
    "aws:rds/instance:Instance": "a database with its volume",
    "aws:rds/clusterSnapshot:ClusterSnapshot": "a snapshot of a database",
    "aws:rds/snapshot:Snapshot": "a snapshot of a database",
    "aws:backup/vault:Vault": "recovery points of databases",
    "aws:backup/logicallyAirGappedVault:LogicallyAirGappedVault": "recovery points of databases",
    "aws:s3/bucket:Bucket": "cold copies and the log of databases",
    "aws:s3/bucketV2:BucketV2": "cold copies and the log of databases",
    "aws:kms/key:Key": "the key without which encrypted data cannot be read",
    "aws:kms/replicaKey:ReplicaKey": "the key without which a region's data cannot be read",
    "aws:dynamodb/table:Table": "the state of the failover automation",
    "aws:dynamodb/globalTable:GlobalTable": "the state of the failover automation",
    "aws:ebs/volume:Volume": "the disk of a self-managed database",
    "aws:ec2/instance:Instance": "a self-managed copy of a database on its disk",
    "aws:secretsmanager/secret:Secret": "a database's password, which nobody else knows",
    "gcp:sql/databaseInstance:DatabaseInstance": "a database with its storage and backups",
    "gcp:sql/database:Database": "the application's data in a database instance",
    "gcp:alloydb/cluster:Cluster": "the storage of an AlloyDB database in one region",
    "gcp:alloydb/instance:Instance": "a site's copy of an AlloyDB database",
    "gcp:alloydb/backup:Backup": "a backup of a database",
    "gcp:storage/bucket:Bucket": "cold copies and the log of databases",
    "gcp:kms/cryptoKey:CryptoKey": "the key without which encrypted data cannot be read",
    "gcp:kms/keyRing:KeyRing": "the keys without which encrypted data cannot be read",
    "gcp:backupdisasterrecovery/backupVault:BackupVault": "recovery points of databases",
    "gcp:compute/disk:Disk": "the disk of a self-managed database",
    "gcp:compute/instance:Instance": "a self-managed copy of a database on its disk",
    "gcp:secretmanager/secret:Secret": "a database's password, which nobody else knows",
    "tricenter-lab:index:Stack": "everything of a lab: it takes the rest with it",
    "tricenter-lab:index:Host": "the disk of a site",
    "tricenter-lab:index:Member": "a site's copy of a database",
    "tricenter-lab:index:Store": "a voice with what the store has agreed on",
    "tricenter-lab:index:Repository": "backups and the log of databases",
    "tricenter-lab:index:Vault": "cold copies of databases",
}  # fmt: skip
"""Types of resources that hold data, and what is lost with one of them."""

LINKS = frozenset(
    {
        "globalClusterIdentifier",
        "replicationSourceIdentifier",
        "replicateSourceDb",
        "masterInstanceName",
        "replicaNames",
        "instanceType",
        "replicationCluster",
        "clusterType",
        "secondaryConfig",
    }
)
"""Inputs that tie a copy to the one it follows: taken away, it is cut loose or promoted."""

REPLACING = frozenset({"replace", "create-replacement", "delete-replaced", "import-replacement"})
"""The engine's words for the steps of one replacement."""


class UnsafeChange(TricenterError):
    """A preview would destroy data that nobody has named; the text lists everything."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Danger:
    """One step of a preview that data would be lost with; `what` says which data."""

    name: str
    verb: Verb
    type: str
    what: str

    def __str__(self) -> str:
        return f"{self.verb} {self.name} ({self.type}): {self.what}"


def find_dangers(steps: Iterable[Event]) -> tuple[Danger, ...]:
    """Every delete, replace or detach of something that holds data, by name, each once."""
    found: dict[tuple[str, str], Danger] = {}
    for step in steps:
        verb = _verb(step)
        if verb is None or step.type not in HOLDING:
            continue
        danger = Danger(name=step.name, verb=verb, type=step.type, what=HOLDING[step.type])
        key = (step.name, step.type)
        # A replacement is told as three steps, of which one is the delete of the old.
        if key not in found or verb == "replace":
            found[key] = danger
    return tuple(sorted(found.values()))


def refuse_unless_allowed(steps: Iterable[Event], allowed: Iterable[str] = ()) -> None:
    """Raise UnsafeChange, which lists every danger whose resource is not named in `allowed`."""
    named = set(allowed)
    refused = [danger for danger in find_dangers(steps) if danger.name not in named]
    if refused:
        flags = " ".join(f"--allow {name}" for name in dict.fromkeys(d.name for d in refused))
        listed = "\n".join(f"  {danger}" for danger in refused)
        raise UnsafeChange(
            f"refused, since data would be lost with {len(refused)} of these changes:\n{listed}\n"
            f"if that is wanted, name each one: {flags}"
        )


def _verb(step: Event) -> Verb | None:
    if step.op in REPLACING:
        return "replace"
    if step.op == "delete":
        return "delete"
    if step.op == "update" and any(map(_cuts_loose, step.changed.items())):
        return "detach"
    return None


def _cuts_loose(change: tuple[str, str]) -> bool:
    """Whether a changed input (`path`, kind of change) is a link that is taken away or moved."""
    path, kind = change
    first = path.partition(".")[0].partition("[")[0]
    # A link set where there was none ties; one that changes is taken from what it named before.
    return first in LINKS and not (kind == "add" and path == first)
