"""The package for other languages: its schema, what it takes for a spec, a program in YAML."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import Golden
from tests.package.project import (
    LEDGER,
    LIMIT_S,
    ROOT,
    STACK,
    in_python,
    in_yaml,
    needs_pulumi,
    needs_yaml,
    resources,
)
from tricenter.package.given import InputsError, spec_document
from tricenter.package.schema import package_schema
from tricenter.setup import toolchain
from tricenter.topology import document
from tricenter.topology.compile import compile_plan
from tricenter.topology.errors import START, SpecError
from tricenter.topology.validate import validate


def wrong() -> str:
    """The example with a mistake at 121:20."""
    return LEDGER.read_text().replace("mode: quorum", "mode: quroum", 1)


def test_the_schema_is_the_one_that_is_kept(golden: Golden) -> None:
    """A change of what other languages see is looked at."""
    text = json.dumps(package_schema(), indent=2, ensure_ascii=False) + "\n"
    golden(ROOT / "package/schema.json", text)


@pytest.mark.cloud
@needs_pulumi
def test_pulumi_takes_the_schema() -> None:
    """The engine starts the plugin, and its own metaschema finds nothing wrong."""
    done = subprocess.run(
        ["pulumi", "package", "get-schema", str(ROOT / "package")],
        env={**os.environ, **toolchain.pulumi_environment()},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
    )
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stderr.lower()
    seen, ours = json.loads(done.stdout), package_schema()
    assert seen["version"] == ours["version"]
    assert seen["resources"] == ours["resources"]


@pytest.mark.parametrize("name", ["ledger", "ledger-aws", "ledger-gcp", "ledger-mixed"])
def test_an_object_is_the_spec_that_its_text_is(name: str) -> None:
    """Also where the engine has made every number a float."""
    path = ROOT / "stacks" / f"{name}.yaml"
    read = document.load(path)
    sent = json.loads(json.dumps(read.data), parse_int=float)
    made = spec_document(sent)
    assert made.data == read.data
    assert made.value_position(("databases",)) == START
    plans = [compile_plan(validate(one), "lab") for one in (read, made, spec_document(str(path)))]
    assert len({plan.digest for plan in plans}) == 1


@pytest.mark.parametrize(
    "text", ["NO", "12:30", "0o10", "yes", "1e3", "null", "#", "- a", "é\t'\""]
)
def test_texts_of_an_object_stay_texts(text: str) -> None:
    """No version of YAML may read them as something else on the way."""
    assert spec_document({"a": text, "b": [3.0, 0.5, True]}).data == {
        "a": text,
        "b": [3, 0.5, True],
    }


def test_a_mistake_has_its_place_where_there_is_one() -> None:
    """In a text its line and column, in an object its path."""
    for spec, place in ((wrong(), "121:20"), (yaml.safe_load(wrong()), "1:1")):
        with pytest.raises(SpecError) as caught:
            validate(spec_document(spec))
        (problem,) = caught.value.diagnostics
        assert str(problem).startswith(f"spec:{place}: error[unknown-value] databases.ledger-a.")
    with pytest.raises(SpecError, match=r"^spec:1:1: error\[bad-character\]"):
        validate(spec_document({"name": "a\u202eb"}))


@pytest.mark.parametrize("spec", [None, "", " ", 3.0, [], True])
def test_what_is_no_spec_is_refused(spec: Any) -> None:
    """The refusal says what may be given."""
    with pytest.raises(InputsError, match="give the path of a spec file, its text, or an object"):
        spec_document(spec)


@pytest.mark.cloud
@needs_yaml
def test_a_program_in_yaml_deploys_what_pulumi_up_does(tmp_path: Path) -> None:
    """The same types, names and parents."""
    files = {"ledger.yaml": LEDGER.read_text()}
    ours = in_yaml(tmp_path / "yaml", "ledger.yaml", files).preview()
    direct = in_python(tmp_path / "python").preview()
    assert resources(ours) == resources(direct)
    assert len(resources(ours)) > 40
    (root,) = (step for step in ours["steps"] if step["urn"].endswith("Topology::ledger"))
    assert root["newState"]["inputs"]["file"] == "ledger.yaml"


@pytest.mark.cloud
@needs_yaml
def test_a_spec_in_the_program_itself(tmp_path: Path) -> None:
    """An object in YAML needs no second file; the outputs are there for the program to use."""
    done = in_yaml(tmp_path, yaml.safe_load(LEDGER.read_text())).pulumi("preview")
    plan = compile_plan(validate(document.load(LEDGER)), "lab")
    for line in (
        f'digest: "{plan.digest}"',
        f'stack : "ledger-{STACK}"',
        'writer: "ledger-a-rw.pay.example.com"',
        'zone  : "pay.example.com"',
    ):
        assert line in done.stdout, done.stdout + done.stderr


@pytest.mark.cloud
@needs_yaml
def test_what_is_wrong_ends_the_program_with_its_place(tmp_path: Path) -> None:
    """As the command line says it and without a traceback, whatever is wrong."""
    mistake = "wrong.yaml:121:20: error[unknown-value] databases.ledger-a.commit.mode: 'quroum' is"
    wrongs = {
        mistake: {"spec": "wrong.yaml"},
        "spec: this is a secret": {"spec": {"fn::secret": "wrong.yaml"}},
        "target: 'moon' is not one of aws, gcp, lab": {"spec": str(LEDGER), "target": "moon"},
    }
    project = in_yaml(tmp_path, "", {"wrong.yaml": wrong()})
    program = yaml.safe_load((project.folder / "Pulumi.yaml").read_text())
    for message, properties in wrongs.items():
        program["resources"]["ledger"]["properties"] = properties
        (project.folder / "Pulumi.yaml").write_text(yaml.safe_dump(program))
        assert message in project.refusal()


@pytest.mark.cloud
@needs_yaml
def test_a_spec_that_is_not_known_yet_shows_the_root_alone(tmp_path: Path) -> None:
    """A preview says so, and makes nothing up."""
    spec = {"name": "ledger", "sites": {"one": "${value.text}"}}
    preview = in_yaml(tmp_path, spec, value={"type": "later:Value"}).preview()
    assert resources(preview) == {"tricenter:index:Topology::ledger", "later:index:Value::value"}
    told = [entry["message"] for entry in preview["diagnostics"]]
    assert any("cannot show what is below it" in message for message in told)
