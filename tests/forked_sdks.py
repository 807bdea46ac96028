"""What a fork of tests/forked_recording.py has already; the collector passes over it."""

import gc
from importlib import import_module

from tricenter.generate import record

SERVICES = (
    *("aws.backup", "aws.ebs", "aws.ec2", "aws.iam", "aws.kms", "aws.rds", "aws.route53", "aws.s3"),
    *("gcp.alloydb", "gcp.compute", "gcp.dns", "gcp.sql"),
)
"""What most of the programs use; others import theirs."""

gc.disable()
for service in SERVICES:
    import_module(f"pulumi_{service}")
assert record
gc.freeze()
