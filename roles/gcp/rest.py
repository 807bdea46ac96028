"""Google's REST interface: where it is, who asks, what it refuses, how long it takes."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from time import sleep
from typing import Any, cast

from tricenter.roles.interface import RoleError
from tricenter.roles.seen import NotThere, Silent
from tricenter.roles.services import EVERY_S, OFFLINE_EVERY_S, PATIENCE_S, is_offline, until

HOMES = {
    "SQL": "https://sqladmin.googleapis.com/sql/v1beta4/",
    "ALLOYDB": "https://alloydb.googleapis.com/v1beta/",
    "MONITORING": "https://monitoring.googleapis.com/",
    "COMPUTE": "https://compute.googleapis.com/compute/v1/",
    "BACKUP_DR": "https://backupdr.googleapis.com/v1/",
    "DNS": "https://dns.googleapis.com/dns/v1/",
    "EVENTARC": "https://eventarc.googleapis.com/v1/",
    "IAM": "https://iam.googleapis.com/v1/",
    "KMS": "https://cloudkms.googleapis.com/v1/",
    "PUBSUB": "https://pubsub.googleapis.com/v1/",
    "SECRET_MANAGER": "https://secretmanager.googleapis.com/v1/",
    "STORAGE": "https://storage.googleapis.com/storage/v1/",
    "STORAGE_TRANSFER": "https://storagetransfer.googleapis.com/v1/",
    "WORKFLOWS": "https://workflows.googleapis.com/v1/",
}
"""Google's addresses by the word in the provider's own variables (2026-11-24)."""
SCOPE = "https://www.googleapis.com/auth/cloud-platform"
PROJECTS = ("GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT")
READ_S, OFFLINE_READ_S = 30.0, 5.0
"""Seconds for an answer; an emulated cloud is near."""
TIMES_BUSY = 120
"""Times that a request is made again while another operation works on the same thing."""


class Refused(RoleError):
    """Google refuses a request; `status` is the answer's number."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


@dataclass(slots=True)
class Google:
    """Requests with one token; `pause` seconds lie between two looks."""

    connect_s: float = 3.0
    read_s: float = field(default_factory=lambda: OFFLINE_READ_S if is_offline() else READ_S)
    _token: list[str] = field(default_factory=list[str])

    def project(self, owner: str | None) -> str:
        """The project of a place: as stated, else the stack's or the environment's own."""
        found = owner or _configured_project()
        if found is None:
            raise RoleError("no Google project: set GOOGLE_PROJECT, or state `project` in the spec")
        return found

    def get(self, service: str, path: str, **query: str) -> dict[str, Any]:
        """What is at a path; NotThere, Silent or Refused."""
        return self._send("GET", service, path, query=query)

    def change(
        self,
        method: str,
        service: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Make a change; while another operation works on the same thing, wait and ask again."""
        for _ in range(TIMES_BUSY):
            try:
                return self._send(method, service, path, body, query or {})
            except Refused as error:
                if error.status != 409:
                    raise
                sleep(OFFLINE_EVERY_S if is_offline() else EVERY_S)
        raise RoleError(f"{path} is busy with another operation: look at the console, then again")

    def wait(self, service: str, path: str, patience: float = PATIENCE_S) -> None:
        """Wait for an operation at a path; RoleError with its errors, or when time is up."""

        def ended() -> dict[str, Any]:
            found = self.get(service, path)
            return found if found.get("status") == "DONE" or found.get("done") else {}

        operation = until(ended, f"the end of operation {path}", patience)
        error: dict[str, Any] = operation.get("error") or {}
        if error:
            several = cast(list[dict[str, Any]], error.get("errors") or [error])
            said = "; ".join(f"{e.get('code', '')} {e.get('message', '')}".strip() for e in several)
            raise RoleError(f"operation {path} failed: {said}")

    def _send(
        self,
        method: str,
        service: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        try:
            import requests
        except ImportError:
            raise RoleError("requests is missing: `make clouds` brings it") from None
        url = f"{endpoint(service)}{path}"
        try:
            answer = requests.request(
                method,
                url,
                params=dict(query or {}),
                json=None if body is None else dict(body),
                headers={"Authorization": f"Bearer {self._credentials()}"},
                timeout=(self.connect_s, self.read_s),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise Silent(f"Google does not answer at {url}: {type(error).__name__}") from None
        return _read(method, path, answer.status_code, answer.text)

    def _credentials(self) -> str:
        if token := os.environ.get("GOOGLE_OAUTH_ACCESS_TOKEN"):
            return token
        if not self._token:
            self._token.append(_default_token())
        return self._token[0]


def endpoint(service: str) -> str:
    """Where a service of Google is asked: the provider's variable, else Google itself."""
    variable = f"GOOGLE_{service}_CUSTOM_ENDPOINT"
    found = os.environ.get(variable)
    if found is None and is_offline():
        raise RoleError(
            f"TRICENTER_OFFLINE is set but {variable} is not, so that calls would go to Google "
            'itself: run eval "$(tricenter offline env)"'
        )
    return (found or HOMES[service]).rstrip("/") + "/"


def _read(method: str, path: str, status: int, text: str) -> dict[str, Any]:
    try:
        read: object = json.loads(text or "{}")
    except ValueError:
        read = {}
    data = cast(dict[str, Any], read) if isinstance(read, dict) else {}
    if status < 300:
        return data
    error: Any = data.get("error")
    said = (
        str(cast(dict[str, Any], error).get("message")) if isinstance(error, dict) else text[:200]
    )
    if status == 404:
        raise NotThere(f"{path}: {said}")
    if status >= 500:
        raise Silent(f"Google answers {method} {path} with {status}: {said}")
    raise Refused(f"{method} {path} was refused with {status}: {said}", status)


def _default_token() -> str:
    try:
        from google import auth
        from google.auth.exceptions import GoogleAuthError
        from google.auth.transport.requests import Request
    except ImportError:
        raise RoleError("google-auth is missing: `make clouds` brings it") from None
    try:
        credentials: Any = cast(Any, auth).default(scopes=[SCOPE])[0]
        credentials.refresh(Request())
    except GoogleAuthError as error:
        raise RoleError(
            f"no credentials for Google: {error}; gcloud auth application-default login"
        ) from None
    return str(credentials.token)


def _configured_project() -> str | None:
    """The stack's `gcp:project`, which the engine tells its program, else the environment's."""
    try:
        config: object = json.loads(os.environ.get("PULUMI_CONFIG") or "{}")
    except ValueError:
        config = {}
    told = cast(dict[str, Any], config).get("gcp:project") if isinstance(config, dict) else None
    named = next((os.environ[name] for name in PROJECTS if os.environ.get(name)), None)
    return str(told) if told else named
