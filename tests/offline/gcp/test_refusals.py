"""What the emulated Google Cloud refuses: wrong bodies, stale views, things missing or in use."""

import pytest

from tests.offline.gcp.conftest import PROJECT, Google, Json, instance

pytestmark = pytest.mark.cloud

DNS = f"dns.googleapis.com/dns/v1/projects/{PROJECT}/managedZones"
VAULTS = f"backupdr.googleapis.com/v1/projects/{PROJECT}/locations/us-east1"
ZONE = {"name": "zone", "dnsName": "pay.example.com.", "description": "x"}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("colour", "red", 'Unknown name "colour"'),
        ("databaseVersion", "POSTGRES_99", "not one of"),
        ("settings", [], "expected an object"),
        ("region", 7, "expected a string"),
        ("region", "us-middle1", "us-middle1"),
        ("masterInstanceName", "nobody", "does not exist"),
        ("name", "No Capitals", "Invalid instance name"),
    ],
)
def test_wrong_bodies(google: Google, field: str, value: object, said: str) -> None:
    """A field that is unknown, of a wrong type, or names what Google does not have."""
    body = instance("west", "us-west1", google.network())
    assert said in google.refuse("POST", google.sql(), body | {field: value})[1]
    assert google.ask("GET", google.sql())[1].get("items", []) == []


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"tier": "db-huge"}, "Invalid Tier"),
        ({"edition": "ENTERPRISE"}, "Invalid Tier"),
        ({"backupConfiguration": {}}, "High availability needs"),
        ({"locationPreference": {"zone": "us-east1-b"}}, "not in us-west1"),
        ({"locationPreference": {"zone": "us-west1-z"}}, "was not found"),
        ({"ipConfiguration": {"ipv4Enabled": False}}, "must be enabled"),
        ({"dataDiskSizeGb": "ten"}, "whole number"),
    ],
)
def test_settings_that_do_not_fit(google: Google, settings: Json, said: str) -> None:
    """Sizes, editions, zones and backups that Cloud SQL does not put together."""
    body = instance("west", "us-west1", google.network())
    body["settings"] |= settings
    assert said in google.refuse("POST", google.sql(), body)[1]


def test_private_addresses_need_the_connection(google: Google) -> None:
    """A network without a connection to Google's services gives no address."""
    google.make(google.compute("global/networks"), {"name": "bare"})
    link = f"projects/{PROJECT}/global/networks/bare"
    message = google.refuse("POST", google.sql(), instance("west", "us-west1", link))[1]
    assert "SERVICE_NETWORKING_NOT_ENABLED" in message
    other = instance("west", "us-west1", link.replace("bare", "none"))
    assert google.refuse("POST", google.sql(), other)[0] == 404


def test_whole_numbers_of_64_bits(google: Google) -> None:
    """They are taken as numbers or text, and given as text."""
    link = google.network()
    for index, size in enumerate((20, "20")):
        body = instance(f"west-{index}", "us-west1", link)
        body["settings"]["dataDiskSizeGb"] = size
        google.make(google.sql(), body)
        kept = google.ask("GET", google.sql(f"west-{index}"))[1]["settings"]
        assert kept["dataDiskSizeGb"] == "20"


def test_the_same_name_twice(google: Google) -> None:
    """409, and what is there stays as it is."""
    google.make(google.compute("global/networks"), {"name": "net", "mtu": 1460})
    assert google.refuse("POST", google.compute("global/networks"), {"name": "net"})[0] == 409
    assert google.ask("GET", google.compute("global/networks/net"))[1]["mtu"] == 1460


def test_networks_in_use(google: Google) -> None:
    """A network goes after what is in it, and after its connection."""
    link = google.network()
    google.make(
        google.compute("regions/us-west1/subnetworks"),
        {"name": "sub", "network": link, "ipCidrRange": "10.1.0.0/20"},
    )
    network = google.compute("global/networks/net")
    assert "already being used" in google.refuse("DELETE", network)[1]
    google.ask("DELETE", google.compute("regions/us-west1/subnetworks/sub"))
    google.ask("DELETE", google.compute("global/addresses/net-psa"))
    assert "peering" in google.refuse("DELETE", network)[1]
    peering = {"name": "servicenetworking-googleapis-com"}
    assert google.ask("POST", f"{network}/removePeering", peering)[0] == 200
    assert google.ask("DELETE", network)[0] == 200


def test_connections_in_use(google: Google) -> None:
    """A connection that a database has its address from stays."""
    link = google.network()
    google.make(google.sql(), instance("west", "us-west1", link))
    path = (
        "servicenetworking.googleapis.com/v1/services/servicenetworking.googleapis.com"
        "/connections/servicenetworking-googleapis-com"
    )
    assert "still using" in google.refuse("POST", path, {"consumerNetwork": link})[1]


