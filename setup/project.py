"""Where a Pulumi project is: the nearest one from a folder upwards, as Pulumi itself looks."""

from pathlib import Path

FILES = ("Pulumi.json", "Pulumi.yaml", "Pulumi.yml")
"""What a project's file may be called, in the order in which Pulumi looks (sdk/go/common/encoding,
`Exts` of 3.250.0, read 2026-11-30)."""


def project_file(folder: Path) -> Path | None:
    """The project's file in this very folder, None where there is none."""
    return next((folder / name for name in FILES if (folder / name).is_file()), None)


def find_project_file(start: Path) -> Path | None:
    """The project's file in a folder, or in the nearest one above it; None if there is none."""
    here = start.absolute()
    found = (project_file(folder) for folder in (here, *here.parents))
    return next((file for file in found if file is not None), None)
