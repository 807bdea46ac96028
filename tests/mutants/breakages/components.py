"""Breakages of the Pulumi components: what is asked of each cloud."""

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        name="sunday-at-the-end-of-a-range",
        file="components/aws/schedules.py",
        old="last = 7 if first and last == 0 else last",
        new="last = 7 if high and last == 0 else last",
        tests=("tests/components/test_aws_snapshots.py::test_days_of_the_week_are_those_of_cron",),
        why="A range of days that begins on Sunday became every day of the week.",
        mended=True,
    ),
    Mutant(
        name="edited-size-of-a-replicated-instance",
        file="components/aws/replication.py",
        old='RDS_OF_A_ROLE = ("engine", ',
        new='RDS_OF_A_ROLE = ("allocatedStorage", "maxAllocatedStorage", "engine", ',
        tests=("tests/components/test_aws_edits.py::test_an_edit_is_compared",),
        why="An ignore too many: an edited size of RDS was never carried out.",
        mended=True,
    ),
    Mutant(
        name="machines-are-not-backed-up",
        file="components/aws/capabilities.py",
        old="        make_snapshots(deployment, regions, grounds, databases)\n",
        new="",
        tests=("tests/components/test_aws_snapshots.py::test_every_region_is_backed_up_alike",),
        why="A forgotten resource: databases without any plan of backups.",
    ),
    Mutant(
        name="anyone-may-publish-alarms",
        file="components/aws/alarms.py",
        old='        "Condition": {"StringEquals": {"aws:SourceAccount": account}},\n',
        new="",
        tests=(
            "tests/components/test_aws_rights.py::test_services_raise_alarms_for_this_account_alone",
        ),
        why="A missing condition: services of any customer could raise an alarm of ours.",
    ),
    Mutant(
        name="planned-move-knows-the-fence",
        file="components/aws/failover.py",
        old='cut = (fence, networks) if variant == "forced" else None',
        new="cut = (fence, networks)",
        tests=(
            "tests/components/test_aws_failover.py::test_machines_stand_where_their_call_is_taken",
        ),
        why="A planned move would fence the region that it moves away from.",
        mended=True,
    ),
    Mutant(
        name="failover-may-not-fail-over",
        file="components/aws/failover_rights.py",
        old='    "forced": "rds:FailoverGlobalCluster",',
        new='    "forced": "rds:SwitchoverGlobalCluster",',
        tests=("tests/components/test_aws_rights.py::test_a_failover_may_make_each_of_its_calls",),
        why="A missing permission: the forced machine would be refused when it is needed.",
    ),
    Mutant(
        name="states-of-one-name",
        file="components/aws/moves.py",
        old='return f"{word} {move.database}"',
        new="return word",
        tests=(
            "tests/components/test_aws_failover.py::test_the_validator_of_the_language_accepts_the_machines",
        ),
        why="With two databases AWS refused the machine, and with it the whole deployment.",
        mended=True,
    ),
    Mutant(
        name="fence-for-ever",
        file="components/aws/states.py",
        old='"Choices": [none | {"Next": "Unfence"}],',
        new='"Choices": [none | {"Next": "TellFenced"}],',
        tests=(
            "tests/components/test_aws_failover.py::test_a_fence_is_taken_away_where_nothing_moved",
        ),
        why="A failover that moved nothing left the only leader cut off from its clients.",
        mended=True,
    ),
    Mutant(
        name="log-of-faults-without-tags",
        file="components/aws/fis.py",
        old="        kms_key_id=keys[region].arn,\n        tags=deployment.tags(name),\n",
        new="        kms_key_id=keys[region].arn,\n",
        tests=("tests/components/test_aws_everything.py::test_everything_that_can_be_tagged_is",),
        why="The argument is taken out: a missing tag, so that a drill's log is never found again.",
        seed=21,
    ),
    Mutant(
        name="backups-before-their-rights",
        file="components/aws/snapshots.py",
        old="opts=deployment.options(parent, after=[rights]),",
        new="opts=deployment.options(parent),",
        tests=(
            "tests/components/test_aws_rights.py::test_a_role_has_its_rights_before_it_is_used",
        ),
        why="The argument is taken out: AWS Backup would refuse a role without rights.",
        seed=21,
    ),
    Mutant(
        name="log-of-tunnels-in-clear",
        file="components/mixed/vpn.py",
        old="        kms_key_id=keys[region].arn,\n        tags=aws.tags(name),",
        new="        tags=aws.tags(name),",
        tests=(
            "tests/components/test_vpn_logs.py::test_logs_of_tunnels_are_encrypted_in_their_region",
        ),
        why="The argument is taken out: the log of who speaks to whom would not be ours alone.",
        seed=20,
    ),
    Mutant(
        name="archive-goes-with-the-old-one",
        file="components/gcp/bundles.py",
        old="                delete_before_replace=True,\n",
        new="",
        tests=(
            "tests/components/test_gcp_removal.py::test_a_new_archive_of_bundles_outlives_the_old_one",
        ),
        why="The new archive of bundles was deleted together with the old one, whose name it has.",
        mended=True,
    ),
    Mutant(
        name="drill-leaves-its-peering",
        file="components/gcp/services_access.py",
        old='deletion_policy="DELETE",',
        new='deletion_policy="ABANDON" if deployment.drill else "DELETE",',
        tests=(
            "tests/components/test_gcp_removal.py"
            "::test_the_connection_to_services_goes_with_its_network",
        ),
        why="A drill's network could not be deleted, for the peering that was abandoned in it.",
        mended=True,
    ),
    Mutant(
        name="writer-of-the-preferred-site",
        file="components/gcp/alloydb.py",
        old="return made[leading.site].ip_address",
        new="return made[first.site].ip_address",
        tests=(
            "tests/components/test_gcp_alloydb.py::test_the_writers_name_is_the_leaders_address",
        ),
        why="After a failover the writer's name led to the site that had been left.",
        mended=True,
    ),
    Mutant(
        name="address-as-an-alias",
        file="components/gcp/geodns.py",
        old='BY_ADDRESS = {"alloydb"}',
        new="BY_ADDRESS = set[str]()",
        tests=(
            "tests/components/test_gcp_alloydb.py::test_the_writers_name_is_the_leaders_address",
        ),
        why="AlloyDB's writer was a CNAME to an address, which no resolver follows.",
        mended=True,
    ),
    Mutant(
        name="promoted-without-failover",
        file="components/gcp/templates/forced.yaml.j2",
        old='"/promoteReplica?failover=true"}',
        new='"/promoteReplica"}',
        tests=(
            "tests/components/test_gcp_workflows.py::test_it_promotes_all_and_then_names_the_next",
        ),
        why="Without the word the old leader would come back as a second one.",
    ),
    Mutant(
        name="lag-of-what-has-arrived-alone",
        file="components/gcp/templates/forced.yaml.j2",
        old="- worst: ${worst + largest}",
        new="- worst: ${largest}",
        tests=(
            "tests/components/test_gcp_workflows.py::test_more_loss_than_allowed_needs_a_person",
        ),
        why="Half an hour that never arrived was no loss: all that had arrived was applied.",
        mended=True,
    ),
    Mutant(
        name="database-names-are-code",
        file="components/gcp/templates/forced.yaml.j2",
        old="databases: {{ databases | as_json }}",
        new="databases: {{ databases }}",
        tests=(
            "tests/components/test_gcp_sources.py::test_a_workflow_is_given_what_it_was_made_of",
        ),
        why="Unescaped: what the spec calls its databases would be read as YAML of the workflow.",
    ),
    Mutant(
        name="plain-up-destroys",
        file="components/program.py",
        old='if asks and name is None and settings.profile == "production":',
        new="if False:",
        tests=("tests/test_deployed.py::test_a_plain_preview_names_each_loss_and_refuses",),
        why="A missing protection: what shrinks or moves in place would be lost in production.",
        mended=True,
    ),
)
