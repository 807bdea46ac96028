"""The files of the store, the databases and the name servers, from the example's plan."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tricenter.topology import steering
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan, PlannedLink
from tricenter.topology.quoting import zone_string
from tricenter.topology.render import etcd, patroni, powerdns
from tricenter.topology.services import services
from tricenter.topology.validate import load, validate

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan of the example."""
    return compile_plan(load(ROOT / "stacks/ledger.yaml"))


def settings(files, path):
    """The data in one rendered YAML file."""
    return yaml.safe_load({file.path: file.text for file in files}[path])


def test_every_voice_knows_all_voices(plan: Plan) -> None:
    """Each site and witness has a member of the store, and each lists the same cluster."""
    found = {file.path: yaml.safe_load(file.text) for file in etcd.files(plan)}
    assert set(found) == {f"{host.name}/etcd/etcd.yml" for host in plan.hosts if host.voice}
    assert len({one["initial-cluster"] for one in found.values()}) == 1
    assert len({one["listen-client-urls"] for one in found.values()}) == len(found)


def test_store_shows_and_wants_certificates(plan: Plan) -> None:
    """Neither a client nor a peer of the store gets in without the stack's certificate."""
    for file in etcd.files(plan):
        data = yaml.safe_load(file.text)
        for side in ("client-transport-security", "peer-transport-security"):
            assert data[side]["client-cert-auth"] is True
            assert data[side]["trusted-ca-file"] == "/srv/tls/ca.crt"
        assert "http://" not in file.text


def test_heartbeat_grows_with_distance(plan: Plan) -> None:
    """The store waits longer for a leader that is farther away, and never less than etcd does."""
    far = PlannedLink(between=("binjiang", "tianfu"), rtt=0.25, source="stated")
    assert etcd.heartbeat_ms(plan) == 100
    assert etcd.heartbeat_ms(replace(plan, links=(far,))) == 250


@pytest.mark.parametrize(("mode", "word"), [("quorum", "quorum"), ("sync", "on"), ("async", "off")])
def test_commit_mode_is_patronis_word(plan: Plan, mode: str, word: str) -> None:
    """Each commit mode of the spec is the synchronous mode that Patroni knows."""
    database = replace(plan.databases[0], mode=mode, acks=2, strict=True)
    shared = patroni.dynamic_config(plan, database)
    assert shared["synchronous_mode"] == yaml.safe_load(word) or shared["synchronous_mode"] == word
    assert (shared["synchronous_node_count"], shared["synchronous_mode_strict"]) == (2, True)


def test_member_files_hold_no_role_and_no_password(plan: Plan) -> None:
    """A member's file is the same whoever leads, and refers to passwords without having them."""
    changed = compile_plan(
        load(ROOT / "stacks/ledger.yaml"), roles={"ledger-a": "tianfu", "ledger-b": "tianfu"}
    )
    assert changed.databases != plan.databases
    before, after = tuple(patroni.files(plan)), tuple(patroni.files(changed))
    assert before == after
    for file in before:
        assert not re.search(r"^\s*-?\s*password\s*:", file.text, re.MULTILINE)


def test_shared_settings_stand_in_every_member(plan: Plan) -> None:
    """What a new cluster starts with is what a running one is told."""
    for database in plan.databases:
        for member in database.members:
            path = f"{member.site}/patroni/{database.name}/member.yml"
            data = settings(patroni.files(plan), path)
            assert data["bootstrap"]["dcs"] == patroni.dynamic_config(plan, database)
            assert data["name"] == member.site
            assert data["scope"] == database.name


def test_only_voters_may_acknowledge(plan: Plan) -> None:
    """A replica without a vote is kept out of the quorum, and nobody else is."""
    first = plan.databases[0]
    silent = tuple(replace(m, voter=m.site != "tianfu") for m in first.members)
    changed = replace(plan, databases=(replace(first, members=silent),))
    for file in patroni.files(changed):
        tags = yaml.safe_load(file.text)["tags"]
        assert tags.get("nosync", False) is file.path.startswith("tianfu/")
        assert ("sync_priority" in tags) is not tags.get("nosync", False)


