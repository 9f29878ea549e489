"""Listings of services whose things the sweep only reports. Nothing else of them is called.

EC2 and Redshift answer in XML, in which an empty list is an empty element.
"""

from __future__ import annotations

from bootstrap.aws.operations.operation import OperationRow, reads

REPORTED: tuple[OperationRow, ...] = (
    reads("bedrock", "ListCustomModels", "modelSummaries"),
    reads("bedrock", "ListImportedModels", "modelSummaries"),
    reads("bedrock", "ListModelCustomizationJobs", "modelCustomizationJobSummaries"),
    reads("bedrock", "ListProvisionedModelThroughputs", "provisionedModelSummaries"),
    reads("ec2", "DescribeAddresses", "Addresses"),
    reads("ec2", "DescribeInstances", "Reservations"),
    reads("ec2", "DescribeNatGateways", "NatGateways"),
    reads("ec2", "DescribeSnapshots", "Snapshots"),
    reads("ec2", "DescribeVolumes", "Volumes"),
    reads("ec2", "DescribeVpcEndpoints", "VpcEndpoints"),
    reads("efs", "DescribeFileSystems", "FileSystems"),
    reads("eks", "ListClusters", "clusters"),
    reads("emr", "ListClusters", "Clusters"),
    reads("fsx", "DescribeFileSystems", "FileSystems"),
    reads("glue", "ListSessions", "Sessions"),
    reads("opensearch", "ListDomainNames", "DomainNames"),
    reads("redshift", "DescribeClusters", "Clusters"),
    reads("redshift-serverless", "ListWorkgroups"),
    reads("secretsmanager", "ListSecrets", "SecretList"),
    reads("servicecatalog", "ScanProvisionedProducts", "ProvisionedProducts"),
)
