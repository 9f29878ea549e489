"""Addresses of the AWS console, in the account's own region and partition."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from bootstrap.aws.federation import console_page
from bootstrap.doctor.finding import LinkFix
from bootstrap.errors import Refused
from bootstrap.errors.message import msg


@dataclass(frozen=True, slots=True)
class Console:
    """Console links of one region. They give no access: whoever opens one must be signed in to the team's account."""

    region: str

    def _at(self, page: str, fragment: str = "", query: str = "") -> str:
        rest = f"{query}#{fragment}" if fragment else query
        path = page + rest
        try:
            return LinkFix(console_page(self.region, page) + rest)
        except Refused:
            # A partition whose hosts are not known; the page has the same path there.
            return msg("the console of {region}, {page}", region=self.region, page=path)

    def sagemaker(self, fragment: str) -> str:
        """Return a page of SageMaker: "notebook-instances/NAME", "jobs/NAME", "endpoints/NAME", ..."""
        return self._at("sagemaker/home", f"/{fragment}")

    def stack(self, stack_id: str) -> str:
        """Return the page of the stack's events."""
        return self._at("cloudformation/home", f"/stacks/events?stackId={quote(stack_id, safe='')}")

    def stacks(self) -> str:
        return self._at("cloudformation/home", "/stacks")

    def quota(self, code: str) -> str:
        return self._at(f"servicequotas/home/services/sagemaker/quotas/{code}")

    def log(self, group: str) -> str:
        """Return the page of a log group. The console's address has its name encoded twice, with $ for %."""
        name = quote(quote(group, safe=""), safe="").replace("%", "$")
        return self._at("cloudwatch/home", f"logsV2:log-groups/log-group/{name}")

    def bucket(self, bucket: str, tab: str = "objects") -> str:
        return self._at(f"s3/buckets/{bucket}", query=f"&tab={tab}")

    def role(self, role: str) -> str:
        return self._at("iam/home", f"/roles/details/{role}")

    def users(self, pool: str) -> str:
        return self._at(f"cognito/v2/idp/user-pools/{pool}/users")

    def history(self, operation: str) -> str:
        """Return the page of CloudTrail's events of one operation."""
        return self._at("cloudtrailv2/home", f"/events?EventName={operation}")

    def topic(self, arn: str) -> str:
        return self._at("sns/v3/home", f"/topic/{arn}")