def test_synchronous_commits_prefer_the_nearest(plan: Plan) -> None:
    """The preferred site, the other one of its city, the remote one; of each database."""
    found = {
        file.path: yaml.safe_load(file.text)["tags"]["sync_priority"]
        for file in patroni.files(plan)
    }
    assert [found[f"{site}/patroni/ledger-a/member.yml"] for site in ("binjiang", "xihu", "tianfu")
            ] == [3, 2, 1]  # fmt: skip
    assert found["xihu/patroni/ledger-b/member.yml"] == 3


def test_remote_access_needs_tls_and_password(plan: Plan) -> None:
    """No line of the access rules lets a host in without TLS and SCRAM, none lets everyone in."""
    for file in patroni.files(plan):
        rules = yaml.safe_load(file.text)["postgresql"]["pg_hba"]
        remote = [rule for rule in rules if not rule.startswith("local")]
        assert remote
        assert all(re.fullmatch(r"hostssl \S+ \S+ \S+/\d+ scram-sha-256", r) for r in remote)
        assert not any("0.0.0.0/0" in rule or " postgres 10." in rule for rule in remote)


def test_log_is_archived_only_where_a_repository_keeps_it(plan: Plan) -> None:
    """A database without a backup has no archive command."""
    bare = replace(plan, backups=())
    with_backup = settings(patroni.files(plan), "binjiang/patroni/ledger-a/member.yml")
    without = settings(patroni.files(bare), "binjiang/patroni/ledger-a/member.yml")
    assert "archive-push %p" in with_backup["postgresql"]["parameters"]["archive_command"]
    assert "archive_mode" not in without["postgresql"]["parameters"]


def test_own_voice_is_asked_first(plan: Plan) -> None:
    """A site's databases ask the voice in their own site before any other."""
    for site in plan.sites:
        assert etcd.client_hosts(plan, site.name)[0] == f"{site.address}:2379"
        assert len(etcd.client_hosts(plan, site.name)) == len(plan.hosts)


def test_all_name_servers_have_one_zone(plan: Plan) -> None:
    """Every server of every provider answers from the same text."""
    zones = {f.text for f in powerdns.files(plan) if f.path.endswith("/zone")}
    assert len(zones) == 1
    text = zones.pop()
    for server in plan.zone.servers:
        assert f"@ IN NS ns-{server.site}.{plan.zone.name}." in text


def test_zone_strings_fit_and_end_between_words(plan: Plan) -> None:
    """No string of a record is longer than DNS allows, and no word of the code is torn apart."""
    strings = re.findall(r'"([^"]*)"', powerdns.zone_text(plan))
    assert strings
    assert all(len(string.encode()) <= 255 and string.endswith(" ") for string in strings)


def test_a_guess_is_recognised(plan: Plan) -> None:
    """Every health check has the address that nobody can reach among its candidates."""
    text = powerdns.zone_text(plan)
    records = [line for line in text.splitlines() if " LUA A " in line]
    assert len(records) == len(plan.zone.records) + 2 * len(plan.databases)
    assert all(powerdns.NONE_UP["A"] in record for record in records)


def test_addresses_of_version_6_have_their_own_record(plan: Plan) -> None:
    """An IPv6 address is answered as AAAA and checked against a sentinel of its own family."""
    record = replace(
        plan.zone.records[0], addresses=(("binjiang", ("2001:db8::1", "203.0.113.9")),)
    )
    text = powerdns.zone_text(replace(plan, zone=replace(plan.zone, records=(record,))))
    lines = [line for line in text.splitlines() if line.startswith(f"{record.name}. ")]
    assert [" LUA AAAA " in line for line in lines] == [False, True]
    assert "2001:db8::1" not in lines[0]
    assert powerdns.NONE_UP["AAAA"] in lines[1]


def test_quotes_cannot_leave_a_string() -> None:
    """A quote in the code is written so that the zone file reads it back."""
    (string,) = powerdns._strings('return "x"')
    assert zone_string(string) == '"return \\034x\\034 "'


