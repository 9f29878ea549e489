"""What the operations in CloudTrail's record mean for an account that is to be clean. Data, each with its reason.

An operation that creates something is explained by a row of `aws/kinds/` (the listings show what it made), or by an
entry here; else it may cost money that nothing shows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cache

from bootstrap.aws.kinds import KINDS, Kind
from bootstrap.aws.kinds.without_row import WITHOUT_ROW
from bootstrap.sweep.elsewhere import KINDS_REMOVED

# Their listings show what there is in all regions.
GLOBAL = frozenset({"iam", "s3"})
# CloudTrail names a service by its endpoint. Application Auto Scaling is named either way.
_SOURCES: Mapping[str, tuple[str, ...]] = {
    "application-autoscaling": ("application-autoscaling", "autoscaling"),
    "cloudwatch": ("monitoring",),
    "efs": ("elasticfilesystem",),
    "emr": ("elasticmapreduce",),
    "opensearch": ("es",),
    "opensearchserverless": ("aoss",),
    "s3control": ("s3",),
}
# Verbs of operations that make something, and what undoes each. Others (Put, Update, Modify ...) change what is there;
# those of them that cost money are in COSTLY.
_VERBS: Mapping[str, tuple[str, ...]] = {
    "Accept": ("Cancel", "Terminate", "Reject"),
    "Activate": ("Deactivate",),
    "Allocate": ("Release",),
    "Buy": (),
    "Clone": ("Delete",),
    "Copy": ("Delete", "Deregister"),
    "Create": ("Delete", "Remove", "Terminate", "Schedule", "Cancel"),
    "Deploy": ("Delete", "Undeploy"),
    "Enable": ("Disable",),
    "Import": ("Delete",),
    "Launch": ("Delete", "Terminate"),
    "Order": ("Cancel",),
    "Provision": ("Terminate", "Deprovision", "Release"),
    "Purchase": ("Delete", "Cancel"),
    "Register": ("Deregister", "Delete"),
    "Request": ("Cancel", "Delete"),
    "Reserve": ("Release", "Cancel"),
    "Restore": ("Delete",),
    "Run": ("Terminate", "Stop", "Cancel"),
    "Start": ("Stop", "Terminate", "Delete", "Cancel"),
    "Submit": ("Cancel", "Terminate", "Delete"),
    "Subscribe": ("Unsubscribe", "Cancel"),
}
_MAKES = re.compile(rf"({'|'.join(sorted(_VERBS))})(?=[A-Z0-9]|$)")
_UNDOES = re.compile(rf"({'|'.join(sorted({each for undone in _VERBS.values() for each in undone}))})(?=[A-Z0-9]|$)")
_VERB = re.compile("[A-Z][a-z]+")
# Two names for one thing.
_PAIRS = frozenset(
    {
        ("AcceptAgreementRequest", "CancelAgreement"),
        ("ClaimPhoneNumber", "ReleasePhoneNumber"),
        ("CreateKey", "ScheduleKeyDeletion"),
        ("IncreaseStreamRetentionPeriod", "DeleteStream"),
        ("ProvisionProduct", "TerminateProvisionedProduct"),
        ("PutBackupPolicy", "DeleteFileSystem"),
        ("PutProvisionedConcurrencyConfig", "DeleteFunction"),
        ("PutScheduledUpdateGroupAction", "DeleteScheduledAction"),
        ("ReplicateKey", "ScheduleKeyDeletion"),
        ("ReplicateSecretToRegions", "RemoveRegionsFromReplication"),
        ("ResumeCluster", "PauseCluster"),
        ("ResumeService", "PauseService"),
        ("RequestSpotInstances", "CancelSpotInstanceRequests"),
        ("RunInstances", "CancelSpotInstanceRequests"),
        ("RunTask", "StopTask"),
        ("StartInstances", "StopInstances"),
        ("StartInstances", "TerminateInstances"),
        ("UpdateContinuousBackups", "DeleteTable"),
        ("UpdateShardCount", "DeleteStream"),
        ("UpdateStreamMode", "DeleteStream"),
    }
)
# Verbs of changes that end with the thing: "UpdateDomainConfig" with "DeleteDomain".
_CHANGES = frozenset({"Modify", "Set", "Update"})
# What follows the thing's name in "RestoreDBInstanceFromDBSnapshot", "CreateAutoMLJobV2".
_AFTER_THE_THING = re.compile(r"(From|To)[A-Z].*|V\d+|\d{8}.*")


@dataclass(frozen=True, slots=True)
class Entry:
    """Operations (globs) of services (globs, as CloudTrail names them), and the reason for how they are judged."""

    services: str
    operations: tuple[str, ...]
    why: str

    def holds(self, source: str, operation: str) -> bool:
        """True if the entry is about the operation."""
        services = self.services.split()
        return any(fnmatchcase(source, each) for each in services) and any(
            fnmatchcase(operation, each) for each in self.operations
        )


@dataclass(frozen=True, slots=True)
class PartOf:
    """An operation on a thing of `kind` that `parameter` names (as CloudTrail writes it); "": all its ids do.

    If the thing came with the event, its row removes it. What was there before stays, and now costs more.
    """

    source: str
    operation: str
    parameter: str
    kind: str


FREE: tuple[Entry, ...] = (
    Entry("cloudshell", ("*",), "AWS CloudShell is free, and the labs tell teams to use it"),
    Entry("signin sso sso-directory sso-oauth identitystore", ("*",), "signing in"),
    Entry("*", ("*Presigned*", "CreateUploadUrl", "CreateUploadBucket"), "a link that expires"),
    Entry("sts", ("*",), "credentials that expire"),
    Entry("support supportapp health notifications notifications-contacts", ("*",), "cases and notices"),
    Entry("servicequotas", ("*",), "raising a limit costs nothing by itself"),
    Entry("resource-explorer-2 resource-groups tagging tag-editor ssm-quicksetup", ("*",), "what the console makes"),
    Entry("q codewhisperer amazonq", ("Start*", "Send*", "Create*Conversation"), "the assistant of the console"),
    Entry("budgets ce cost-optimization-hub freetier bcm-* billingconsole", ("Create*", "Start*", "Put*"), "reports"),
    Entry("access-analyzer", ("CreateAnalyzer", "Start*", "CreateAccessPreview"), "free for external access"),
    Entry("cloudformation", ("CreateStackInstances", "CreateStackRefactor", "CreateGeneratedTemplate", "Register*",
          "Activate*", "Start*", "Import*", "CreateStackSet"), "types, templates and sets; stacks have a row"),
    Entry("cloudtrail", ("StartQuery", "StartLogging", "CreateChannel"), "over at once"),
    Entry("cognito-idp", ("CreateUserPoolClient", "CreateUserPoolDomain", "CreateGroup", "CreateIdentityProvider",
          "CreateResourceServer", "CreateManagedLoginBranding", "CreateTerms", "CreateUserImportJob", "Start*"),
          "part of a user pool, which has a row"),
    Entry("cognito-identity", ("Create*",), "identity pools are free"),
    Entry("ec2", (
        "CreateVpc", "CreateDefaultVpc", "CreateSubnet", "CreateDefaultSubnet", "CreateRoute", "CreateRouteTable",
        "CreateInternetGateway", "CreateEgressOnlyInternetGateway", "CreateSecurityGroup", "CreateNetworkAcl*",
        "CreateNetworkInterface*", "CreateTags", "CreateKeyPair", "ImportKeyPair", "CreateLaunchTemplate*",
        "CreatePlacementGroup", "CreateDhcpOptions", "CreateManagedPrefixList", "AcceptVpcPeeringConnection",
        "CreateVpcPeeringConnection", "CreateInstanceConnectEndpoint", "CreateSubnetCidrReservation",
        "EnableEbsEncryptionByDefault", "EnableVgwRoutePropagation", "EnableVpcClassicLink*",
        "EnableSnapshotBlockPublicAccess", "EnableImageBlockPublicAccess", "EnableSerialConsoleAccess",
        "CreateVpcBlockPublicAccessExclusion",
    ), "networks, names and keys cost nothing; what runs in a network has a row or is told by its own operation"),
    Entry("ecr", ("StartImageScan", "StartLifecyclePolicyPreview", "CreatePullThroughCacheRule"),
          "part of a repository"),
    Entry("elasticfilesystem", ("CreateMountTarget", "CreateAccessPoint", "CreateTags"), "part of a file system"),
    Entry("events", ("EnableRule", "CreateConnection", "CreateApiDestination", "ActivateEventSource"),
          "free until used"),
    Entry("iam", ("CreatePolicyVersion", "CreateAccountAlias", "EnableMFADevice", "CreateServiceLinkedRole",
          "EnableOrganizations*", "UploadServerCertificate"), "free, and lets nobody in by itself"),
    Entry("kms", ("CreateGrant", "CreateAlias", "EnableKey", "EnableKeyRotation"), "part of a key, which has a row"),
    Entry("lambda", ("CreateAlias*", "CreateEventSourceMapping*", "CreateFunctionUrlConfig*",
          "CreateCodeSigningConfig*"), "part of a function, which has a row"),
    Entry("logs", ("CreateLogStream", "StartQuery", "StartLiveTail", "CreateExportTask", "CreateLogAnomalyDetector",
          "CreateDelivery"), "part of a log group, or over at once"),
    Entry("monitoring", ("EnableAlarmActions", "EnableInsightRules"), "part of an alarm"),
    Entry("organizations account", ("*",), "the organization's own business"),
    Entry("s3", ("CreateSession", "CreateMultipartUpload", "RestoreObject", "CreateBucketMetadata*"),
          "part of a bucket, which has a row"),
    Entry("sagemaker", ("EnableSagemakerServicecatalogPortfolio", "RegisterDevices", "CreatePresigned*", "StartSession",
          "CreateHubContentPresignedUrls", "ImportHubContent", "CreateClusterHealthCheck*", "StartClusterHealthCheck"),
          "free, or part of what has a row"),
    Entry("ssm", ("StartSession", "CreateOpsItem", "CreateDocument", "CreateAssociation", "StartAssociationsOnce",
          "CreateActivation", "CreateResourceDataSync", "RegisterDefaultPatchBaseline"), "free"),
    Entry("servicecatalog", ("CreatePortfolio*", "CreateProduct", "CreateProvisioningArtifact", "CreateTagOption",
          "CreateConstraint", "AcceptPortfolioShare", "EnableAWSOrganizationsAccess", "CopyProduct"),
          "a catalogue is free; what is provisioned from it is told"),
    Entry("sns", ("CreatePlatformEndpoint", "CreatePlatformApplication", "CreateSMSSandboxPhoneNumber"),
          "free until used"),
    Entry("athena", ("StartQueryExecution", "CreateWorkGroup", "CreateNamedQuery", "CreateDataCatalog"), "paid by use"),
    Entry("glue", ("CreateDatabase", "CreateTable", "CreatePartition*", "CreateConnection", "CreateClassifier",
          "CreateSecurityConfiguration", "CreateUserDefinedFunction", "CreateRegistry", "CreateSchema", "CreateScript",
          "CreateColumnStatistics*"), "a catalogue below the free million of entries"),
    Entry("lakeformation", ("*",), "grants"),
    Entry("ecs", ("RegisterTaskDefinition", "CreateCluster", "CreateCapacityProvider"), "empty until tasks run"),
    Entry("batch", ("RegisterJobDefinition", "CreateSchedulingPolicy"), "definitions"),
)  # fmt: skip

# Operations that only change something, and cost money nevertheless.
COSTLY: tuple[Entry, ...] = (
    Entry("monitoring", ("PutDashboard",), "a dashboard costs 3 USD a month after the third"),
    Entry("autoscaling application-autoscaling", ("PutScheduledAction", "PutScheduledUpdateGroupAction",
          "UpdateAutoScalingGroup"), "raises the number of machines, now or later"),
    Entry("elasticfilesystem", ("UpdateFileSystem", "PutBackupPolicy"), "provisioned throughput, backups"),
    Entry("dynamodb", ("UpdateTable", "UpdateContinuousBackups"), "capacity, backups"),
    Entry("ecs", ("UpdateService",), "may start tasks"),
    Entry("eks", ("UpdateNodegroupConfig",), "may add instances"),
    Entry("appstream gamelift", ("UpdateFleet", "UpdateFleetCapacity"), "may add instances"),
    Entry("redshift apprunner", ("ResumeCluster", "ResumeService"), "what was paused is billed again"),
    Entry("kms", ("ReplicateKey",), "a key in another region costs as much as the first"),
    Entry("secretsmanager", ("ReplicateSecretToRegions",), "a copy costs as much as the secret"),
    Entry("sagemaker", ("ExtendTrainingPlan",), "reserved capacity is paid in advance"),
    Entry("route53domains", ("TransferDomain", "RenewDomain"), "a domain is paid by the year"),
    Entry("connect", ("ClaimPhoneNumber",), "a number is billed by the day"),
    Entry("monitoring", ("PutMetricStream", "PutInsightRule", "PutAnomalyDetector"), "billed by the month or update"),
    Entry("lambda", ("PutProvisionedConcurrencyConfig*",), "provisioned concurrency is billed by the hour"),
    Entry("kinesis", ("UpdateShardCount", "UpdateStreamMode", "IncreaseStreamRetentionPeriod"),
          "shards are billed by the hour"),
    Entry("rds redshift redshift-serverless elasticache memorydb dax dms es docdb* kafka mq fsx workspaces",
          ("Modify*Cluster", "ModifyDBInstance", "ModifyReplicationGroup*", "ModifyReplicationInstance",
           "ModifyWorkspaceProperties", "ResizeCluster", "Update*DomainConfig", "UpdateWorkgroup", "UpdateCluster",
           "UpdateBroker*", "UpdateFileSystem", "Increase*"), "may add or grow machines"),
    Entry("config", ("PutConfigurationRecorder", "PutConfigRule", "PutConformancePack"), "billed by item and rule"),
    Entry("s3", ("PutBucketInventoryConfiguration", "PutBucketReplication"), "goes on as long as the bucket"),
)  # fmt: skip

PARTS: tuple[PartOf, ...] = (
    *(
        PartOf("iam", operation, "userName", "IAM user")
        for operation in ("CreateAccessKey", "CreateLoginProfile", "CreateServiceSpecificCredential",
                          "UpdateLoginProfile", "UploadSSHPublicKey", "UploadSigningCertificate")
    ),
    PartOf("sagemaker", "StartNotebookInstance", "notebookInstanceName", "notebook"),
    PartOf("sagemaker", "UpdateEndpoint", "endpointName", "endpoint"),
    PartOf("sagemaker", "UpdateEndpointWeightsAndCapacities", "endpointName", "endpoint"),
    PartOf("sagemaker", "StartMlflowTrackingServer", "trackingServerName", "mlflow server"),
    PartOf("sagemaker", "StartMonitoringSchedule", "monitoringScheduleName", "monitoring schedule"),
    PartOf("sagemaker", "UpdateMlflowTrackingServer", "trackingServerName", "mlflow server"),
    PartOf("sagemaker", "UpdateInferenceComponent", "inferenceComponentName", "inference component"),
    PartOf("sagemaker", "UpdateInferenceComponentRuntimeConfig", "inferenceComponentName", "inference component"),
    PartOf("sagemaker", "UpdateCluster", "clusterName", "hyperpod cluster"),
    PartOf("sagemaker", "BatchAddClusterNodes", "clusterName", "hyperpod cluster"),
    PartOf("ec2", "StartInstances", "", "EC2 instance"),
    PartOf("ec2", "ModifyVolume", "volumeId", "EC2 volume"),
    PartOf("ecr", "PutImage", "repositoryName", "image repository"),
)  # fmt: skip


# A region that is switched off shows nothing more, and what stands in it is billed on.
REGION_SWITCHES = frozenset({("account", "EnableRegion"), ("account", "DisableRegion")})


@cache
def covered(home: bool) -> frozenset[tuple[str, str]]:
    """Return (source, operation) of what makes things that a row's listing shows, or that cost nothing where they are.

    `home`: in the account's own region all kinds are listed, in others those that are looked for everywhere.
    """
    return frozenset(
        (source, operation)
        for kind in KINDS
        if home or kind in KINDS_REMOVED or kind.service in GLOBAL or not (kind.costs or kind.stored)
        for source in sources(kind)
        for operation in kind.creates
    )


def sources(kind: Kind) -> tuple[str, ...]:
    """Return how CloudTrail names the kind's service."""
    return _SOURCES.get(kind.service, (kind.service,))


