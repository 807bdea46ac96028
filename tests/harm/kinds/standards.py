"""Claims of levels that nothing bears, or of an edition that nobody names."""

from tests.harm.edit import Fires, Pick, Spec, harmful

CLAIM = ("standards", "gbt20988")


@harmful("a level is claimed that is above the evidence")
def _(spec: Spec, pick: Pick) -> Fires:
    del pick
    spec["standards"] = {"gbt20988": 6, "editions": {"gbt20988": "2007"}}
    return {("claims-borne", CLAIM)}


@harmful("a level is claimed without the standard's edition")
def _(spec: Spec, pick: Pick) -> Fires:
    del pick
    spec["standards"] = {"gbt20988": 5}
    return {("claim-edition-named", CLAIM)}
