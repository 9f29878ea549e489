"""An account as Service Quotas shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bootstrap.engine.states import State
from bootstrap.event.quotas import QuotaGroup, endpoint, training
from bootstrap.steps.quotas.step import QuotasStep
from tests.steps.answers import NOON, AnsweringSession, account, at, refusal

P3, G5, G4 = "ml.p3.2xlarge", "ml.g5.2xlarge", "ml.g4dn.xlarge"
TRAINING = training([(P3, 6), (G5, 3), (G4, 3)])
ENDPOINT = endpoint("ml.m5.large", 4)
ONE = QuotaGroup(name="one", all_of=(ENDPOINT.all_of[0],))
TOTAL = "Number of instances across all training jobs"
M5 = "ml.m5.large for endpoint usage"
MINUTE = 60.0


def of(instance_type: str) -> str:
    return f"{instance_type} for training job usage"


CODES = {each.name: each.code for group in (TRAINING, ENDPOINT) for each in (*group.one_of, *group.all_of)}
Asked = tuple[str, str, float, float]


class Quotas(AnsweringSession):
    """An account with applied values (a name that is missing: no applied value), defaults and requests.

    `asked`: (name, status, value, minutes ago).
    """

    def __init__(
        self,
        applied: Mapping[str, float],
        asked: list[Asked] | None = None,
        defaults: Mapping[str, float] | None = None,
        on_request: Any = None,
        codes: Mapping[str, str | None] = CODES,
        region: str = "ap-northeast-1",
    ) -> None:
        self.applied, self.codes = dict(applied), {name: str(code) for name, code in codes.items()}
        self.defaults = dict.fromkeys(self.codes, 0.0) if defaults is None else dict(defaults)
        self.requests = [self.row(*each) for each in asked or []]
        super().__init__(
            {
                "GetServiceQuota": self.get,
                "GetAWSDefaultServiceQuota": self.get_default,
                "ListAWSDefaultServiceQuotas": self.list_defaults,
                "ListRequestedServiceQuotaChangeHistory": lambda _: {"RequestedQuotas": self.requests},
                "RequestServiceQuotaIncrease": on_request or self.file,
            },
            account(region=region),
        )

    def name(self, params: dict[str, Any]) -> str:
        return {code: name for name, code in self.codes.items()}.get(params["QuotaCode"], "")

    def quota(self, name: str, value: float) -> dict[str, Any]:
        return {"QuotaName": name, "QuotaCode": self.codes[name], "Value": value, "Adjustable": True}

    def get(self, params: dict[str, Any]) -> dict[str, Any]:
        name = self.name(params)
        if name not in self.applied:
            raise refusal("NoSuchResourceException")
        return {"Quota": self.quota(name, self.applied[name])}

    def list_defaults(self, params: dict[str, Any]) -> dict[str, Any]:
        return {"Quotas": [self.quota(*each) for each in self.defaults.items()]}

    def get_default(self, params: dict[str, Any]) -> dict[str, Any]:
        return {"Quota": self.quota(self.name(params), self.defaults[self.name(params)])}

    def row(self, name: str, status: str, value: float, minutes: float) -> dict[str, Any]:
        moment = at(NOON - minutes * MINUTE)
        return {
            "Id": f"{name}-{minutes}",
            "ServiceCode": "sagemaker",
            "QuotaCode": self.codes.get(name, "L-OTHER"),
            "DesiredValue": value,
            "Status": status,
            "Created": moment,
            "LastUpdated": moment,
        }

    def file(self, params: dict[str, Any]) -> dict[str, Any]:
        made = self.row(self.name(params), "PENDING", params["DesiredValue"], 0)
        self.requests.append(made)
        return {"RequestedQuota": made}

    def wait(self, seconds: float) -> None:
        self._now += seconds
        self._seen = {key: value for key, value in self._seen.items() if key.startswith("once:")}

    @property
    def filed(self) -> dict[str, float]:
        asked = [params for name, params in self.calls if name == "RequestServiceQuotaIncrease"]
        return {self.name(each): each["DesiredValue"] for each in asked}

    def count(self) -> dict[str, int]:
        names = [name for name, _ in self.calls]
        return {name: names.count(name) for name in names}


def step(group: QuotaGroup = TRAINING, ask_again: bool = False) -> QuotasStep:
    return QuotasStep(group, 45 * MINUTE, 15 * MINUTE, ask_again)


def check(session: Quotas, group: QuotaGroup = TRAINING, ask_again: bool = False) -> State:
    return step(group, ask_again).check(session)


NONE = {of(P3): 0.0, of(G5): 0.0, of(G4): 0.0, TOTAL: 4.0}


LOWER: list[Asked] = [(of(G5), "PENDING", 3, 5), (of(G4), "PENDING", 3, 5)]
OTHERS: list[Asked] = [("other", "PENDING", 1, minutes) for minutes in range(20)]


def values_read(session: Quotas) -> list[str]:
    names = [session.name(params) for name, params in session.calls if name == "GetServiceQuota"]
    session.calls.clear()
    return names


def filed(**statuses: str) -> tuple[Quotas, QuotasStep]:
    """All four are requested; a minute later their requests have these statuses."""
    session, quotas = Quotas(NONE), step()
    quotas.check(session)
    quotas.apply(session)
    for made, status in zip(session.requests, statuses.values(), strict=False):
        made["Status"] = status
    session.wait(60)
    session.calls.clear()
    return session, quotas
