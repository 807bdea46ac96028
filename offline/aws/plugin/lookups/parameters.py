"""Look-ups of Systems Manager: a parameter's value."""

from tricenter.offline.aws.plugin.cloud import Cloud
from tricenter.offline.aws.plugin.values import Props


def parameter(cloud: Cloud, given: Props) -> Props:
    """One parameter in a region; a secure one is decrypted."""
    where = given.get("region") or cloud.region
    request = {"Name": given["name"], "WithDecryption": given.get("withDecryption", True)}
    found = cloud.call("ssm", "GetParameter", request, where)["Parameter"]
    return {
        "id": found["Name"],
        "arn": found["ARN"],
        "name": found["Name"],
        "type": found["Type"],
        "value": found["Value"],
        "version": found["Version"],
        "region": where,
        "withDecryption": request["WithDecryption"],
    }


LOOKUPS = {"aws:ssm/getParameter:getParameter": parameter}
