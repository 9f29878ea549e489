"""EB-610 to EB-614: the labs, played in a rehearsal."""

from bootstrap.errors import Explanation

ENTRIES = {
    "EB-610": Explanation(
        "What a participant's machine has is not installed here",
        "`rehearse --through labs` types what the guides say, on this machine: it takes the AWS CLI, a kernel for the "
        "notebook with what its cells import, and the server of `label`'s page.",
        "pip install -c constraints.txt '.[rehearsal,serve,labs]'",
    ),
    "EB-611": Explanation(
        "There is no team, or no lab, that can be played",
        "One team is played through the labs of event.yaml: the first of accounts.csv that has all of them. Only "
        "ground-truth, notebook and tuning can be played: of a lab of your own nobody knows the end state.",
        "Leave the column `labs` of one team empty, or name at least one of the three labs in event.yaml.",
    ),
    "EB-612": Explanation(
        "A lab was played and its end state is not reached",
        "A line of its guide ended with an error, a cell of the notebook raised, or what should stand in the account "
        "afterwards does not.",
        "terminal.txt in the folder that the last line names shows what was typed and answered; the notebook as it ran "
        "lies there too. What happened to this team would happen to every team.",
    ),
    "EB-613": Explanation(
        "The team that was to be played is not ready",
        "The labs are played after provisioning, in an account that is ready.",
        "Fix what the readiness table shows for it, or rehearse in the scenario ordinary.",
    ),
    "EB-614": Explanation(
        "A line of a guide is not one that can be played",
        "Lines of a guide's code blocks are run on this machine, so only these are: `aws s3` with cp, ls or sync, "
        "`cat ...` and `python3 labs/....py ...`, of plain words, with `| wc -l` at the most.",
        "Write the line so, or as `text` between single backquotes, outside of a code block.",
    ),
}
