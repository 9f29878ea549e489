"""EB-530 to EB-559: what the doctor sees, and repair."""

from bootstrap.errors import Explanation

_REPAIR = "`event-bootstrap repair TEAM` does it; it asks first where a team may have work."

ENTRIES = {
    "EB-531": Explanation(
        "Something that the team should have is not there",
        "Provisioning has not made it yet, or somebody took it away.",
        f"Give the account what it lacks: {_REPAIR}",
    ),
    "EB-532": Explanation(
        "A stack's resource was changed or deleted by hand",
        "The stack says that it is complete, because CloudFormation does not look: it compares templates.",
        f"Take the change back by a change set that reverts drift: {_REPAIR}",
        "The doctor reads roles, their policies and trust, rule, topic, bucket and notebook directly. What a policy "
        "says is compared where the stack has the template that it should have.",
    ),
    "EB-533": Explanation(
        "A person cannot sign in to the labelling portal",
        "Signing in takes an account of the workforce's user pool that is enabled and confirmed, with a verified mail "
        "address, in the work team's group.",
        f"{_REPAIR} An account that was switched off was switched off by somebody: enable it in the Cognito console.",
        "People are told by their place in the team's row, never by address.",
    ),
    "EB-534": Explanation(
        "The bucket has no CORS rule",
        "Ground Truth's page is not the bucket's own: without a rule that lets browsers read it, the pictures of a "
        "labelling job do not show.",
        _REPAIR,
    ),
    "EB-535": Explanation(
        "The notebook is stopped",
        "Somebody stopped it, or the evening's sweep did. What is on its disk is kept.",
        f"Start it: {_REPAIR}",
    ),
    "EB-536": Explanation(
        "The notebook's script ran for over 5 minutes",
        "AWS gives up a notebook's start when its lifecycle script takes longer than 5 minutes: most often the network "
        "is slow, or somebody added a large download to it.",
        f"Read the end of its log, then start it again: {_REPAIR}",
        "Long work belongs behind nohup, where the script does not wait for it.",
    ),
    "EB-537": Explanation(
        "The notebook is gone",
        "Somebody deleted it; its disk went with it. The lab's files are in the bucket, and come again with a new one.",
        f"Make a new one: {_REPAIR}",
    ),
    "EB-538": Explanation(
        "The notebook failed to start",
        "SageMaker could not bring the instance up; its own reason stands in the detail.",
        f"Start it once more: {_REPAIR} If it fails again, read its log group /aws/sagemaker/NotebookInstances.",
    ),
    "EB-539": Explanation(
        "An endpoint on a burstable type cannot scale",
        "SageMaker registers no autoscaling for ml.t2 and ml.t3 (endpoint-auto-scaling in its guide).",
        "The team makes an endpoint configuration with the type that event.yaml names (endpoint.instance_type), and "
        "updates the endpoint to it.",
    ),
    "EB-540": Explanation(
        "An endpoint's scaling is not registered",
        "The endpoint serves, and stays at the number of instances that it has. The lab's last part may be to come.",
        "The team registers it: minimum, maximum and target as in the lab's guide.",
    ),
    "EB-541": Explanation(
        "The team works in another region",
        "Things of SageMaker's were made elsewhere since the account was prepared. The quotas, the data, the notebook "
        "and the work team are all in the event's region; nothing of them is found there.",
        "Give the team the link to the event's region, and have them stop what runs in the other one: it costs money. "
        "The evening's `event-bootstrap sweep --apply --stop-only --everywhere` stops what is left.",
    ),
    "EB-542": Explanation(
        "A mail address has not confirmed its subscription",
        "SNS sends nothing to an address until its owner clicks the link in the first mail, which is good for 3 days. "
        "A mail filter may hold it back, or have clicked another link in it.",
        "Ask whoever got the mail to click its link. To have it sent again: Request confirmation, in the SNS console.",
    ),
    "EB-543": Explanation(
        "There is one private workforce an account and region, and it is of another make",
        "AWS makes no second one. event-bootstrap uses the one that stands: the team's people are in its user pool, "
        "and sign in by its portal.",
        "Nothing, if people can sign in. Else delete the old work teams, then the old workforce, and provision again.",
    ),
    "EB-544": Explanation(
        "The volume is larger than the instance type's disks",
        "Types with NVMe disks (ml.g4dn, ml.g5) have just these: ml.g4dn.xlarge 125 GB, ml.g5.xlarge 250, "
        "ml.g5.2xlarge 450. SageMaker refuses a larger volume in a tuning job, and may in a training job.",
        "The team asks for no more than the type has.",
    ),
    "EB-545": Explanation(
        "AWS trains on ml.p3 no more",
        "The quota for training on ml.p3.2xlarge is gone from AWS's lists; older guides still name the type.",
        "The team takes ml.g5.2xlarge, or ml.g4dn.xlarge with a volume of at most 125 GB.",
    ),
    "EB-546": Explanation(
        "Your own credentials end soon",
        "Every look into an account begins with them; a run that goes on longer stops with EB-210 or EB-374.",
        "Sign in again, before you begin something long.",
    ),
    "EB-547": Explanation(
        "The data in the team's bucket is not as it was put there",
        "Files are missing, or were changed: a job that reads them fails or learns something else.",
        f"Put them back: {_REPAIR}",
    ),
    "EB-548": Explanation(
        "The sign-in page does not lead back to the labelling portal",
        "SageMaker wrote the portal's address into the Cognito client when the workforce was made; an update of the "
        "client that does not name it takes it away.",
        "In the Cognito console, add to the client's callback addresses https://PORTAL/oauth2/idpresponse, and to its "
        "sign-out addresses https://PORTAL/logout.",
        "The addresses are those that people have seen, not documented by AWS.",
    ),
    "EB-549": Explanation(
        "An endpoint failed",
        "SageMaker could not start it, or could not change it; its own reason stands in the detail.",
        "Read the log group /aws/sagemaker/Endpoints/NAME, fix it, then make the endpoint again.",
    ),
    "EB-550": Explanation(
        "Repair would touch what a team may have work in",
        "It would restart or replace a notebook, put changed files back, or change a stack during the event. There is "
        "no terminal to ask at, and --yes was not given.",
        "Ask the team, then run it again with --yes.",
    ),
    "EB-551": Explanation(
        "Doctor and repair take teams by name",
        "They are for an account that is in trouble, not for all of them.",
        "Name the team, or several. For all at once: event-bootstrap plan",
    ),
    "EB-552": Explanation(
        "All of a quota is in use",
        "As many instances run as the quota allows: the next one is refused until one ends.",
        "The team waits for one to end, or stops one that it does not need. A larger quota takes minutes to days.",
    ),
    "EB-553": Explanation(
        "A permission is missing",
        "A role of the account may not make this call: it is not part of the labs, or a policy was changed.",
        "If the labs need it: event-bootstrap repair TEAM. If not, the answer is meant.",
    ),
    "EB-554": Explanation(
        "A stack's drift could not be reverted",
        "AWS could not compute the change set that compares with what is there, or its execution failed and was rolled "
        "back; the reason stands in the detail or in the stack's events.",
        "Fix what it names, then repair again. A resource that cannot be brought back so: delete the stack in the "
        "console, then provision the team again; a bucket must be empty first.",
    ),
}  # fmt: skip
