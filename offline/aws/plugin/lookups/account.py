"""Where the provider works: account, region, partition and zones."""

import re

from tricenter.offline.aws.plugin.cloud import Cloud
from tricenter.offline.aws.plugin.values import Props


def identity(cloud: Cloud, given: Props) -> Props:
    """Who calls."""
    del given
    found = cloud.call("sts", "GetCallerIdentity", {})
    account = found["Account"]
    return {"id": account, "accountId": account, "arn": found["Arn"], "userId": found["UserId"]}


def region(cloud: Cloud, given: Props) -> Props:
    """The provider's region, or the one that is named."""
    name = given.get("region") or given.get("name") or cloud.region
    found = cloud.call("ec2", "DescribeRegions", {"RegionNames": [name]})["Regions"][0]
    return {
        "id": name,
        "name": name,
        "region": name,
        "description": name,
        "endpoint": found["Endpoint"],
    }


def partition(cloud: Cloud, given: Props) -> Props:
    """The partition of public regions."""
    del cloud, given
    suffix = "amazonaws.com"
    name = "aws"
    return {"id": name, "partition": name, "dnsSuffix": suffix, "reverseDnsPrefix": "com.amazonaws"}


def zones(cloud: Cloud, given: Props) -> Props:
    """The availability zones of a region."""
    where = given.get("region") or cloud.region
    filters = [{"Name": f["name"], "Values": f["values"]} for f in given.get("filters", [])]
    request = {"Filters": filters} if filters else {}
    found = cloud.call("ec2", "DescribeAvailabilityZones", request, where)["AvailabilityZones"]
    wanted = [z for z in found if z["State"] == given.get("state", z["State"])]
    wanted = [z for z in wanted if re.fullmatch(rf"{where}[a-z]", z["ZoneName"])]
    kept = [z for z in wanted if z["ZoneName"] not in given.get("excludeNames", [])]
    return {
        "id": where,
        "region": where,
        "names": [z["ZoneName"] for z in kept],
        "zoneIds": [z["ZoneId"] for z in kept],
        "groupNames": sorted({z.get("GroupName", where) for z in kept}),
    }


LOOKUPS = {
    "aws:index/getCallerIdentity:getCallerIdentity": identity,
    "aws:index/getRegion:getRegion": region,
    "aws:index/getPartition:getPartition": partition,
    "aws:index/getAvailabilityZones:getAvailabilityZones": zones,
}
