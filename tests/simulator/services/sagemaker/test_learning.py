"""The accuracy of simulated training jobs: what lab 3 compares (docs/labs.md)."""

from __future__ import annotations

from statistics import mean, stdev

import pytest

from tests.simulated import Simulated
from tests.simulator.one_account import open_account
from tests.simulator.services.sagemaker.test_training import HYPER, JPEG, QUOTAS, Lab, packed

PICTURES = 160


@pytest.fixture
def lab(aws: Simulated) -> Lab:
    made = Lab(open_account(aws, quotas=QUOTAS))
    records = [packed([place % 2], JPEG + place.to_bytes(2, "big")) for place in range(PICTURES)]
    made.put("validation/validation.rec", b"".join(records))
    return made


def results(lab: Lab, jobs: int, **given: str) -> list[float]:
    """The validation accuracy of some jobs with the same settings."""
    names = [f"{'-'.join(given.values()).replace('.', '')}-{place}" for place in range(jobs)]
    for first in range(0, jobs, 2):
        for name in names[first : first + 2]:
            lab.start(name, HyperParameters={**HYPER, "use_pretrained_model": "1", **given})
        lab.account.pass_time(500)
    found = [lab.job(name)["FinalMetricDataList"] for name in names]
    return [each["Value"] for one in found for each in one if each["MetricName"] == "validation:accuracy"]


def test_the_same_settings_give_results_that_differ_by_the_noise_of_the_pictures(lab: Lab) -> None:
    found = results(lab, 10, learning_rate="0.01")
    center = mean(found)
    expected = (center * (1 - center) / PICTURES) ** 0.5
    assert expected / 2 < stdev(found) < expected * 2
    assert all((each * PICTURES) % 1 == pytest.approx(0, abs=1e-6) or each == max(found) for each in found)


def test_the_learning_rate_matters_more_than_the_noise(lab: Lab) -> None:
    good = results(lab, 4, learning_rate="0.01")
    noise = (mean(good) * (1 - mean(good)) / PICTURES) ** 0.5
    for other in (
        {"learning_rate": "0.4"},
        {"learning_rate": "0.00001"},
        {"learning_rate": "0.1", "optimizer": "adam"},
    ):
        assert mean(good) - mean(results(lab, 2, **other)) > 2 * noise


def test_from_nothing_less_is_learned(lab: Lab) -> None:
    begun = results(lab, 2, learning_rate="0.02")
    assert max(results(lab, 2, learning_rate="0.02", use_pretrained_model="0")) < min(begun)
