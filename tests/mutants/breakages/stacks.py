"""Breakages of the reference specs, with which every user begins."""

from tests.mutants.mutant import Mutant

REFERENCES = "tests/test_rules_places.py::test_the_references_keep_every_rule"

MUTANTS = (
    Mutant(
        name="reference-with-one-partner",
        file="stacks/ledger-aws.yaml",
        old="  bank-2: {holds: [ledger-a, ledger-b], at: [37.57, 126.98], stream: true}\n",
        new="",
        tests=(f"{REFERENCES}[aws]",),
        why="A forgotten resource: only one partner held what is lost with all sites.",
        mended=True,
    ),
    Mutant(
        name="reference-promises-too-fast",
        file="stacks/ledger-mixed.yaml",
        old="lose-site: {rpo: 0s, rto: 2min}",
        new="lose-site: {rpo: 0s, rto: 1min}",
        tests=(f"{REFERENCES}[mixed]",),
        why="Cloud DNS checks every 30 s, so that a lost site is not seen within a minute.",
        mended=True,
    ),
    Mutant(
        name="example-that-can-be-overwritten",
        file="stacks/ledger.yaml",
        old="    immutable: 30d\n",
        new="",
        tests=(f"{REFERENCES}[lab]",),
        why="A missing protection: whoever breaks in could delete every backup of the example.",
    ),
)
