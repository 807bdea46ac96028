"""What a target cannot have: each edit of a sound spec gives exactly its refusal, with its line."""

from ipaddress import ip_address
from pathlib import Path

import pytest

from tests.conftest import Golden
from tricenter.topology import lab_addresses
from tricenter.topology.clouds import find_checks, find_misplaced
from tricenter.topology.clouds.catalog import catalog
from tricenter.topology.compile import compile_plan
from tricenter.topology.forecast import forecast
from tricenter.topology.forecast.findings import find_broken_promises
from tricenter.topology.reader import parse
from tricenter.topology.validate import diagnose, load, validate

ROOT = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "misplaced"
TARGETS = ("aws", "gcp", "mixed")
AURORA = "aws: {service: aurora, instance: db.r6g.large}"
SQL = "gcp: {service: cloud-sql, machine: db-perf-optimized-N-2}"
LONG = "clearing-and-settlement-east"

Edit = tuple[str, str]
CASES: dict[str, tuple[str, tuple[Edit, ...]]] = {
    "unknown-region": ("aws", (("region: ap-northeast-1", "region: ap-northeast-11"),)),
    "unknown-region-gcp": ("gcp", (("{region: asia-east2, zone: asia-east2-a}",
                                    "{region: asia-east9, zone: asia-east9-a}"),)),
    "unknown-zone": ("aws", (("zone: ap-southeast-1b", "zone: ap-southeast-1x"),)),
    "unknown-zone-gcp": ("gcp", (("zone: asia-east2-b", "zone: asia-east2-d"),)),
    "no-zone": ("aws", ((", zone: ap-southeast-1b", ""),)),
    "no-place": ("gcp", (("    gcp: {region: asia-northeast1, zone: asia-northeast1-a}\n", ""),)),
    "shared-zone": ("aws", (("zone: ap-southeast-1b", "zone: ap-southeast-1a"),)),
    "city-across-regions": (
        "aws", (("{region: ap-southeast-1, zone: ap-southeast-1b}",
                 "{region: ap-southeast-3, zone: ap-southeast-3b}"),)
    ),
    "two-networks": (
        "aws", (("zone: ap-southeast-1a}", "zone: ap-southeast-1a, network: 10.1.0.0/16}"),
                ("zone: ap-southeast-1b}", "zone: ap-southeast-1b, network: 10.2.0.0/16}"))
    ),
    "network-twice": (
        "aws", (("zone: ap-southeast-1a}", "zone: ap-southeast-1a, network: 10.1.0.0/16}"),
                ("zone: ap-northeast-1a}", "zone: ap-northeast-1a, network: 10.1.0.0/16}"))
    ),
    "unknown-machine": ("aws", ((AURORA, AURORA.replace("db.r6g.large", "db.m5.small")),)),
    "unknown-machine-gcp": ("gcp", ((SQL, SQL.replace("db-perf-optimized-N-2", "db-f1-micro")),)),
    "unknown-version": ("aws", (('version: "16.8"', 'version: "18.1"'),)),
    "nobody-fails-over": ("gcp", ((SQL, "gcp: {service: alloydb}"),
                                  ("lose-city: {mode: approve, decide: 10min}",
                                   "lose-city: automatic"))),
    "region-without-the-series": (
        "gcp", ((SQL, "gcp: {service: alloydb, machine: c4a-highmem-4-lssd}"),)
    ),
    "region-without-the-service": ("gcp", (("{region: asia-northeast1, zone: asia-northeast1-a}",
                                            "{region: europe-north2, zone: europe-north2-a}"),)),
    "hyperdisk-size": ("gcp", ((SQL, SQL.replace("db-perf-optimized-N-2", "db-c4a-highmem-3")),)),
    "no-such-size": ("gcp", ((SQL, "gcp: {service: self-managed, machine: n2-standard-3}"),)),
    "minor-version": ("gcp", (('version: "16"', 'version: "16.8"'),)),
    "far-voter": ("gcp", (("tokyo-1: {}", "tokyo-1: {voter: true}"),)),
    "both-clouds": (
        "mixed", (("    aws: {region: ap-southeast-1, zone: ap-southeast-1a}",
                   "    aws: {region: ap-southeast-1, zone: ap-southeast-1a}\n"
                   "    gcp: {region: asia-southeast1, zone: asia-southeast1-a}"),)
    ),
    "managed-across-clouds": (
        "mixed", (("aws: {service: self-managed, instance: m6g.large}", "aws: {service: aurora}"),)
    ),
    "name-too-long": ("aws", (("name: ledger", f"name: {LONG}"), ("ledger-a:", f"{LONG}:"),
                              ("of: [ledger-a", f"of: [{LONG}"),
                              *((f"bank-{bank}: {{holds: [ledger-a",
                                 f"bank-{bank}: {{holds: [{LONG}") for bank in (1, 2)))),
    "vault-no-place": ("aws", ((", aws: {region: ap-southeast-2}", ""),)),
    "vault-other-cloud": ("aws", (("aws: {region: ap-southeast-2}", "gcp: {region: asia-east1}"),)),
    "vault-other-cloud-gcp": ("gcp", (("gcp: {region: asia-northeast2}",
                                       "aws: {region: ap-northeast-3}"),)),
    "vault-no-place-mixed": ("mixed", ((", gcp: {region: asia-northeast1}", ""),)),
    "vault-unknown-region": ("gcp", (("asia-northeast2}", "asia-northeast22}"),)),
    "another-partition": ("aws", (("{region: ap-northeast-1, zone: ap-northeast-1a}",
                                   "{region: cn-north-1, zone: cn-north-1a}"),)),
    "province-on-route53": ("aws", (("geo: [SG]", "geo: [SG, US-CA, CA-ON]"),)),
    "state-on-cloud-dns": ("gcp", (("geo: [HK]", "geo: [HK, US-CA]"),)),
    "too-many-weights": ("aws", (
        ("jurong: [", "jurong: [" + "".join(f"8.8.4.{n}, " for n in range(60))),
        ("changi: [", "changi: [" + "".join(f"8.8.4.{n}, " for n in range(60, 120))),
        ("      rules:", "      weights: {8.8.4.1: 2}\n      rules:"),
    )),
    "last-resort-of-a-chain": ("gcp", (
        ("when_all_down: serve-all", "last_resort: [8.8.4.4, 192.0.2.1]"),
    )),
    "last-resort-of-weights": ("gcp", (
        ("when_all_down: serve-all", "last_resort: [8.8.4.4]\n      weights: {kowloon: 2}"),
    )),
    "latency-on-the-lab": ("lab", (("      rules:", "      latency: true\n      rules:"),)),
    "latency-on-cloud-dns": ("gcp", (("      rules:", "      latency: true\n      rules:"),)),
    "latency-to-google": ("mixed", (
        ("      rules:", "      latency: true\n      rules:"),
        ("service: cloud-dns", "service: powerdns, servers: [jurong]"),
    )),
    "subnets-on-cloud-dns": ("gcp", (
        ("geo: [HK]", "geo: [HK], subnets: [198.51.100.0/24]"),
    )),
    "subnets-too-small": ("aws", (
        ("geo: [SG]", "subnets: [198.51.100.0/25, '2001:db8::/49', 198.51.101.0/24]"),
    )),
    "https-on-the-lab": ("lab", (("check: {tcp: 443}", "check: {tcp: 443, https: {path: /up}}"),)),
    "vault-against-the-way": ("mixed", (("gcp: {region: asia-northeast1}",
                                         "aws: {region: ap-northeast-1}"),)),
}  # fmt: skip
"""The target of the reference spec that is edited, and its edits."""


