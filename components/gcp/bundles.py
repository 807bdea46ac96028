"""Failover bundles on Google Cloud: a bucket in each region, so that every site has a copy near."""

import pulumi
import pulumi_gcp as gcp

from tricenter.components.gcp.buckets import make_bucket
from tricenter.components.gcp.deployment import Deployment, place_of
from tricenter.components.gcp.keys import Keys
from tricenter.topology.render.bundle import files_for

OBJECT = "bundles.zip"


def make_bundles(deployment: Deployment, keys: Keys) -> None:
    """Every scenario's bundle as one archive in each region that has a site."""
    texts = {file.path: file.text for file in files_for(deployment.plan, deployment.stack)}
    places = {
        (deployment.project_of(place_of(host).owner), place_of(host).region)
        for host in deployment.hosts
        if host.kind == "site"
    }
    for project, region in sorted(places):
        bucket = make_bucket(
            deployment,
            keys,
            deployment.tree.failover,
            project=project,
            region=region,
            capability="bundles",
            # Everything in it can be rendered again from the spec.
            holds_data=False,
        )
        gcp.storage.BucketObject(
            deployment.logical(region, "bundles", "archive"),
            name=OBJECT,
            bucket=bucket.name,
            source=pulumi.AssetArchive(
                {path: pulumi.StringAsset(text) for path, text in sorted(texts.items())}
            ),
            content_type="application/zip",
            opts=deployment.options(
                deployment.tree.failover,
                owner=project,
                # The name stays: made anew first, the deletion of the old would take the new one.
                delete_before_replace=True,
            ),
        )
