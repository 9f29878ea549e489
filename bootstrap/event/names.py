"""Names of all resources, computed from event, account and region, so that no step needs another step's outputs."""

from __future__ import annotations

from dataclasses import dataclass

from bootstrap.event.event import Event
from bootstrap.event.regions import partition_of
from bootstrap.event.roster.roster import TeamAccount

# AWS's managed policies let SageMaker use buckets that have this word in their name.
_MANAGED_POLICY_WORD = "sagemaker"

MADE_BY = "event-bootstrap"
# Prefix of the tool's own session names in CloudTrail. Sessions of people who use its links have other prefixes.
OWN_SESSION = f"{MADE_BY}-"


@dataclass(frozen=True, slots=True)
class Names:
    """Names of all resources that the tool creates in one account and region."""

    event: str
    account_id: str
    region: str

    @classmethod
    def of(cls, event: Event, account: TeamAccount) -> Names:
        """Return the names for one account and region. Call it once for each account, and pass the result on."""
        return cls(event.name, account.account_id, account.region)

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
        """Execution role of training jobs, notebook and endpoints."""
        return f"{self.event}-training-{self.region}"

    @property
    def participant_role(self) -> str:
        """Role that a team uses in the console."""
        return f"{self.event}-participant-{self.region}"

    @property
    def support_role(self) -> str:
        """Role that support staff use in a team's account."""
        return f"{self.event}-support-{self.region}"

    @property
    def support_read_role(self) -> str:
        """Role that doctor reads an account with, where nobody holds the access role."""
        return f"{self.event}-support-read-{self.region}"

    @property
    def labelling_role(self) -> str:
        """Role that the labelling page uses. Every released access.yaml lets roles with this beginning be made."""
        return f"{self.event}-support-labelling-{self.region}"

    @property
    def roles(self) -> frozenset[str]:
        """All roles that the stack `roles` makes."""
        people = (self.participant_role, self.support_role, self.support_read_role, self.labelling_role)
        return frozenset({self.training_role, *people})

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
        """Unique in the region across all accounts; must not contain "aws", "amazon" or "cognito"."""
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
        """Prefix of the names of the tool's own training jobs; no mail is sent for these."""
        return f"{self.event}-smoke-"

    @property
    def peak_prefix(self) -> str:
        """Prefix of the names of the long training jobs of `provision --peak`."""
        return f"{self.smoke_prefix}peak-"

    @property
    def parameters(self) -> str:
        """Path of the tool's own SSM parameters; participants may not change parameters under it."""
        return f"/{MADE_BY}/{self.event}"

    @property
    def marker(self) -> str:
        """Path of the marker. It is the same for every event, so that a second event finds the first event's marker."""
        return f"/{MADE_BY}/marker"

    @property
    def baseline(self) -> str:
        """Path of the baseline, which needs several parameters of at most 4 KB each."""
        return f"{self.parameters}/baseline"

    def worker_secret(self, key: str) -> str:
        """Path of a worker's password. `key` identifies the worker without containing the mail address."""
        return f"{self.parameters}/workers/{key}"
