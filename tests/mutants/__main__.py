"""`python -m tests.mutants`, at the root of the checkout: whether the tests still catch faults."""

import argparse
import sys
from pathlib import Path

from tests.mutants.breakages import find_mutants
from tests.mutants.copies import WrongCode
from tests.mutants.mutant import Mutant
from tests.mutants.places import misplaced, part_of_all, untested
from tests.mutants.run import Unfit, run

ROOT = Path(__file__).resolve().parent.parent.parent
INTERRUPTED = 130


def main() -> int:
    """Read the options, check every place, run; the exit code."""
    parser = argparse.ArgumentParser(prog="mutants")
    parser.add_argument("--jobs", type=int, default=2, help="how many run at the same time")
    parser.add_argument("--only", nargs="+", default=[], metavar="NAME", help="only these")
    parser.add_argument("--list", action="store_true", help="say what there is, and run nothing")
    parser.add_argument("--no-lab", action="store_true", help="leave out what needs the lab")
    asked = parser.parse_args()
    mutants = find_mutants()
    wrong = [*misplaced(mutants, ROOT), *untested(mutants, ROOT)]
    if wrong:
        print(*wrong, sep="\n", file=sys.stderr)
        return 1
    if unknown := set(asked.only) - {mutant.name for mutant in mutants}:
        parser.error(f"there is no mutant {', '.join(sorted(unknown))}")
    chosen = [mutant for mutant in mutants if not asked.only or mutant.name in asked.only]
    if asked.no_lab:
        chosen = [mutant for mutant in chosen if not _needs_lab(mutant)]
    if asked.list:
        print(*map(_line, chosen), sep="\n")
        return 0
    try:
        return run(chosen, ROOT, max(1, asked.jobs))
    except (Unfit, WrongCode) as error:
        print(f"mutants: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def _needs_lab(mutant: Mutant) -> bool:
    return part_of_all(mutant.tests, ROOT) == "lab"


def _line(mutant: Mutant) -> str:
    kinds = [
        "in the lab" if _needs_lab(mutant) else "",
        "was so once" if mutant.mended else "",
        f"seed {mutant.seed}" if mutant.seed is not None else "",
    ]
    told = ", ".join(filter(None, kinds))
    return f"{mutant.name}  {mutant.file}  {told}\n    {mutant.why}"


if __name__ == "__main__":
    sys.exit(main())
