"""Google Cloud's regions as places of clients: Cloud DNS knows no countries, only its regions."""

from collections.abc import Mapping

from tricenter.topology.countries import country_of
from tricenter.topology.dns.continents import CONTINENT, continent_of, countries_of

# Cloud DNS places a query, by its client subnet or source address, in the nearest Google Cloud
# region and publishes no table of it. ASSUMED here: the region that is nearest on the map. Regions
# as of 2026-11-24, https://docs.cloud.google.com/compute/docs/regions-zones; the rule of the
# nearest: https://docs.cloud.google.com/dns/docs/routing-policies-overview#geolocation-policy
_CLIENTS: Mapping[str, str] = {
    "africa-south1": "AO BW CD KM LS MG MU MW MZ NA RE SH SZ TF YT ZA ZM ZW AQ",
    "asia-east1": "TW",
    "asia-east2": "CN HK MO PH VN",
    "asia-northeast1": "JP",
    "asia-northeast2": "",
    "asia-northeast3": "KP KR MN",
    "asia-south1": "IN IO LK MV",
    "asia-south2": "AF BD BT KG KZ NP PK TJ UZ",
    "asia-southeast1": "KH LA MM MY SG TH BN",
    "asia-southeast2": "CC ID TL",
    "australia-southeast1": "AS AU CK FJ FM GU KI MH MP NC NF NR NU NZ PF PG PN PW SB TO TV UM VU "
    "WF WS TK",
    "australia-southeast2": "",
    "europe-central2": "BY LT LV PL UA MD RO",
    "europe-north1": "EE FI RU AX",
    "europe-north2": "NO SE SJ",
    "europe-southwest1": "AD ES GI MA PT CV GM GN GW LR ML MR SL SN CI BF",
    "europe-west1": "BE LU",
    "europe-west10": "CZ DK",
    "europe-west12": "",
    "europe-west2": "GB GG IE IM IS FO JE",
    "europe-west3": "DE AT SK HU BG",
    "europe-west4": "NL",
    "europe-west6": "CH LI",
    "europe-west8": "AL BA DZ GR HR IT LY ME MK MT RS SI SM TD NE TN VA XK NG BJ CF CM GA GH GQ CG "
    "ST TG",
    "europe-west9": "FR MC",
    "me-central1": "AE QA OM YE TM IR BI DJ ER ET KE RW SC SO TZ UG",
    "me-central2": "BH IQ KW SA",
    "me-west1": "AM AZ CY EG GE IL JO LB PS SD SS SY TR",
    "northamerica-northeast1": "CA GL PM",
    "northamerica-northeast2": "",
    "northamerica-south1": "GT HN MX NI SV BZ CR",
    "southamerica-east1": "BR GF GY PY SR UY GS",
    "southamerica-west1": "AR BO CL EC FK PE",
    "us-central1": "US",
    "us-east1": "AG AI AW BB BL BM BQ BS CO CU CW DM DO GD GP HT JM KN KY LC MF MQ MS PA PR SX TC "
    "TT VC VE VG VI",
    "us-east4": "",
    "us-east5": "",
    "us-south1": "",
    "us-west1": "",
    "us-west2": "",
    "us-west3": "",
    "us-west4": "",
}
REGIONS = tuple(sorted(_CLIENTS))
REGION: Mapping[str, str] = {
    country: region for region, countries in _CLIENTS.items() for country in countries.split()
}
"""The region in which Cloud DNS is assumed to place the clients of a country."""

_SPREAD: Mapping[str, tuple[str, ...]] = {
    "AU": ("australia-southeast2",),
    "CA": ("northamerica-northeast2",),
    "DE": ("europe-west10",),
    "IN": ("asia-south2",),
    "IT": ("europe-west12",),
    "JP": ("asia-northeast2",),
    "US": tuple(region for region in sorted(_CLIENTS) if region.startswith("us-")),
}
"""Countries with several regions: their clients are placed in each of them."""

_CONTINENTS = (
    ("africa-", "AF"),
    ("asia-", "AS"),
    ("me-", "AS"),
    ("australia-", "OC"),
    ("europe-", "EU"),
    ("northamerica-", "NA"),
    ("us-", "NA"),
    ("southamerica-", "SA"),
)


def regions_of(geo: str | None) -> tuple[str, ...]:
    """The regions in which clients of a place may be placed; every one where nothing is known."""
    country = country_of(geo or "")
    if country in CONTINENT:
        return tuple(sorted({REGION[country], *_SPREAD.get(country, ())}))
    continent = continent_of(geo)
    if continent is None:
        return REGIONS
    return tuple(sorted({r for country in countries_of(continent) for r in regions_of(country)}))


def continent_of_region(region: str) -> str:
    """The continent code of a region; raises StopIteration for a name that is none."""
    return next(continent for prefix, continent in _CONTINENTS if region.startswith(prefix))


COUNTRIES_NEAR: Mapping[str, frozenset[str]] = {
    region: frozenset(country for country in CONTINENT if region in regions_of(country))
    for region in REGIONS
}
"""The countries whose clients may be placed in a region."""
