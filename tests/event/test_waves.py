"""Waves of teams in event.yaml, and the training jobs that run at once with them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bootstrap.errors import BadInput
from bootstrap.event import inputs as input_files
from bootstrap.event import peak, waves
from bootstrap.event.inputs import Inputs
from bootstrap.event.peak import Stay
from bootstrap.report.translations import shown

EVENT = """\
name: day
region: ap-northeast-1
schedule:
  opens: 2026-12-10T09:00+09:00
  closes: 2026-12-10T18:00+09:00
  expires: 2026-12-11T18:00+09:00
{waves}
labs: [{{name: ground-truth}}, {{name: notebook}}, {{name: tuning}}]
"""


def read(folder: Path, written: str = "", rows: str = "") -> Inputs:
    lines = [f"  waves: [{written}]"] if written else []
    (folder / "event.yaml").write_text(EVENT.format(waves="\n".join(lines)))
    teams = "".join(f"team-{number},{number:012d},,\n" for number in range(1, 9))
    (folder / "accounts.csv").write_text(f"team,account_id,labs,spare\n{teams}spare-1,000000000099,,yes\n{rows}")
    return input_files.read(folder / "event.yaml", folder / "accounts.csv")


def placed(found: Inputs) -> dict[str, str]:
    return {each.team: wave.name for each in found.accounts if (wave := found.event.wave_of(each.team))}


def test_each_team_is_in_one_wave_by_pattern_by_count_and_the_rest(tmp_path: Path) -> None:
    assert placed(read(tmp_path)) == {}
    written = "{name: a, begins: tuning, count: 3}, {name: b, begins: notebook, teams: [TEAM-1, 'team-[78]']}, " \
        "{name: c, begins: ground-truth}"  # fmt: skip
    found = read(tmp_path, written)
    teams = [f"team-{number}" for number in range(1, 9)]
    assert placed(found) == dict(zip(teams, ("b", "a", "a", "a", "c", "c", "b", "b"), strict=True))
    assert found.event.wave_of("spare-1") is None
    order = [lab.name for lab in found.event.order_of("team-1", found.accounts[0].labs)]
    assert order == ["notebook", "tuning", "ground-truth"]


@pytest.mark.parametrize(
    ("written", "codes", "words"),
    [
        ("{name: a, begins: tunin}", ["EB-830"], ["Did you mean `tuning`"]),
        ("{name: a, begins: tuning, teams: [x], count: 2}", ["EB-830"], ["patterns or a number"]),
        ("{name: a, begins: tuning}, {name: a, begins: notebook}", ["EB-830"] * 2, ["the name of a wave", "neither"]),
        ("{name: a, begins: tuning, teams: ['team-[1-4]']}, {name: b, begins: notebook, teams: [team-4, tema-5]}",
         ["EB-831"] * 3, ["in wave a already: team-4", "team-5", "without a wave: team-5, team-6, team-7, team-8"]),
        ("{name: a, begins: tuning, count: 6}, {name: b, begins: notebook, count: 3}", ["EB-831"], ["only 2 are left"]),
        ("{name: a, begins: tuning}", ["EB-831"], ["do not take part in lab tuning: reader"]),
    ],
)  # fmt: skip
def test_all_problems_of_waves_are_told_at_once(
    tmp_path: Path, written: str, codes: list[str], words: list[str]
) -> None:
    with pytest.raises(BadInput) as caught:
        read(tmp_path, written, "reader,000000000077,notebook,\n" if "reader" in words[0] else "")
    assert [each.code for each in caught.value.problems] == codes
    for each, said in zip(caught.value.problems, words, strict=True):
        assert said in each.what
        assert "event.yaml" in each.where
        assert shown(each.what, "zh") != shown(each.what, "en")


def test_made_up_teams_are_dealt_to_the_waves_in_turn(tmp_path: Path) -> None:
    found = read(tmp_path, "{name: a, begins: tuning, teams: ['team-*']}, {name: b, begins: notebook}")
    others = [replace(each, team=f"made-up-{number}") for number, each in enumerate(found.accounts)]
    dealt = waves.dealt(found.event, [*found.accounts[:3], *others[:4]])
    assert list(dealt.placed.values()) == ["a"] * 3 + ["b", "a", "b", "a"]


TWO = "{name: a, begins: ground-truth, count: 4}, {name: b, begins: tuning}"
THREE = "{name: a, begins: ground-truth, count: 3}, {name: b, begins: notebook, count: 3}, {name: c, begins: tuning}"


@pytest.mark.parametrize(
    ("written", "minute", "jobs"),
    [("", 90.0, 16), ("{name: a, begins: tuning}", 0.0, 16), (THREE, 105.0, 14)],
)  # fmt: skip
def test_the_peak_follows_from_waves_labs_and_minutes(tmp_path: Path, written: str, minute: float, jobs: int) -> None:
    found = read(tmp_path, written)
    [most] = peak.peaks(found.event, found.accounts)
    assert (most.region, most.minute, most.jobs, most.unplanned) == ("ap-northeast-1", minute, jobs, 16)
    assert sum(most.teams.values()) == jobs
    assert "spare-1" not in most.teams


@pytest.mark.parametrize(
    ("minute", "jobs"), [(0.0, 0), (44.0, 0), (45.0, 1), (89.0, 1), (90.0, 2), (239.0, 2), (240.0, 0)]
)
def test_a_team_counts_with_the_busiest_lab_that_it_may_be_in(tmp_path: Path, minute: float, jobs: int) -> None:
    labs = read(tmp_path).event.labs
    assert peak.stays(labs, 9) == (Stay(0, 75, 0), Stay(45, 150, 1), Stay(90, 240, 2))
    assert peak.at(peak.stays(labs, 9), minute) == jobs


def test_waves_are_advised_only_where_they_need_fewer_jobs_at_once(tmp_path: Path) -> None:
    found = read(tmp_path, "", "far,000000000055,ground-truth,\n")
    [plan] = peak.advised(found.event, found.accounts)
    assert (plan.begins, plan.jobs) == (("ground-truth", "tuning"), 12)
    as_advised = read(tmp_path, TWO)
    assert [each.jobs for each in peak.peaks(as_advised.event, as_advised.accounts)] == [plan.jobs]
    assert peak.advised(as_advised.event, as_advised.accounts) == ()
