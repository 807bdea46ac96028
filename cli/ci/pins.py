"""What the pipelines pin: actions by commit, Python by version.

The commits were read from the tags of each action's own repository (2026-11-25): a tag can be
moved to another commit later, a commit cannot be changed.
"""

from dataclasses import dataclass

PYTHON = "3.11.15"
"""In actions/python-versions' manifest for Ubuntu 22.04, 24.04, 26.04, and a tag of the official
image `python` (2026-11-25)."""
IMAGE = f"python:{PYTHON}-bookworm"
RUNNER = "ubuntu-24.04"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """An action of GitHub's marketplace at one commit; `name` may have a path in its repository."""

    name: str
    version: str
    commit: str

    def __str__(self) -> str:
        return f"{self.name}@{self.commit} # {self.version}"


ACTIONS = {
    "checkout": Action(
        name="actions/checkout",
        version="v7.0.1",
        commit="3d3c42e5aac5ba805825da76410c181273ba90b1",
    ),
    "setup_python": Action(
        name="actions/setup-python",
        version="v6.2.0",
        commit="a309ff8b426b58ec0e2a45f0f869d46889d02405",
    ),
    "upload_artifact": Action(
        name="actions/upload-artifact",
        version="v7.0.0",
        commit="bbbca2ddaa5d8feaa63e36b76fdaad77386f024f",
    ),
    "download_artifact": Action(
        name="actions/download-artifact",
        version="v8.0.1",
        commit="3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c",
    ),
    "upload_sarif": Action(
        name="github/codeql-action/upload-sarif",
        version="v4.36.2",
        commit="8aad20d150bbac5944a9f9d289da16a4b0d87c1e",
    ),
    "aws_credentials": Action(
        name="aws-actions/configure-aws-credentials",
        version="v6.2.3",
        commit="e6de054238d6b7531b4efff3b6587d9aade6a06c",
    ),
    "google_auth": Action(
        name="google-github-actions/auth",
        version="v3.0.0",
        commit="7c6bc770dae815cd3e89ee6cdf493a5fab2cc093",
    ),
}
"""By the name that the templates use."""
