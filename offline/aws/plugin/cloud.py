"""The plugin's way to the emulated AWS: boto3 clients by service and region, never a real cloud."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, cast
from urllib.parse import urlsplit

import boto3
import jmespath
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from tricenter.offline.aws.errors import EmulatedAwsError

LOOPBACK = {"127.0.0.1", "::1"}


class ApiError(EmulatedAwsError):
    """The API's refusal of a request; `code` is the one of its model."""

    def __init__(self, operation: str, code: str, message: str) -> None:
        self.code = code
        super().__init__(f"{operation}: {code}: {message}")


def endpoint(environment: Mapping[str, str] | None = None) -> str:
    """The emulated cloud's URL, AWS_ENDPOINT_URL; raises EmulatedAwsError if it is not local."""
    url = (environment if environment is not None else os.environ).get("AWS_ENDPOINT_URL", "")
    if urlsplit(url).scheme != "http" or urlsplit(url).hostname not in LOOPBACK:
        shown = repr(url) if url else "not set"
        raise EmulatedAwsError(
            f"this is tricenter's stand-in for the AWS provider, which works against an emulated "
            f"cloud on 127.0.0.1 alone; AWS_ENDPOINT_URL is {shown}. Take the environment that "
            "`tricenter offline env` prints, or install the real provider for a real account"
        )
    return url


@dataclass(slots=True)
class Cloud:
    """Calls an emulated AWS; safe to use from several threads."""

    url: str
    region: str
    """Where a resource goes that names no region."""
    role: str = ""
    """ARN of a role to assume in another account, empty for the account of the credentials."""
    default_tags: Mapping[str, str] = field(default_factory=dict[str, str])
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict[tuple[str, str], Any])
    _keys: Mapping[str, str] | None = None
    _account: str = ""
    _lock: Lock = field(default_factory=Lock)

    def client(self, service: str, region: str = "") -> Any:
        """The boto3 client of a service in a region."""
        key = (service, region or self.region)
        with self._lock:
            if key not in self._clients:
                self._clients[key] = self._new(*key)
            return self._clients[key]

    def _new(self, service: str, region: str) -> Any:
        if self._keys is None:
            self._keys = self._assumed() if self.role else self._own()
        return self._boto(service, region, self._keys)

    def _own(self) -> Mapping[str, str]:
        return {
            "aws_access_key_id": os.environ.get("AWS_ACCESS_KEY_ID", "offline"),
            "aws_secret_access_key": os.environ.get("AWS_SECRET_ACCESS_KEY", "offline"),
        }

    def _assumed(self) -> Mapping[str, str]:
        sts = self._boto("sts", self.region, self._own())
        keys = sts.assume_role(RoleArn=self.role, RoleSessionName="tricenter")["Credentials"]
        return {
            "aws_access_key_id": keys["AccessKeyId"],
            "aws_secret_access_key": keys["SecretAccessKey"],
            "aws_session_token": keys["SessionToken"],
        }

    def _boto(self, service: str, region: str, keys: Mapping[str, str]) -> Any:
        config = Config(retries={"total_max_attempts": 1}, max_pool_connections=32)
        return cast(Any, boto3).client(
            service, region_name=region, endpoint_url=self.url, config=config, **keys
        )

    def call(
        self, service: str, operation: str, request: Mapping[str, Any], region: str = ""
    ) -> Any:
        """The answer to a request; raises ApiError with the API's own code."""
        client = self.client(service, region)
        method = client.meta.method_to_api_mapping
        name = next(python for python, api in method.items() if api == operation)
        try:
            return getattr(client, name)(**request)
        except ClientError as error:
            problem = cast(Any, error).response.get("Error", {})
            code, message = problem.get("Code", "Unknown"), problem.get("Message", "")
            raise ApiError(operation, code, message) from error
        except (BotoCoreError, ResponseParserError) as error:
            raise ApiError(operation, type(error).__name__, str(error)) from error

    @property
    def account(self) -> str:
        """The number of the account."""
        if not self._account:
            self._account = self.call("sts", "GetCallerIdentity", {})["Account"]
        return self._account


def pick(path: str, data: Any) -> Any:
    """What a JMESPath expression finds in an answer."""
    return cast(Any, jmespath).search(path, data)
