"""EB-290 to EB-309: dataset and lab files in the teams' buckets."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-290": Explanation(
        "The team's bucket is gone",
        "The stack that contains it says that it is deployed, but S3 knows no such bucket: somebody deleted it.",
        "Delete the stack `<event>-buckets` in that account, then run `event-bootstrap provision TEAM`, which "
        "creates the bucket again. It can take an hour until the name of a deleted bucket is free.",
    ),
    "EB-291": Explanation(
        "The team's bucket cannot be read or written",
        "The access role lacks s3:ListBucket, s3:GetObject, s3:PutObject, s3:AbortMultipartUpload, "
        "s3:ListMultipartUploadParts or s3:ListBucketMultipartUploads on the bucket; or the bucket's policy, its "
        "KMS key or an organization policy denies them.",
        "Deploy access.yaml again in that account. If the error stays, check the bucket's policy.",
    ),
    "EB-292": Explanation(
        "Another account owns a bucket with this name",
        "Bucket names are global: somebody outside this account owns a bucket with this name. Nothing was sent to it.",
        "Choose another name for the event; all resource names contain it.",
        "S3 answers with the same AccessDenied as for a missing permission, because each call names the expected "
        "owner. The account's own list of buckets tells the two cases apart.",
    ),
    "EB-293": Explanation(
        "The team's bucket is in another region",
        "Somebody created a bucket with this name by hand, in another region than its name says.",
        "Empty and delete that bucket, delete the stack `<event>-buckets`, then run `event-bootstrap provision TEAM`.",
    ),
    "EB-294": Explanation(
        "The packed dataset changed on disk during the run",
        "Packed data in the cache folder, or files in labs/, were deleted or edited while they were being uploaded.",
        "Run the same command again; it packs what is missing first.",
    ),
    "EB-295": Explanation(
        "The organiser's bucket cannot be used",
        "The bucket `dataset.hub_bucket` of event.yaml does not exist or is not in the operator's own account, the "
        "operator may not list or write to it, or the team's role may not read from it.",
        "Nothing is lost: the files were uploaded from this machine instead. To copy inside S3, name a bucket in "
        "your own account, and grant s3:GetObject on its `event-bootstrap/*` to the access roles of the accounts.",
        "Bucket names are global, so every call says which account must own the bucket: the one that you sign in to.",
    ),
}
