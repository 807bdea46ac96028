"""Health checks of Compute Engine, those of load balancers and those of DNS."""

from tricenter.offline.gcp.server.call import Call, Kind
from tricenter.offline.gcp.server.places import check_region
from tricenter.offline.gcp.server.refusal import Json, invalid

PORTS = {"TCP": 80, "SSL": 443, "HTTP": 80, "HTTPS": 443, "HTTP2": 443, "GRPC": None}
FIELDS = {
    "TCP": "tcpHealthCheck",
    "SSL": "sslHealthCheck",
    "HTTP": "httpHealthCheck",
    "HTTPS": "httpsHealthCheck",
    "HTTP2": "http2HealthCheck",
    "GRPC": "grpcHealthCheck",
    "GRPC_WITH_TLS": "grpcTlsHealthCheck",
}
WITH_PATH = {"HTTP", "HTTPS", "HTTP2"}
# From the document's text on sourceRegions: exactly 3, 30 s at least, HTTP, HTTPS or TCP.
SOURCES, SHORTEST = 3, 30


def _fill(body: Json) -> None:
    kind = body["type"]
    field = FIELDS.get(kind)
    if field is None or field not in body:
        raise invalid(f"Invalid value for field 'resource.type': '{kind}' without its check.")
    check: Json = body[field]
    if "port" not in check and check.get("portSpecification") != "USE_SERVING_PORT":
        check["port"] = PORTS.get(kind)
    if kind in WITH_PATH:
        check.setdefault("requestPath", "/")
    if not kind.startswith("GRPC"):
        check.setdefault("proxyHeader", "NONE")
    if body["timeoutSec"] > body["checkIntervalSec"]:
        raise invalid("timeoutSec must not be greater than checkIntervalSec.")
    if regions := body.get("sourceRegions"):
        _from_regions(body, check, regions)


def _from_regions(body: Json, check: Json, regions: list[str]) -> None:
    for region in regions:
        check_region(region)
    if len(regions) != SOURCES or len(set(regions)) != SOURCES:
        raise invalid("sourceRegions must name exactly 3 different regions.")
    if body["checkIntervalSec"] < SHORTEST:
        raise invalid("With sourceRegions checkIntervalSec must be at least 30.")
    if body["type"] not in {"TCP", "HTTP", "HTTPS"}:
        raise invalid("With sourceRegions the type must be TCP, HTTP or HTTPS.")
    if check.get("proxyHeader") != "NONE" or check.get("request"):
        raise invalid("With sourceRegions there is no proxyHeader and no TCP request.")


def _made(call: Call, path: str, body: Json) -> None:
    del call, path
    _fill(body)


def _changed(call: Call, before: Json, after: Json) -> None:
    del call, before
    _fill(after)


CHECK = Kind(
    needed=("name", "type"),
    defaults={
        "checkIntervalSec": 5,
        "timeoutSec": 5,
        "healthyThreshold": 2,
        "unhealthyThreshold": 2,
    },
    made=_made,
    changed=_changed,
)
KINDS: dict[str, Kind] = {"healthChecks": CHECK}
