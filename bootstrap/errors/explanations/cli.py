"""EB-390 to EB-419: the engine, the journal and the command line."""

from bootstrap.errors import Explanation

ENTRIES = {
    "EB-390": Explanation(
        "An error in event-bootstrap itself",
        "A step ended in a way that its author did not foresee. Other steps and accounts went on.",
        "Run the same command again; if it comes back, report it with the line that the report shows.",
    ),
    "EB-391": Explanation(
        "Done several times, and AWS still shows it undone",
        "The change was made and AWS accepted it, but what AWS shows afterwards is not what was asked for.",
        "Look at the resource that the detail names: a policy, a person or another tool changes it back.",
    ),
    "EB-392": Explanation(
        "The run was interrupted",
        "Ctrl-C, or the terminal was closed, before this step had settled.",
        "Run the same command again; it goes on where this one stopped.",
    ),
    "EB-400": Explanation(
        "No such error code", "The code is not one of this version's.", "Type it as the message shows it: EB-231."
    ),
    "EB-401": Explanation(
        "No such team", "The name matches no team of accounts.csv.", "Names may hold * and ?; case does not matter."
    ),
    "EB-402": Explanation(
        "No such step",
        "The event's labs have no step of that name.",
        "The message lists the steps; a kind stands for all.",
    ),
    "EB-403": Explanation(
        "Steps need each other",
        "The `after` lines of templates or labs form a circle.",
        "Take one of the names in the circle out of its `after`.",
    ),
    "EB-404": Explanation(
        "The simulated AWS is not installed",
        "A plain install does not carry it, since work on AWS does not need it.",
        "In the folder that you installed from: pip install -c constraints.txt '.[rehearsal]'",
    ),
    "EB-405": Explanation(
        "The simulated AWS did not start",
        "Its process ended before it listened; the cause is its own last line.",
        "Fix what that line names, and start again.",
    ),
    "EB-406": Explanation(
        "The simulated AWS cannot listen to its port",
        "Another program listens there, perhaps an earlier simulator; ports below 1024 want a right of their own.",
        "Choose another with --port; --port 0 takes any that is free.",
    ),
    "EB-407": Explanation(
        "The scenario cannot be read",
        "--scenario names neither a shipped scenario nor a YAML file that holds one.",
        "The cause names the setting or file that is wrong; correct it.",
    ),
    "EB-408": Explanation(
        "No journal to read",
        "No run of this event has written one here, or it lies elsewhere.",
        "event-bootstrap provision writes it; give --journal, or stand in the folder of event.yaml.",
    ),
    "EB-409": Explanation(
        "The folder for journal and reports cannot be made",
        "Something of that name is there already, or you may not write beside event.yaml.",
        "Move it away, or copy event.yaml and accounts.csv to a folder of your own.",
    ),
    "EB-410": Explanation(
        "The simulated AWS has ended",
        "Its process was ended from outside, or broke down; the cause is its own last line.",
        "event-bootstrap simulate starts another, in which nothing is made yet; paste its lines again.",
    ),
}
