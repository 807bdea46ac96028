"""Sites that fall together, stand too near or too far, or cannot carry what is left."""

from tests.harm.edit import Fires, Pick, Spec, broken, harmful, home, remote, sites_in


def _link(spec: Spec, *sites: str) -> int:
    return next(i for i, link in enumerate(spec["links"]) if set(link["between"]) == set(sites))


@harmful("the remote city is a hundred kilometres away")
def _(spec: Spec, pick: Pick) -> Fires:
    city = spec["sites"][pick.one(remote(spec))]["city"]
    north, east = spec["cities"][home(spec)]["at"]
    spec["cities"][city]["at"] = [north + 0.9, east]
    return {("remote-distance", ("cities", city, "at"))}


@harmful("one hazard threatens both cities", "lab")
def _(spec: Spec, pick: Pick) -> Fires:
    city = spec["sites"][pick.one(remote(spec))]["city"]
    spec["cities"][city]["hazards"] = [pick.one(spec["cities"][home(spec)]["hazards"])]
    return {("remote-risk-profile", ("cities", city, "hazards", 0))}


@harmful("one power station feeds both sites of the city", "lab")
def _(spec: Spec, pick: Pick) -> Fires:
    one, other = sites_in(spec, home(spec))
    feeds = [site["facility"]["feeds"] for site in (spec["sites"][one], spec["sites"][other])]
    feeds[1][0] = feeds[0][0]
    return {
        ("distinct-failure-domains", ("sites", other, "facility", "feeds", 0)),
        ("quorum-survives-site", ("sites", one)),
        ("automatic-possible", ("failover", "lose-site", "mode")),
        *broken(spec, "rpo lose-site", "rto lose-site"),
    }


@harmful("all databases prefer one site")
def _(spec: Spec, pick: Pick) -> Fires:
    one, other = sites_in(spec, home(spec))
    for database in spec["databases"].values():
        if database["prefer"] == other:
            database["prefer"] = one
            database["replicas"][other] = database["replicas"].pop(one)
    return {("two-centers-in-one-city", ("sites", other))}


@harmful("the sites of the city are 9 ms apart")
def _(spec: Spec, pick: Pick) -> Fires:
    index = _link(spec, *sites_in(spec, home(spec)))
    spec["links"][index]["rtt"] = "9ms"
    return {("city-latency", ("links", index, "rtt"))}


@harmful("a site of the city cannot carry the transactions of the other")
def _(spec: Spec, pick: Pick) -> Fires:
    site = pick.one(sites_in(spec, home(spec)))
    own = sum(d["load"]["tps"] for d in spec["databases"].values() if d["prefer"] == site)
    spec["sites"][site]["capacity"]["tps"] = own + 1
    return {("each-center-carries-all", ("sites", site, "capacity", "tps"))}


@harmful("a site of the city has too few connections for the other")
def _(spec: Spec, pick: Pick) -> Fires:
    site = pick.one(sites_in(spec, home(spec)))
    own = sum(d["load"]["connections"] for d in spec["databases"].values() if d["prefer"] == site)
    spec["sites"][site]["capacity"]["connections"] = own + 1
    return {("each-center-carries-all", ("sites", site, "capacity", "connections"))}


@harmful("the remote site cannot carry the load")
def _(spec: Spec, pick: Pick) -> Fires:
    site = pick.one(remote(spec))
    spec["sites"][site]["capacity"]["tps"] = 1
    return {("remote-carries-all", ("sites", site, "capacity", "tps"))}


@harmful("the remote site is in the region of the city", "aws", "gcp")
def _(spec: Spec, pick: Pick) -> Fires:
    name = pick.one(remote(spec))
    site = spec["sites"][name]
    near = spec["sites"][sites_in(spec, home(spec))[0]]
    cloud = "aws" if "aws" in site else "gcp"
    site[cloud]["region"] = near[cloud]["region"]
    return {("remote-region", ("sites", name, cloud, "region"))}


@harmful("both witnesses stand in the home city", "lab")
def _(spec: Spec, pick: Pick) -> Fires:
    spec["witnesses"] = {"judge": {"city": home(spec)}, "juror": {"city": home(spec)}}
    return {
        ("witness-outside-cities", ("witnesses", "judge", "city")),
        ("witness-outside-cities", ("witnesses", "juror", "city")),
        ("witnesses-apart", ("witnesses", "juror", "city")),
    }


@harmful("the remote site moves into the home city", "lab")
def _(spec: Spec, pick: Pick) -> Fires:
    (site,) = remote(spec)
    del spec["cities"][spec["sites"][site]["city"]]
    spec["sites"][site]["city"] = home(spec)
    far = {i for i, link in enumerate(spec["links"]) if site in link["between"]}
    return {
        ("remote-center", ("sites",)),
        *(("city-latency", ("links", index, "rtt")) for index in far),
        *broken(spec, "rto lose-city"),
    }


@harmful("two small remote sites where one was large enough", "lab")
def _(spec: Spec, pick: Pick) -> Fires:
    (site,) = remote(spec)
    needed = sum(database["load"]["tps"] for database in spec["databases"].values())
    half = {"tps": needed // 2 + 1, "connections": 1200}
    spec["cities"]["qingdao"] = {"at": [36.07, 120.38]}
    spec["sites"]["weiyang"] = {**spec["sites"][site], "city": "qingdao", "capacity": dict(half)}
    spec["sites"]["weiyang"]["facility"] = {
        **spec["sites"][site]["facility"],
        "feeds": ["weiyang-1", "weiyang-2"],
    }
    spec["sites"][site]["capacity"] = dict(half)
    spec["witnesses"] = {"wuhan": {"at": [30.59, 114.31]}}
    for database in spec["databases"].values():
        database["replicas"]["weiyang"] = {}
    return {("capacity-after-loss", ("sites", site, "capacity")), ("link-stated", ("links",))}
