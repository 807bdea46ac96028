"""Runs every benchmark of this folder: `python benchmarks`."""

import runpy
from pathlib import Path


def main() -> None:
    """Run each module beside this one under its name."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.stem != Path(__file__).stem:
            print(f"{path.stem}:")
            runpy.run_path(str(path), run_name="__main__")


if __name__ == "__main__":
    main()
