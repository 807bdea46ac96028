"""In which regions Google Cloud offers its databases: dated tables, by machine series."""

from collections.abc import Mapping
from dataclasses import dataclass

from tricenter.topology.clouds.gcp import REGIONS
from tricenter.topology.gcp_disks import series


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The regions of a service, as its page had them on the day `dated`.

    `offered` is by machine series; `every` series that is not in it counts as offered wherever the
    service is. A region that is not `known` opened later, or is not for everybody: nothing is said
    of it.
    """

    dated: str
    source: str
    known: frozenset[str]
    every: frozenset[str]
    offered: Mapping[str, frozenset[str]]

    def lacks(self, region: str, machine: str) -> bool:
        """Whether the page had the region, and not with that machine."""
        there = self.offered.get(series(machine), self.every)
        return region in self.known and region not in there


def _of(names: str) -> frozenset[str]:
    return frozenset(names.split())


_ALL = frozenset(REGIONS)
_ALLOYDB_N2 = _ALL | {"asia-southeast3", "us-east7"}
OFFERS: Mapping[str, Offer] = {
    # The list of regions by edition, before Google parted it by series on a page of its own; of
    # C4A's regions there it tells nothing, so that a machine of that series counts as offered.
    "cloud-sql": Offer(
        dated="2025",
        source="https://cloud.google.com/sql/docs/postgres/instance-settings#region-2ndgen",
        known=_ALL,
        every=_ALL - {"europe-north2"},
        offered={},
    ),
    "alloydb": Offer(
        dated="2026-04-10",
        source="https://docs.cloud.google.com/alloydb/docs/choose-machine-type",
        known=_ALLOYDB_N2,
        every=_ALLOYDB_N2,
        offered={
            "n2": _ALLOYDB_N2,
            "c4a": _of(
                """
                asia-east1 asia-southeast1 europe-west1 europe-west2 europe-west3 europe-west4
                us-central1 us-east1 us-east4
                """
            ),
            "c4": _of(
                """
                asia-east1 asia-northeast1 asia-northeast3 asia-south2 asia-southeast1
                europe-west1 europe-west2 europe-west4 northamerica-northeast2
                northamerica-south1 us-east4 us-east5 us-west1 us-west3 us-west4
                """
            ),
            "z3": _of(
                """
                asia-northeast1 asia-southeast1 europe-west1 europe-west2 europe-west3
                europe-west4 northamerica-south1 us-central1 us-east1 us-east4 us-east5
                us-south1 us-west1
                """
            ),
        },
    ),
}
"""By service; machines of our own stand wherever Compute Engine is."""
