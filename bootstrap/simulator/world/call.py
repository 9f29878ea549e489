"""One call to the simulated AWS, as services receive it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from botocore import xform_name
from botocore.exceptions import ClientError, ParamValidationError

from bootstrap.simulator.in_process import clients, regions
from bootstrap.simulator.scenarios.scenario import Scenario
from bootstrap.simulator.wire import paging
from bootstrap.simulator.wire.refusal import Refusal
from bootstrap.simulator.world import memories
from bootstrap.simulator.world.accounts import AccountState
from bootstrap.simulator.world.world import World


@dataclass(frozen=True, slots=True)
class Call:
    """A parsed request. `params` have the names and types of botocore's input shape; `now` is in epoch
    seconds on the simulator's clock; the account's lock is held for the whole call. `dispatcher` answers
    the calls that `invoke` makes. `caller` is the ARN that GetCallerIdentity shows; `invoked_by` the service that calls
    for the caller, "" if the caller does. `waited`: seconds that the caller waited while a virtual clock stood still.
    """

    account_id: str
    region: str
    service: str
    operation: str
    params: dict[str, Any]
    world: World
    now: float
    account: AccountState
    dispatcher: CallHandler = field(repr=False, compare=False)
    caller: str = ""
    invoked_by: str = ""
    waited: float = 0.0

    @property
    def partition(self) -> str:
        """Partition of the call's region."""
        return regions.partition_of(self.region)

    @property
    def scenario(self) -> Scenario:
        """The world's scenario with this account's overrides."""
        return self.world.scenario_of(self.account, self.now)

    def arn(self, service: str, resource: str, region: str | None = None) -> str:
        """arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE; give region="" for global services."""
        where = self.region if region is None else region
        return f"arn:{self.partition}:{service}:{where}:{self.account_id}:{resource}"

    def aws(self, service: str) -> Any:
        """Return a boto3 client that calls moto directly, in this account and region."""
        return clients.client(service, self.region, self.account_id)

    def moto(self) -> dict[str, Any]:
        """Return moto's answer to this call. Raises Refusal."""
        try:
            answer = getattr(self.aws(self.service), xform_name(self.operation))(**self.params)
        except ParamValidationError as error:
            raise Refusal("ValidationException", str(error)) from error
        except ClientError as error:
            said, status = error.response["Error"], error.response["ResponseMetadata"]["HTTPStatusCode"]
            raise Refusal(said["Code"], said.get("Message", ""), status) from error
        except ValueError as error:
            raise paging.not_a_place(self.service, self.params) or error from error
        answer.pop("ResponseMetadata", None)
        return dict(answer)

    def invoke(self, service: str, operation: str, params: dict[str, Any]) -> dict[str, Any]:
        """Call another service, as AWS does internally: our own operation if there is one, else moto's.

        Raises Refusal, also for moto's errors.
        """
        by = self.invoked_by or f"{self.service}.amazonaws.com"
        return self.dispatcher(replace(self, service=service, operation=operation, params=params, invoked_by=by))

    def draw(self, what: str, bounds: tuple[float, float]) -> float:
        """Return a number between the bounds, from a hash of seed, account, `what` and the count of such draws."""
        return self.account.draw(self.world.seed, what, bounds)

    def token(self, what: str, length: int) -> str:
        """Return a new lower-case hexadecimal id, drawn like `draw`."""
        return self.account.token(self.world.seed, what, length)

    def uuid(self, what: str) -> str:
        """Return a new id of the form 8-4-4-4-12, drawn like `draw`."""
        made = self.token(what, 32)
        return "-".join((made[:8], made[8:12], made[12:16], made[16:20], made[20:]))

    def later(self, at: float, act: Callable[[Call], None]) -> None:
        """Run `act` at epoch second `at` (with a Call whose `now` is `at`), before any request after it."""

        def due(now: float) -> None:
            memories.changing(self.account, self.service, now)
            act(replace(self, params={}, now=now))

        self.account.later(at, due)
        self.world.expect(self.account, at)

    def shelf(self, name: str) -> dict[str, Any]:
        """Return the named mutable dict of this account and region."""
        return self.account.shelf(f"{name}:{self.region}")


CallHandler = Callable[[Call], dict[str, Any]]
"""Answers a call; raises Refusal."""