def sound(target: str) -> str:
    """A target's reference spec, with addresses that the public could reach."""
    name = "ledger" if target == "lab" else f"ledger-{target}"
    return (ROOT / f"stacks/{name}.yaml").read_text().replace("203.0.113.", "8.8.8.")


def refusals(text: str, target: str, *, offline: bool = False) -> str:
    """What the target cannot have of a spec, a line each."""
    read = parse(text)
    found = diagnose(read, find_misplaced(validate(read), target, offline=offline))
    return "".join(f"{problem}\n" for problem in sorted(found))


@pytest.mark.parametrize("case", CASES)
def test_each_edit_is_refused(case: str, golden: Golden) -> None:
    """The message names the line, what is wrong, and what can be written instead."""
    target, edits = CASES[case]
    text = sound(target)
    for old, new in edits:
        assert old in text, f"{case}: {old!r} is not in the spec"
        text = text.replace(old, new, 1)
    found = refusals(text, target)
    assert found, f"{case}: nothing was refused"
    golden(FOLDER / f"{case}.txt", found)


@pytest.mark.parametrize("target", TARGETS)
def test_reference_specs_fit_their_target(target: str) -> None:
    """Each reference spec is accepted by its own target, and promises what that can keep."""
    topology = load(ROOT / f"stacks/ledger-{target}.yaml")
    assert not find_misplaced(topology, target, offline=True)
    assert not find_broken_promises(topology, forecast(topology, target=target))


