"""Grades for tests: the example with a piece merged into it, with or without records of drills."""

from datetime import date
from pathlib import Path

from tests.kept_records import keep, record_data
from tests.rule_examples import EXAMPLE, ROOT, TODAY, spec_text
from tricenter.policies.gather import gather
from tricenter.policies.grades import Grade, Judged, grades
from tricenter.policies.grades.report import Graded
from tricenter.topology import document
from tricenter.topology.compile import digest
from tricenter.topology.target import target_of
from tricenter.topology.validate import validate


def graded(
    piece: str = "{}", root: Path | None = None, base: Path = EXAMPLE, target: str | None = None
) -> Graded:
    """The grades of a spec with a piece merged into it; `root` has its folder of records."""
    return graded_text(spec_text(piece, base), root, "spec.yaml", target)


def graded_text(
    text: str, root: Path | None = None, file: str = "spec.yaml", target: str | None = None
) -> Graded:
    """The grades of a spec's text on the tests' day."""
    read = document.parse(text, file)
    topology = validate(read)
    chosen = target or target_of(topology)
    facts = gather(topology, chosen, TODAY, root=root or ROOT / "tests" / "no-records")
    return Graded(
        topology=topology.name, file=file, target=chosen, day=TODAY, grades=grades(facts, read)
    )


def one(found: Graded, standard: str, site: str | None = None) -> Grade:
    """The grade by one standard, of the topology or a site."""
    return next(g for g in found.grades if (g.standard, g.site) == (standard, site))


def criterion(grade: Grade, name: str) -> Judged:
    """A criterion of a grade by its id."""
    return next(found for found in grade.criteria if found.id == name)


def write_record(
    root: Path, scenario: str, day: date, verdict: str = "pass", piece: str = "{}"
) -> str:
    """Keeps a record of a drill in the example's folder of records; gives its file's name."""
    name = f"{day}-{scenario.replace(':', '-')}-{verdict}.json"
    spec = validate(document.parse(spec_text(piece)))
    keep(root / "records", record_data(scenario, day, verdict, digest(spec)), name)
    return name
