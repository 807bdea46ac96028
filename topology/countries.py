"""The places of clients that rules may name: countries, continents, and states of countries."""

# Officially assigned alpha-2 codes, 249 of them, as in tzdata's iso3166.tab (checked 2026-11-25):
# https://www.iso.org/iso-3166-country-codes.html
_ASSIGNED = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM
HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC
LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES = frozenset(_ASSIGNED.split()) | {"XK"}
"""Country codes: those assigned, and Kosovo's, which GeoIP databases and Route 53 have, too."""
CONTINENTS = frozenset({"AF", "AN", "AS", "EU", "NA", "OC", "SA"})
"""Continents, as GeoIP databases and Route 53 write them."""
# The states and the district, of ISO 3166-2:US; what lies elsewhere (PR, GU) is a country of its
# own there. https://www.iso.org/obp/ui/#iso:code:3166:US (checked 2026-12-01)
_STATES = """
AK AL AR AZ CA CO CT DC DE FL GA HI IA ID IL IN KS KY LA MA MD ME MI MN MO MS MT NC ND NE NH NJ
NM NV NY OH OK OR PA RI SC SD TN TX UT VA VT WA WI WV WY
"""
STATES = frozenset(_STATES.split())
"""Codes of the United States' states. Of other countries ISO 3166-2 is not kept here."""
_MEANT = {"UK": "GB", **{code: f"continent:{code}" for code in CONTINENTS - COUNTRIES}}


def country_of(geo: str) -> str:
    """The country of a state, `US` of `US-CA`; any other place as it is."""
    return geo.partition("-")[0]


def explain_unknown(geo: str) -> str | None:
    """What is wrong with a place of clients as a sentence, None where there is such a place.

    Its form has been checked: `*`, a country of two capital letters, that with a state behind it,
    or `continent:` and a code.
    """
    kind, _, code = country_of(geo).rpartition(":")
    state = geo.partition("-")[2]
    if state and code == "US" and state not in STATES:
        return f"ISO 3166-2 has no state {geo} (known states: {', '.join(sorted(STATES))})"
    if geo == "*" or code in (CONTINENTS if kind else COUNTRIES):
        return None
    if kind:
        return f"there is no continent {code} (known continents: {', '.join(sorted(CONTINENTS))})"
    near = f" (did you mean '{_MEANT[code]}'?)" if code in _MEANT else ""
    return f"ISO 3166-1 has no country {code}{near}"
