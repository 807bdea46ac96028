"""What an interrupted run had begun on Google Cloud: the id of each thing, for a state to have it.

An id is what Google's provider calls a thing by (its registry pages, 2026-11-25). Nearly all have a
chosen name and are known by that, whether they are there or not: a refresh drops what is not. What
Google numbers is found in its list. All else can be made again, which Google takes for the same.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tricenter.drills.cloud.leftovers import Begun, Find
from tricenter.drills.cloud.leftovers.gcp import STACK, is_switched_off
from tricenter.roles.gcp.rest import Google, NotThere, Refused
from tricenter.topology.gcp_names import label_value

Inputs = Mapping[str, Any]
OF_PROJECT = "projects/{project}"
GLOBAL = "projects/{project}/global"
REGIONAL = "projects/{project}/regions/{region}"
ZONAL = "projects/{project}/zones/{zone}"
LOCATED = "projects/{project}/locations/{location}"
LOCATED_BY_REGION = "projects/{project}/locations/{region}"
NAMED: Mapping[str, str] = {
    "alloydb/cluster:Cluster": LOCATED + "/clusters/{clusterId}",
    "alloydb/instance:Instance": "{cluster}/instances/{instanceId}",
    "alloydb/user:User": "{cluster}/users/{userId}",
    "backupdisasterrecovery/backupPlanAssociation:BackupPlanAssociation": (
        LOCATED + "/backupPlanAssociations/{backupPlanAssociationId}"
    ),
    "cloudscheduler/job:Job": LOCATED_BY_REGION + "/jobs/{name}",
    "compute/address:Address": REGIONAL + "/addresses/{name}",
    "compute/disk:Disk": ZONAL + "/disks/{name}",
    "compute/diskResourcePolicyAttachment:DiskResourcePolicyAttachment": (
        "{project}/{zone}/{disk}/{name}"
    ),
    "compute/externalVpnGateway:ExternalVpnGateway": GLOBAL + "/externalVpnGateways/{name}",
    "compute/firewall:Firewall": GLOBAL + "/firewalls/{name}",
    "compute/globalAddress:GlobalAddress": GLOBAL + "/addresses/{name}",
    "compute/haVpnGateway:HaVpnGateway": REGIONAL + "/vpnGateways/{name}",
    "compute/healthCheck:HealthCheck": GLOBAL + "/healthChecks/{name}",
    "compute/instance:Instance": ZONAL + "/instances/{name}",
    "compute/network:Network": GLOBAL + "/networks/{name}",
    "compute/resourcePolicy:ResourcePolicy": REGIONAL + "/resourcePolicies/{name}",
    "compute/router:Router": REGIONAL + "/routers/{name}",
    "compute/routerInterface:RouterInterface": "{region}/{router}/{name}",
    "compute/routerNat:RouterNat": "{project}/{region}/{router}/{name}",
    "compute/routerPeer:RouterPeer": REGIONAL + "/routers/{router}/{name}",
    "compute/subnetwork:Subnetwork": REGIONAL + "/subnetworks/{name}",
    "compute/vPNTunnel:VPNTunnel": REGIONAL + "/vpnTunnels/{name}",
    "dns/managedZone:ManagedZone": OF_PROJECT + "/managedZones/{name}",
    "dns/policy:Policy": OF_PROJECT + "/policies/{name}",
    "dns/recordSet:RecordSet": OF_PROJECT + "/managedZones/{managedZone}/rrsets/{name}/{type}",
    "eventarc/trigger:Trigger": LOCATED + "/triggers/{name}",
    "kms/cryptoKey:CryptoKey": "{keyRing}/cryptoKeys/{name}",
    "kms/keyRing:KeyRing": LOCATED + "/keyRings/{name}",
    "projects/iAMCustomRole:IAMCustomRole": OF_PROJECT + "/roles/{roleId}",
    "projects/service:Service": "{project}/{service}",
    "pubsub/topic:Topic": OF_PROJECT + "/topics/{name}",
    "secretmanager/secret:Secret": OF_PROJECT + "/secrets/{secretId}",
    "serviceaccount/account:Account": (
        OF_PROJECT + "/serviceAccounts/{accountId}@{project}.iam.gserviceaccount.com"
    ),
    "sql/database:Database": OF_PROJECT + "/instances/{instance}/databases/{name}",
    "sql/databaseInstance:DatabaseInstance": "{name}",
    "sql/user:User": "{name}//{instance}",
    "storage/bucket:Bucket": "{name}",
    "storage/bucketObject:BucketObject": "{bucket}-{name}",
    "workflows/workflow:Workflow": LOCATED_BY_REGION + "/workflows/{name}",
}
"""By the type without its `gcp:`: the id in terms of the arguments."""
MONITORED: Mapping[str, str] = {
    "monitoring/alertPolicy:AlertPolicy": "alertPolicies",
    "monitoring/notificationChannel:NotificationChannel": "notificationChannels",
    "monitoring/uptimeCheckConfig:UptimeCheckConfig": "uptimeCheckConfigs",
}
"""By the type: the list that has it."""
AGAIN = frozenset(
    {
        "kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
        "projects/iAMMember:IAMMember",
        "projects/serviceIdentity:ServiceIdentity",
        "pubsub/topicIAMMember:TopicIAMMember",
        "secretmanager/secretIamMember:SecretIamMember",
        "storage/bucketIAMMember:BucketIAMMember",
    }
)
"""Types that are made again: a member that has a role already has it still."""


def finder(stack: str) -> Find:
    """Finds what a stack, by its id, had begun to make."""
    google = Google()

    def find(kind: str, inputs: Inputs) -> Begun | None:
        try:
            return _begun(google, stack, kind, inputs)
        except (LookupError, StopIteration, NotThere):
            return None  # it was not even begun
        except Refused as error:
            if is_switched_off(error):
                return None
            raise

    return find


def _begun(google: Google, stack: str, kind: str, inputs: Inputs) -> Begun | None:
    if kind in NAMED:
        return Begun(id=NAMED[kind].format_map(inputs))
    if kind in MONITORED:
        return _monitored(google, stack, MONITORED[kind], inputs)
    look = LOOKED.get(kind)
    return look(google, inputs) if look else None


def _monitored(google: Google, stack: str, listed: str, inputs: Inputs) -> Begun:
    """By its title and label: of Monitoring's things, only the number is their own."""
    answer = google.get("MONITORING", f"v3/projects/{inputs['project']}/{listed}", pageSize="1000")

    def is_own(one: Inputs) -> bool:
        labels: Inputs = one.get("userLabels") or {}
        same_title = one.get("displayName") == inputs["displayName"]
        return same_title and labels.get(STACK) == label_value(stack)

    return _numbered(str(one["name"]) for one in answer[listed] if is_own(one))


