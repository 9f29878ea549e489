"""EB-260 to EB-289: CloudFormation stacks."""

from __future__ import annotations

from bootstrap.errors import Explanation

_FIRST = "The detail names the first resource that failed, not the ones that AWS cancelled because of it."
_RETRY = (
    "Read the reason in the detail and fix it, then run the same command with --again; without --again the tool "
    "does not retry a stack that failed with the same template."
)

ENTRIES: dict[str, Explanation] = {
    "EB-260": Explanation(
        "A stack failed with this same template",
        "CloudFormation could not create a resource and rolled the stack back.",
        f"{_RETRY} A changed template is tried without --again.",
        _FIRST,
    ),
    "EB-261": Explanation(
        "A stack with this name was not created by event-bootstrap",
        "A stack with the name that belongs to the event exists, but without the tag made-by=event-bootstrap. The "
        "tool never changes it.",
        "Choose another name for the event, or delete that stack by hand if nobody needs it.",
    ),
    "EB-262": Explanation(
        "The update of a stack failed",
        "CloudFormation could not change a resource; the stack is as it was before, or only partly updated.",
        f"{_RETRY} Roll back a partly updated stack (UPDATE_FAILED) in the CloudFormation console: Stack actions, "
        "Roll back.",
        _FIRST,
    ),
    "EB-263": Explanation(
        "The rollback of a stack update failed again",
        "CloudFormation cannot restore a resource, often because somebody changed or deleted it by hand. The tool "
        "has continued the rollback once.",
        "In the CloudFormation console choose Stack actions, Continue update rollback, and skip the named resource "
        "under Advanced. Then run the same command again.",
    ),
    "EB-264": Explanation(
        "A failed stack cannot be deleted",
        "One of its resources is still in use or not empty: a bucket with objects, or a role that a job uses.",
        "Delete by hand what the detail names, delete the stack in the console, then run the same command again.",
    ),
    "EB-265": Explanation(
        "Resources are being imported into a stack",
        "Somebody imports resources into the stack by hand; event-bootstrap does not change it meanwhile.",
        "Finish the import in the CloudFormation console (an ordinary update of the stack finishes it), then run "
        "the command again.",
    ),
    "EB-266": Explanation(
        "A stack has an unknown status",
        "CloudFormation has a new status that this version does not know.",
        "Look at the stack in the console. If it is stuck, delete it there and run the same command again.",
    ),
    "EB-267": Explanation(
        "AWS cannot create the change set of a stack",
        "The change set failed before anything was changed.",
        "Read the reason in the detail and fix it, then run the same command again: it creates a new change set.",
    ),
    "EB-268": Explanation(
        "The update would change what teams are using",
        "The event is on (schedule.opens to schedule.closes), and the change set modifies, replaces or deletes "
        "resources. A change to a notebook instance restarts it.",
        "Wait until the event is over, or warn the team and run the command again with --during-event. To update "
        "one team only, name it.",
        "The tool still adds new resources, outputs and tags, because these change nothing that exists.",
    ),
    "EB-269": Explanation(
        "A name that the stack needs is in use",
        "A resource with that name exists outside of the stack: an earlier event left it, somebody created it by "
        "hand, or, for a bucket or a sign-in domain, another account owns it.",
        "Delete that resource, or choose another name for the event in event.yaml; then run the command with --again.",
    ),
    "EB-270": Explanation(
        "A limit of the account is reached",
        "The account may have no more stacks, roles, buckets or notebook instances.",
        "Delete resources of earlier events, or request a higher limit in Service Quotas; then run the command with "
        "--again.",
    ),
    "EB-271": Explanation(
        "An organization policy denies a resource of the stack",
        "A service control policy above the account denies it to every role in the account, administrators included.",
        "Ask the administrator of the organization to exempt the access role, or to move the account for the event; "
        "then run the command with --again.",
    ),
    "EB-272": Explanation(
        "The access role may not create a resource of the stack",
        "CloudFormation uses the permissions of the access role, and one of them is missing.",
        "Deploy access.yaml again in that account, then run the command with --again.",
    ),
    "EB-273": Explanation(
        "The region does not offer a resource of the stack",
        "CloudFormation does not know the resource type in this region.",
        "Remove the lab from this team's row in accounts.csv, or choose a region that offers the resource.",
    ),
    "EB-274": Explanation(
        "AWS refuses the template of a stack",
        "No stack was created: the template has an error, or needs a capability that it does not declare.",
        "Correct the template in templates/cloudformation; `make test` checks every template with cfn-lint.",
    ),
    "EB-275": Explanation(
        "A stack is rolling back",
        "A resource failed, and CloudFormation must undo the others before anything else can be done.",
        "Wait for the rollback. The detail already names the cause; you can fix it meanwhile.",
        _FIRST,
    ),
    "EB-276": Explanation(
        "AWS failed with an error that is often temporary",
        "It was an internal error, throttling, a lack of capacity, or a new role that is not effective everywhere "
        "yet. The tool has retried once in this run.",
        "Run the command with --again in a few minutes.",
    ),
    "EB-277": Explanation(
        "The same change to a stack was made four times in one run",
        "Something undoes each change of the run: a person or another tool also changes the stack, or the clock of "
        "this machine is wrong. With a wrong clock the run mistakes its own changes for those of an earlier run.",
        "Set the clock (NTP), stop whatever else changes the stack, then run the same command again.",
    ),
    "EB-278": Explanation(
        "AWS does not accept a property in the template of a stack",
        "CloudFormation checks each property before it creates anything, and a property of this resource is missing, "
        "unknown or has a value that AWS does not accept. Nothing was created or changed.",
        "Correct the template in templates/cloudformation, or use a newer version of event-bootstrap if the template "
        "is as shipped; then run the command with --again.",
    ),
    "EB-279": Explanation(
        "The update of a stack would delete a bucket or a repository that is not empty",
        "CloudFormation looked before the update whether it can delete what the new template does not have any more.",
        "Empty it, or keep it in the template; then run the command with --again.",
    ),
    "EB-280": Explanation(
        "A CloudFormation hook refuses a resource of the stack",
        "Somebody registered a hook in the account, or the organization did, for instance AWS Control Tower. It looks "
        "at each resource before CloudFormation creates it.",
        "Ask who registered the hook to exempt these stacks; then run the command with --again. The detail names the "
        "hook.",
    ),
}
