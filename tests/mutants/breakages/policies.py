"""Breakages of rules, of what judges by them, and of reports."""

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        name="an-unchecked-address-is-a-stronger-promise",
        file="policies/diff/promises.py",
        old="    return -_kept(before or [], after or [])",
        new="    return _kept(before or [], after or [])",
        tests=("tests/test_diff_promises.py::test_a_weaker_promise_is_told",),
        why="An address that nobody checks passed a review as a change like any other.",
    ),
    Mutant(
        name="waiver-of-a-whole-section",
        file="policies/waivers.py",
        old="for length in range(min(2, len(path)), len(path) + 1)",
        new="for length in range(1, len(path) + 1)",
        tests=(
            "tests/test_harmful_edits.py::test_a_harmful_edit_fires_exactly_its_rules"
            "[a waiver of a whole section covers nothing in it]",
        ),
        why="One waiver of `partners` or `databases` covered whatever was added there later.",
        mended=True,
    ),
    Mutant(
        name="rule-that-stumbles-has-passed",
        file="policies/pack/session.py",
        old='return (Finding(message=message, verdict="unknown"),)',
        new="return ()",
        tests=("tests/test_pack_analyzer.py::test_a_rule_that_stumbles_has_not_passed",),
        why="A swallowed error: a rule that could not judge would have said yes.",
    ),
    Mutant(
        name="unreadable-resource-ends-the-run",
        file="policies/resources/adapters.py",
        old="""
        try:
            yield from tuple(read(made))
        except (AttributeError, LookupError, TypeError, ValueError):
            yield Unreadable(place=made.place, title=made.name)
""",
        new="""
        yield from read(made)
""",
        tests=("tests/test_pack_analyzer.py::test_a_resource_that_cannot_be_read_is_said",),
        why="What an adapter could not read ended the engine's run, and nothing more was judged.",
        mended=True,
    ),
    Mutant(
        name="lock-not-known-yet-is-none",
        file="policies/resources/aws/s3.py",
        old='locked=as_flag(made.read("objectLockEnabled")),',
        new=('locked=made.flag("objectLockEnabled") if made.read("objectLockEnabled") else None,'),
        tests=(
            "tests/test_resource_rules.py::test_what_is_not_known_is_never_a_violation"
            "[aws:s3/bucket:Bucket]",
        ),
        why="A bucket whose lock the preview does not know yet could not be read at all.",
        mended=True,
    ),
    Mutant(
        name="replica-elsewhere-not-known-yet",
        file="policies/resources/answers.py",
        old="doubtful = UNKNOWN in answers or UNKNOWN in {copy.elsewhere for copy in unit.copies}",
        new="doubtful = UNKNOWN in answers",
        tests=(
            "tests/test_resource_rules.py::test_what_is_not_known_is_never_a_violation"
            "[aws:dynamodb/table:Table]",
        ),
        why="A replica whose region a preview does not know yet was called a violation.",
        mended=True,
    ),
    Mutant(
        name="links-in-sarif",
        file="policies/report/sarif.py",
        old='"message": {"text": message.replace("](", "] (")},',
        new='"message": {"text": message},',
        tests=("tests/test_check_formats.py::test_a_specs_text_is_no_link_in_sarif",),
        why="Unescaped: a stranger's waiver could have shown reviewers a link of the stranger's.",
        mended=True,
    ),
    Mutant(
        name="vault-apart-in-a-remote-region",
        file="policies/rules/backups/vault_other_region.py",
        old="if leading or (held and not is_apart(topology, vault, cloud)):",
        new="if held:",
        tests=(
            "tests/test_rules_places.py"
            "::test_a_remote_region_is_far_enough_for_a_vault_that_is_apart",
        ),
        why="A vault in an account of its own was refused where two copies do reach it.",
        mended=True,
    ),
    Mutant(
        name="ttl-counted-twice",
        file="policies/rules/dns/dns_ttl_in_rto.py",
        old="record.ttl > rto",
        new="2 * record.ttl > rto",
        tests=("tests/test_rule_edges.py::test_a_limit_is_where_the_rule_says[dns-ttl-in-rto]",),
        why="A second count: the forecast counts a TTL once, and so do caches of caches.",
    ),
    Mutant(
        name="drill-is-never-too-old",
        file="policies/notions/drill_ages.py",
        old="if age * DAY > most:",
        new="if age > most:",
        tests=("tests/test_drill_rules.py::test_the_newest_drill_counts",),
        why="A wrong unit: days of age against seconds that are allowed.",
    ),
    Mutant(
        name="several-name-servers",
        file="policies/rules/dns/dns_check_from_outside.py",
        old="if len(servers) != 1:",
        new="if False:",
        tests=(
            "tests/test_rules.py"
            "::test_the_example_that_passes_is_left_alone[dns-check-from-outside]",
        ),
        why="The branch is taken out: the rule would stumble over a sound spec.",
        seed=21,
    ),
    Mutant(
        name="wrong-spec-in-a-stack",
        file="policies/pack/topologies.py",
        old="return Judged(broken=tuple(map(str, error.diagnostics)))",
        new="return Judged()",
        tests=("tests/test_pack_analyzer.py::test_a_topology_that_cannot_be_read_refuses",),
        why="The argument is taken out: a spec that is not valid would pass the pack in silence.",
        seed=21,
    ),
    Mutant(
        name="limits-that-nobody-can-set",
        file="policies/pack/catalog.py",
        old="return PolicyConfigSchema(properties={limit.name: schema})",
        new="return PolicyConfigSchema()",
        tests=("tests/test_pack_page.py::test_the_configurations_that_are_shown_are_some",),
        why="The argument is taken out: a limit of a rule could no longer be configured.",
        seed=20,
    ),
    Mutant(
        name="old-spec-on-the-new-target",
        file="policies/diff/difference.py",
        old="old_target=old.judged.facts.target,",
        new="old_target=new.judged.facts.target,",
        tests=("tests/test_diff.py::test_a_move_to_another_target",),
        why="A move to another cloud was compared as if it had always been there.",
        mended=True,
    ),
    Mutant(
        name="everything-lost-by-a-mistake",
        file="policies/diff/difference.py",
        old="    if new.diagnostics:\n",
        new="    if new.absent:\n",
        tests=("tests/test_diff.py::test_a_new_spec_that_is_not_valid_refuses",),
        why="A spec with a mistake was compared, and all that the old one had looked lost.",
        mended=True,
    ),
    Mutant(
        name="claims-without-a-building",
        file="policies/rules/facilities/facility_stated.py",
        old='verdict = "violation" if claims else "unknown"',
        new='verdict = "unknown"',
        tests=(
            "tests/test_harmful_edits.py::test_a_harmful_edit_fires_exactly_its_rules"
            "[a class is claimed for sites of which one says nothing of its building]",
        ),
        why="Who claimed a class and stated no building was only told that nobody knows.",
        mended=True,
    ),
    Mutant(
        name="waiver-of-the-rules-of-waivers",
        file="policies/rules/waivers/waiver_rule_known.py",
        old="elif waiver.rule in facts.unwaivable:",
        new="elif waiver.rule in facts.unwaivable - facts.rules:",
        tests=(
            "tests/test_harmful_edits.py::test_a_harmful_edit_fires_exactly_its_rules"
            "[a waiver is for a rule about waivers]",
        ),
        why="A waiver of the rule that waivers end was taken for one.",
        mended=True,
    ),
    Mutant(
        name="backup-at-another-hour",
        file="policies/rules/backups/backup_daily.py",
        old="LONGEST = 26 * 3600.0",
        new="LONGEST = 24 * 3600.0",
        tests=("tests/test_rule_edges.py::test_a_limit_is_where_the_rule_says[backup-daily]",),
        why="A full backup at another hour than the others was a day without one.",
        mended=True,
    ),
    Mutant(
        name="schedule-is-a-result",
        file="policies/grades/checks/drills.py",
        old='yield Evidence(mark="not contradicted", text=text, path=("drills", "records"))',
        new='yield Evidence(mark="met", text=text, path=("drills", "records"))',
        tests=("tests/test_grade.py::test_the_overview_reads_as_it_did[text]",),
        why="A schedule of restore tests counted as if a restore had been shown.",
        mended=True,
    ),
    Mutant(
        name="lost-data-passes",
        file="policies/diff/difference.py",
        old="bad = bool(self.new.diagnostics or self.forbidden)",
        new="bad = bool(self.new.diagnostics)",
        tests=("tests/test_diff.py::test_dangers_alone_refuse",),
        why="A pull request that renamed a database or the topology stayed green.",
        mended=True,
    ),
    Mutant(
        name="consent-for-ever",
        file="policies/diff/consents.py",
        old='return "spent" if consent in spent else "counts"',
        new='return "counts"',
        tests=("tests/test_diff_consents.py::test_a_line_is_for_the_change_that_brings_it",),
        why="A missing protection: one line would let every later change destroy the same again.",
    ),
    Mutant(
        name="record-of-tomorrow",
        file="policies/records/kept.py",
        old="if ended.date() > today:",
        new="if False:",
        tests=("tests/test_records.py::test_what_nobody_drilled_is_not_believed[to-come]",),
        why="A record dated ahead would keep the rules about drills for ever.",
        mended=True,
    ),
    Mutant(
        name="signature-of-anybody",
        file="policies/records/signature.py",
        old="if key not in known:",
        new="if not known:",
        tests=("tests/test_records.py::test_a_signature_of_another_key_or_purpose_is_none",),
        why="A missing protection: whoever has a key could sign a record.",
    ),
)
