"""EB-670 to EB-679: what `check` finds before a run."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-670": Explanation(
        "Your credentials may end before the work does",
        "Your own credentials are temporary and are not renewed. A run takes up to an hour, and the event's day is "
        "longer; when they end, no account can be entered any more.",
        "Sign in again right before the run. Credentials of `aws sso login`, of a profile with a role or of "
        "credential_process are renewed while you are signed in.",
    ),
    "EB-671": Explanation(
        "You are the root user",
        "AWS lets the root user of an account assume no role, and every account is entered by a role.",
        "Sign in as an IAM user or a role of your own account.",
    ),
    "EB-672": Explanation(
        "The hub bucket cannot be used",
        "dataset.hub_bucket in event.yaml names a bucket that AWS does not show to your own identity: it is not "
        "there, it is in another region, or no policy allows you to list it. The data is then sent to each account.",
        "Create the bucket in your own account and in the event's region, or remove hub_bucket.",
    ),
}