def test_a_vault_of_another_account_in_the_remote_region_is_reached() -> None:
    """And in any other; in China only in a region of the sites, unless databases are our own."""
    place = "aws: {region: ap-southeast-2"
    apart = sound("aws").replace(place, f'{place}, account: "222222222222"')
    assert not refusals(apart, "aws")
    assert not refusals(
        apart.replace(place, place.replace("ap-southeast-2", "ap-northeast-1")), "aws"
    )
    own = apart.replace(AURORA, "aws: {service: self-managed}").replace('"16.8"', '"16"')
    assert not refusals(own, "aws")
    for region, there in (
        ("ap-southeast-1", "cn-northwest-1"),
        ("ap-northeast-1", "cn-northwest-1"),
        ("ap-southeast-2", "cn-north-1"),
    ):
        apart, own = apart.replace(region, there), own.replace(region, there)
    assert "[unreachable]" in refusals(apart, "aws")
    assert "[unreachable]" not in refusals(own, "aws")


def test_a_vault_with_a_place_on_both_clouds_is_on_the_target() -> None:
    """Whichever of its places is written first."""
    text = sound("gcp").replace(
        "gcp: {region: asia-northeast2}",
        "aws: {region: ap-northeast-3}, gcp: {region: asia-northeast2}",
    )
    assert not refusals(text, "gcp")
    (vault,) = compile_plan(validate(parse(text)), "gcp").vaults
    assert vault.place is not None
    assert vault.place.cloud == "gcp"


@pytest.mark.parametrize("target", TARGETS)
def test_addresses_for_documentation_are_refused_by_a_real_cloud(target: str) -> None:
    """Offline they pass; a public zone would answer with addresses that nobody can reach."""
    text = (ROOT / f"stacks/ledger-{target}.yaml").read_text()
    assert not refusals(text, target, offline=True)
    assert refusals(text, target).count("error[not-public]") == 6
    assert not refusals(sound(target), target)


def test_the_lab_has_every_place() -> None:
    """Nothing of a spec is misplaced on the lab."""
    assert not find_misplaced(load(ROOT / "stacks/ledger-aws.yaml"), "lab", offline=False)


def test_checks_are_found() -> None:
    """A file in the folder is a check; none is named in a list."""
    names = {check.__module__.rpartition(".")[2] for check in find_checks("mixed")}
    assert names == {"addresses", "names", "places", "services", "steering", "vaults"}
    assert [check.__module__.rpartition(".")[2] for check in find_checks("lab")] == ["lab"]


@pytest.mark.parametrize("cloud", ["aws", "gcp"])
def test_a_service_takes_its_own_example(cloud: str) -> None:
    """The size that messages suggest is one that the catalog accepts."""
    for service in catalog(cloud).services.values():  # type: ignore[arg-type]
        assert service.machine.fullmatch(service.example), service.title


@pytest.mark.parametrize("target", TARGETS)
def test_every_site_has_a_place_and_a_subnet_of_its_own(target: str) -> None:
    """Subnets are inside their region's network and never shared."""
    from ipaddress import IPv4Network

    plan = compile_plan(load(ROOT / f"stacks/ledger-{target}.yaml"), target)
    places = [host.place for host in plan.hosts]
    assert all(places)
    subnets = [IPv4Network(place.subnet) for place in places if place]
    assert all(
        subnet.subnet_of(IPv4Network(place.network))
        for subnet, place in zip(subnets, places, strict=True)
        if place
    )
    assert not any(a.overlaps(b) for i, a in enumerate(subnets) for b in subnets[:i])


def test_managed_services_take_their_makers_times() -> None:
    """Aurora's minute is in the forecast of AWS; our own Patroni's lease in that of the lab."""
    topology = load(ROOT / "stacks/ledger-aws.yaml")
    entries = {
        target: forecast(topology, target=target).scenario("lose-site:jurong").databases[0]
        for target in ("lab", "aws")
    }
    assert any("Aurora" in term.source for term in entries["aws"].terms)
    assert any("ttl" in term.source for term in entries["lab"].terms)
    assert entries["aws"].rpo.high == 0.0


def _ids(text: str, target: str) -> set[str]:
    return {found.id for found in find_misplaced(validate(text), target, offline=True)}


