"""A spec is a stranger's: no text of it changes what a rendered file does, on any target."""

import copy
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from functools import cache
from itertools import starmap
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import runs
from tests.formats import lua_shape, shape
from tests.test_fuzz import to_yaml
from tricenter.topology.compile import compile_plan
from tricenter.topology.document import load
from tricenter.topology.errors import SpecError
from tricenter.topology.plan import Plan
from tricenter.topology.quoting import UnsafeTextError, bind, zone_name
from tricenter.topology.render import etcd, patroni, pgbackrest, powerdns, render
from tricenter.topology.spec import Topology
from tricenter.topology.validate import validate

ROOT = Path(__file__).parent.parent
SPECS = {
    "lab": load(ROOT / "stacks/ledger.yaml").data,
    "aws": load(ROOT / "stacks/ledger-aws.yaml").data,
    "gcp": load(ROOT / "stacks/ledger-gcp.yaml").data,
    "mixed": load(ROOT / "stacks/ledger-mixed.yaml").data,
}
FEED = "plain"
MORE = {
    "partners": {"clearing": {"holds": ["ledger-a"], "at": [1.5, 2.5]}},
    "drills": {"records": "records/", "max_age": {"lose-site": "180d"}},
    "waivers": [
        {
            "rule": "replica-per-site",
            "target": "databases.ledger-a",
            "reason": "written by somebody",
            "owner": "somebody",
            "expires": "2099-01-31",
        }
    ],
}
"""What the examples lack, so that every text of the model has its place."""
ATTACK = (
    "::%0'}) then os.execute('touch owned') end if netmask({'\n"
    "  pg_hba:\n  - host all all all trust\n  #/64"
)
HOSTILE = (
    "'}) os.execute('id') if netmask({'", '"); os.execute("id") --', "x\n- y: z", "x: y # z",
    "[x](http://e.org)", "<img src=x>", "`id`", "$(id)", "; id", "| id", "' OR '1'='1", "\\",
    "%0", "%%", "{{ 7 * 7 }}", "{% raw %}", "${{ github.token }}", "::error::x", "##[error]x",
    "\x1b]0;x\x07", "\x1b[31m", "\u202eabc", "a|b", "---", "```\nid\n```", "*", "&a", "!x", "=x",
    "@SUM(1)", "x" * 90, "--config=/etc/passwd", "../../etc", "x/../y", "\u4e2d\u6587", "\u200b",
)  # fmt: skip


