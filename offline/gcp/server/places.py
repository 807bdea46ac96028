"""Google Cloud's regions and their zones, and the sizes that the emulated services know."""

import re

from tricenter.offline.gcp.server.refusal import Refused, invalid

# https://cloud.google.com/compute/docs/regions-zones, checked 2026-11-24. Letters differ:
# europe-west1 and us-east1 begin at b, us-central1 has an f.
REGIONS: dict[str, str] = {
    "africa-south1": "abc",
    "asia-east1": "abc",
    "asia-east2": "abc",
    "asia-northeast1": "abc",
    "asia-northeast2": "abc",
    "asia-northeast3": "abc",
    "asia-south1": "abc",
    "asia-south2": "abc",
    "asia-southeast1": "abc",
    "asia-southeast2": "abc",
    "asia-southeast3": "abc",
    "australia-southeast1": "abc",
    "australia-southeast2": "abc",
    "europe-central2": "abc",
    "europe-north1": "abc",
    "europe-north2": "abc",
    "europe-southwest1": "abc",
    "europe-west1": "bcd",
    "europe-west2": "abc",
    "europe-west3": "abc",
    "europe-west4": "abc",
    "europe-west6": "abc",
    "europe-west8": "abc",
    "europe-west9": "abc",
    "europe-west10": "abc",
    "europe-west12": "abc",
    "me-central1": "abc",
    "me-central2": "abc",
    "me-west1": "abc",
    "northamerica-northeast1": "abc",
    "northamerica-northeast2": "abc",
    "northamerica-south1": "abc",
    "southamerica-east1": "abc",
    "southamerica-west1": "abc",
    "us-central1": "abcf",
    "us-east1": "bcd",
    "us-east4": "abc",
    "us-east5": "abc",
    "us-south1": "abc",
    "us-west1": "abc",
    "us-west2": "abc",
    "us-west3": "abc",
    "us-west4": "abc",
}
MULTI_REGIONS = ("us", "eu", "asia")

# https://cloud.google.com/sql/docs/postgres/instance-settings, checked 2026-11-24.
ENTERPRISE_PLUS_TIERS = (
    *(f"db-perf-optimized-N-{size}" for size in (2, 4, 8, 16, 32, 48, 64, 80, 96, 128)),
    *(f"db-c4a-highmem-{size}" for size in (2, 4, 8, 16, 32, 48, 64, 72)),
)
SHARED_TIERS = ("db-f1-micro", "db-g1-small")
CUSTOM_TIER = re.compile(r"db-custom-(\d+)-(\d+)")

# https://cloud.google.com/alloydb/docs/choose-machine-type, checked 2026-11-24.
ALLOYDB_VERSIONS = ("POSTGRES_14", "POSTGRES_15", "POSTGRES_16", "POSTGRES_17")


def zones(region: str) -> tuple[str, ...]:
    """The zones of a region, none for one that does not exist."""
    return tuple(f"{region}-{letter}" for letter in REGIONS.get(region, ""))


ZONES = frozenset(zone for region in REGIONS for zone in zones(region))


def check_region(region: str) -> None:
    """Raises Refused for a region that Google does not have."""
    if region not in REGIONS:
        raise Refused(
            404, f"The region '{region}' was not found or is not available to this project"
        )


def check_zone(zone: str) -> None:
    """Raises Refused for a zone that Google does not have."""
    region = zone.rpartition("-")[0]
    if zone not in zones(region):
        raise Refused(404, f"The zone '{zone}' was not found or is not available to this project")


def check_sql_tier(tier: str, edition: str) -> None:
    """Raises Refused for a machine that Cloud SQL's edition does not offer."""
    if edition == "ENTERPRISE_PLUS":
        fits = tier in ENTERPRISE_PLUS_TIERS
    else:
        fits = tier in SHARED_TIERS or bool(CUSTOM_TIER.fullmatch(tier))
    if not fits:
        raise invalid(f"Invalid Tier ({tier}) for ({edition}) Edition. Use a predefined Tier.")