def test_two_names_that_become_one_on_a_cloud() -> None:
    """A database called like another one's copy in a site would get that copy's name."""
    text = (ROOT / "stacks/ledger-aws.yaml").read_text(encoding="utf-8")
    assert "name-taken" not in _ids(text, "aws")
    assert "name-taken" in _ids(text.replace("ledger-b", "ledger-a-tokyo-1"), "aws")


def test_an_answer_in_the_machines_own_network() -> None:
    """A public name cannot answer with an address that a machine may have, offline neither."""
    text = (ROOT / "stacks/ledger-aws.yaml").read_text(encoding="utf-8")
    (site, first) = next(iter(validate(text).dns.records["api"].answers.items()))
    assert site and "address-taken" not in _ids(text, "aws")
    assert "address-taken" in _ids(text.replace(first[0], "10.64.0.10"), "aws")


def test_a_region_has_room_for_sixteen_sites() -> None:
    """The seventeenth would share a subnet with the first."""
    topology = load(ROOT / "stacks/ledger-aws.yaml")
    (name, site) = next(iter(topology.sites.items()))
    crowd = {f"{name}-{n}": site for n in range(15)}
    full = topology.model_copy(update={"sites": {**topology.sites, **crowd}})
    found = [p for p in find_misplaced(full, "aws", offline=True) if p.id == "region-full"]
    assert len(found) == 1


def test_the_lab_has_no_ipv6() -> None:
    """An answer of IPv6 validates, and the lab says before `up` that no host of it can have it."""
    text = (ROOT / "stacks/ledger.yaml").read_text(encoding="utf-8")
    changed = text.replace("203.0.113.11", "'2001:db8::11'")
    assert "no-ipv6" in _ids(changed, "lab") and "no-ipv6" not in _ids(changed, "aws")


def test_addresses_of_many_are_apart() -> None:
    """No address is given twice, and none is no address, however many sites and databases."""
    given = {
        *(lab_addresses.site_address(site, slot)
          for site in (0, 198, 199, 299) for slot in range(1001)),
        *(lab_addresses.witness_address(n) for n in range(50)),
        *(lab_addresses.public_address(s, r, n) for s in (0, 254, 299) for r in (0, 31, 999)
          for n in range(8)),
    }  # fmt: skip
    assert len(given) == 4 * 1001 + 50 + 3 * 3 * 8
    assert all(lab_addresses.is_the_labs(str(ip_address(one))) for one in given)
    assert lab_addresses.site_address(2, 5) == "10.77.3.15"


@pytest.mark.parametrize(
    ("subnet", "address"),
    [("198.18.0.0/24", "198.18.0.10"), ("198.18.0.128/25", "198.18.0.138"),
     ("198.18.0.8/30", "198.18.0.10"), ("198.18.0.9/32", "198.18.0.9"),
     ("198.18.0.8/31", "198.18.0.8")],
)  # fmt: skip
def test_a_client_is_in_its_subnet(subnet: str, address: str) -> None:
    """The lab's client of a place has an address of the place."""
    text = (ROOT / "stacks/ledger.yaml").read_text(encoding="utf-8")
    plan = compile_plan(validate(text.replace("CN: [198.18.0.0/24]", f"CN: [{subnet}]")))
    assert [c.address for c in plan.clients if c.geo == "CN"] == [address]


@pytest.mark.parametrize(
    ("service", "good", "bad"),
    [
        ("cloud-sql", "db-c4a-highmem-2", "db-c4a-highmem-96"),
        ("alloydb", "c4a-highmem-4-lssd", "n2-highmem-2-lssd"),
        ("alloydb", "c4a-highmem-1", "c4a-highmem-2"),
        ("alloydb", "c4a-highmem-2-lssd", "c4a-highmem-4"),
        ("alloydb", "c4-highmem-288-lssd", "c4-highmem-72-lssd"),
        ("alloydb", "z3-highmem-22-highlssd", "z3-highmem-14-highlssd"),
        ("alloydb", "n2-highmem-96", "n2-highmem-72"),
        ("self-managed", "c4-standard-24", "c4-standard-22"),
        ("self-managed", "n2d-standard-224", "n2d-highmem-224"),
        ("self-managed", "t2d-standard-60", "t2d-highmem-8"),
    ],
)
def test_sizes_are_those_of_their_series(service: str, good: str, bad: str) -> None:
    """What Google has is taken, and what it has not is refused."""
    sizes = catalog("gcp").services[service].machine
    assert sizes.fullmatch(good) and not sizes.fullmatch(bad)