def places(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of each text in plain data, of keys too: their last step is None."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data)
    for step, value in pairs:
        if isinstance(step, str):
            yield (*path, step, "<key>")
        if isinstance(value, str):
            yield (*path, step)
        elif isinstance(value, dict | list):
            yield from places(value, (*path, step))


def put(data: Any, path: tuple[str | int, ...], text: str) -> Any:
    """The data with a text at a place, and as the key where the place is one."""
    made = copy.deepcopy(data)
    key = path[-1] == "<key>"
    *steps, last = path[:-1] if key else path
    inner = made
    for step in steps:
        inner = inner[step]
    if key:
        inner[text] = inner.pop(last)
    else:
        inner[last] = text
    return made


def full(target: str) -> Any:
    """A target's example with everything that the model has a text for."""
    made = copy.deepcopy(SPECS[target]) | copy.deepcopy(MORE)
    for name in list(made["sites"])[:2]:
        facility = made["sites"][name].setdefault("facility", {})
        # One feed of both: its name stands in titles, and so in runbooks.
        facility["feeds"] = [FEED]
    return made


def accepted(data: Any) -> Topology | None:
    """The topology of plain data, None where it is refused in words."""
    try:
        return validate(to_yaml(data))
    except SpecError:
        return None


@cache
def structure(path: str, text: str) -> str:
    """The structure of a file as a text, to compare."""
    return repr(shape(path, text))


def shapes(plan: Plan) -> Counter[str]:
    """The structure of every rendered file, how often each."""
    return Counter(structure(file.path, file.text) for file in render(plan))


def test_the_attack_is_refused() -> None:
    """The scope of an IPv6 address, which may be any text, is none of a spec's."""
    for key, value in (("clients", {"CN": [ATTACK]}), ("clients", {"CN": ["::%0'/64"]})):
        data = full("lab")
        data["dns"][key] = value
        with pytest.raises(SpecError, match="bad-subnet"):
            validate(to_yaml(data))
    data = full("lab")
    data["dns"]["records"]["api"]["answers"]["binjiang"] = ["fe80::1%'})os.execute('id')--"]
    with pytest.raises(SpecError, match="bad-address"):
        validate(to_yaml(data))


def test_the_attack_does_nothing_behind_the_model() -> None:
    """Were it in the plan, no access rule and no code would come of it."""
    plan = compile_plan(validate(to_yaml(full("lab"))))
    zone = replace(plan.zone, clients=(("CN", (ATTACK,)),))
    hostile = replace(plan, zone=zone)
    for before, after in zip(patroni.files(plan), patroni.files(hostile), strict=True):
        rules = yaml.safe_load(after.text)["postgresql"]["pg_hba"]
        wanted = yaml.safe_load(before.text)["postgresql"]["pg_hba"]
        assert len(rules) == len(wanted) - 2  # one subnet where there were three
        assert not [rule for rule in rules if rule.startswith("host ")]
    benign = replace(plan, zone=replace(plan.zone, clients=(("CN", ("2001:db8::/64",)),)))
    zones = [shape("zone", powerdns.zone_text(one)) for one in (benign, hostile)]
    assert zones[0] == zones[1]


LONG = [pytest.param(target, marks=pytest.mark.long) for target in ("aws", "gcp")]


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("target", ["lab", "mixed", *LONG])
def test_accepted_texts_change_no_structure(target: str) -> None:
    """Each text of a spec, tried with each hostile one: refused, or every file is as it was."""
    data = full(target)
    whole = accepted(data)
    assert whole is not None
    plan = compile_plan(whole, target)
    wanted: Counter[str] | None = None
    taken: set[str] = set()
    for number, path in enumerate(places(data)):
        tried = [HOSTILE[(number + step) % len(HOSTILE)] for step in range(runs(2, len(HOSTILE)))]
        shared = path[-3:-1] == ("facility", "feeds")
        # These reach every page, so each is a rendering of everything.
        for text in tried[:: runs(3, 1)] if shared else tried:
            made = put(data, path, text)
            if shared and path[1] in list(made["sites"])[:2]:
                # In both buildings, else it would only stop being a shared one.
                for name in list(made["sites"])[:2]:
                    made["sites"][name]["facility"]["feeds"] = [text]
            topology = accepted(made)
            if topology is None:
                continue
            taken.add(".".join(map(str, path)))
            changed = compile_plan(topology, target)
            if replace(changed, digest=plan.digest) != plan:
                wanted = wanted or shapes(plan)
                assert shapes(changed) == wanted, (path, text)
    free = ("feeds", "carriers", "account", "owner", "reason", "rule", "target", "records")
    # What takes more than a name is known; a freer field is one more line here, and looked at.
    assert {p for p in taken if not any(word in p for word in free)} <= FREE, taken


FREE = {"vaults.cold-vault.<key>"}
"""Other places that take one of the hostile texts, which is a name by chance."""


def texts(value: Any) -> Iterator[str]:
    """Every text of a plan."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from texts(one)
    elif is_dataclass(value) and not isinstance(value, type):
        for one in fields(value):
            yield from texts(getattr(value, one.name))


def renamed(value: Any, old: str, new: str) -> Any:
    """A plan with a text exchanged wherever it is the whole one."""
    if isinstance(value, str):
        return new if value == old else value
    if isinstance(value, tuple):
        return tuple(renamed(one, old, new) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        changed = {one.name: renamed(getattr(value, one.name), old, new) for one in fields(value)}
        return replace(value, **changed)
    return value


PLANS = {target: compile_plan(validate(to_yaml(full(target))), target) for target in SPECS}
MODULES = (etcd, patroni, pgbackrest, powerdns)


@settings(deadline=None, max_examples=runs(20, 800), suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(sorted(SPECS)), st.sampled_from(MODULES), st.data())
def test_no_text_of_a_plan_changes_a_structure(
    target: str, module: Any, data: st.DataObject
) -> None:
    """Whatever a plan's text is, a file holds it as that text, or its rendering is refused."""
    plan = PLANS[target]
    words = {"leader", "quorum", "async", "sync", "site", "witness", "*"}
    words |= {place for place, _ in plan.zone.clients}  # who is near is another order of sites
    old = data.draw(st.sampled_from(sorted(set(texts(plan)) - words)))
    new = data.draw(st.sampled_from(HOSTILE) | st.text(st.characters(codec="utf-8"), max_size=20))
    hostile = renamed(plan, old, new)
    try:
        made = [(file.path, file.text) for file in module.files(hostile)]
    except (UnsafeTextError, ValueError):
        return
    before = [(file.path, file.text) for file in module.files(plan)]
    if len(made) == len(before):
        # Files come in the order of names, which are others now.
        wanted, found = (Counter(starmap(structure, files)) for files in (before, made))
        assert found == wanted, (old, new)


def test_a_change_of_structure_is_seen() -> None:
    """The parsers do tell an injected rule, statement, setting and command from a text."""
    plan = PLANS["lab"]
    (file, *_) = patroni.files(plan)
    assert shape(file.path, file.text) != shape(file.path, file.text + "x: 1\n")
    assert lua_shape("f({'a'})") != lua_shape("f({'a'}) os.execute('id') g({'b'})")
    assert shape("a.md", "# a\n\nb\n") != shape("a.md", "# a\n\n<img src=x>\n")
    assert shape("a.md", "    x y\n") != shape("a.md", "    x y z\n")
    assert shape("x.conf", "[a]\nb=c\n") != shape("x.conf", "[a]\nb=c\nd=e\n")
    assert json.dumps(shape("a.json", '{"a": [1]}')) != json.dumps(shape("a.json", '{"a": 1}'))


def test_a_section_without_a_name_is_refused() -> None:
    """`[]` is a parse error to programs that have sections, and `default` to others."""
    with pytest.raises(UnsafeTextError):
        list(pgbackrest.files(renamed(PLANS["gcp"], "ledger-b", "")))


def test_a_zone_without_a_name_is_refused() -> None:
    """`zone ""` is the root, and a line of a zone without a name is about the name above it."""
    with pytest.raises(UnsafeTextError):
        list(powerdns.files(renamed(PLANS["lab"], PLANS["lab"].zone.name, "")))
    for form in (bind, zone_name):
        with pytest.raises(UnsafeTextError):
            form("")
