"""Kinds of other services that somebody who uses SageMaker's console leaves, and that cost money. Only reported.

The right to delete machines and files in a dozen services would be far more than the event needs. A kind whose listing
has no date is listed at home alone: there the baseline tells what is new. Elsewhere CloudTrail tells who made one.
"""

from __future__ import annotations

from typing import Any

from bootstrap.aws.kinds.kind import Kind, states


def _reported(
    name: str,
    listing: tuple[str, str],
    results: str,
    id_key: str,
    *,
    there: str = "",
    going: str = "",
    done: str = "",
    **more: Any,
) -> Kind:
    """`listing`: service and operation; `there`, `going`, `done`: states of what is reported, ends, and has ended."""
    service, operation = listing
    return Kind(
        name,
        service,
        operation,
        (results,),
        (id_key,),
        report=True,
        delete_in=states(there),
        wait_in=states(going),
        done_in=states(done),
        **more,
    )


REPORTED: tuple[Kind, ...] = (
    _reported(
        "EC2 instance", ("ec2", "describe_instances"), "Reservations.Instances", "InstanceId",
        params={"MaxResults": 1000},
        created="LaunchTime", status="State.Name", there="pending running stopping stopped", going="shutting-down",
        done="terminated", after=("stack",), costs=True, everywhere=True,
        creates=("RunInstances", "CreateFleet", "RequestSpotInstances"),
    ),
    _reported(
        "NAT gateway", ("ec2", "describe_nat_gateways"), "NatGateways", "NatGatewayId",
        params={"MaxResults": 1000},
        created="CreateTime", lasting=True, status="State", there="pending available", going="deleting", done="deleted failed",
        after=("stack",), costs=True, everywhere=True, creates=("CreateNatGateway",),
    ),
    # One that belongs to no machine costs as much as one that does.
    _reported(
        "EC2 address", ("ec2", "describe_addresses"), "Addresses", "AllocationId", after=("stack",), costs=True,
        creates=("AllocateAddress",),
    ),
    # Endpoints of type Gateway are free.
    _reported(
        "VPC endpoint", ("ec2", "describe_vpc_endpoints"), "VpcEndpoints", "VpcEndpointId",
        params={
            "MaxResults": 1000,
            "Filters": [{"Name": "vpc-endpoint-type", "Values": ["Interface", "GatewayLoadBalancer"]}],
        },
        created="CreationTimestamp", lasting=True, status="State", there="PendingAcceptance Pending Available Partial",
        going="Deleting", done="Deleted Rejected Failed Expired", after=("stack",), costs=True,
        creates=("CreateVpcEndpoint",),
    ),
    _reported(
        "EC2 volume", ("ec2", "describe_volumes"), "Volumes", "VolumeId", params={"MaxResults": 500}, created="CreateTime", lasting=True,
        status="State", there="creating available in-use error", going="deleting", done="deleted",
        after=("stack",), stored=True, everywhere=True, creates=("CreateVolume",),
    ),
    _reported(
        "EC2 snapshot", ("ec2", "describe_snapshots"), "Snapshots", "SnapshotId",
        params={"MaxResults": 1000, "OwnerIds": ["self"]}, created="StartTime", lasting=True, status="State",
        there="pending completed error recoverable recovering", stored=True,
        creates=("CreateSnapshot", "CreateSnapshots", "CopySnapshot", "CreateImage", "CopyImage", "RegisterImage"),
    ),
    # Studio's own goes with its domain.
    _reported(
        "EFS file system", ("efs", "describe_file_systems"), "FileSystems", "FileSystemId", created="CreationTime", lasting=True,
        status="LifeCycleState", there="creating available updating error", going="deleting", done="deleted",
        after=("stack", "studio domain"), stored=True, everywhere=True, creates=("CreateFileSystem",),
    ),
    _reported(
        "FSx file system", ("fsx", "describe_file_systems"), "FileSystems", "FileSystemId", created="CreationTime", lasting=True,
        status="Lifecycle", there="AVAILABLE CREATING FAILED MISCONFIGURED UPDATING MISCONFIGURED_UNAVAILABLE",
        going="DELETING", after=("stack",), costs=True, everywhere=True,
        creates=("CreateFileSystem", "CreateFileSystemFromBackup"),
    ),
    # A commitment of a month or six is billed to its end.
    _reported(
        "Bedrock provisioned throughput", ("bedrock", "list_provisioned_model_throughputs"), "provisionedModelSummaries",
        "provisionedModelArn", created="creationTime", lasting=True, status="status", there="Creating InService Updating Failed",
        costs=True, everywhere=True, creates=("CreateProvisionedModelThroughput",),
    ),
    _reported(
        "Bedrock customization job", ("bedrock", "list_model_customization_jobs"), "modelCustomizationJobSummaries",
        "jobArn", created="creationTime", lasting=True, status="status", there="InProgress", going="Stopping",
        done="Completed Failed Stopped", costs=True, creates=("CreateModelCustomizationJob",),
    ),
    _reported(
        "Bedrock custom model", ("bedrock", "list_custom_models"), "modelSummaries", "modelArn", created="creationTime", lasting=True,
        stored=True, creates=("CreateCustomModel",),
    ),
    _reported(
        "Bedrock imported model", ("bedrock", "list_imported_models"), "modelSummaries", "modelArn",
        created="creationTime", lasting=True, stored=True, creates=("CreateModelImportJob",),
    ),
    _reported(
        "EMR cluster", ("emr", "list_clusters"), "Clusters", "Id",
        params={"ClusterStates": ["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING", "TERMINATING"]},
        created="Status.Timeline.CreationDateTime", lasting=True, status="Status.State",
        there="STARTING BOOTSTRAPPING RUNNING WAITING", going="TERMINATING", done="TERMINATED TERMINATED_WITH_ERRORS",
        after=("stack",), costs=True, everywhere=True, creates=("RunJobFlow",),
    ),
    _reported(
        "EKS cluster", ("eks", "list_clusters"), "clusters", "name", after=("stack",), costs=True,
        creates=("CreateCluster",),
    ),
    _reported(
        "Redshift cluster", ("redshift", "describe_clusters"), "Clusters", "ClusterIdentifier",
        created="ClusterCreateTime", lasting=True, after=("stack",), costs=True, everywhere=True,
        creates=("CreateCluster", "RestoreFromClusterSnapshot"),
    ),
    _reported(
        "Redshift workgroup", ("redshift-serverless", "list_workgroups"), "workgroups", "workgroupName",
        created="creationDate", lasting=True, status="status", there="CREATING AVAILABLE MODIFYING", going="DELETING",
        after=("stack",), costs=True, creates=("CreateWorkgroup",),
    ),
    _reported(
        "OpenSearch domain", ("opensearch", "list_domain_names"), "DomainNames", "DomainName", after=("stack",),
        costs=True, creates=("CreateDomain",),
    ),
    # Studio and notebooks start one for Spark.
    _reported(
        "Glue session", ("glue", "list_sessions"), "Sessions", "Id", created="CreatedOn", lasting=True, status="Status",
        there="PROVISIONING READY", going="STOPPING", done="FAILED TIMEOUT STOPPED", costs=True,
        creates=("CreateSession",),
    ),
    _reported(
        "secret", ("secretsmanager", "list_secrets"), "SecretList", "ARN", created="CreatedDate", lasting=True, after=("stack",),
        stored=True, creates=("CreateSecret",),
    ),
    # What a project made goes with it.
    _reported(
        "Service Catalog product", ("servicecatalog", "scan_provisioned_products"), "ProvisionedProducts", "Id",
        params={"AccessLevelFilter": {"Key": "Account", "Value": "self"}}, created="CreatedTime", lasting=True, status="Status",
        there="AVAILABLE UNDER_CHANGE TAINTED ERROR PLAN_IN_PROGRESS", after=("project",), costs=True,
        creates=("ProvisionProduct",),
    ),
)  # fmt: skip
