"""EB-230 to EB-259: quotas."""

from __future__ import annotations

from bootstrap.errors import Explanation

_ELSEWHERE = (
    "Name other instance types in event.yaml (training.instance_types), or ask AWS Support. `event-bootstrap quotas "
    "--request --again` sends refused requests again."
)
_WAIT = (
    "Wait, and run the same command later; it continues where it stopped. `event-bootstrap quotas` shows the requests."
)

ENTRIES: dict[str, Explanation] = {
    "EB-230": Explanation(
        "AWS no longer has this quota",
        "Neither the account nor AWS's list of default quotas has a quota with this name in the region. For an "
        "instance type this means that AWS does not offer it any more.",
        "If another type in the list is usable, do nothing. Otherwise name other types in event.yaml.",
        "ml.p3.2xlarge for training job usage was in the lists of January 2026, but not in those of autumn 2026.",
    ),
    "EB-231": Explanation(
        "A quota increase was requested",
        "AWS has the request and has not decided yet.",
        _WAIT,
    ),
    "EB-232": Explanation(
        "A quota request is with AWS Support",
        "A person at AWS decides. For GPU types in new accounts this takes one to three working days or more.",
        f"{_WAIT} It may help to answer the account's support case and say what the event is.",
    ),
    "EB-233": Explanation(
        "A quota increase is approved but not yet applied",
        "After the approval it takes up to about 30 minutes until the new value is applied.",
        _WAIT,
    ),
    "EB-234": Explanation(
        "A quota increase was granted in part",
        "AWS approved the request, but the applied value is lower than the requested one.",
        f"If the granted value is enough, lower quotas.training (or quotas.endpoint) in event.yaml to it. {_ELSEWHERE}",
    ),
    "EB-235": Explanation(
        "A quota increase was denied",
        "AWS Support denied the request (status DENIED).",
        _ELSEWHERE,
    ),
    "EB-236": Explanation(
        "A quota increase was not approved",
        "AWS did not approve the request automatically and did not open a support case for it (status NOT_APPROVED).",
        _ELSEWHERE,
    ),
    "EB-237": Explanation(
        "The support case of a quota request was closed",
        "The case was closed (status CASE_CLOSED), and the applied value is still lower than the requested one.",
        f"Read the last message of the case in the account. {_ELSEWHERE}",
    ),
    "EB-238": Explanation(
        "The quota request is invalid",
        "AWS rejected the request as invalid (status INVALID_REQUEST).",
        _ELSEWHERE,
    ),
    "EB-239": Explanation(
        "A quota request has an unknown status",
        "AWS gives the request a status that this version does not know. The tool does not count it as granted.",
        "Look at the request on the Service Quotas page of the account; the applied value decides.",
    ),
    "EB-240": Explanation(
        "AWS accepts no more open quota requests",
        "AWS accepts 20 open requests per account, and 2 per account in regions that must be enabled first. The "
        "tool sends the rest when one is decided.",
        _WAIT,
    ),
    "EB-241": Explanation(
        "No instance type of the list is offered",
        "AWS has no quota for any of the event's instance types in this region.",
        "Name types in event.yaml that the region offers: in most regions ml.g5.2xlarge or ml.g4dn.xlarge.",
    ),
    "EB-242": Explanation(
        "The role may not use Service Quotas",
        "The policies of the access role do not allow the call that the message shows.",
        "Deploy access.yaml again in the account.",
    ),
    "EB-243": Explanation(
        "An organization policy denies Service Quotas",
        "A service control policy explicitly denies the call. The published sandbox policies (Innovation Sandbox on "
        "AWS, Sandbox Accounts for Events) deny every service that is not on their list, and servicequotas is not "
        "on it.",
        "Ask the administrator of the organization to allow servicequotas:*, to exempt the access role, or to "
        "request the quotas.",
        "Innovation Sandbox exempts InnovationSandbox-<namespace>*, AWSReservedSSO_*_IsbAdmins*, stacksets-exec-* "
        "and AWSControlTowerExecution, but not OrganizationAccountAccessRole.",
    ),
    "EB-244": Explanation(
        "Service Quotas may not create its service-linked role",
        "The first request in an account creates AWSServiceRoleForServiceQuotas, and the access role lacks "
        "iam:CreateServiceLinkedRole for it.",
        "Deploy access.yaml again, or request one increase by hand as an administrator of the account.",
    ),
    "EB-245": Explanation(
        "AWS does not accept the requested value",
        "The value is not greater than the applied one, or is greater than AWS allows.",
        "Compare wanted and applied in `event-bootstrap quotas`, and correct the quotas in event.yaml.",
    ),
    "EB-246": Explanation(
        "AWS refuses the quota request",
        "The answer in the message is neither a decision about the quota nor a known refusal.",
        "Request the increase by hand on the Service Quotas page of the account; the console shows more detail.",
    ),
    "EB-247": Explanation(
        "Waiting for a better instance type",
        "A type is usable already, but the request for a type that the event prefers was made only recently, so the "
        "tool waits for it.",
        "Wait. Or lower patience.better_type_minutes in event.yaml to continue with the usable type at once.",
    ),
    "EB-248": Explanation(
        "AWS does not raise this quota",
        "The quota is not adjustable, and its value is lower than the wanted one.",
        "Lower the wanted value in event.yaml, or name other instance types.",
    ),
    "EB-249": Explanation(
        "AWS cannot tell the value of a quota",
        "Service Quotas answered without a value: the service behind the quota throttles it or does not answer it. The "
        "quota may be large enough, so nothing was requested.",
        "Wait: the tool asks again. If it stays so, look at the quota on the Service Quotas page of the account.",
        "DEPENDENCY_ACCESS_DENIED_ERROR: the access role, or an organization, does not allow that service.",
    ),
}
