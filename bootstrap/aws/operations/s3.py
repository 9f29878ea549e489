"""Operations of S3. Its listings have no required key in botocore's model, and empty lists are no elements of its XML.

Sources: docs.aws.amazon.com/AmazonS3/latest/API (response elements), cloud-custodian tests/data/placebo.
"""

from __future__ import annotations

from bootstrap.aws.operations.operation import OperationRow, reads, writes

_S = "s3"
_PLACEBO = "cloud-custodian tests/data/placebo: in each of its {} recorded answers"
_LISTED = "localstack tests/aws/services/s3/test_s3_list_operations.snapshot.json, recorded on AWS"

S3: tuple[OperationRow, ...] = (
    # A bucket without rules is answered with NoSuchCORSConfiguration, one without a policy with NoSuchBucketPolicy.
    reads(
        _S,
        "GetBucketCors",
        "CORSRules",
        source="a bucket without rules is an error, NoSuchCORSConfiguration",
        root="CORSConfiguration",
    ),
    reads(_S, "GetBucketPolicy", "Policy", source=_PLACEBO.format(21)),
    reads(_S, "GetObject", "ContentLength", "ETag", source=_PLACEBO.format(1)),
    # A bucket without object lock is answered with ObjectLockConfigurationNotFoundError.
    reads(
        _S,
        "GetObjectLockConfiguration",
        "ObjectLockConfiguration",
        source="localstack tests/aws/services/s3/test_s3_api.snapshot.json, TestS3ObjectLock",
        root="ObjectLockConfiguration",
    ),
    # An object without retention is answered with NoSuchObjectLockConfiguration.
    reads(
        _S,
        "GetObjectRetention",
        "Retention",
        source="localstack tests/aws/services/s3/test_s3.snapshot.json, TestS3ObjectLockRetention",
        root="Retention",
    ),
    reads(_S, "HeadObject", "ContentLength", "ETag", source=_PLACEBO.format(38)),
    reads(
        _S,
        "ListBuckets",
        "Buckets",
        source=_PLACEBO.format(115) + ", test_s3_hosts_website/2 is empty",
        root="ListAllMyBucketsResult",
    ),
    reads(
        _S,
        "ListMultipartUploads",
        *("Bucket", "IsTruncated"),
        source=_PLACEBO.format(5) + ", test_s3_delete_bucket/1 is empty",
        root="ListMultipartUploadsResult",
    ),
    reads(
        _S,
        "ListObjectVersions",
        "Name",
        "IsTruncated",
        source=f"{_LISTED}, in each of its 46 answers",
        root="ListVersionsResult",
    ),
    reads(
        _S,
        "ListObjectsV2",
        *("Name", "IsTruncated", "KeyCount"),
        source=f"{_LISTED}, test_empty_bucket_fixture is empty",
        root="ListBucketResult",
    ),
    reads(
        _S,
        "ListParts",
        *("UploadId", "IsTruncated"),
        source=f"{_LISTED}, test_list_parts_pagination/list-parts-empty is empty",
        root="ListPartsResult",
    ),
    writes(_S, "AbortMultipartUpload"),
    writes(_S, "CompleteMultipartUpload", root="CompleteMultipartUploadResult"),
    writes(_S, "CopyObject", root="CopyObjectResult"),
    writes(_S, "CreateMultipartUpload", root="InitiateMultipartUploadResult"),
    writes(_S, "DeleteBucket"),
    writes(_S, "DeleteBucketPolicy"),
    writes(_S, "DeleteObject"),
    writes(_S, "DeleteObjects", root="DeleteResult"),
    writes(_S, "PutObject"),
    writes(_S, "PutObjectLegalHold"),
    writes(_S, "UploadPart"),
)
