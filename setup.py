"""Names the packages: each top-level folder with an `__init__.py` is `tricenter.<folder>`."""

from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).parent
FOLDERS = sorted(
    init.parent.name for init in ROOT.glob("*/__init__.py") if init.parent.name != "tests"
)

setup(
    package_dir={f"tricenter.{folder}": folder for folder in FOLDERS},
    packages=[
        f"tricenter.{package}"
        for package in find_packages(str(ROOT))
        if package.partition(".")[0] in FOLDERS
    ],
)