def test_ranges_do_not_overlap(google: Google) -> None:
    """Two subnetworks of a network share no address."""
    link = google.network()
    body = {"name": "a", "network": link, "ipCidrRange": "10.1.0.0/20"}
    google.make(google.compute("regions/us-west1/subnetworks"), body)
    body |= {"name": "b", "ipCidrRange": "10.1.8.0/24"}
    path = google.compute("regions/us-east1/subnetworks")
    assert "conflicts" in google.refuse("POST", path, body)[1]


def test_stale_fingerprints(google: Google) -> None:
    """A change by one who has not seen the last one is refused (412)."""
    link = google.network()
    body = {"name": "sub", "network": link, "ipCidrRange": "10.1.0.0/20"}
    google.make(google.compute("regions/us-west1/subnetworks"), body)
    path = google.compute("regions/us-west1/subnetworks/sub")
    seen = google.ask("GET", path)[1]["fingerprint"]
    change = {"fingerprint": seen, "logConfig": {"enable": True}}
    assert google.ask("PATCH", path, change)[0] == 200
    assert google.refuse("PATCH", path, change)[0] == 412


def test_policies_are_not_lost(google: Google) -> None:
    """Two who read the same policy cannot both write it; members must exist."""
    path = f"cloudresourcemanager.googleapis.com/v1/projects/{PROJECT}"
    seen = google.make(f"{path}:getIamPolicy", {})
    binding = {"role": "roles/viewer", "members": ["user:a@example.com"]}
    policy = {"policy": {"etag": seen["etag"], "bindings": [binding]}}
    google.make(f"{path}:setIamPolicy", policy)
    assert google.refuse("POST", f"{path}:setIamPolicy", policy)[0] == 409
    policy["policy"]["etag"] = google.make(f"{path}:getIamPolicy", {})["etag"]
    binding["members"] = [f"serviceAccount:nobody@{PROJECT}.iam.gserviceaccount.com"]
    assert "does not exist" in google.refuse("POST", f"{path}:setIamPolicy", policy)[1]


def test_records(google: Google) -> None:
    """A record set is in its zone, is there once, and is deleted as it is; zones go empty."""
    google.make(DNS, ZONE)
    record: Json = {"name": "a.pay.example.com.", "type": "A", "ttl": 30, "rrdatas": ["192.0.2.1"]}
    google.make(f"{DNS}/zone/rrsets", record)
    assert google.refuse("POST", f"{DNS}/zone/rrsets", record)[0] == 409
    outside = record | {"name": "a.example.org."}
    assert "is not in" in google.refuse("POST", f"{DNS}/zone/rrsets", outside)[1]
    assert "contains" in google.refuse("DELETE", f"{DNS}/zone")[1]
    wrong = {"deletions": [record | {"ttl": 60}], "additions": [record]}
    assert google.refuse("POST", f"{DNS}/zone/changes", wrong)[0] == 400
    right = {"deletions": [record], "additions": [record | {"ttl": 60}]}
    google.make(f"{DNS}/zone/changes", right)
    found = google.ask("GET", f"{DNS}/zone/rrsets?name=a.pay.example.com.&type=A")[1]["rrsets"]
    assert [one["ttl"] for one in found] == [60]


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        ({"geo": {"items": [{"location": "mars1", "rrdatas": ["192.0.2.1"]}]}}, "mars1"),
        ({"geo": {"items": [{"location": "us-east1", "rrdatas": ["192.0.2.1"]}] * 2}}, "once"),
        (
            {"geo": {"items": []}, "wrr": {"items": [{"weight": 1}]}, "primaryBackup": {}},
            "exactly one",
        ),
        ({"primaryBackup": {"primaryTargets": {"externalEndpoints": ["192.0.2.1"]}}}, "health"),
    ],
)
def test_routing_policies(google: Google, policy: Json, said: str) -> None:
    """Locations are regions and occur once; addresses that are checked need a check."""
    google.make(DNS, ZONE | {"dnssecConfig": {"state": "on"}})
    record = {"name": "a.pay.example.com.", "type": "A", "ttl": 30, "routingPolicy": policy}
    assert said in google.refuse("POST", f"{DNS}/zone/rrsets", record)[1]


