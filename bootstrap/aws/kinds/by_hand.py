"""Pages of the AWS console on which a person deletes what the tool only reports."""

from __future__ import annotations

from collections.abc import Mapping

from bootstrap.errors.message import Message, msg
from bootstrap.errors.message import marked as _

_WHERE: Mapping[str, str] = {
    "EC2 instance": _("EC2, Instances: terminate it"),
    "NAT gateway": _("VPC, NAT gateways: delete it"),
    "EC2 address": _("EC2, Elastic IPs: release it"),
    "VPC endpoint": _("VPC, Endpoints: delete it"),
    "EC2 volume": _("EC2, Volumes: delete it, after its instance"),
    "EC2 snapshot": _("EC2, Snapshots: delete it; first deregister an AMI that uses it"),
    "EFS file system": _("EFS, File systems: delete it"),
    "FSx file system": _("FSx, File systems: delete it"),
    "Bedrock provisioned throughput": _("Bedrock, Provisioned Throughput: delete it; a term is billed to its end"),
    "Bedrock customization job": _("Bedrock, Custom models, Jobs: stop it"),
    "Bedrock custom model": _("Bedrock, Custom models: delete it"),
    "Bedrock imported model": _("Bedrock, Imported models: delete it"),
    "EMR cluster": _("EMR, Clusters: terminate it"),
    "EKS cluster": _("EKS, Clusters: delete its node groups, then the cluster"),
    "Redshift cluster": _("Redshift, Clusters: delete it without a final snapshot"),
    "Redshift workgroup": _("Redshift Serverless: delete the workgroup, then its namespace"),
    "OpenSearch domain": _("OpenSearch Service, Domains: delete it"),
    "Glue session": _("Glue, Interactive sessions: stop it"),
    "secret": _("Secrets Manager, Secrets: delete it"),
    "Service Catalog product": _("Service Catalog, Provisioned products: terminate it"),
    "training plan": _("nowhere: it was paid in advance and ends by itself; AWS Support decides on a refund"),
}


def by_hand(kind: str) -> str:
    """Return what a person does in the console: "EC2, Instances: terminate it"."""
    return Message(_WHERE[kind]) if kind in _WHERE else msg("delete it in the console")
