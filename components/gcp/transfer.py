"""Cold copies from the other cloud: objects of an S3 bucket, as they come, into a bucket here."""

from collections.abc import Sequence

import pulumi
import pulumi_gcp as gcp

from tricenter.components.gcp.deployment import Deployment

storage = gcp.storage
SINK = ("roles/storage.legacyBucketReader", "roles/storage.objectCreator")
"""What the transfer identity needs of the bucket that it fills: its place, a list, new objects; of
what it may also have, nothing that deletes or overwrites. Checked 2026-11-30:
https://docs.cloud.google.com/storage-transfer/docs/sink-cloud-storage"""


def copy_from_s3(
    deployment: Deployment,
    vault: str,
    bucket: gcp.storage.Bucket,
    *,
    source: pulumi.Input[str],
    role_arn: pulumi.Input[str],
    events: pulumi.Input[str],
    agent: pulumi.Input[str],
    after: Sequence[pulumi.Resource],
) -> gcp.storage.TransferJob:
    """Copy what arrives in an S3 bucket into a vault's bucket.

    `role_arn` is the AWS role that Google's transfer identity assumes by federation, so that there
    is no key; `events` the queue (SQS, by ARN) of the bucket's notifications; `agent` is that
    identity's address, `after` what it needs over there. A deletion there is not repeated here.
    Checked 2026-11-24: https://cloud.google.com/storage-transfer/docs/event-driven-aws
    """
    granted = [
        storage.BucketIAMMember(
            deployment.logical(vault, "transfer", role.rpartition(".")[2]),
            bucket=bucket.name,
            role=role,
            member=pulumi.Output.concat("serviceAccount:", agent),
            opts=deployment.options(deployment.tree.snapshots),
        )
        for role in SINK
    ]
    return storage.TransferJob(
        deployment.logical(vault, "transfer"),
        project=deployment.project,
        description=f"{deployment.stack}: S3 into {vault}",
        transfer_spec=storage.TransferJobTransferSpecArgs(
            aws_s3_data_source=storage.TransferJobTransferSpecAwsS3DataSourceArgs(
                bucket_name=source, role_arn=role_arn
            ),
            gcs_data_sink=storage.TransferJobTransferSpecGcsDataSinkArgs(bucket_name=bucket.name),
            transfer_options=storage.TransferJobTransferSpecTransferOptionsArgs(
                delete_objects_from_source_after_transfer=False,
                overwrite_objects_already_existing_in_sink=False,
            ),
        ),
        event_stream=storage.TransferJobEventStreamArgs(name=events),
        status="ENABLED",
        # Google looks into both buckets when it takes the job.
        opts=deployment.options(deployment.tree.snapshots, after=[*granted, *after]),
    )
