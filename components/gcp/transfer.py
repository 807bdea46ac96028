"""Cold copies from the other cloud: objects of an S3 bucket, as they come, into a bucket here."""

import pulumi
import pulumi_gcp as gcp

from tricenter.components.gcp.deployment import Deployment

storage = gcp.storage


def copy_from_s3(
    deployment: Deployment,
    vault: str,
    bucket: gcp.storage.Bucket,
    *,
    source: pulumi.Input[str],
    role_arn: pulumi.Input[str],
    events: pulumi.Input[str],
) -> gcp.storage.TransferJob:
    """Copy what arrives in an S3 bucket into a vault's bucket.

    `role_arn` is the AWS role that Google's transfer identity assumes by federation, so that there
    is no key; `events` the queue (SQS, by ARN) of the bucket's notifications. A deletion over there
    is not repeated here. Checked 2026-11-24:
    https://cloud.google.com/storage-transfer/docs/event-driven-aws
    """
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
        opts=deployment.options(deployment.tree.snapshots),
    )
