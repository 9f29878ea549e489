"""EB-370 to EB-389: errors between the tool and AWS that can happen in any step."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-370": Explanation(
        "AWS is still throttling us",
        "Something else uses up the same rate limit: another run, a participant's script or a scanner of the "
        "organization.",
        "Run the same command again in a few minutes, with fewer accounts at once: --jobs 16",
        "Before this error every call was retried with growing pauses.",
    ),
    "EB-371": Explanation(
        "AWS did not answer",
        "The endpoint could not be reached, or the connection was cut: network, proxy, VPN or a wrong region.",
        "Check the network of this machine, then run the same command again; it continues where it stopped.",
    ),
    "EB-372": Explanation(
        "The role may not make this call",
        "The access role in the account lacks a permission; AWS's own message names the action.",
        "Deploy access.yaml again in that account.",
    ),
    "EB-373": Explanation(
        "An organization policy denies this call",
        "A service control policy above the account denies it to every role in the account, administrators included.",
        "Ask the administrator of the organization to exempt the access role, or to move the account for the event. "
        "The published sandbox policies deny servicequotas:* and account:*.",
    ),
    "EB-374": Explanation(
        "The credentials expired and could not be renewed",
        "The operator's own session has ended, so the account's role cannot be assumed again.",
        "Sign in again (for instance `aws sso login`), then run the same command.",
    ),
    "EB-376": Explanation(
        "AWS has an internal error",
        "The service answered several retries with a server error.",
        "Check the AWS health page, then run the same command again.",
    ),
    "EB-377": Explanation(
        "AWS refused the call",
        "AWS answered with an error that this step does not know; AWS's own message is in the detail.",
        "Read AWS's message and fix its cause, then run the same command again.",
    ),
    "EB-378": Explanation(
        "What answered is not AWS",
        "Something between this machine and AWS answered in AWS's place, or cut its answer: a proxy, a filter, the "
        'sign-in page of a hotspot, or a wrong AWS_ENDPOINT_URL. Such an answer is never read as "nothing is there".',
        "Open https://aws.amazon.com in a browser of this machine: if a sign-in page comes, sign in. Otherwise use "
        "another network, or ask its administrators to let AWS's hosts pass unchanged. Then run the command again.",
        "Before this error the call was retried with growing pauses. The detail gives the status, the type and the "
        "length of the answer, and nothing of its text.",
    ),
    "EB-379": Explanation(
        "Credentials were copied badly",
        "An access key or a session token has a line break, a space or a character in it that AWS's never have: a mail "
        "program or a terminal wrapped the line, or a blank was copied with it. Nothing was sent.",
        "Copy the value again as one line, into the variable or the file of credentials that the message names.",
    ),
    "EB-380": Explanation(
        "A run that may only read tried to write",
        "plan, doctor, quotas without --request and sweep without --apply never write. The call was stopped before "
        "it was sent.",
        "This is an error in event-bootstrap: report it with the step's name.",
    ),
    "EB-381": Explanation(
        "A write was tried before the account was verified",
        "Nothing is written until AWS has confirmed that the credentials belong to the account in the roster.",
        "This is an error in event-bootstrap: report it with the step's name.",
    ),
    "EB-382": Explanation(
        "Another operator holds this account",
        "Another operator took over the lease on the account during this run.",
        "Agree with the other operator, then run the same command again.",
    ),
    "EB-383": Explanation(
        "An operation that is not in the table was to be called",
        "bootstrap/aws/operations/ has a row for each operation that the tool may call, with what AWS always answers. "
        "Nothing else is sent.",
        "This is an error in event-bootstrap: report it with the operation's name.",
    ),
    "EB-384": Explanation(
        "The renewed credentials are of another account",
        "AWS called the credentials expired, and the new ones of this machine's profile belong to another account.",
        "Sign in to the account of the roster again, then run the same command.",
        "After every renewal AWS is asked again whose the credentials are; nothing else is sent before that.",
    ),
    "EB-385": Explanation(
        "Another change of the same thing is under way",
        "AWS changes some things one after the other, and refused this change because of another one: of this tool, of "
        "another run or of somebody in the account.",
        "Wait some minutes, then run the same command again; it continues where it stopped.",
        "Before this error every call was retried with growing pauses.",
    ),
}
