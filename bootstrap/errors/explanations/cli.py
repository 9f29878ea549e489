"""EB-390 to EB-419: the engine, the journal and the command line."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-390": Explanation(
        "An error in event-bootstrap itself",
        "A step ended with an error that the program does not handle. Other steps and accounts continued.",
        "Run the same command again. If the error comes back, report it with the line that the report shows.",
    ),
    "EB-397": Explanation(
        "This machine refused to go on",
        "The operating system refused to read or write a file, or to open a connection: the disk is full, this user "
        "may not write there, or too many files are open. The message has its words.",
        "Make room, or allow this user to read and write there; then run the same command again. It continues where "
        "it stopped.",
    ),
    "EB-391": Explanation(
        "The change was made several times, but AWS does not show it",
        "AWS accepted the change, but afterwards shows something else than was requested.",
        "Look at the resource that the detail names: a policy, a person or another tool reverts the change.",
    ),
    "EB-392": Explanation(
        "The run was interrupted",
        "While the run was changing this step or waiting for it, Ctrl-C was pressed, the run crashed, or the account "
        "was taken over or put on hold. What was not looked at stays as earlier runs saw it.",
        "Run the same command again; it continues where this run stopped.",
    ),
    "EB-400": Explanation(
        "There is no such error code",
        "This version of the tool has no error with this code.",
        "Type the code as the message shows it, such as EB-231.",
    ),
    "EB-401": Explanation(
        "There is no such team",
        "The name matches no team in accounts.csv.",
        "Correct the name. It may contain the wildcards * and ?. Case is ignored.",
    ),
    "EB-402": Explanation(
        "There is no such step",
        "The labs of the event have no step with this name.",
        "Use one of the steps that the message lists. The part before the colon selects all steps of that kind.",
    ),
    "EB-403": Explanation(
        "Steps have a circular dependency",
        "The `after` lines of templates make these steps wait for each other.",
        "Remove one of the named steps from an `after` line.",
    ),
    "EB-404": Explanation(
        "The simulated AWS is not installed",
        "The plain installation does not include it, because work on the real AWS does not need it.",
        "Run this in the folder that you installed from: pip install -r requirements/rehearsal.txt",
    ),
    "EB-405": Explanation(
        "The simulated AWS did not start",
        "Its process ended before it accepted connections. The cause is the last line that it printed.",
        "Fix what that line names, then start it again.",
    ),
    "EB-406": Explanation(
        "The simulated AWS cannot listen on its port",
        "Another program uses the port, perhaps an earlier simulator; or the port is below 1024, which needs extra "
        "rights.",
        "Choose another port with --port; `--port 0` takes any free port.",
    ),
    "EB-407": Explanation(
        "The scenario cannot be read",
        "--scenario names neither a shipped scenario nor a YAML file with a scenario.",
        "Correct the setting or file that the cause names.",
    ),
    "EB-408": Explanation(
        "There is no journal to read",
        "No run of this event has written a journal here, or the journal is in another place.",
        "Name the journal with --journal, or change to the folder of event.yaml. `event-bootstrap provision` writes "
        "the journal.",
    ),
    "EB-409": Explanation(
        "The folder for journal and reports cannot be created",
        "A file with this name exists already, or you may not write to the folder of event.yaml.",
        "Move it away, or copy event.yaml and accounts.csv to a folder of your own.",
    ),
    "EB-410": Explanation(
        "The simulated AWS has stopped",
        "Its process was ended from outside or crashed. The cause is the last line that it printed.",
        "Run `event-bootstrap simulate` to start a new, empty one, then paste the lines that it prints again.",
    ),
}
