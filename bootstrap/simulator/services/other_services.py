"""Services of which a sweep only lists things. A row each: its listing, and what makes and ends a thing, if any.

The answers are built from botocore's shapes; what a participant cannot make is listed as empty. Unverified: states in
between; a thing stands at once, and is gone at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world.call import Call, CallHandler

Thing = dict[str, Any]
_INSTANCE = re.compile("i-(?:[0-9a-f]{8}|[0-9a-f]{17})")


def _nothing(call: Call) -> Thing:
    return {}


@dataclass(frozen=True, slots=True)
class Listed:
    """`listing` answers things at the path `results`. `takes`: parameters that it takes, besides those of paging.

    `make` and `end`: operations. `made`: a new thing; `answer`: what `make` answers with it. `name`: the key of a thing
    that names it, `named`: the parameter of `end` that does, or lists several. `missing`: the refusal to end
    a thing that is not there.
    """

    service: str
    listing: str
    results: str
    takes: tuple[str, ...] = ()
    make: str = ""
    end: str = ""
    name: str = ""
    named: str = ""
    made: Callable[[Call], Thing] = _nothing
    answer: Callable[[Thing], Thing] = lambda thing: thing
    besides: Callable[[Call], list[Thing]] = field(default=lambda call: [])
    missing: Callable[[str], Refusal] = lambda name: Refusal("ResourceNotFoundException", f"{name} is not there.", 404)


_PAGING = frozenset(
    {"MaxResults", "maxResults", "NextToken", "nextToken", "MaxItems", "Marker", "MaxRecords", "PageSize"}
)


def _instance(call: Call) -> Thing:
    return {
        "InstanceId": f"i-{call.token('instance', 17)}",
        "InstanceType": call.params.get("InstanceType", "m1.small"),
        **({"ImageId": call.params["ImageId"]} if "ImageId" in call.params else {}),
        "LaunchTime": moment(call.now),
        "State": {"Code": 16, "Name": "running"},
    }


def _file_system(call: Call) -> Thing:
    number = f"fs-{call.token('file-system', 17)}"
    return _shown_file_system(call, number, call.params["CreationToken"], call.now)


def _shown_file_system(call: Call, number: str, token: str, made: float) -> Thing:
    return {
        "OwnerId": call.account_id,
        "CreationToken": token,
        "FileSystemId": number,
        "CreationTime": moment(made),
        "LifeCycleState": "available",
        "NumberOfMountTargets": 0,
        "SizeInBytes": {"Value": 6144},
        "PerformanceMode": "generalPurpose",
        "Tags": [],
    }


def _homes(call: Call) -> list[Thing]:
    """Studio's own file systems: of each domain, and of deleted ones that kept theirs."""
    domains = [
        (one["params"]["HomeEfsFileSystemId"], one["params"]["DomainId"], one["created"])
        for one in call.shelf("sagemaker.Domain").values()
    ]
    kept = [(system, domain, call.world.began) for domain, system in call.shelf("sagemaker.studio-homes").items()]
    shown = []
    for number, domain, made in (*domains, *kept):
        tag = {"Key": "ManagedByAmazonSageMakerResource", "Value": call.arn("sagemaker", f"domain/{domain}")}
        shown.append({**_shown_file_system(call, number, domain, made), "Tags": [tag]})
    return shown


def _no_instance(name: str) -> Refusal:
    if not _INSTANCE.fullmatch(name):
        return Refusal("InvalidInstanceID.Malformed", f'Invalid id: "{name}"')
    return Refusal("InvalidInstanceID.NotFound", f"The instance ID '{name}' does not exist")


def _no_address(name: str) -> Refusal:
    return Refusal("InvalidAllocationID.NotFound", f"The allocation ID '{name}' does not exist")


def _no_file_system(name: str) -> Refusal:
    return Refusal("FileSystemNotFound", f"File system '{name}' does not exist.", 404)


def no_secret(name: str) -> Refusal:
    """Return the refusal of a secret that is not there."""
    return Refusal("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")


def _secret(call: Call) -> Thing:
    name = call.params["Name"]
    arn = call.arn("secretsmanager", f"secret:{name}-{call.token('secret', 6)}")
    return {"ARN": arn, "Name": name, "CreatedDate": moment(call.now)}