def _version(google: Google, inputs: Inputs) -> Begun:
    """The newest version of a secret that is made once."""
    answer = google.get("SECRET_MANAGER", f"{inputs['secret']}/versions")
    return _numbered(str(one["name"]) for one in answer["versions"] if one["state"] == "ENABLED")


def _connection(google: Google, inputs: Inputs) -> Begun:
    del google
    network = str(inputs["network"]).replace("/", "%2F")
    return Begun(id=f"{network}:{inputs['service']}")


def _peering(google: Google, inputs: Inputs) -> Begun:
    del google
    return Begun(id=f"{str(inputs['network']).rpartition('/')[2]}/{inputs['name']}")


def _transfer(google: Google, inputs: Inputs) -> Begun:
    """By its description, which has the stack and the vault."""
    project = inputs["project"]
    query = f'{{"projectId": "{project}", "jobStatuses": ["ENABLED"]}}'
    answer = google.get("STORAGE_TRANSFER", "transferJobs", filter=query)
    jobs = (one for one in answer["transferJobs"] if one["description"] == inputs["description"])
    name = str(next(jobs)["name"])
    return Begun(id=f"{project}/{name.rpartition('/')[2]}", told={"name": name})


def _numbered(names: Iterable[str]) -> Begun:
    """The first of some names; the provider reads by the name that Google told, not by the id."""
    name = next(iter(names))
    return Begun(id=name, told={"name": name})


LOOKED: Mapping[str, Callable[[Google, Inputs], Begun]] = {
    "compute/networkPeering:NetworkPeering": _peering,
    "secretmanager/secretVersion:SecretVersion": _version,
    "servicenetworking/connection:Connection": _connection,
    "storage/transferJob:TransferJob": _transfer,
}
