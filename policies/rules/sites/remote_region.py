"""The remote center is in another region of its cloud than the home city."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.notions.centers import city_sites, home_city, remote_sites
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.placement import stated_place


def find(facts: Facts) -> Iterator[Finding]:
    """Remote sites in a region of the home city's sites, whatever city the spec says."""
    topology, home = facts.topology, home_city(facts.topology)
    taken = {
        (place[0], place[1].region): site
        for site in reversed(city_sites(topology))
        if (place := stated_place(topology, site, facts.target))
    }
    for site in remote_sites(topology):
        place = stated_place(topology, site, facts.target)
        if place is None:
            continue
        cloud, region = place[0], place[1].region
        if (cloud, region) in taken:
            message = (
                f"{site} is in {region} like {taken[cloud, region]} in {home}, so an outage of "
                "that region takes both centers"
            )
            yield Finding(path=("sites", site, cloud, "region"), message=message)


RULE = Rule(
    severity="critical",
    clauses=(cite("aws-rel", "REL10-BP01"), cite("bank-2010", "art. 3(4)")),
    fix="name another region for the remote site",
    also_in=(
        "AWS Config S3_BUCKET_CROSS_REGION_REPLICATION_ENABLED (buckets)",
        "S3.7 (buckets)",
        "CKV_AWS_144 (buckets)",
        "prowler s3_bucket_cross_region_replication (buckets)",
        "compliance-policies aws-s3-bucket-enable-replication-configuration (buckets)",
        "APRL 43663217 (Cosmos DB)",
    ),
    passes="sites: {binjiang: {gcp: null}, xihu: {gcp: null}, tianfu: {gcp: null}}",
    fails="""
sites:
  binjiang: {gcp: null}
  xihu: {gcp: null}
  tianfu: {gcp: null, aws: {region: ap-southeast-1, zone: ap-southeast-1c}}
""",
    find=find,
)
