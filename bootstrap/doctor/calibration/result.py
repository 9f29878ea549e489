"""The result of a calibration."""

from __future__ import annotations

from dataclasses import dataclass

from bootstrap import errors
from bootstrap.doctor.calibration.answers_file import AnswerDifference
from bootstrap.doctor.calibration.pooling import Latency, MeasuredKey
from bootstrap.doctor.calibration.seen import AccountReading


@dataclass(frozen=True, slots=True)
class Calibration:
    """Everything that was measured. `at`: epoch seconds.

    `differences`: where AWS answered otherwise; `not_compared`: why there was no simulated AWS to compare with, "" if
    there was one. `scenario`, `answers`: paths of the files that were written.
    """

    event: str
    at: float
    readings: tuple[AccountReading, ...]
    entries: tuple[MeasuredKey, ...]
    latencies: tuple[Latency, ...]
    differences: tuple[AnswerDifference, ...]
    not_compared: str
    scenario: str
    answers: str
    seconds: float
    api_calls: int

    @property
    def exit_code(self) -> int:
        whole = all(each.reached and not each.gaps for each in self.readings)
        return errors.READY if whole else errors.FAILED