@given(st.data())
def test_clients_get_the_first_step_that_is_up(plan: Plan, data: st.DataObject) -> None:
    """An answer is the healthy part of the first step that has any, else as the record says."""
    record = data.draw(st.sampled_from(plan.zone.records))
    record = replace(record, when_all_down=data.draw(st.sampled_from(["serve-all", "serve-none"])))
    everything = {a for _, found in record.addresses for a in found}
    healthy = data.draw(st.sets(st.sampled_from(sorted(everything))))
    client = data.draw(st.sampled_from(["198.18.0.7", "198.18.1.7", "198.18.2.7", "192.0.2.7"]))
    answers = steering.answers(plan.zone, record, client, healthy)
    assert len(answers) == 1
    pool = steering.pool_for(record, steering.place_of(plan.zone, client))
    addresses = dict(record.addresses)
    steps = [{a for site in step for a in addresses[site]} for step in pool.steps]
    wanted = next((step & healthy for step in steps if step & healthy), None)
    if wanted is None:
        wanted = set().union(*steps) if record.when_all_down == "serve-all" else set()
    assert answers[0] == wanted


def test_weights_choose_one_site(plan: Plan) -> None:
    """With weights a client gets one site of the step, and one of weight 0 only when alone."""
    record = replace(plan.zone.records[0], weights=(("binjiang", 3), ("xihu", 0)))
    addresses = {site: frozenset(found) for site, found in record.addresses}
    city = addresses["binjiang"] | addresses["xihu"]
    assert steering.answers(plan.zone, record, "198.18.0.1", city) == (addresses["binjiang"],)
    alone = steering.answers(plan.zone, record, "198.18.0.1", addresses["xihu"])
    assert alone == (addresses["xihu"],)


def test_the_narrowest_subnet_wins(plan: Plan) -> None:
    """A client in a subnet within another one is where the inner one is declared."""
    zone = replace(plan.zone, clients=(("DE", ("198.18.0.0/16",)), ("CN", ("198.18.0.0/24",))))
    assert steering.place_of(zone, "198.18.0.9") == "CN"
    assert steering.place_of(zone, "198.18.9.9") == "DE"
    assert steering.place_of(zone, "192.0.2.1") is None
    ordered = powerdns._subnets(zone, plan.zone.records[0])
    assert [entry["subnet"] for entry in ordered] == ["198.18.0.0/24", "198.18.0.0/16"]


def test_elections_compare_timelines(plan: Plan) -> None:
    """A leader that comes back has log of its old timeline, and by position alone would win."""
    for database in plan.databases:
        shared = patroni.dynamic_config(plan, database)
        assert shared["check_timeline"] is True
        assert shared["ttl"] >= shared["loop_wait"] + 2 * shared["retry_timeout"]
        assert 0 < shared["primary_stop_timeout"] < shared["ttl"]


EDGE = """
  edge:
    city: chengdu
    capacity: {tps: 1, connections: 1}
"""


def test_a_site_without_a_database_answers_and_serves_names() -> None:
    """It has its addresses and its name server, no copy of any database, and one voice."""
    text = (ROOT / "stacks/ledger.yaml").read_text(encoding="utf-8")
    text = text.replace("\nsites:\n", f"\nsites:{EDGE}")
    text = text.replace("{servers: [tianfu]}", "{servers: [tianfu, edge]}")
    text = text.replace("      answers:\n", "      answers:\n        edge: [203.0.113.41]\n")
    text = text.replace("[[binjiang, xihu, tianfu]]", "[edge, [binjiang, xihu, tianfu]]")
    text = re.sub(r"\nlinks:", "\nwitnesses:\n  extra: {at: [22.5, 114.0]}\nlinks:", text)
    plan = compile_plan(validate(text))
    assert plan.host("edge").voice
    assert plan.members_of("edge") == ()
    assert [one.name for one in services(plan, plan.host("edge"))] == ["etcd", "pdns"]
    everyone = steering.answers(plan.zone, plan.zone.records[0], "192.0.2.7", {"203.0.113.41"})
    assert everyone == (frozenset({"203.0.113.41"}),)
