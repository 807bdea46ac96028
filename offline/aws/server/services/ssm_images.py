"""Parameters that AWS publishes and moto lacks: the images of Debian, by release and processor."""

import hashlib
import re
from collections.abc import Mapping
from typing import Any

from tricenter.offline.aws.server.call import Call

SERVICE = "ssm"
IMAGE = re.compile(r"/aws/service/debian/release/\d+/latest/(amd64|arm64)")
"""Where Debian publishes them (checked 2026-11-24): https://wiki.debian.org/Cloud/AmazonEC2Image"""


def get(call: Call) -> Mapping[str, Any] | None:
    """The image of a published parameter, the same each time; other parameters are moto's."""
    name = str(call.params["Name"])
    if not IMAGE.fullmatch(name):
        return None
    digest = hashlib.sha256(f"{call.region}{name}".encode()).hexdigest()[:17]
    return {
        "Parameter": {
            "Name": name,
            "Type": "String",
            "DataType": "aws:ec2:image",
            "Value": f"ami-{digest}",
            "Version": 1,
            "ARN": f"arn:aws:ssm:{call.region}::parameter{name}",
        }
    }


ANSWERS = {"GetParameter": get}