def test_dnssec_and_several_checked_addresses(google: Google) -> None:
    """A signed zone has one checked address an item."""
    google.make(DNS, ZONE | {"dnssecConfig": {"state": "on"}})
    check = {"name": "hc", "type": "TCP", "tcpHealthCheck": {"port": 443}}
    google.make(google.compute("global/healthChecks"), check)
    targets = {"externalEndpoints": ["192.0.2.1", "192.0.2.2"]}
    policy = {
        "healthCheck": f"projects/{PROJECT}/global/healthChecks/hc",
        "primaryBackup": {"primaryTargets": targets, "backupGeoTargets": {"items": []}},
    }
    record = {"name": "a.pay.example.com.", "type": "A", "ttl": 30, "routingPolicy": policy}
    assert "DNSSEC" in google.refuse("POST", f"{DNS}/zone/rrsets", record)[1]


def test_locked_buckets(google: Google) -> None:
    """What is retained cannot be deleted, and a lock cannot be made shorter."""
    base = "storage.googleapis.com/storage/v1/b"
    body = {"name": "vault", "location": "US", "retentionPolicy": {"retentionPeriod": "3600"}}
    made = google.make(f"{base}?project={PROJECT}", body)
    upload = "upload/storage/v1/b/vault/o?uploadType=media&name=a/b.json"
    google.make(upload, {"any": "content"})
    assert google.refuse("DELETE", f"{base}/vault/o/a%2Fb.json")[0] == 403
    lock = f"{base}/vault/lockRetentionPolicy?ifMetagenerationMatch="
    assert google.refuse("POST", f"{lock}9")[0] == 412
    assert google.ask("POST", lock + made["metageneration"])[0] == 200
    shorter = {"retentionPolicy": {"retentionPeriod": "60"}}
    assert google.refuse("PATCH", f"{base}/vault", shorter)[0] == 403
    assert google.refuse("PATCH", f"{base}/vault", {"retentionPolicy": None})[0] == 403
    assert google.refuse("DELETE", f"{base}/vault")[0] == 409


def test_vaults_that_are_used(google: Google) -> None:
    """A plan keeps at least what its vault enforces; a vault with a plan stays."""
    vault = {"backupMinimumEnforcedRetentionDuration": f"{7 * 86400}s"}
    google.make(f"{VAULTS}/backupVaults?backupVaultId=v", vault)
    name = f"projects/{PROJECT}/locations/us-east1/backupVaults/v"
    rule = {"ruleId": "daily", "backupRetentionDays": 3}
    plan = {
        "resourceType": "sqladmin.googleapis.com/Instance",
        "backupVault": name,
        "backupRules": [rule],
    }
    path = f"{VAULTS}/backupPlans?backupPlanId=p"
    assert "enforces at least 7" in google.refuse("POST", path, plan)[1]
    rule["backupRetentionDays"] = 14
    google.make(path, plan)
    assert "referenced" in google.refuse("DELETE", f"{VAULTS}/backupVaults/v")[1]
    google.ask("DELETE", f"{VAULTS}/backupPlans/p")
    assert google.ask("DELETE", f"{VAULTS}/backupVaults/v")[0] == 200


def test_what_is_not_emulated_says_so(google: Google) -> None:
    """A service or a method that is missing is named, and nothing pretends to be done."""
    code, message = google.refuse("GET", "bigquery.googleapis.com/bigquery/v2/projects/p/datasets")
    assert (code, "bigquery" in message) == (501, True)
    assert google.refuse("POST", google.sql("west/clone"), {})[0] == 501
    assert google.refuse("GET", "sqladmin.googleapis.com/sql/v1beta4/nonsense")[0] == 404


def test_a_transfer_needs_rights_on_its_sink(google: Google) -> None:
    """Google's own identity looks the bucket up when it takes the job; half of the rights will not
    do."""
    google.make(f"storage.googleapis.com/storage/v1/b?project={PROJECT}", {"name": "sink-b"})
    job = {"projectId": PROJECT, "transferSpec": {"gcsDataSink": {"bucketName": "sink-b"}}}
    jobs = "storagetransfer.googleapis.com/v1/transferJobs"
    asked = f"storagetransfer.googleapis.com/v1/googleServiceAccounts/{PROJECT}"
    agent = f"serviceAccount:{google.ask('GET', asked)[1]['accountEmail']}"
    policy = "storage.googleapis.com/storage/v1/b/sink-b/iam"
    roles = ["roles/storage.objectCreator", "roles/storage.legacyBucketReader"]
    for count in range(2):
        code, said = google.refuse("POST", jobs, job)
        assert (code, "storage.buckets.get" in said) == (403, True)
        bindings = [{"role": role, "members": [agent]} for role in roles[: count + 1]]
        assert google.ask("PUT", policy, {"bindings": bindings})[0] == 200
    assert google.ask("POST", jobs, job)[0] == 200
