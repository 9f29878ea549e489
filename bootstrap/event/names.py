"""Every resource name, computed from event + account + region, so that no step hands outputs to another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

# Public buckets and standard policies know SageMaker's by this word in the name.
_MANAGED_POLICY_WORD = "sagemaker"

MADE_BY = "event-bootstrap"
# So begin, in CloudTrail, the tool's own sessions of a role, and those of nobody who came in by its links.
OWN_SESSION = f"{MADE_BY}-"


@cache
def _resolver() -> Any:
    from botocore.loaders import Loader
    from botocore.regions import EndpointResolver

    return EndpointResolver(Loader().load_data("endpoints"))


def partition_of(region: str) -> str:
    """ "aws", "aws-cn", ... from botocore's endpoint data; raises botocore's UnknownRegionError."""
    return str(_resolver().get_partition_for_region(region))


def domain_of(region: str) -> str:
    """ "amazonaws.com", "amazonaws.com.cn", ...: what the addresses of the region's services end in."""
    return str(_resolver().get_partition_dns_suffix(partition_of(region)))


@dataclass(frozen=True, slots=True)
class Names:
    """The names of everything that the tool makes in one account and region."""

    event: str
    account_id: str
    region: str

    @property
    def partition(self) -> str:
        return partition_of(self.region)

    def stack(self, name: str) -> str:
        return f"{self.event}-{name}"

    @property
    def bucket(self) -> str:
        return f"{self.event}-{_MANAGED_POLICY_WORD}-{self.account_id}-{self.region}"

    @property
    def training_role(self) -> str:
        """The execution role of training jobs, notebook and endpoints: what participants really act as."""
        return f"{self.event}-training-{self.region}"

    @property
    def participant_role(self) -> str:
        """As which the team is in the console."""
        return f"{self.event}-participant-{self.region}"

    @property
    def support_role(self) -> str:
        """As which support staff look into a team's account."""
        return f"{self.event}-support-{self.region}"

    def role_arn(self, role: str) -> str:
        return f"arn:{self.partition}:iam::{self.account_id}:role/{role}"

    @property
    def notebook(self) -> str:
        return f"{self.event}-notebook"

    @property
    def lifecycle_config(self) -> str:
        return f"{self.event}-notebook-start"

    @property
    def topic(self) -> str:
        return f"{self.event}-training-notices"

    @property
    def topic_arn(self) -> str:
        return f"arn:{self.partition}:sns:{self.region}:{self.account_id}:{self.topic}"

    @property
    def rule(self) -> str:
        return f"{self.event}-training-ended"

    @property
    def user_pool(self) -> str:
        return f"{self.event}-workers"

    @property
    def user_pool_client(self) -> str:
        return f"{self.event}-workers"

    @property
    def user_pool_domain(self) -> str:
        """Unique in the whole region of AWS, and may not hold "aws", "amazon" or "cognito"."""
        return f"{self.event}-{self.account_id}"

    @property
    def worker_group(self) -> str:
        return f"{self.event}-team"

    @property
    def workteam(self) -> str:
        return f"{self.event}-team"

    @property
    def workforce(self) -> str:
        return f"{self.event}-workforce"

    @property
    def work_topic(self) -> str:
        return f"{self.event}-labelling-notices"

    @property
    def smoke_prefix(self) -> str:
        """Training jobs of the tool's own begin with it; the mail rule leaves them out."""
        return f"{self.event}-smoke-"

    @property
    def parameters(self) -> str:
        """The path of the tool's own SSM parameters; participants may not touch what is under it."""
        return f"/{MADE_BY}/{self.event}"

    @property
    def marker(self) -> str:
        """The same for every event, so that two events in one account and region notice each other."""
        return f"/{MADE_BY}/marker"

    @property
    def baseline(self) -> str:
        """A path: the baseline takes several parameters of at most 4 KB each."""
        return f"{self.parameters}/baseline"

    def worker_secret(self, key: str) -> str:
        """Under a path of its own: `key` tells workers apart without holding an address."""
        return f"{self.parameters}/workers/{key}"
