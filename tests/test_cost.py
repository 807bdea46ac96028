"""What a plan costs: sums of its lines, prices that can be replaced, and what is not known."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tricenter.cli.app import build_app, run
from tricenter.topology.clouds.catalog import catalog
from tricenter.topology.compile import compile_plan
from tricenter.topology.cost import PriceError, estimate, load_prices, read_prices
from tricenter.topology.validate import load

ROOT = Path(__file__).parent.parent
PRICES = {cloud: load_prices(cloud) for cloud in ("aws", "gcp")}


def spec(target: str) -> Path:
    """The reference spec of a target."""
    return ROOT / f"stacks/ledger-{target}.yaml"


@pytest.mark.parametrize("target", ["aws", "gcp", "mixed"])
def test_every_site_and_vault_costs_something(target: str) -> None:
    """Nothing that is built is free, and the sums are those of the lines."""
    topology = load(spec(target))
    cost = estimate(compile_plan(topology, target), PRICES)
    sites = cost.by("site")
    assert set(topology.sites) | set(topology.vaults) <= sites.keys()
    assert sum(sites.values()) == pytest.approx(sum(cost.by("kind").values()))
    assert 0 < cost.drill < cost.month / 100


@pytest.mark.parametrize("cloud", ["aws", "gcp"])
def test_the_default_machine_of_each_service_has_a_price(cloud: str) -> None:
    """A spec that names no size is priced as well."""
    for service in catalog(cloud).services.values():  # type: ignore[arg-type]
        assert PRICES[cloud].hour_of(service.example) > 0


@pytest.mark.parametrize(
    ("cloud", "machine", "of", "times"),
    [
        ("aws", "db.r6g.4xlarge", "db.r6g.large", 8),
        ("aws", "db.t4g.large", "db.t4g.medium", 2),
        ("gcp", "db-perf-optimized-N-8", "db-perf-optimized-N-2", 4),
    ],
)
def test_sizes_of_a_family_are_derived(cloud: str, machine: str, of: str, times: int) -> None:
    """Clouds price by size within a family."""
    table = PRICES[cloud]
    assert table.hour_of(machine) == pytest.approx(times * table.hour_of(of))


def test_a_machine_without_a_price_is_said() -> None:
    """No number is made up for it."""
    with pytest.raises(PriceError, match=r"no price for x9\.large .*--prices"):
        PRICES["aws"].hour_of("x9.large")


def test_prices_can_be_replaced(tmp_path: Path) -> None:
    """The numbers of a contract are used instead, and the file that is wrong is named."""
    table = tmp_path / "mine.yaml"
    text = (ROOT / "topology/cost/tables/aws.yaml").read_text()
    table.write_text(text.replace("db.r6g.large: 0.26", "db.r6g.large: 0.13"))
    plan = compile_plan(load(spec("aws")), "aws")
    mine, theirs = estimate(plan, {"aws": read_prices(table)}), estimate(plan, PRICES)
    assert mine.by("kind")["compute"] == pytest.approx(theirs.by("kind")["compute"] / 2)
    table.write_text("cloud: aws\n")
    with pytest.raises(PriceError, match="mine.yaml"):
        read_prices(table)


def test_the_command_prints_it() -> None:
    """A table for people with source and date, data for programs, and no cost of the lab."""
    runner = CliRunner()
    shown = runner.invoke(build_app(), ["plan", str(spec("aws")), "-t", "aws", "--cost"])
    assert shown.exit_code == 0, shown.output
    assert "dated 2026-11-24" in shown.output and "one drill" in shown.output
    data = json.loads(
        runner.invoke(
            build_app(), ["plan", str(spec("gcp")), "-t", "gcp", "--cost", "--format", "json"]
        ).output
    )
    assert data["month"] == pytest.approx(sum(line["month"] for line in data["lines"]), abs=0.1)
    assert data["priced_in"] == {"gcp": PRICES["gcp"].region} and data["stands_in"]["gcp"]
    assert run(["plan", str(spec("aws")), "--cost"]) == 0
    assert run(["plan", str(spec("aws")), "-t", "lab", "--cost"]) == 2


def test_no_cent_is_shown_that_nobody_knows() -> None:
    """Sums are whole, the total is about; regions that are priced by another's list are named."""
    shown = (
        CliRunner().invoke(build_app(), ["plan", str(spec("aws")), "-t", "aws", "--cost"]).output
    )
    assert "about USD" in shown.splitlines()[0] and "aws us-east-1" in shown.splitlines()[0]
    sums = [line.split()[-1] for line in shown.splitlines() if line.startswith(("jurong", "tokyo"))]
    assert sums and not [cell for cell in sums if "." in cell]
    assert "stands in ap-northeast-1, ap-southeast-1" in shown
    cost = estimate(compile_plan(load(spec("aws")), "aws"), PRICES)
    at_home = {cloud: replace(table, region="ap-southeast-1") for cloud, table in PRICES.items()}
    there = estimate(compile_plan(load(spec("aws")), "aws"), at_home)
    assert any("stands in ap-northeast-1," in note for note in there.notes)
    assert cost.priced_in == {"aws": "us-east-1"}
