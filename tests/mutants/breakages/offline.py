"""Breakages of the emulated clouds and machines."""

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        name="timelines-of-the-same-number",
        file="offline/machines/postgres.py",
        old="if self.system != other.system or self.history[:known] != other.history:",
        new="if self.system != other.system or len(self.history) < known:",
        tests=(
            "tests/offline/machines/test_postgres.py"
            "::test_one_copy_contains_another_only_by_its_history",
        ),
        why="Two promotions of the same number were taken for one, and a lost write for kept.",
        mended=True,
    ),
    Mutant(
        name="lost-region-has-no-machines",
        file="offline/machines/aws.py",
        old="yield from (replace(one, runs=False) for one in self._known.get(region, ()))",
        new="pass",
        tests=("tests/offline/machines/test_clouds.py::test_machines_of_aws",),
        why="The machines of a region that is lost were forgotten instead of off.",
        mended=True,
    ),
    Mutant(
        name="one-address-a-machine",
        file="offline/aws/server/services/ec2_addresses.py",
        old="backend.assign_private_ip_addresses(device.id, others)",
        new="pass",
        tests=("tests/offline/machines/test_clouds.py::test_machines_of_aws",),
        why="An instance had one address, however many it was asked with.",
        mended=True,
    ),
    Mutant(
        name="empty-lists-are-told",
        file="offline/gcp/server/fields.py",
        old="for name, item in pairs if item != []}",
        new="for name, item in pairs}",
        tests=("tests/offline/gcp/test_as_google_does.py::test_empty_lists_are_left_out",),
        why="Google leaves out empty lists; the provider saw a change where there was none.",
        mended=True,
    ),
    Mutant(
        name="private-zone-that-nobody-sees",
        file="offline/gcp/server/services/dns.py",
        old="        if not public:\n            raise invalid(",
        new="        if public and not body:\n            raise invalid(",
        tests=("tests/offline/gcp/test_as_google_does.py::test_a_private_zone_names_who_sees_it",),
        why="A private zone without a network was taken.",
        mended=True,
    ),
    Mutant(
        name="promoted-without-its-users",
        file="offline/gcp/server/sql/roles.py",
        old="""
    _carry(call, primary["name"], replica["name"])
    keep(call, bumped(tidy(leads)))
""",
        new="""
    keep(call, bumped(tidy(leads)))
""",
        tests=(
            "tests/offline/gcp/test_as_google_does.py::test_users_and_databases_go_with_the_role",
        ),
        why="A promoted replica had none of the users and databases of its primary.",
        mended=True,
    ),
    Mutant(
        name="snapshots-outlive-their-cluster",
        file="offline/aws/server/services/rds_snapshots.py",
        old='if snapshot.snapshot_type == "automated" and',
        new='if snapshot.snapshot_type == "manual" and',
        tests=("tests/offline/aws/test_server.py::test_clusters_go_in_order",),
        why="Automated snapshots stayed behind a deleted cluster, as leftovers of a drill.",
        mended=True,
    ),
    Mutant(
        name="lease-never-ends",
        file="offline/machines/store.py",
        old="if lease.ends <= now",
        new="if lease.ends > now",
        tests=("tests/offline/machines/test_store.py::test_what_hangs_on_a_lease_goes_with_it",),
        why="A wrong comparison: the key of a dead leader would stay.",
    ),
    Mutant(
        name="two-instances-that-lead",
        file="offline/gcp/server/services/alloydb.py",
        old='if wanted != "READ_POOL" and any(one["instanceType"] == wanted for one in siblings):',
        new="if False:",
        tests=(
            "tests/offline/gcp/test_as_google_does.py::test_a_cluster_has_one_instance_that_writes",
        ),
        why="The branch is taken out: a mistake that AlloyDB refuses would pass offline.",
        seed=20,
    ),
    Mutant(
        name="zone-id-that-is-computed",
        file="offline/aws/plugin/kinds/ec2_network.py",
        old='    computed=frozenset({"availabilityZoneId"}),\n)',
        new=")",
        tests=("tests/offline/aws/test_foreseen.py::test_what_the_cloud_computes_is_not_known",),
        why="The argument is taken out: a preview would know what only the cloud computes.",
        seed=21,
    ),
    Mutant(
        name="storage-without-an-account",
        file="offline/gcp/server/services/storage.py",
        old='    "storage.projects.serviceAccount.get": _agent,\n',
        new="",
        tests=(
            "tests/offline/gcp/test_as_google_does.py::test_the_storage_service_has_an_account",
        ),
        why="A forgotten resource: no key could be given to the service that encrypts buckets.",
        mended=True,
    ),
    Mutant(
        name="signed-zone-of-no-kind",
        file="offline/gcp/server/services/dns.py",
        old='body["dnssecConfig"] |= {"kind": "dns#managedZoneDnsSecConfig"}',
        new="pass",
        tests=("tests/offline/gcp/test_as_google_does.py::test_a_signed_zone_says_its_kind",),
        why="A field that Google fills in was missing, and every preview wanted a change.",
        mended=True,
    ),
    Mutant(
        name="silence-that-answers",
        file="offline/silence.py",
        old='if region is None or ("silent", region) not in self.regions:',
        new="if region is not None:",
        tests=("tests/offline/gcp/test_silence.py::test_a_silent_region_hangs",),
        why="The branch is taken out: verbs would be played against a region that answers.",
    ),
    Mutant(
        name="mail-through-a-closed-key",
        file="offline/aws/server/mail.py",
        old="return all(admits(policy, service, use, context) for use in USES_OF_A_KEY)",
        new="return bool(policy)",
        tests=("tests/offline/aws/test_mail.py::test_an_alarm_reaches_whom_policies_let_it",),
        why="A topic's key that does not admit the sender would go unseen, as it did before.",
    ),
    Mutant(
        name="incident-at-a-topic-of-others",
        file="offline/gcp/server/incidents.py",
        old="if not _may_publish(store, topic):",
        new="if False:",
        tests=("tests/offline/gcp/test_incidents.py::test_a_topic_admits_monitorings_agent_alone",),
        why="The branch is taken out: a right that is missing would go unseen.",
    ),
)
