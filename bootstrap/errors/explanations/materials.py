"""EB-290 to EB-309: dataset and lab files in the teams' buckets."""

from bootstrap.errors import Explanation

ENTRIES = {
    "EB-290": Explanation(
        "The team's bucket is gone",
        "The stack that holds it says that it is deployed, but S3 knows no such bucket: somebody deleted it.",
        "Delete the stack `<event>-buckets` in that account, then run `provision TEAM`, which makes it again. "
        "A name that was just deleted can take an hour to become free.",
    ),
    "EB-291": Explanation(
        "The team's bucket may not be read or written",
        "The access role lacks s3:ListBucket, s3:GetObject, s3:PutObject, s3:AbortMultipartUpload, "
        "s3:ListMultipartUploadParts or s3:ListBucketMultipartUploads on it; "
        "or the bucket's policy, its KMS key or an organization policy denies them.",
        "Deploy the access template again in that account; if that changes nothing, look at the bucket's policy.",
    ),
    "EB-292": Explanation(
        "The bucket's name is in another account's hands",
        "Bucket names are global: somebody outside this account owns a bucket of this name. Nothing was sent to it.",
        "Choose another event name; every name follows from it.",
        "S3 refuses with the same AccessDenied as for a missing permission, because each call names the owner "
        "that is expected. The account's own list of buckets tells the two apart.",
    ),
    "EB-293": Explanation(
        "The team's bucket is in another region",
        "A bucket of this name was made by hand in another region than the one its name says.",
        "Empty and delete that bucket, delete the stack `<event>-buckets`, then run `provision TEAM`.",
    ),
    "EB-294": Explanation(
        "The packed dataset changed on disk during the run",
        "Files under .event-bootstrap/cache or in labs/ were deleted or edited while they were being uploaded.",
        "Run the same command again: what is missing is packed again first.",
    ),
    "EB-295": Explanation(
        "The bucket of the organiser cannot be used",
        "`dataset.hub_bucket` of event.yaml does not exist, is not in the operator's own account, or the operator may "
        "not list it or write to it, or the team's role may not read from it.",
        "Nothing is lost: the files were uploaded from here instead. To copy inside S3, name a bucket of your own "
        "account, and grant s3:GetObject on its `event-bootstrap/*` to the access roles of the accounts.",
        "Names of buckets are global, so each call says whose bucket is meant: the account that you sign in to.",
    ),
}
