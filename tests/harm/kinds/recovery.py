"""Failover that nobody decides on, objectives that ask for less, drills that grow old."""

from tests.harm.edit import Fires, Pick, Spec, broken, harmful, needless

LOSSES = ("lose-site", "lose-city", "lose-all")


@harmful("nobody says who decides after the loss of a site")
def _(spec: Spec, pick: Pick) -> Fires:
    del spec["failover"]["lose-site"]
    return {("failover-stated", ("failover", "lose-site"))}


@harmful("nobody says who decides after the loss of a city")
def _(spec: Spec, pick: Pick) -> Fires:
    del spec["failover"]["lose-city"]
    return {("failover-stated", ("failover", "lose-city")), *broken(spec, "rto lose-city")}


@harmful("nobody says who decides after the loss of everything")
def _(spec: Spec, pick: Pick) -> Fires:
    del spec["failover"]["lose-all"]
    return {("failover-stated", ("failover", "lose-all"))}


@harmful("nobody says in which time a city's loss is decided on")
def _(spec: Spec, pick: Pick) -> Fires:
    spec["failover"]["lose-city"] = "approve"
    where = ("failover", "lose-city", "decide")
    return {("failover-approved-across-cities", where), *broken(spec, "rto lose-city")}


@harmful("nobody says in which time the loss of everything is decided on")
def _(spec: Spec, pick: Pick) -> Fires:
    spec["failover"]["lose-all"] = "approve"
    return {("failover-approved-across-cities", ("failover", "lose-all", "decide"))}


@harmful("the loss of a city is automatic without a witness", "lab", "mixed")
def _(spec: Spec, pick: Pick) -> Fires:
    spec["failover"]["lose-city"] = "automatic"
    return {("automatic-possible", ("failover", "lose-city")), *broken(spec, "rto lose-city")}


@harmful("a person approves what happens by itself", "lab", "mixed")
def _(spec: Spec, pick: Pick) -> Fires:
    spec["failover"]["lose-site"] = {"mode": "approve", "decide": "5s"}
    return {("approval-possible", ("failover", "lose-site", "mode"))}


def _waived(spec: Spec, pick: Pick, what: str) -> Fires:
    """The waiver of the reference on Google Cloud, where nothing bounds the loss of a city."""
    about = pick.target == "gcp" and what in ("lose-city", "lose-city rpo")
    return needless(spec, "important-business") if about else set()


def _undeclared(kind: str) -> None:
    @harmful(f"{kind} has no objective")
    def _(spec: Spec, pick: Pick) -> Fires:
        del spec["objectives"][kind]
        return {("objectives-declared", ("objectives", kind)), *_waived(spec, pick, kind)}


def _generous(kind: str, word: str, value: str) -> None:
    @harmful(f"the {word.upper()} of {kind} is {value}")
    def _(spec: Spec, pick: Pick) -> Fires:
        spec["objectives"][kind][word] = value
        if _waived(spec, pick, f"{kind} {word}"):
            return broken(spec, f"{word} {kind}")
        return {("important-business", ("objectives", kind, word))}


def _impossible(kind: str, word: str, value: str) -> None:
    @harmful(f"the {word.upper()} of {kind} is promised as {value}")
    def _(spec: Spec, pick: Pick) -> Fires:
        spec["objectives"][kind][word] = value
        return {*broken(spec, f"{word} {kind}"), *_waived(spec, pick, f"{kind} {word}")}


for loss in LOSSES:
    _undeclared(loss)
for loss in LOSSES[:2]:
    _generous(loss, "rpo", "45min")
    _generous(loss, "rto", "5h")
_impossible("lose-city", "rpo", "0s")
_impossible("lose-all", "rpo", "0s")
_impossible("lose-city", "rto", "30s")
_impossible("lose-all", "rto", "1min")


@harmful("drills of a site's loss may be two years old")
def _(spec: Spec, pick: Pick) -> Fires:
    spec["drills"]["max_age"]["lose-site"] = "2y"
    return {("drill-age-special", ("drills", "max_age", "lose-site"))}


@harmful("drills of a full take-over may be ten years old")
def _(spec: Spec, pick: Pick) -> Fires:
    spec["drills"]["max_age"]["full"] = "10y"
    return {("drill-age-full", ("drills", "max_age", "full"))}


@harmful("how old drills may be is not stated")
def _(spec: Spec, pick: Pick) -> Fires:
    del spec["drills"]["max_age"]
    return {
        ("drill-age-special", ("drills", "max_age", "lose-site")),
        ("drill-age-full", ("drills", "max_age", "full")),
    }


@harmful("a person must approve what asynchronous copies take over", "lab", "mixed")
def _(spec: Spec, pick: Pick) -> Fires:
    found: Fires = set()
    for name, database in spec["databases"].items():
        database["commit"] = {"mode": "async"}
        where = ("databases", name, "commit", "mode")
        found |= {("rpo-zero-needs-sync", where), ("no-two-writers", where)}
        for replica in database["replicas"].values():
            replica.pop("voter", None)
    spec["failover"]["lose-site"] = {"mode": "approve", "decide": "10min"}
    return {
        *found,
        ("failover-automatic-in-city", ("failover", "lose-site", "mode")),
        *broken(spec, "rpo lose-site", "rto lose-site", "rpo isolate"),
    }
