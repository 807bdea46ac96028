"""Calls of AWS's API, one client a service and region; what they refuse becomes RoleError."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

from tricenter.roles.interface import RoleError
from tricenter.roles.seen import NotThere, Silent
from tricenter.roles.services import is_offline, part

CONNECT_S, READ_S, OFFLINE_READ_S = 3, 20, 5
"""A region that is lost must not hold up a failover to another one; an emulated one is near."""
METRIC_AGE = timedelta(minutes=15)

Make = Callable[[str, str], Any]
"""Makes a boto3 client of a service in a region."""


@dataclass(slots=True)
class Clients:
    """Makes boto3 clients with the environment's credentials, all of one session.

    A session reads AWS's models for itself, and makes one client at a time (2026-11-25:
    https://boto3.amazonaws.com/v1/documentation/api/latest/guide/session.html).
    """

    connect_s: float = CONNECT_S
    read_s: float = field(default_factory=lambda: OFFLINE_READ_S if is_offline() else READ_S)
    attempts: int = 3
    _session: Any = None
    _making: Lock = field(default_factory=Lock)

    def __call__(self, service: str, region: str) -> Any:
        """A client; RoleError without boto3, or where offline has no emulator."""
        try:
            import boto3
            from botocore.config import Config
        except ImportError:
            raise RoleError("boto3 is missing: `make clouds` brings it") from None
        if is_offline() and not os.environ.get("AWS_ENDPOINT_URL"):
            raise RoleError(
                "TRICENTER_OFFLINE is set but AWS_ENDPOINT_URL is not, so that calls would go to "
                'AWS itself: run eval "$(tricenter offline env)"'
            )
        config = Config(
            connect_timeout=self.connect_s,
            read_timeout=self.read_s,
            retries={"total_max_attempts": self.attempts},
        )
        with self._making:
            self._session = self._session or boto3.Session()
            return self._session.client(service, region_name=region, config=config)


@dataclass(slots=True)
class Regions:
    """The clients of a run; each is made when it is first needed."""

    make: Make = field(default_factory=Clients)
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict[tuple[str, str], Any])

    def call(self, region: str, service: str, operation: str, **request: Any) -> dict[str, Any]:
        """The answer of an operation (boto3's name of it); NotThere, Silent or RoleError."""
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            client = self._client(service, region)
            answer: dict[str, Any] = getattr(client, operation)(**request)
        except ClientError as error:
            raise _refused(region, operation, error.response) from None
        except BotoCoreError as error:
            raise Silent(f"{region} does not answer to {service}: {error}") from None
        return answer

    def lag(
        self, region: str, metric: str, dimensions: Mapping[str, str], period: int = 60
    ) -> float | None:
        """The highest value of a metric's newest minute within a quarter of an hour, else None."""
        now = datetime.now(UTC)
        asked: Sequence[Mapping[str, str]] = [
            {"Name": name, "Value": value} for name, value in sorted(dimensions.items())
        ]
        try:
            answer = self.call(
                region,
                "cloudwatch",
                "get_metric_statistics",
                Namespace="AWS/RDS",
                MetricName=metric,
                Dimensions=asked,
                StartTime=now - METRIC_AGE,
                # The end is cut to a whole second and is not itself included.
                EndTime=now + timedelta(seconds=period),
                Period=period,
                Statistics=["Maximum"],
            )
        except RoleError:
            return None
        points = sorted(answer.get("Datapoints") or [], key=lambda point: point["Timestamp"])
        return float(points[-1]["Maximum"]) if points else None

    def _client(self, service: str, region: str) -> Any:
        if (service, region) not in self._clients:
            self._clients[service, region] = self.make(service, region)
        return self._clients[service, region]


def _refused(region: str, operation: str, response: Any) -> RoleError:
    error: Mapping[str, Any] = part(response, "Error")
    code, said = str(error.get("Code", "")), str(error.get("Message", ""))
    if "NotFound" in code:
        return NotThere(f"{operation} in {region}: {said}")
    status = part(response, "ResponseMetadata").get("HTTPStatusCode", 0)
    if status >= 500 or code in {"ServiceUnavailable", "InternalFailure"}:
        return Silent(f"{region} does not answer to {operation}: {code}: {said}")
    return RoleError(f"{operation} in {region} was refused: {code}: {said}")
