"""EB-610 to EB-619: labs of your own, and the labs in a rehearsal."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-610": Explanation(
        "The programs that a participant uses are not installed",
        "`rehearse --through labs` runs the commands of the guides on this machine. It needs the AWS CLI, a kernel "
        "for the notebook with the packages that its cells import, and the server of the `label` page.",
        "Run this in the folder that you installed from: pip install -r requirements/labs.txt",
    ),
    "EB-611": Explanation(
        "No team or no lab can be rehearsed",
        "The rehearsal does the labs of event.yaml as one team: the first team of accounts.csv that has all of them. "
        "It does those whose lab.yaml has a `solution`; none of the event's labs has one, or no team has all labs.",
        "Leave the column `labs` of one team empty. Write a `solution` into the lab.yaml of your own lab; "
        "`event-bootstrap lab new` shows one.",
    ),
    "EB-612": Explanation(
        "A rehearsed lab did not reach its end state",
        "A line of its solution failed, a cell of the notebook raised an error, or an end state of its lab.yaml is not "
        "reached afterwards. Every team would meet the same problem.",
        "Read terminal.txt in the folder that the last line names: it has all commands and answers. The executed "
        "notebook is in the same folder.",
    ),
    "EB-613": Explanation(
        "The team that should do the labs is not ready",
        "The rehearsal does the labs after provisioning, in an account that is ready.",
        "Fix what the readiness table shows for the team, or rehearse with the scenario ordinary.",
    ),
    "EB-614": Explanation(
        "The rehearsal cannot run a line of a guide",
        "The rehearsal runs the lines of a guide's code blocks on this machine, so only these are allowed: `aws s3` "
        "with cp, ls or sync, `cat ...` and `python3 labs/....py ...`, with plain words, and at most `| wc -l` "
        "after them.",
        "Rewrite the line in this form, or write it as `text` between single backquotes, outside of a code block.",
    ),
    "EB-615": Explanation(
        "An end state is reached before anybody has begun",
        "In an account that is only prepared, the read of an end state already shows what is expected, or AWS did not "
        "say. A team would get credit for nothing.",
        "Expect something that only the lab makes. What is so before the lab too, such as that nothing runs, counts "
        "only after other end states: name these under `after`.",
    ),
    "EB-616": Explanation(
        "A lab of this name cannot be made",
        "`lab new` writes a folder labs/NAME/ beside event.yaml. The name has other characters than a-z, 0-9 and -, is "
        "that of a folder which is there already, or of something that event-bootstrap brings; a title is too long; or "
        "the folder of event.yaml is not there.",
        "Choose another name or title. To change a shipped lab, copy its folder into labs/ beside your event.yaml: it "
        "then takes the place of the shipped one.",
    ),
    "EB-617": Explanation(
        "This lab cannot be tested",
        "There is no lab of this name, or its lab.yaml does not say when it is done (`end_states`) or how "
        "(`solution`).",
        "Correct the name, or write what is missing. `event-bootstrap lab new` makes a lab that has both.",
    ),
}
