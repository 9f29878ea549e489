"""EB-230 to EB-259: quotas."""

from bootstrap.errors import Explanation

_ELSEWHERE = (
    "Name other instance types in event.yaml (training.instance_types), or ask AWS Support. "
    "event-bootstrap quotas --request --again files refused requests anew."
)
_WAIT = "Wait, and run the same command later; it goes on where it stopped. event-bootstrap quotas shows the requests."

ENTRIES = {
    "EB-230": Explanation(
        "AWS no longer has this quota",
        "Neither the account nor AWS's list of default quotas has a quota of this name in the region. For an instance "
        "type that means: it is not offered any more.",
        "Nothing, if another ranked type is usable. Otherwise name other types in event.yaml.",
        "ml.p3.2xlarge for training job usage was in the lists of January 2026 and is not in those of autumn 2026.",
    ),
    "EB-231": Explanation("A quota increase is requested", "AWS has the request and has not decided.", _WAIT),
    "EB-232": Explanation(
        "A quota increase is with AWS Support",
        "A person at AWS decides. For GPU types in new accounts that takes one to three working days or more.",
        _WAIT + " A reply in the support case of the account, saying what the event is, may help.",
    ),
    "EB-233": Explanation(
        "A quota increase is approved, and not yet applied",
        "After an approval it takes up to some 30 minutes until the new value is in force.",
        _WAIT,
    ),
    "EB-234": Explanation(
        "A quota increase was granted in part",
        "AWS approved the request, but the value in force is below the one asked for.",
        "Lower quotas.training (or endpoint) in event.yaml to what was granted if that is enough. " + _ELSEWHERE,
    ),
    "EB-235": Explanation("A quota increase was denied", "AWS Support decided against it.", _ELSEWHERE),
    "EB-236": Explanation(
        "A quota increase was not approved",
        "AWS did not approve it automatically, and no support case was opened for it.",
        _ELSEWHERE,
    ),
    "EB-237": Explanation(
        "The support case of a quota increase was closed",
        "The case was closed, and the value in force is still below the one asked for.",
        "Read the case's last message in the account. " + _ELSEWHERE,
    ),
    "EB-238": Explanation("AWS calls the quota increase invalid", "AWS dropped the request as invalid.", _ELSEWHERE),
    "EB-239": Explanation(
        "A quota increase has an unknown status",
        "AWS gives the request a status that this version does not know. It is never taken for a success.",
        "Look at the request in the account's Service Quotas page; the value in force decides.",
    ),
    "EB-240": Explanation(
        "As many quota increases are open as AWS takes",
        "AWS takes 20 open requests an account, and 2 an account in regions that must be enabled first. The rest is "
        "filed when one is decided.",
        _WAIT,
    ),
    "EB-241": Explanation(
        "No ranked instance type is offered",
        "AWS has no quota for any of the event's instance types in this region.",
        "Name types in event.yaml that the region offers: ml.g5.2xlarge or ml.g4dn.xlarge in most regions.",
    ),
    "EB-242": Explanation(
        "The role may not use Service Quotas",
        "The access role's policies lack the call that the message shows.",
        "Deploy the access template in the account again.",
    ),
    "EB-243": Explanation(
        "An organization policy denies Service Quotas",
        "A service control policy denies the call explicitly. The published sandbox policies (Innovation Sandbox on "
        "AWS, Sandbox Accounts for Events) deny every service that is not on their list, and servicequotas is not.",
        "Ask the organization's administrator to add servicequotas:* or to exempt the access role, or to request the "
        "quotas himself.",
        "Innovation Sandbox exempts InnovationSandbox-<namespace>*, AWSReservedSSO_*_IsbAdmins*, stacksets-exec-* and "
        "AWSControlTowerExecution; OrganizationAccountAccessRole is not among them.",
    ),
    "EB-244": Explanation(
        "Service Quotas may not make its service-linked role",
        "The first request in an account makes AWSServiceRoleForServiceQuotas; the access role lacks "
        "iam:CreateServiceLinkedRole for it.",
        "Deploy the access template again, or request one increase by hand as an administrator of the account.",
    ),
    "EB-245": Explanation(
        "AWS does not take the value asked for",
        "The value is not greater than the one in force, or more than AWS allows to ask for.",
        "Compare wanted and applied in event-bootstrap quotas; correct the quotas in event.yaml.",
    ),
    "EB-246": Explanation(
        "AWS refuses the quota request",
        "The answer in the message is neither a decision on the quota nor one of the known refusals.",
        "Request the increase by hand in the account's Service Quotas page; what it answers tells more.",
    ),
    "EB-247": Explanation(
        "Waiting for a better instance type",
        "A type is usable already; a request for one that the event ranks higher is still young, so it is waited for.",
        "Wait, or lower patience.better_type_minutes in event.yaml to go on with the usable type at once.",
    ),
    "EB-248": Explanation(
        "AWS does not raise this quota",
        "The quota is not adjustable, and its value is below the one wanted.",
        "Want less in event.yaml, or name other instance types.",
    ),
}