LISTED: tuple[Listed, ...] = (
    Listed("ec2", "DescribeInstances", "Reservations.Instances", make="RunInstances", end="TerminateInstances",
           name="InstanceId", named="InstanceIds", made=_instance, missing=_no_instance,
           answer=lambda thing: {"Instances": [thing]}),
    Listed("ec2", "DescribeAddresses", "Addresses", make="AllocateAddress", end="ReleaseAddress",
           name="AllocationId", named="AllocationId", missing=_no_address,
           made=lambda call: {"AllocationId": f"eipalloc-{call.token('address', 17)}", "PublicIp": "203.0.113.7",
                              "Domain": "vpc"}),
    Listed("ec2", "DescribeNatGateways", "NatGateways"),
    Listed("ec2", "DescribeVpcEndpoints", "VpcEndpoints", ("Filters",)),
    Listed("ec2", "DescribeVolumes", "Volumes"),
    Listed("ec2", "DescribeSnapshots", "Snapshots", ("OwnerIds",)),
    Listed("efs", "DescribeFileSystems", "FileSystems", make="CreateFileSystem", end="DeleteFileSystem",
           name="FileSystemId", named="FileSystemId", made=_file_system, besides=_homes, missing=_no_file_system),
    Listed("fsx", "DescribeFileSystems", "FileSystems"),
    Listed("bedrock", "ListProvisionedModelThroughputs", "provisionedModelSummaries"),
    Listed("bedrock", "ListModelCustomizationJobs", "modelCustomizationJobSummaries"),
    Listed("bedrock", "ListCustomModels", "modelSummaries"),
    Listed("bedrock", "ListImportedModels", "modelSummaries"),
    Listed("emr", "ListClusters", "Clusters", ("ClusterStates",)),
    Listed("eks", "ListClusters", "clusters"),
    Listed("redshift", "DescribeClusters", "Clusters"),
    Listed("redshift-serverless", "ListWorkgroups", "workgroups"),
    Listed("opensearch", "ListDomainNames", "DomainNames"),
    Listed("glue", "ListSessions", "Sessions"),
    Listed("secretsmanager", "ListSecrets", "SecretList", make="CreateSecret", end="DeleteSecret", name="ARN",
           named="SecretId", made=_secret, missing=no_secret,
           answer=lambda thing: {"ARN": thing["ARN"], "Name": thing["Name"]}),
    Listed("servicecatalog", "ScanProvisionedProducts", "ProvisionedProducts", ("AccessLevelFilter",)),
)  # fmt: skip
# These two have more operations, in modules of their own.
SERVICES = frozenset(each.service for each in LISTED) - {"ec2", "secretsmanager"}


@cache
def operations(service: str) -> dict[str, CallHandler]:
    """Return the operations of a service."""
    found: dict[str, CallHandler] = {}
    for each in LISTED:
        if each.service == service:
            found[each.listing] = partial(_list, each)
            if each.make:
                found |= {each.make: partial(_make, each), each.end: partial(_end, each)}
    return found


def things(service: str, listing: str, call: Call) -> dict[str, Thing]:
    """Return what a listing of the service answers, by the key that names it: mutable."""
    return call.shelf(f"{service}.{listing}")


def _things(kind: Listed, call: Call) -> dict[str, Thing]:
    return things(kind.service, kind.listing, call)


def _list(kind: Listed, call: Call) -> dict[str, Any]:
    unknown = sorted(call.params.keys() - _PAGING - set(kind.takes))
    if unknown:
        raise Refusal("NotSimulated", f"{', '.join(unknown)} of {kind.service}:{kind.listing} is not simulated")
    found = [*_things(kind, call).values(), *kind.besides(call)]
    outer, _, inner = kind.results.partition(".")
    return {outer: [{inner: [thing]} for thing in found] if inner else found}


def _make(kind: Listed, call: Call) -> dict[str, Any]:
    thing = kind.made(call)
    _things(kind, call)[thing[kind.name]] = thing
    return kind.answer(thing)


def _end(kind: Listed, call: Call) -> dict[str, Any]:
    if kind.named not in call.params:
        raise Refusal("MissingParameter", f"The request must contain the parameter {kind.named}")
    named = call.params[kind.named]
    names = named if isinstance(named, list) else [named]
    there = _things(kind, call)
    # All or nothing, as EC2 ends instances.
    for name in names:
        if name not in there:
            raise kind.missing(name)
    for name in names:
        del there[name]
    return {}


def view(call: Call) -> dict[str, list[str]]:
    """View for the control address: names by listing, of those that can be made."""
    return {f"{kind.service}:{kind.listing}": sorted(_names(kind, call)) for kind in LISTED if kind.make}


def _names(kind: Listed, call: Call) -> Iterator[str]:
    for thing in (*_things(kind, call).values(), *kind.besides(call)):
        yield str(thing[kind.name])
