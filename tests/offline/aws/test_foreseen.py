"""What the stand-in's previews show: what only the cloud computes is not known yet."""

from tricenter.offline.aws.model import UNKNOWN
from tricenter.offline.aws.plugin.kinds import find_kinds
from tricenter.offline.aws.plugin.resources import foreseen

KINDS = find_kinds()


def test_what_the_cloud_computes_is_not_known() -> None:
    """Also an argument that nobody gave: AWS chooses the zone's id by the zone."""
    given = {"vpcId": "vpc-1", "availabilityZone": "eu-west-1a"}
    told = foreseen(KINDS["aws:ec2/subnet:Subnet"], given)
    assert told["availabilityZoneId"] is UNKNOWN
    assert told["availabilityZone"] == "eu-west-1a"
