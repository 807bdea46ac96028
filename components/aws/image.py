"""The image of machines on EC2: Debian's own, as Debian publishes it in each region."""

from typing import Any

import pulumi

from tricenter.components.aws.deployment import Deployment
from tricenter.topology.render.cloud_init import DEBIAN

LOOKUP = "aws:ssm/getParameter:getParameter"


def debian(deployment: Deployment, region: str, processor: str) -> pulumi.Output[str]:
    """The id of the newest image in a region (checked 2026-11-24).

    https://wiki.debian.org/Cloud/AmazonEC2Image

    Where the region does not tell, a text that is none: machines that are there keep their image
    whatever it is, so that an update goes on without a region that is lost. EC2 itself would take
    that text, but not the provider beside a disk of the machine's own (checked 2026-12-01):
    https://github.com/hashicorp/terraform-provider-aws/issues/43488
    """
    name = f"/aws/service/debian/release/{DEBIAN[0]}/latest/{processor}"
    return pulumi.Output.from_input(_look_up(deployment, region, name))


async def _look_up(deployment: Deployment, region: str, name: str) -> str:
    asked = {"name": name, "region": region}
    options = pulumi.InvokeOptions(provider=deployment.provider)
    try:
        found: dict[str, Any] = await pulumi.runtime.invoke_async(LOOKUP, asked, options)
    except Exception as error:  # noqa: BLE001 - the SDK raises nothing narrower
        pulumi.log.warn(
            f"the image of machines in {region} could not be looked up: those that are there keep "
            f"theirs, a new one cannot be made: {error}"
        )
        return f"resolve:ssm:{name}"
    return str(found["value"])
