"""Continents of countries, as Route 53 sorts them: the geography that GeoDNS rules speak of."""

from collections.abc import Mapping

from tricenter.topology.countries import STATES, country_of

# Route 53's own table; UM and others are where AWS puts them. Checked 2026-11-24:
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-geo.html
_COUNTRIES: Mapping[str, str] = {
    "AF": "AO BF BI BJ BW CD CF CG CI CM CV DJ DZ EG ER ET GA GH GM GN GQ GW KE KM LR LS LY MA MG "
    "ML MR MU MW MZ NA NE NG RE RW SC SD SH SL SN SO SS ST SZ TD TG TN TZ UG YT ZA ZM ZW",
    "AN": "AQ GS TF",
    "AS": "AE AF AM AZ BD BH BN BT CC CN GE HK ID IL IN IO IQ IR JO JP KG KH KP KR KW KZ LA LB LK "
    "MM MN MO MV MY NP OM PH PK PS QA SA SG SY TH TJ TM TR TW UZ VN YE",
    "EU": "AD AL AT AX BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IM IS IT JE "
    "LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM UA VA XK",
    "NA": "AG AI AW BB BL BM BQ BS BZ CA CR CU CW DM DO GD GL GP GT HN HT JM KN KY LC MF MQ MS MX "
    "NI PA PM PR SV SX TC TT US VC VG VI",
    "OC": "AS AU CK FJ FM GU KI MH MP NC NF NR NU NZ PF PG PN PW SB TK TL TO TV UM VU WF WS",
    "SA": "AR BO BR CL CO EC FK GF GY PE PY SR UY VE",
}
CONTINENT: Mapping[str, str] = {
    country: continent
    for continent, countries in _COUNTRIES.items()
    for country in countries.split()
}
"""The continent of each country that Route 53 knows. BV, CX, EH and HM it does not support."""

CONTINENTS = tuple(sorted(_COUNTRIES))
_PREFIX = "continent:"


def continent_of(geo: str | None) -> str | None:
    """The continent code of a place as the spec writes it, None where there is none."""
    if geo is None:
        return None
    if geo.startswith(_PREFIX):
        code = geo.removeprefix(_PREFIX)
        return code if code in CONTINENTS else None
    return CONTINENT.get(country_of(geo))


def known(geo: str) -> bool:
    """Whether a rule's place is everyone, or one that Route 53 has a location for.

    Of states it has those of the United States alone (botocore's model of GeoLocation and
    https://docs.aws.amazon.com/Route53/latest/APIReference/API_GeoLocation.html, checked
    2026-12-01).
    """
    country, _, state = geo.partition("-")
    if state and (country != "US" or state not in STATES):
        return False
    return geo == "*" or continent_of(geo) is not None


def countries_of(continent: str) -> tuple[str, ...]:
    """The countries of a continent code, sorted."""
    return tuple(sorted(_COUNTRIES[continent].split()))


def continent_geo(continent: str) -> str:
    """A continent as the spec writes it: `continent:EU`."""
    return f"{_PREFIX}{continent}"