@cache
def part_of(source: str, operation: str) -> PartOf | None:
    """Return what the operation changes, if that may have been there before the event."""
    return next((each for each in PARTS if (each.source, each.operation) == (source, operation)), None)


@cache
def makes(source: str, operation: str, home: bool) -> bool:
    """True if the operation may make something that goes on costing money and that no row shows.

    `home`: it was called in the account's own region, or in the region of global services.
    """
    if (source, operation) in covered(home):
        return False
    if source == "sagemaker" and operation in WITHOUT_ROW:
        return False
    if any(each.holds(source, operation) for each in FREE):
        return False
    return bool(_MAKES.match(operation)) or any(each.holds(source, operation) for each in COSTLY)


@cache
def creates(operation: str, kind: str) -> bool:
    """True if the operation creates a thing of the kind, and not only a part of it."""
    parts = {each.operation for each in PARTS}
    return any(each.name == kind and operation in each.creates for each in KINDS) and operation not in parts


def starts_again(source: str, operation: str, parameters: Mapping[str, object]) -> bool:
    """True for a request of machines that outlives them: EC2 starts others for those that end.

    EC2's listing shows the machines, but not the request. A fleet of no type is one that is maintained.
    """
    if source != "ec2" or operation not in ("CreateFleet", "RequestSpotInstances", "RunInstances"):
        return False
    types = {text.lower() for key, text in _settings(parameters) if key.lower() in ("type", "spotinstancetype")}
    return not types & {"instant", "request"} if operation == "CreateFleet" else "persistent" in types


