"""The job that writes the comment: one comment, changed in place, of nobody but itself."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.ci_steps import Repository, workflow
from tricenter.cli.ci.pipelines import FILES, Service

MARK = "<!-- tricenter:topology -->"
TOKEN = "not-a-real-token"
PAGE = 100
HEADERS = {"github": ("Authorization", f"Bearer {TOKEN}"), "gitlab": ("PRIVATE-TOKEN", TOKEN)}
ME, OTHER = {"login": "github-actions[bot]", "id": 7}, {"login": "eve", "id": 8}
LISTS = {
    "github": "/repos/acme/payments/issues/12/comments",
    "gitlab": "/projects/34/merge_requests/12/notes",
}
ONES = {"github": "/repos/acme/payments/issues/comments/", "gitlab": f"{LISTS['gitlab']}/"}


@dataclass
class Api:
    """The part of both services' API that a comment needs, in memory."""

    service: Service
    comments: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    refused: list[str] = field(default_factory=list[str])
    url: str = ""

    def add(self, body: str, by: dict[str, Any] = ME) -> None:
        """One comment more, under the names of both services."""
        self.comments.append({"id": len(self.comments) + 1, "body": body, "user": by, "author": by})

    def answer(self, method: str, url: str, body: str) -> object:
        """What the service answers; None for what it does not know."""
        parts = urlsplit(url)
        change = "PATCH" if self.service == "github" else "PUT"
        if method == "GET" and parts.path == "/user" and self.service == "gitlab":
            return ME
        if method == "GET" and parts.path == LISTS[self.service]:
            page = int(parse_qs(parts.query)["page"][0])
            return self.comments[(page - 1) * PAGE : page * PAGE]
        if method == "POST" and parts.path == LISTS[self.service]:
            self.add(body)
            return self.comments[-1]
        if method == change and parts.path.startswith(ONES[self.service]):
            one = self.comments[int(parts.path.rpartition("/")[2]) - 1]
            one["body"] = body
            return one
        return None


@pytest.fixture(params=["github", "gitlab"])
def api(request: pytest.FixtureRequest) -> Iterator[Api]:
    """A service that listens on 127.0.0.1, and refuses whoever has no token."""
    here = Api(request.param)

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            body = json.loads(self.rfile.read(size))["body"] if size else ""
            name, value = HEADERS[here.service]
            allowed = self.headers.get(name) == value
            found = here.answer(self.command, self.path, body) if allowed else None
            if found is None:
                here.refused.append(f"{self.command} {self.path}")
            self.send_response(404 if found is None else 200)
            self.end_headers()
            self.wfile.write(json.dumps(found).encode())

        do_GET = do_POST = do_PATCH = do_PUT = handle_any  # noqa: N815

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    here.url = f"http://127.0.0.1:{server.server_port}"
    yield here
    server.shutdown()
    thread.join()
    server.server_close()


def post(api: Api, folder: Path, text: str, **changed: str) -> tuple[int, str]:
    """Run the comment's script with this text as what the check left."""
    folder.mkdir(exist_ok=True)
    (folder / "reports").mkdir(exist_ok=True)
    (folder / "reports/comment.md").write_text(text)
    if api.service == "github":
        job = workflow(next(iter(FILES["github"])))["jobs"]["comment"]
        script = job["steps"][-1]["run"]
        given = {"GITHUB_API_URL": api.url, "TOKEN": TOKEN, "NUMBER": "12"}
    else:
        job = workflow(next(iter(FILES["gitlab"])), service="gitlab")["topology-comment"]
        script = job["script"][-1]
        given = {
            "CI_API_V4_URL": api.url,
            "CI_PROJECT_ID": "34",
            "CI_MERGE_REQUEST_IID": "12",
            "TRICENTER_COMMENT_TOKEN": TOKEN,
        }
    base = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "GITHUB_REPOSITORY": "acme/payments"}
    ran = Repository(folder, base).run(script, **(given | changed))
    return ran.code, ran.output


def test_a_comment_is_written_once_and_then_changed(api: Api, tmp_path: Path) -> None:
    """A second push changes the comment of the first, also behind a page of others."""
    for number in range(PAGE + 5):
        api.add(f"remark {number}", OTHER)
    assert post(api, tmp_path / "r", f"{MARK}\nfirst ✅\n") == (0, "")
    assert post(api, tmp_path / "r", f"{MARK}\nsecond `$(x)` 三中心\n") == (0, "")
    bodies = [one["body"] for one in api.comments[PAGE + 5 :]]
    assert bodies == [f"{MARK}\nsecond `$(x)` 三中心\n"]


def test_a_comment_of_somebody_else_is_left_alone(api: Api, tmp_path: Path) -> None:
    """Whoever copies the mark gets no comment of theirs replaced."""
    api.add(f"{MARK}\nmine", OTHER)
    assert post(api, tmp_path / "r", f"{MARK}\nours\n")[0] == 0
    assert [one["body"] for one in api.comments] == [f"{MARK}\nmine", f"{MARK}\nours\n"]


def test_nothing_is_said_of_a_change_without_a_topology(api: Api, tmp_path: Path) -> None:
    """No comment; but one that stands there from an earlier push is brought up to date."""
    text = f"{MARK}\n\nThis change touches no topology.\n"
    assert post(api, tmp_path / "r", text)[0] == 0
    assert api.comments == []
    api.add(f"{MARK}\nearlier")
    assert post(api, tmp_path / "r", text)[0] == 0
    assert [one["body"] for one in api.comments] == [text]


def test_a_long_comment_fits(api: Api, tmp_path: Path) -> None:
    """Both services have a limit; what is cut off closes its block and says where the rest is."""
    post(api, tmp_path / "r", f"{MARK}\n```mermaid\n" + "a --> b\n" * 130_000)
    (one,) = api.comments
    assert len(one["body"]) < (65_536 if api.service == "github" else 1_000_000)
    assert one["body"].count("\n```") == 2
    assert "artifacts have all of it" in one["body"]


def test_no_token_and_no_mark_are_failures(api: Api, tmp_path: Path) -> None:
    """A refused token fails the job; a text that is not the check's is never sent."""
    wrong = {"TOKEN": "x", "TRICENTER_COMMENT_TOKEN": "x"}
    code, output = post(api, tmp_path / "r", f"{MARK}\n", **wrong)
    assert code != 0
    assert TOKEN not in output
    assert api.refused
    assert post(api, tmp_path / "r", "something else")[0] != 0
    assert api.comments == []
