"""The doctor's answer in words for a team: what it means for the team, and what it can do now.

The words are chosen by the finding's code. AWS's own words, ids of accounts and the staff's commands are never in them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bootstrap.doctor.finding import Severity
from bootstrap.errors.message import Message, msg
from bootstrap.errors.message import marked as _
from bootstrap.people.hands.finding import HandFinding, HandResult


@dataclass(frozen=True, slots=True)
class TeamWords:
    """`state`: waiting (for AWS), failed (the team can do something), blocked (staff must), ready or working."""

    state: str
    headline: str
    advice: str


_STAFF_COME = _("The staff see it as well, and can put it right. Wait for them.")
_KNOWN: Mapping[str, TeamWords] = {
    "EB-340": TeamWords(
        "waiting",
        _("AWS has no free instance of this type in {region} at the moment"),
        _("Your settings are right. A job that waits goes on by itself: do not submit it again."),
    ),
    "EB-349": TeamWords(
        "waiting", _("It failed inside AWS"), _("You did nothing wrong. Start the same job again, under a new name.")
    ),
    "EB-313": TeamWords(
        "blocked",
        _("AWS does not open Ground Truth to your account"),
        _("Label your pictures on your team's page instead; the labels count the same."),
    ),
    "EB-341": TeamWords(
        "failed",
        _("Your account may not start an instance of this type, or no more of them"),
        _("Choose an instance type that the guide names, or wait until another job has ended."),
    ),
    "EB-552": TeamWords(
        "failed",
        _("As many instances run as your account may have"),
        _("Stop one that you do not need, or wait until a job has ended; then try again."),
    ),
    "EB-342": TeamWords(
        "failed",
        _("The role of your job may not do what the job needs"),
        _("Choose the role that the guide names, and check the addresses of input and output."),
    ),
    "EB-343": TeamWords(
        "failed",
        _("The job's algorithm could not be loaded"),
        _("Choose the algorithm again as the guide says, in the region {region}."),
    ),
    "EB-344": TeamWords(
        "failed",
        _("The job did not find the data that it expects"),
        _("Compare each channel with the guide: its name, its content type, its address."),
    ),
    "EB-345": TeamWords(
        "failed",
        _("The algorithm does not accept a setting of the job"),
        _("Compare the hyperparameters and the instance type with the guide, one by one."),
    ),
    "EB-346": TeamWords(
        "failed",
        _("The latest job was stopped when its longest time was over"),
        _("Give it more time or fewer epochs, as the guide says, and start it again."),
    ),
    "EB-351": TeamWords(
        "failed",
        _("The latest job failed"),
        _("Read its reason in the console under the job's name, and compare the settings with the guide."),
    ),
    "EB-535": TeamWords(
        "failed",
        _("Your notebook instance is stopped"),
        _("Its files are kept. Start it in the console: SageMaker, Notebook instances, Start. It takes some minutes."),
    ),
    "EB-536": TeamWords("blocked", _("Your notebook instance could not start"), _STAFF_COME),
    "EB-537": TeamWords("blocked", _("Your notebook instance was deleted"), _STAFF_COME),
    "EB-538": TeamWords("blocked", _("Your notebook instance could not start"), _STAFF_COME),
    "EB-539": TeamWords(
        "failed",
        _("An endpoint on this instance type cannot scale"),
        _("Make an endpoint configuration with ml.m5.large, as the guide says, and update the endpoint to it."),
    ),
    "EB-540": TeamWords(
        "waiting",
        _("Your endpoint works; its autoscaling is not set up yet"),
        _("Go on with the guide's part on autoscaling."),
    ),
    "EB-541": TeamWords(
        "failed",
        _("You are working in another region"),
        _("Choose the region {region} at the top right of the console. What you need is there, and only there."),
    ),
    "EB-544": TeamWords(
        "failed",
        _("The volume is too large for the instance type"),
        _("Give the job the volume that the guide names, in GB, and start it again."),
    ),
    "EB-545": TeamWords(
        "failed",
        _("AWS no longer trains on ml.p3"),
        _("Choose another instance type that the guide names, such as ml.g4dn.xlarge."),
    ),
    "EB-549": TeamWords(
        "failed",
        _("An endpoint of yours failed"),
        _("Compare its configuration and its model with the guide, delete the endpoint, and create it again."),
    ),
    "EB-553": TeamWords(
        "failed",
        _("AWS refused something that your account may not do"),
        _("The labs do not need it. Go back to the guide's step, and do only what it says."),
    ),
    "EB-533": TeamWords("blocked", _("One of you cannot sign in to labelling"), _STAFF_COME),
    "EB-548": TeamWords("blocked", _("One of you cannot sign in to labelling"), _STAFF_COME),
    "EB-534": TeamWords("blocked", _("Pictures cannot be shown from your bucket"), _STAFF_COME),
    "EB-547": TeamWords("blocked", _("Files in your bucket are missing, or were changed"), _STAFF_COME),
    "EB-290": TeamWords("blocked", _("Your team's bucket was deleted"), _STAFF_COME),
    "EB-531": TeamWords("blocked", _("Something is missing in your account"), _STAFF_COME),
    "EB-532": TeamWords("blocked", _("Something in your account was changed or deleted by hand"), _STAFF_COME),
}
_ANY = TeamWords("blocked", _("Something in your account is not as it should be"), _STAFF_COME)


def examining() -> TeamWords:
    """Return what a team reads until the doctor has answered."""
    words = msg("You need not do anything: the answer appears here.")
    return TeamWords("working", msg("We are looking at your account"), words)


def for_team(finding: HandFinding, region: str) -> TeamWords:
    """Return what a team reads. `region`: the team's own."""
    if finding.result is HandResult.WELL:
        words = msg("Somebody comes to you. Until then, compare your last steps with the guide.")
        return TeamWords("ready", msg("Your account is in order"), words)
    first = finding.first
    if finding.result is HandResult.UNSEEN or first is None:
        words = msg("Your hand is up all the same, and somebody comes to you.")
        return TeamWords("waiting", _unseen(finding), words)
    return _in(region, _KNOWN.get(finding.code, _ANY))


def of_cause(cause: str, region: str) -> TeamWords | None:
    """Return the words for a cause of several teams, which name none; None if its code has none of its own."""
    known = _KNOWN.get(cause.split(" ", maxsplit=1)[0])
    return None if known is None else _in(region, known)


def _in(region: str, known: TeamWords) -> TeamWords:
    """Return words of the table as messages, with the region where they name one."""
    headline, advice = (
        Message(text, {"region": region} if "{region}" in text else {}) for text in (known.headline, known.advice)
    )
    return TeamWords(known.state, headline, advice)


def _unseen(finding: HandFinding) -> str:
    """Say what was not seen: all of the account, or a part of it."""
    whole = not finding.findings or any(each.about in {"doctor", "access"} for each in finding.findings)
    if whole or all(each.severity is not Severity.UNSEEN for each in finding.findings):
        return msg("Your account could not be examined at the moment")
    return msg("Your account could not be examined completely; nothing wrong was found in what was seen")
