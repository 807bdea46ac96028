"""What a machine on a cloud takes from its bucket: what the deployment put there, nothing else."""

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.test_machine_program import PLAN, SITE, in_bucket
from tricenter.components.site_secrets import new_seed, site_document
from tricenter.topology.machine_program import program

HELD = in_bucket()
DOCUMENT = json.loads(site_document(new_seed(), PLAN, PLAN.host(SITE), bucket="b", held=HELD))
Module = Any


@pytest.fixture
def node(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Module:
    """The machine's own program, whose users are all whoever runs this."""
    module = ModuleType("node")
    exec(compile(program(), "node.py", "exec"), module.__dict__)  # noqa: S102
    user = SimpleNamespace(pw_uid=os.getuid(), pw_gid=os.getgid())
    monkeypatch.setattr(module.pwd, "getpwnam", lambda _: user)  # type: ignore[attr-defined]
    module.__dict__["KEPT"] = tmp_path / "kept"
    return module


def double(node: Module, **own: Any) -> None:
    """Put these in the place of the program's own."""
    node.__dict__.update(own)


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    """The object of the bucket, after somebody else's change."""
    found = json.loads(HELD)
    change(found)
    return json.dumps(found, sort_keys=True).encode()


def test_the_object_of_the_deployment_is_taken(node: Module) -> None:
    """Its digest is in the site's secret, and what it names is below the site's own folders."""
    assert node.genuine(HELD.encode(), DOCUMENT) == json.loads(HELD)


@pytest.mark.parametrize(
    "attack",
    [
        lambda held: held["files"].update({"/etc/cron.d/x": "* * * * * root sh\n"}),
        lambda held: held["files"].update({"/srv/etc/pdns/pdns.conf": "lua-script=x"}),
        lambda held: held["bundles"].update({"../etc/cron.d/x": ""}),
        lambda held: held["machine"].update({"/etc/tricenter/node.py": "print()"}),
    ],
    ids=["another file", "another text", "a path outside", "another program"],
)
def test_another_object_is_refused(node: Module, attack: Any) -> None:
    """Who can write into the bucket, and not into the store of secrets, is not root here."""
    with pytest.raises(OSError, match="not what the store of secrets says"):
        node.genuine(changed(attack), DOCUMENT)
    with pytest.raises(OSError, match="not what the store of secrets says"):
        node.genuine(HELD.encode(), {key: DOCUMENT[key] for key in ("files", "bucket", "vaults")})


@pytest.mark.parametrize(
    ("part", "path"),
    [
        ("files", "/etc/cron.d/x"),
        ("files", "/srv/etc/../../etc/cron.d/x"),
        ("files", "srv/etc/x"),
        ("files", "/srv/tls/host.key"),
        ("files", "/srv/etc//x"),
        ("bundles", "../etc/cron.d/x"),
        ("bundles", "/etc/cron.d/x"),
        ("bundles", "bundles/../../root/.ssh/authorized_keys"),
        ("bundles", "etc/patroni/x"),
    ],
)
def test_only_the_sites_own_folders(node: Module, part: str, path: str) -> None:
    """Also a spec whose names lead elsewhere, deployed in good faith, writes nowhere else."""
    data = changed(lambda held: held[part].update({path: "x"}))
    digest = hashlib.sha256(data).hexdigest()
    with pytest.raises(OSError, match="is not below"):
        node.genuine(data, DOCUMENT | {"object_digest": digest})


def test_a_secret_writes_below_its_folders(node: Module) -> None:
    """The same for the files of the site's secret."""
    wrong = DOCUMENT | {"files": {"/root/.ssh/authorized_keys": "x"}}
    written: list[str] = []
    double(
        node, read_secret=lambda _: wrong, write=lambda path, *_, **__: written.append(str(path))
    )
    with pytest.raises(OSError, match="is not below"):
        node.put_secrets({})
    assert written == [str(node.KEPT / "secret.json")]


def test_a_refused_object_leaves_the_machine_as_it_is(
    node: Module, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing of it is written, it is said, and the mending that is safe goes on."""
    mended: list[str] = []
    double(
        node,
        put_secrets=lambda _: DOCUMENT,
        read_object=lambda *_: changed(lambda held: held["machine"].clear()),
        revive_voice=lambda _: mended.append("voice"),
        settle=lambda _, database: mended.append(database),
        mend_copy=lambda *_: None,
        certificate_renewed=lambda _: False,
        write=None,
    )
    node.update({"site": SITE, "databases": ["ledger-a"]})
    assert mended == ["voice", "ledger-a"]
    assert "the site's files stay as they are: what the bucket has" in capsys.readouterr().out
