"""Names, backups, buckets, hosts, functions and the rest: one of nearly every kind."""

import hosts
import pulumi
import pulumi_aws as aws
import storage

pulumi.export("ev", aws.rds.get_engine_version(engine="aurora-postgresql", version="16.6").version)
pulumi.export("parts", [hosts.__doc__, storage.__doc__])
