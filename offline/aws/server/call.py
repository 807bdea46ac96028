"""One request to the emulated cloud: whose it is, what it asks, and how an answer is written."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, cast

from moto.core.exceptions import ServiceException
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import XFormedAttributePicker, get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.exceptions import HTTPException

from tricenter.offline.aws.server.tables import Tables

SCOPE = re.compile(r"Credential=([^/,]+)/\d{8}/([a-z0-9-]+)/([a-z0-9.-]+)/aws4_request")
# Names by which requests are signed, where boto3 calls the service otherwise (their models'
# `signingName`, botocore 1.44).
BOTO3_NAMES = {
    "monitoring": "cloudwatch",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
    "elasticloadbalancing": "elbv2",
}
READS = re.compile(r"(Describe|Get|List|Head|Batch|Lookup|Search|Query|Scan|Simulate|Test)")
WRITES = re.compile(r"(BatchWrite|BatchDelete|BatchCreate|BatchUpdate|TestFailover)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Whom a signed request is from and where it goes."""

    key: str
    region: str
    service: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A request in the API's own names."""

    account: str
    region: str
    service: str
    operation: str
    model: Any = field(repr=False)
    protocol: str
    params: Mapping[str, Any] = field(repr=False)
    tables: Tables = field(repr=False)

    def answer(self, result: object) -> tuple[int, Mapping[str, str], bytes]:
        """Status, headers and body of a result, or of a refusal, in the API's protocol."""
        serializer = get_serializer_class(self.service, self.protocol)(
            operation_model=self.model, value_picker=XFormedAttributePicker()
        )
        made = cast(dict[str, Any], serializer.serialize(result))
        body = made["body"]
        content = body.encode() if isinstance(body, str) else bytes(body)
        return int(made["status_code"]), {k: str(v) for k, v in made["headers"].items()}, content

    @property
    def reads(self) -> bool:
        """Whether the operation only looks."""
        return bool(READS.match(self.operation)) and not WRITES.match(self.operation)


class Refusal(ServiceException):
    """An error of the API, by its code in the service's model.

    Of this module: moto looks for an exception's model in the service that its module is named for.
    """


def refuse(code: str, message: str) -> NoReturn:
    """Answer with an error of the API, by its code in the service's model."""
    raise Refusal(code, message)


def scope_of(authorization: str) -> Scope | None:
    """Key, region and service from a request's signature, or None where it is not signed so."""
    found = SCOPE.search(authorization)
    if found is None:
        return None
    key, region, service = found.groups()
    return Scope(key=key, region=region, service=BOTO3_NAMES.get(service, service))


def read_call(scope: Scope, account: str, request: Any, tables: Tables) -> Call | None:
    """The operation that a request asks for, or None where the models know no such."""
    try:
        model = get_service_model(scope.service)
        matched = get_service_router(scope.service).match(request)
        operation, uri = cast(Any, matched[0]), matched[1]
        protocol = determine_request_protocol(model, request.content_type)
    except (HTTPException, NotImplementedError, LookupError, ValueError):
        return None
    except Exception as error:
        if type(error).__name__ == "UnknownServiceError":
            return None
        raise
    parsed = PROTOCOL_PARSERS[protocol](operation).parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": uri,
        }
    )
    # A list that the query does not name is read as an empty one.
    shape = operation.input_shape
    members: Mapping[str, Any] = shape.members if shape is not None else {}
    unnamed = {
        name
        for name, member in members.items()
        if member.serialization.get("location") == "querystring" and not parsed.get(name)
    }
    parsed = {name: value for name, value in parsed.items() if name not in unnamed}
    return Call(
        account=account,
        region=scope.region,
        service=scope.service,
        operation=operation.name,
        model=operation,
        protocol=protocol,
        params=parsed,
        tables=tables,
    )
