"""EB-760 to EB-774: the venue's host."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-760": Explanation(
        "This is no place in a bucket",
        "The files for the host are below a prefix of a bucket, so that one bucket can serve several events.",
        "Write s3://BUCKET/PREFIX, such as s3://car-day-venue-111122223333/car-day. A prefix has letters, digits, "
        "dots, hyphens, underscores and slashes.",
    ),
    "EB-761": Explanation(
        "Nothing is published at this place",
        "`serve --from` found no list of files there: nothing was published, it was withdrawn, or the prefix is "
        "another one.",
        "Publish with `event-bootstrap venue publish s3://BUCKET/PREFIX` from the machine that has event.yaml, and "
        "start the host with the same place.",
    ),
    "EB-762": Explanation(
        "A published file is damaged",
        "A file does not have the SHA-256 that the list names, the list is none that this tool writes, or another "
        "version wrote it. Somebody else may have written to the bucket. The host takes nothing of it; one that runs "
        "keeps the last good files.",
        "Check who may write to the bucket. Then publish again, with the version that the host has.",
    ),
    "EB-763": Explanation(
        "The bucket refuses",
        "The bucket is not there, belongs to another account than your credentials (each call names its owner), or "
        "you may not use it. To publish, you need s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket; the "
        "host needs s3:GetObject below the prefix.",
        "Make the bucket in the account of your credentials, in docs/venue.md's first step; or correct its name or "
        "your permissions. `aws sts get-caller-identity` shows the account.",
    ),
    "EB-764": Explanation(
        "Another event is published there",
        "The place has the files of an event with another name. Publishing would take its pages away.",
        "Give each event a prefix of its own. If the event was renamed, withdraw its files with the old event.yaml.",
    ),
    "EB-765": Explanation(
        "The secret cannot be read",
        "The journal's address names a secret of Secrets Manager that is not there, has no value, or may not be read "
        "with these credentials.",
        "Check name and region of the secret (an ARN names its region), and that the credentials may call "
        "secretsmanager:GetSecretValue on it. If a key of your own encrypts it, they need kms:Decrypt, too.",
    ),
    "EB-766": Explanation(
        "The secret is not that of a database",
        "The secret must be a JSON text with `username` and `password`, as RDS writes it. Its other keys are `host`, "
        "`port` and `dbname`; a secret that RDS manages has none of these.",
        "Name the secret of the database. If it has no host, write it beside the host: "
        "postgresql://HOST:5432/DATABASE?secret=NAME",
    ),
    "EB-768": Explanation(
        "A file cannot be published",
        "The file cannot be read, is larger than 64 MB, or has a name that no host takes: it begins with a dot, or "
        "has characters that file systems treat in different ways.",
        "Rename it, make it smaller, or move it out of labs/ and templates/.",
    ),
    "EB-769": Explanation(
        "A server with --from needs --journal",
        "The files of --from are in a temporary folder that ends with the server. A journal in it would be lost, and "
        "several servers would have one each.",
        "Give --journal postgresql://HOST:5432/DATABASE?secret=NAME, or EVENT_BOOTSTRAP_JOURNAL.",
    ),
    "EB-770": Explanation(
        "A host of the pages does not have the access role",
        "What was asked for needs the access role of the team's account. A server that is started with `--from` never "
        "uses it, so that nobody who breaks into the host gets it.",
        'Do it on the operator\'s own machine, as docs/venue.md says under "What runs where".',
    ),
    "EB-771": Explanation(
        "The team's account does not let the host in",
        "The host may enter by the roles participant, support-read and support-labelling alone. The one that was "
        "needed is missing in this account (stack `roles`), or does not trust the host's role.",
        "Name the host's role (output HostRoleArn of its stack) under access.principals in event.yaml, run "
        "`event-bootstrap provision TEAM --step stack:roles`, and publish again.",
    ),
}
