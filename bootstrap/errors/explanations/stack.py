"""EB-260 to EB-289: CloudFormation stacks."""

from bootstrap.errors import Explanation

_FIRST = "The detail names the first resource that failed, not the ones that AWS cancelled because of it."
_RETRY = "then run the same command with --again; without it, what failed unchanged is not made again."

ENTRIES = {
    "EB-260": Explanation(
        "A stack failed with this very template",
        "CloudFormation could not make a resource and rolled the stack back.",
        f"Read the reason in the detail and fix it, {_RETRY} A changed template is tried without being asked.",
        _FIRST,
    ),
    "EB-261": Explanation(
        "A stack of this name was not made by event-bootstrap",
        "A stack with the name that the event computes stands there without the tag made-by=event-bootstrap.",
        "Choose another event name, or delete that stack by hand if nobody needs it. It is never touched.",
    ),
    "EB-262": Explanation(
        "The update of a stack failed",
        "CloudFormation could not change a resource; the stack stands as it was before, or half-way.",
        f"Read the reason in the detail and fix it, {_RETRY} A stack left half-way (UPDATE_FAILED) is rolled "
        "back in the CloudFormation console: Stack actions, Roll back.",
        _FIRST,
    ),
    "EB-263": Explanation(
        "The rollback of a stack's update fails again",
        "CloudFormation cannot put a resource back as it was, often because it was changed or deleted by hand; "
        "the rollback was continued once.",
        "In the CloudFormation console: Stack actions, Continue update rollback, and under Advanced skip the "
        "resource named. Then run the same command again.",
    ),
    "EB-264": Explanation(
        "A failed stack cannot be deleted",
        "A resource of it is still in use or not empty: a bucket with objects, a role that a job runs with.",
        "Remove what the detail names by hand, delete the stack in the console, then run the same command again.",
    ),
    "EB-265": Explanation(
        "A stack is in a resource import",
        "Somebody has imported resources into the stack by hand; event-bootstrap does not touch it then.",
        "End the import in the CloudFormation console (an ordinary update of the stack does), then run again.",
    ),
    "EB-266": Explanation(
        "A stack has a status that event-bootstrap does not know",
        "CloudFormation has gained a status since this version was written.",
        "Look at the stack in the console. If it is stuck, delete it there and run the same command again.",
    ),
    "EB-267": Explanation(
        "AWS cannot compute the change of a stack",
        "The change set failed before anything was touched.",
        "Read the reason in the detail and fix it, then run the same command again: it is computed anew.",
    ),
    "EB-268": Explanation(
        "The update would touch what teams are using",
        "The event is on (schedule.opens to schedule.closes), and the change set modifies, replaces or removes "
        "resources. Changing a notebook instance restarts it.",
        "Wait until the event is over, or warn the team and run again with --during-event. "
        "To fix one team only, name it.",
        "New resources, outputs and tags touch nothing and are not held back.",
    ),
    "EB-269": Explanation(
        "A name that the stack needs is taken",
        "A resource of that name exists outside the stack: left by an earlier event, made by hand, or, for a "
        "bucket or a sign-in domain, in somebody else's account.",
        "Delete the leftover, or choose another event name in event.yaml; then run again with --again.",
    ),
    "EB-270": Explanation(
        "A limit of the account is reached",
        "The account may hold no more stacks, roles, buckets or notebooks.",
        "Remove leftovers of earlier events, or have the limit raised in Service Quotas; then run with --again.",
    ),
    "EB-271": Explanation(
        "An organization policy denies what the stack makes",
        "A service control policy above the account denies it to every role there, administrators included.",
        "Ask the organization's owner to exempt the access role, or to move the account for the event; then run "
        "with --again.",
    ),
    "EB-272": Explanation(
        "The access role may not make a resource of the stack",
        "CloudFormation acts with the access role's rights, and one of them is missing.",
        "Deploy the access template again in that account; then run again with --again.",
    ),
    "EB-273": Explanation(
        "The region does not offer a resource of the stack",
        "CloudFormation does not know the resource type in this region.",
        "Take the lab out of this team's row in accounts.csv, or choose a region that offers it.",
    ),
    "EB-274": Explanation(
        "AWS refuses the template of a stack",
        "The request did not become a stack at all: an error in the template, or a capability that it does not "
        "declare.",
        "Correct the template in templates/cloudformation; `make test` holds each against cfn-lint.",
    ),
    "EB-275": Explanation(
        "A stack is rolling back",
        "A resource has failed, and CloudFormation takes the others back before anything else can be done.",
        "Nothing yet. The cause is named in the detail already; it can be fixed while the rollback goes on.",
        _FIRST,
    ),
    "EB-276": Explanation(
        "AWS failed in a way that often passes",
        "An internal error, throttling, a shortage, or a new role that did not work everywhere yet.",
        "It was tried once more in this run. Run again with --again in some minutes.",
    ),
    "EB-277": Explanation(
        "The same was done to a stack four times in one run",
        "What the run made or deleted was found again as before each time: somebody or something else works on the "
        "stack as well, or this machine's clock is wrong, so that the run takes its own doing for an earlier run's.",
        "Set the clock (NTP), end what else works on the stack, then run the same command again.",
    ),
}