def only_ends(operation: str) -> bool:
    """True if the operation ends machines, and not the request that starts others for them."""
    return operation in ("StopInstances", "TerminateInstances")


def _settings(said: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for key, value in said.items():
        if isinstance(value, Mapping):
            yield from _settings(value)
        elif isinstance(value, str):
            yield key, value


def scales_a_row(operation: str, parameters: Mapping[str, object]) -> bool:
    """True for a scheduled scaling of an endpoint, which goes with its scalable target."""
    return operation == "PutScheduledAction" and parameters.get("serviceNamespace") == "sagemaker"


@cache
def undoes(operation: str) -> bool:
    """True if the operation ends or deletes something."""
    return bool(_UNDOES.match(operation)) or any(operation == each for _, each in _PAIRS)


@cache
def undoes_what(undoing: str, making: str) -> bool:
    """True if `undoing` is the operation that ends what `making` makes: "DeleteDBInstance" and "CreateDBInstance"."""
    if (making, undoing) in _PAIRS:
        return True
    verb, thing = _split(making)
    by, what = _split(undoing)
    if verb in _CHANGES:
        thing = thing.removesuffix("Config").removesuffix("Capacity")
    # "DeleteDashboards" takes several, "PutDashboard" one.
    return what.removesuffix("s") == thing.removesuffix("s") and by in _VERBS.get(verb, ("Delete",))


def copies(operation: str) -> bool:
    """True if what the operation makes stands in another region than the call."""
    return operation.startswith("Replicate")


def noun(operation: str) -> str:
    """Return what the operation's name calls its thing: "Task" of "StopTask"."""
    return _split(operation)[1]


def _split(operation: str) -> tuple[str, str]:
    found = _VERB.match(operation)
    verb = found.group() if found else ""
    return verb, _AFTER_THE_THING.sub("", operation[len(verb) :])
