"""Single edits of the example lower the grade that they are about, by the line that they are on."""

import pytest

from tests.grade_examples import criterion, graded, one

BUILDING = "sites: {{xihu: {{facility: {{{}}}}}}}"
EDITS = [
    # the building
    ("power: 2N", "gb50174", "A", None),
    ("power: N+1", "gb50174", "B", "power-a"),
    ("power: N", "gb50174", "C", "power-b"),
    ("power: null", "gb50174", None, "power-c"),
    ("cooling: N", "gb50174", "C", "cooling-b"),
    ("cooling: null", "gb50174", None, "cooling-c"),
    ("ups: 14min", "gb50174", "B", "ups-a"),
    ("ups: 6min", "gb50174", "C", "ups-b"),
    ("ups: null", "gb50174", "C", "ups-b"),
    ("feeds: [xihu-north]", "gb50174", "B", "feeds-a"),
    ("generator: null", "gb50174", "B", "feeds-a"),
    ("generator: 11h", "gb50174", "B", "fuel-a"),
    ("generator: 12h", "gb50174", "A", None),
    ("fire_detectors: 1", "gb50174", "B", "fire-detection-a"),
    ("fire_suppression: sprinkler", "gb50174", "B", "fire-suppression-a"),
    ("flood_zone: true", "gb50174", "B", "flood-a"),
    ("fault_zone: null", "gb50174", "B", "fault-a"),
    ("access_roads: 1", "gb50174", "B", "roads-a"),
    ("distances: {parking: 19}", "gb50174", "B", "parking-a"),
    ("distances: {parking: 9}", "gb50174", "C", "parking-b"),
    ("distances: {airport: 7999}", "gb50174", "B", "airport-a"),
    ("distances: {explosives: 2999}", "gb50174", "C", "explosives-b"),
    ("distances: {housing: null}", "gb50174", "B", "housing-a"),
    ("cooling: N+1", "uptime", "3", "fault-tolerant-4"),
    ("power: N+1", "uptime", "2", None),
    ("power: N", "uptime", "1", "components-2"),
    ("generator: 11h", "uptime", None, "fuel-1"),
    ("power: 2N", "tia942", "3", "power-redundancy-4"),
    ("feeds: [xihu-north]", "tia942", "2", "paths-3"),
    ("feeds: [xihu-north, xihu-north]", "tia942", "2", "paths-3"),
    ("feeds: [xihu-north]", "uptime", "2", "paths-3"),
    ("generator: null", "tia942", "1", "generator-2"),
    ("cooling: N", "tia942", "1", "redundancy-2"),
]


@pytest.mark.parametrize(("edit", "standard", "level", "missed"), EDITS)
def test_an_edit_of_a_building(
    edit: str, standard: str, level: str | None, missed: str | None
) -> None:
    """The site falls to the level, by the criterion; the topology is no better than it."""
    found = graded(BUILDING.format(edit))
    site, together = one(found, standard, "xihu"), one(found, standard)
    assert site.level == level
    order = ("-", *together.scale)
    assert order.index(together.level or "-") <= order.index(level or "-")
    if missed is not None:
        assert missed in {c.id for c in site.misses}
        assert criterion(together, missed).mark == "missed"


TOPOLOGY_EDITS = [
    ('backups: {nightly: {schedule: {full: "0 2 1 * *"}}}', "gbt20988", None, "weekly-full"),
    ('backups: {nightly: {schedule: {full: "0 2 * * 0"}}}', "gbt20988", "2", "daily-full"),
    ("backups: {nightly: {copies: [binjiang]}}\nvaults: null", "gbt20988", None, "off-site"),
    ("backups: {nightly: {copies: [binjiang]}}\nvaults: null", "share78", "0", "off-site-1"),
    ("backups: {nightly: {log: null}}", "share78", "2", "vaulting-3"),
    (
        "databases: {ledger-a: {commit: {mode: async, acks: null}, "
        "replicas: {xihu: {voter: null}, tianfu: {voter: null}}}}",
        "share78", "4", "integrity-5",
    ),
    (
        "dns: {records: {api: {rules: [{geo: '*', order: [[binjiang, xihu]]}]}}}",
        "gbt20988", "4", "network-5",
    ),
    ("databases: {ledger-a: {replicas: {tianfu: null}}}", "gbt20988", "1", "equipment-2"),
    ("failover: {lose-site: {mode: approve}}", "share78", "6", "automatic-7"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "standard", "level", "missed"), TOPOLOGY_EDITS)
def test_an_edit_of_the_topology(
    edit: str, standard: str, level: str | None, missed: str | None
) -> None:
    """The topology falls to the level, by the criterion."""
    found = one(graded(edit), standard)
    assert found.level == level
    assert missed is None or missed in {c.id for c in found.misses}


ARTICLES = [
    ("backups: {nightly: {restore_test: null}}", "dora", "dora-12-2"),
    ("cities: {chengdu: {at: [31.23, 121.47]}}", "dora", "dora-12-5-site"),
    ("cities: {chengdu: {hazards: [typhoon]}}", "dora", "rts-24-2-site"),
    ("failover: {lose-city: {decide: 3h}}", "dora", "rts-24-2-time"),
    ("failover: {lose-city: {decide: 5h}}", "mas-trm", "mas-rto"),
    ("backups: {nightly: {copies: [tianfu]}}\nvaults: null", "ffiec-bcm", "ffiec-cyber"),
    ("sites: {xihu: {carriers: [ct]}}", "bank-2010", "bank-23-carriers"),
    ("sites: {xihu: {facility: {fire_suppression: water-mist}}}", "bank-2010", "bank-21-fire"),
    ("cities: {chengdu: {at: [31.23, 121.47]}}", "bank-2010", "bank-3-4-remote"),
    ("failover: {lose-city: {decide: 5h}}", "bank-2011", "continuity-25-rto"),
    ("backups: {nightly: {log: {ship: 31min}}}", "bank-2011", "continuity-25-rpo"),
]


@pytest.mark.parametrize(("edit", "standard", "article"), ARTICLES)
def test_an_edit_that_an_article_is_about(edit: str, standard: str, article: str) -> None:
    """The article was not missed before, and is after."""
    assert criterion(one(graded(), standard), article).mark != "missed"
    assert criterion(one(graded(edit), standard), article).mark == "missed"


def test_a_waiver_makes_nothing_good() -> None:
    """Who answers for a violation is named, and the article is missed all the same."""
    found = graded(
        "cities: {chengdu: {hazards: [typhoon]}}\n"
        "waivers: [{rule: remote-risk-profile, target: chengdu, reason: storms are weak there, "
        "owner: risk, expires: 2031-12-31}]"
    )
    article = criterion(one(found, "dora"), "rts-24-2-site")
    assert article.mark == "missed"
    assert any("waived by risk" in piece.text for piece in article.evidence)
