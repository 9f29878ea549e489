"""Listings of services whose things the sweep only reports, and the value of a database's secret.

EC2 and Redshift answer in XML, in which an empty list is an empty element.
"""

from __future__ import annotations

from bootstrap.aws.operations.operation import OperationRow, reads

_EMPTY = "cloud-custodian tests/data/placebo: in each of its {} recorded answers, {} is empty"

REPORTED: tuple[OperationRow, ...] = (
    reads(
        "bedrock", "ListCustomModels", "modelSummaries", source=_EMPTY.format(3, "test_bedrock_custom_model_delete/2")
    ),
    reads("bedrock", "ListImportedModels", "modelSummaries"),
    reads("bedrock", "ListModelCustomizationJobs", "modelCustomizationJobSummaries"),
    reads("bedrock", "ListProvisionedModelThroughputs", "provisionedModelSummaries"),
    reads("ec2", "DescribeAddresses", "Addresses"),
    reads("ec2", "DescribeInstances", "Reservations", source=_EMPTY.format(152, "test_account_missing_resource_ec2/1")),
    reads("ec2", "DescribeNatGateways", "NatGateways"),
    reads("ec2", "DescribeSnapshots", "Snapshots"),
    reads("ec2", "DescribeVolumes", "Volumes"),
    reads("ec2", "DescribeVpcEndpoints", "VpcEndpoints", source=_EMPTY.format(16, "test_vpc_endpoint_delete/2")),
    reads("efs", "DescribeFileSystems", "FileSystems", source=_EMPTY.format(29, "test_efs_delete/2")),
    reads("eks", "ListClusters", "clusters"),
    reads("emr", "ListClusters", "Clusters"),
    reads("fsx", "DescribeFileSystems", "FileSystems"),
    reads("glue", "ListSessions", "Sessions"),
    reads(
        "opensearch",
        "ListDomainNames",
        "DomainNames",
        source=_EMPTY.format(22, "test_elasticsearch_cross_cluster_search_connections_not_found/1"),
    ),
    reads("redshift", "DescribeClusters", "Clusters", source=_EMPTY.format(31, "test_redshift_query/1")),
    reads("redshift-serverless", "ListWorkgroups"),
    # Of the operator's own account, for a database's password.
    reads("secretsmanager", "GetSecretValue", "ARN", "Name", source="Secrets Manager's API reference, its example"),
    reads("secretsmanager", "ListSecrets", "SecretList"),
    reads("servicecatalog", "ScanProvisionedProducts", "ProvisionedProducts"),
)
