"""Cloud Logging: metrics that count log lines, and sinks that pass them on."""

from tricenter.offline.gcp.server.call import Call, Handler, Kind, project_number
from tricenter.offline.gcp.server.refusal import Json

HOST = "logging.googleapis.com"
DOCUMENT = "logging"


def _metric(call: Call, path: str, body: Json) -> None:
    """A metric is called by its own name, not by its path."""
    body["name"] = path.rpartition("/")[2]
    kind = f"logging.googleapis.com/user/{body['name']}"
    body["metricDescriptor"] = {
        "metricKind": "DELTA",
        "valueType": "INT64",
        "unit": "1",
        **body.get("metricDescriptor", {}),
        "name": f"projects/{call.project}/metricDescriptors/{kind}",
        "type": kind,
    }


def _sink(call: Call, path: str, body: Json) -> None:
    body["name"] = path.rpartition("/")[2]
    number = project_number(call.project)
    body["writerIdentity"] = (
        f"serviceAccount:service-{number}@gcp-sa-logging.iam.gserviceaccount.com"
    )


KINDS: dict[str, Kind] = {
    "metrics": Kind(needed=("name", "filter"), made=_metric),
    "sinks": Kind(needed=("name", "destination"), made=_sink),
}
HANDLERS: dict[str, Handler] = {}
