"""A resource that must be refused before anything is made, without its secrets being shown."""

import pulumi
import pulumi_aws as aws

aws.rds.Cluster(
    "secret",
    engine="aurora-postgresql",
    region="ap-southeast-1",
    master_password=pulumi.Output.secret("hush-hush-hush"),
    master_password_wo=pulumi.Output.secret("hush-hush-hush"),
)
