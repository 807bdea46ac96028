"""What the documentation shows is what the program does."""

import os
import re
import shlex
from pathlib import Path

import pytest

from tricenter.cli.app import run
from tricenter.policies.rules import find_rules

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
SHOWN = ("lose-site:binjiang", "lose-city:hangzhou", "lose-all")


def commands() -> list[str]:
    """Every `tricenter` command in a shell block of the README."""
    blocks = re.findall(r"```sh\n(.*?)```", README.read_text(), re.DOTALL)
    lines = "\n".join(blocks).splitlines()
    inline = re.findall(r"`(tricenter [^`]+)`", README.read_text())
    found = [line.split("#")[0].strip() for line in lines if line.startswith("tricenter ")]
    return sorted({*found, *inline})


@pytest.mark.parametrize("command", commands())
def test_a_command_of_the_readme_exists(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Each command line of the README is one that the program has, with those options."""
    words = shlex.split(command)[1:]
    verb = words[:2] if words[0] == "drill" else words[:1]
    assert run([*verb, "--help"]) == 0
    shown = capsys.readouterr().out
    for option in (word for word in words if word.startswith("--")):
        assert option in shown


def forecast_table(capsys: pytest.CaptureFixture[str]) -> str:
    """The lines of the forecast that the README shows."""
    assert run(["forecast", str(ROOT / "stacks/ledger.yaml"), "--format", "markdown"]) == 0
    lines = capsys.readouterr().out.splitlines()
    table = [line for line in lines if line.startswith("|")]
    kept, keep = table[:2], False
    for line in table[2:]:
        if line.startswith("| `"):
            keep = any(f"`{name}`" in line for name in SHOWN)
        if keep:
            kept.append(line)
    return "\n".join(kept)


def test_the_forecast_of_the_readme_is_the_examples(
    capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    """The table between the marks is what `tricenter forecast` says of the example."""
    table = forecast_table(capsys)
    text = README.read_text()
    before, rest = text.split("<!-- forecast -->")
    shown, after = rest.split("<!-- /forecast -->")
    wanted = f"\n{table}\n"
    if request.config.getoption("--update-golden") and not os.environ.get("CI"):
        README.write_text(f"{before}<!-- forecast -->{wanted}<!-- /forecast -->{after}")
        return
    assert shown == wanted


def test_every_path_of_the_map_exists() -> None:
    """A folder or file that docs/map.md or the README names is there."""
    text = (ROOT / "docs/map.md").read_text() + README.read_text()
    paths = re.findall(
        r"`((?:topology|lab|components|drills|cli|setup|tests|docs)/[\w./-]*)`", text
    )
    assert paths
    for path in paths:
        assert (ROOT / path).exists(), path


def test_links_of_the_readme_lead_somewhere() -> None:
    """A relative link has its file."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", README.read_text()):
        assert (ROOT / target).exists(), target


def test_the_refusal_of_the_readme_is_what_check_says(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The example without its remote replica, by name, line and words."""
    spec = tmp_path / "stacks" / "ledger.yaml"
    spec.parent.mkdir()
    text = (ROOT / "stacks/ledger.yaml").read_text()
    replicas = "replicas: {xihu: {voter: true}, tianfu: {voter: true}}"
    assert text.count(replicas) == 1
    spec.write_text(text.replace(replicas, "replicas: {xihu: {voter: true}}"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    assert run(["check", "stacks/ledger.yaml"]) == 1
    shown = re.search(r"<!-- refused -->\n```text\n(.*?)```", README.read_text(), re.DOTALL)
    assert shown is not None and shown[1] in capsys.readouterr().out


def test_the_readme_counts_the_rules() -> None:
    """As many as docs/rules.md has."""
    assert f"has the {len(find_rules())} rules" in README.read_text()


def test_what_the_security_page_names_is_there() -> None:
    """A test or a module that was renamed is named no longer."""
    text = (ROOT / "SECURITY.md").read_text()
    named = re.findall(r"`((?:tests|lab|setup|cloud-init|docs)/[\w/.-]+)`", text)
    assert len(named) > 5
    places = (ROOT, ROOT / "topology/render/templates")
    assert not [name for name in named if not any((place / name).exists() for place in places)]
    assert "(SECURITY.md)" in README.read_text()
