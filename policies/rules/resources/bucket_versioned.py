"""A bucket keeps what is overwritten or deleted in it."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.resources.facts import Bucket, BucketSetting
from tricenter.policies.resources.graph import Graph, leads_to
from tricenter.policies.resources.say import against, unknown
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rule import Finding, Rule


def find(graph: Graph) -> Iterator[Finding]:
    """Buckets without versioning or object lock."""
    settings = graph.of(BucketSetting)
    for bucket in graph.kept(Bucket):
        about = [s for s in settings if s.bucket is not None and leads_to(s.bucket, bucket)]
        said = [bucket.versioned, bucket.locked]
        said += [answer for setting in about for answer in (setting.versioned, setting.locked)]
        if any(one is True for one in said):
            continue
        astray = [
            s for s in settings if s.bucket and s.bucket.name is UNKNOWN and not s.bucket.urns
        ]
        if any(one is UNKNOWN for one in said) or astray:
            yield unknown(bucket, "whether it has versions")
        else:
            yield against(bucket, "keeps no versions: what is overwritten in it is gone")


RULE = Rule(
    about="resource",
    scope="stack",
    severity="medium",
    clauses=(
        cite("practice"),
        cite("aws-rel", "REL09-BP01"),
    ),
    fix="turn versioning on",
    also_in=(
        "AWS Config S3_BUCKET_VERSIONING_ENABLED",
        "S3.14",
        "CKV_AWS_21",
        "CKV_GCP_78",
        "prowler s3_bucket_object_versioning",
        "prowler cloudstorage_bucket_versioning_enabled",
        "AVD-AWS-0090",
        "AVD-GCP-0078",
        "APRL 8ebda7c0 (by hand)",
        "Trusted Advisor R365s2Qddf",
    ),
    passes="""
- type: aws:s3/bucket:Bucket
  name: files
  props:
    bucket: files
- type: aws:s3/bucketVersioning:BucketVersioning
  name: files
  props:
    bucket: '@files'
    versioningConfiguration:
      status: Enabled
""",
    fails="""
- type: aws:s3/bucket:Bucket
  name: files
  props:
    bucket: files
""",
    find=find,
)
