"""EB-830 to EB-844: waves of teams, and how many training jobs AWS runs at once."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-830": Explanation(
        "A wave of the schedule cannot be used",
        "Each wave has a name of its own and begins with a lab of the event. It has either patterns (`teams`) or a "
        "number (`count`); one wave at most has neither: the rest of the teams.",
        "Correct schedule.waves in event.yaml, or delete it: without waves all teams begin with the first lab.",
    ),
    "EB-831": Explanation(
        "Waves and roster do not agree",
        "Every team that takes part is in exactly one wave, and takes part in the lab with which its wave begins. "
        "Spare accounts and accounts out of use are in none.",
        "Correct schedule.waves in event.yaml, or the roster. A wave with neither `teams` nor `count` takes every team "
        "that no other wave has.",
    ),
    "EB-832": Explanation(
        "--peak does not fit the other options",
        "--peak starts training jobs in all chosen accounts at the same moment, to see how many AWS runs at once. It "
        "belongs to `--step smoke --again`; --stagger would start them one after the other.",
        "Run `event-bootstrap provision --step smoke --again --peak`.",
    ),
    "EB-833": Explanation(
        "--peak takes instances that teams need now",
        "The event is on (schedule.opens to schedule.closes). The jobs of --peak use the teams' quotas, and instances "
        "for which the teams' own jobs may be waiting.",
        "Run it before the event opens. If you must, add --during-event.",
    ),
    "EB-834": Explanation(
        "AWS did not run all jobs of --peak at once",
        "A job still waited for its instance when the time set was over, or failed for lack of capacity. All jobs were "
        "stopped. AWS's own status and words are shown. It says what was free at that moment in that region, no more.",
        "Run it again later. Let fewer teams train at once (schedule.waves), name other types in "
        "training.instance_types, or move teams to another region.",
        "A larger quota does not help: quota is what an account may use, capacity what AWS has.",
    ),
    "EB-835": Explanation(
        "A job of --peak ended before it was stopped",
        "The job failed, was stopped by somebody, or exceeded its maximum runtime. AWS's own words are shown.",
        "If AWS names the role, the data or the image, run `provision TEAM --step smoke --again` without --peak: it "
        "says what to fix. Otherwise run --peak again.",
    ),
    "EB-836": Explanation(
        "No chosen team runs a training job at the peak",
        "By the labs' `starts` and the waves, none of the chosen teams runs a training job when most teams do.",
        "Choose other teams, or all of them.",
    ),
    "EB-837": Explanation(
        "A job of --peak may still be running",
        "AWS did not confirm that the job was stopped: the connection failed, or the command was interrupted twice. "
        "The job ends by itself at its maximum runtime, and is billed until then.",
        "Run `event-bootstrap provision --step smoke`, which stops such jobs, or `event-bootstrap sweep --apply "
        "--stop-only`.",
    ),
}
