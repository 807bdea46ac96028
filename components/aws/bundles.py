"""Failover bundles on AWS: a bucket in each region, so that every site has a copy near."""

import pulumi
from pulumi_aws import s3

from tricenter.components.aws import buckets
from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.keys import Keys
from tricenter.components.aws.network import Networks
from tricenter.topology.render.bundle import files_for

OBJECT = "bundles.zip"


def make_bundles(deployment: Deployment, networks: Networks, keys: Keys) -> None:
    """Every scenario's bundle as one archive in each region that has a site."""
    texts = {file.path: file.text for file in files_for(deployment.plan, deployment.stack)}
    parent = deployment.tree.failover
    for region, network in sorted(networks.items()):
        if not network.region.sites:
            continue
        name = deployment.name(region, "bundles")
        bucket = buckets.make_bucket(
            buckets.Asked(
                deployment=deployment, name=name, region=region, key=keys[region].arn, parent=parent
            )
        )
        s3.BucketObjectv2(
            name,
            region=region,
            bucket=bucket.id,
            key=OBJECT,
            content_type="application/zip",
            source=pulumi.AssetArchive(
                {path: pulumi.StringAsset(text) for path, text in sorted(texts.items())}
            ),
            tags=deployment.tags(name),
            opts=deployment.options(parent),
        )
