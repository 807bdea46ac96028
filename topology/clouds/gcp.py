"""Google Cloud as specs may name it: regions with zones, versions and tiers of its databases."""

import re

from tricenter.topology.clouds.catalog import Catalog, Service

# https://cloud.google.com/compute/docs/regions-zones
REGIONS = """
africa-south1 asia-east1 asia-east2 asia-northeast1 asia-northeast2 asia-northeast3 asia-south1
asia-south2 asia-southeast1 asia-southeast2 australia-southeast1 australia-southeast2
europe-central2 europe-north1 europe-north2 europe-southwest1 europe-west1 europe-west10
europe-west12 europe-west2 europe-west3 europe-west4 europe-west6 europe-west8 europe-west9
me-central1 me-central2 me-west1 northamerica-northeast1 northamerica-northeast2
northamerica-south1 southamerica-east1 southamerica-west1 us-central1 us-east1 us-east4 us-east5
us-south1 us-west1 us-west2 us-west3 us-west4
""".split()  # noqa: SIM905 - a list of one line each would hide the rest
LETTERS = {"us-east1": "bcd", "europe-west1": "bcd", "us-central1": "abcf"}
"""Zones are a, b and c but for these."""

BOTH = "(standard|highmem)"
SIZES = {
    "e2-standard": "2|4|8|16|32",
    "e2-highmem": "2|4|8|16",
    "n1-standard": "1|2|4|8|16|32|64|96",
    "n1-highmem": "2|4|8|16|32|64|96",
    f"n2-{BOTH}": "2|4|8|16|32|48|64|80|96|128",
    "n2d-standard": "2|4|8|16|32|48|64|80|96|128|224",
    "n2d-highmem": "2|4|8|16|32|48|64|80|96",
    f"n4-{BOTH}": "2|4|8|16|32|48|64|80",
    f"c3-{BOTH}": "4|8|22|44|88|176",
    f"c3d-{BOTH}": "4|8|16|30|60|90|180|360",
    f"c4-{BOTH}": "2|4|8|16|24|32|48|96|144|192|288",
    f"c4a-{BOTH}": "1|2|4|8|16|32|48|64|72",
    "t2d-standard": "1|2|4|8|16|32|48|60",
    "t2a-standard": "1|2|4|8|16|32|48",
}
"""Processors of the machines of each series, checked 2026-11-30:
https://docs.cloud.google.com/compute/docs/general-purpose-machines"""

CATALOG = Catalog(
    title="Google Cloud",
    dated="2026-11-25",
    source="discovery documents sqladmin v1beta4, alloydb v1 (which have all versions here)",
    zones={
        region: tuple(f"{region}-{letter}" for letter in LETTERS.get(region, "abc"))
        for region in REGIONS
    },
    services={
        # https://cloud.google.com/sql/docs/postgres/editions-intro: Enterprise Plus, which the
        # replica with a write endpoint needs, has tiers of its own.
        "cloud-sql": Service(
            title="Cloud SQL Enterprise Plus",
            versions=("14", "15", "16", "17", "18"),
            minor=False,
            machine=re.compile(
                r"db-perf-optimized-N-(2|4|8|16|32|48|64|80|96|128)"
                r"|db-c4a-highmem-(2|4|8|16|32|48|64|72)"
            ),
            example="db-perf-optimized-N-2",
        ),
        "alloydb": Service(
            title="AlloyDB",
            versions=("14", "15", "16", "17", "18"),
            minor=False,
            # https://docs.cloud.google.com/alloydb/docs/choose-machine-type (checked 2026-12-01)
            machine=re.compile(
                r"n2-highmem-(2|4|8|16|32|64|96|128)"
                r"|c4a-highmem-(1|(2|4|8|16|32|48|64|72)-lssd)"
                r"|c4-highmem-(4|8|16|24|32|48|96|144|192|288)-lssd"
                r"|z3-highmem-((14|22|44|88)-standardlssd|(8|16|22|32|44)-highlssd)"
            ),
            example="n2-highmem-2",
        ),
        "self-managed": Service(
            title="PostgreSQL on Compute Engine",
            versions=("14", "15", "16", "17", "18"),
            minor=False,
            machine=re.compile("|".join(f"{name}-({sizes})" for name, sizes in SIZES.items())),
            example="n2-standard-2",
            spans=True,
        ),
    },
)
