"""EB-530 to EB-559: what the doctor finds, and repair."""

from __future__ import annotations

from bootstrap.errors import Explanation

_REPAIR = "Run `event-bootstrap repair TEAM`; it asks before it changes anything that a team may be working in."

ENTRIES: dict[str, Explanation] = {
    "EB-531": Explanation(
        "Something that the team should have is missing",
        "Provisioning has not created it yet, or somebody deleted it.",
        _REPAIR,
    ),
    "EB-532": Explanation(
        "A resource of a stack was changed or deleted by hand",
        "The stack still says that it is complete: CloudFormation compares templates, not the resources themselves.",
        f"{_REPAIR} It reverts the change with a change set that reverts drift.",
        "The doctor reads roles, their policies and trust, rule, topic, bucket and notebook directly. It compares "
        "the text of a policy only if the stack is up to date with its template.",
    ),
    "EB-533": Explanation(
        "A person cannot sign in to the labelling portal",
        "To sign in, a person needs an account in the workforce's user pool that is enabled and confirmed, has a "
        "verified mail address, and is in the work team's group.",
        f"{_REPAIR} If the account was disabled, somebody did that by hand: enable it in the Cognito console.",
        "People are named by their place in the team's row, never by address.",
    ),
    "EB-534": Explanation(
        "The bucket has no CORS rule",
        "The labelling page of Ground Truth has another origin than the bucket. Without a CORS rule, browsers do "
        "not show the pictures of a labelling job.",
        _REPAIR,
    ),
    "EB-535": Explanation(
        "The notebook instance is stopped",
        "Somebody stopped it, or the evening's sweep did. Its disk is kept.",
        f"{_REPAIR} It starts the notebook instance.",
    ),
    "EB-536": Explanation(
        "The start script of the notebook instance ran for more than 5 minutes",
        "AWS cancels the start of a notebook instance if its lifecycle script takes longer than 5 minutes. The "
        "usual cause is a slow network, or a large download that somebody added to the script.",
        f"Read the end of the script's log, then start the instance again. {_REPAIR}",
        "Start long work with nohup, so that the script does not wait for it.",
    ),
    "EB-537": Explanation(
        "The notebook instance is gone",
        "Somebody deleted it, and its disk with it. The lab's files are still in the bucket, and a new instance "
        "gets them again.",
        f"{_REPAIR} It creates a new notebook instance.",
    ),
    "EB-538": Explanation(
        "The notebook instance failed to start",
        "SageMaker could not start the instance; the detail shows its reason.",
        f"{_REPAIR} It starts the instance again. If that fails too, read the log group "
        "/aws/sagemaker/NotebookInstances.",
    ),
    "EB-539": Explanation(
        "An endpoint on a burstable type cannot scale",
        "SageMaker does not register autoscaling for ml.t2 and ml.t3 (SageMaker Developer Guide, "
        "endpoint-auto-scaling).",
        "Have the team create an endpoint configuration with the type that event.yaml names "
        "(endpoint.instance_type), and update the endpoint to it.",
    ),
    "EB-540": Explanation(
        "Autoscaling of an endpoint is not registered",
        "The endpoint works, but keeps its number of instances. Perhaps the team has not reached the last part of "
        "the lab.",
        "Have the team register it with minimum, maximum and target as in the lab's guide.",
    ),
    "EB-541": Explanation(
        "The team works in another region",
        "SageMaker resources were created in another region since the account was prepared. Quotas, data, notebook "
        "instance and work team exist only in the event's region.",
        "Give the team the link to the event's region, and have them stop what runs in the other one: it is billed. "
        "In the evening, `event-bootstrap sweep --apply --stop-only --everywhere` stops the rest.",
    ),
    "EB-542": Explanation(
        "A mail address has not confirmed its subscription",
        "SNS sends nothing to an address until its owner clicks the link in the first mail, which is valid for 3 "
        "days. A mail filter may hold the mail back, or may have clicked another link in it.",
        "Ask the recipient to click the link. To send the mail again: Request confirmation in the SNS console.",
    ),
    "EB-543": Explanation(
        "The private workforce was created by somebody else",
        "AWS allows one private workforce per account and region, and one existed already. event-bootstrap uses it: "
        "the team's people are in its user pool and sign in at its portal.",
        "If people can sign in, do nothing. If they cannot be added, deploy access.yaml with the ARN of that pool as "
        "OtherUserPool. Otherwise delete the old work teams, then the old workforce, and provision again.",
    ),
    "EB-544": Explanation(
        "The volume is larger than the disks of the instance type",
        "Types with NVMe disks (ml.g4dn, ml.g5) have only these: ml.g4dn.xlarge 125 GB, ml.g5.xlarge 250 GB, "
        "ml.g5.2xlarge 450 GB. SageMaker refuses a larger volume in a tuning job, and may refuse it in a training "
        "job.",
        "Have the team enter a volume that fits the type.",
    ),
    "EB-545": Explanation(
        "AWS no longer trains on ml.p3",
        "AWS no longer lists the quota for training on ml.p3.2xlarge; older guides still name the type.",
        "Have the team use ml.g5.2xlarge, or ml.g4dn.xlarge with a volume of at most 125 GB.",
    ),
    "EB-546": Explanation(
        "Your own credentials expire soon",
        "The tool needs them for every call to an account. A run that takes longer stops with EB-210 or EB-374.",
        "Sign in again before you start a long run.",
    ),
    "EB-547": Explanation(
        "The data in the team's bucket is not complete or was changed",
        "Files are missing or were changed, so a job that reads them fails or trains on other data.",
        f"{_REPAIR} It uploads the files again.",
    ),
    "EB-548": Explanation(
        "The sign-in page does not lead back to the labelling portal",
        "SageMaker wrote the portal's address into the Cognito client when the workforce was created. An update of "
        "the client that does not repeat the address deletes it.",
        "In the Cognito console, add https://PORTAL/oauth2/idpresponse to the client's callback addresses and "
        "https://PORTAL/logout to its sign-out addresses.",
        "These addresses were observed; AWS does not document them.",
    ),
    "EB-549": Explanation(
        "An endpoint failed",
        "SageMaker could not create or update it; the detail shows its reason.",
        "Read the log group /aws/sagemaker/Endpoints/NAME, fix the cause, then create the endpoint again.",
    ),
    "EB-550": Explanation(
        "Reverting a change by hand would change more than was agreed to",
        "The change set that AWS computed now changes more than the one that was shown before: somebody changed the "
        "stack's resources meanwhile.",
        "Run `event-bootstrap repair TEAM` again: it shows the new change set, and asks before it changes what a team "
        "may be working in.",
    ),
    "EB-552": Explanation(
        "A quota is used up",
        "As many instances run as the quota allows: AWS refuses the next one until one of them ends.",
        "Have the team wait until one ends, or stop one that it does not need. A quota increase takes minutes to days.",
    ),
    "EB-553": Explanation(
        "A permission is missing",
        "A role of the account may not make this call: the labs do not need it, or somebody changed a policy.",
        "If the labs need the call, run `event-bootstrap repair TEAM`. If not, the denial is intended.",
    ),
    "EB-554": Explanation(
        "The drift of a stack could not be reverted",
        "AWS could not create the change set that compares the stack with its resources, or could not execute it "
        "and rolled it back. The reason is in the detail or in the stack's events.",
        "Fix the reason, then repair again. If a resource cannot be restored this way, empty its bucket, delete the "
        "stack in the console, then provision the team again.",
    ),
}
