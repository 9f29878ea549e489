"""EB-395, EB-396 and EB-520 to EB-529: the journal, and the leases that it keeps."""

from bootstrap.errors import Explanation

ENTRIES = {
    "EB-395": Explanation(
        "The journal cannot be opened",
        "The file of --journal is no journal, cannot be written, or is held by another program; or the database server "
        "of its URL does not answer, or does not let this user in.",
        "Name another file with --journal, or make its folder writable; for a server check host, user, password and "
        "database of the URL (EVENT_BOOTSTRAP_JOURNAL). The journal is a diary: without the old one only `status` and "
        "`--failed` know less; the accounts themselves are always asked.",
    ),
    "EB-396": Explanation(
        "Some of the run is not in the journal",
        "The database refused until the run ended: another program held it, or the disk is full.",
        "Nothing to do if the message names a file: the next command with the same journal takes it in. Without one, "
        "run the same command again; it asks the accounts themselves and writes what it finds.",
    ),
    "EB-520": Explanation(
        "Another operator works on this account",
        "A command that writes holds the account until it is done with it; the detail says whose command that is, "
        "where and since when. Nothing was written to the account here; the other teams of this run went on.",
        "Wait until that run has ended, or agree with the other operator and run the same command with --take-over. A "
        "run that died holds its accounts for a minute and a half at most.",
        "What holds it may be a run of your own in another terminal.",
    ),
    "EB-521": Explanation(
        "Another operator has taken this account over",
        "While this run was at work another one took the account with --take-over, or after this one could not reach "
        "the journal's database for more than a minute. This run has stopped writing there.",
        "Agree with the other operator; then run the same command again, which goes on where the account stands.",
    ),
    "EB-522": Explanation(
        "Nobody can say whose this account is",
        "The journal's database, which holds the leases, has not answered for a minute: another operator could take "
        "the account without this run's knowledge. The account pauses; what AWS is doing there goes on.",
        "Nothing to do if the database comes back: the run goes on by itself. Otherwise Ctrl-C, and the same command "
        "with --journal and another place, when you are sure that nobody else works on these accounts.",
    ),
    "EB-523": Explanation(
        "The journal's database does not answer",
        "The server of --journal stopped, or the network to it, since this command began.",
        "Run the same command again when it answers. Runs that are under way go on meanwhile and lose nothing.",
    ),
    "EB-524": Explanation(
        "The account was taken over a moment ago",
        "The run that had it asks every 20 seconds whether it still has; until then it may write. This one waits until "
        "it has noticed; if it cannot reach the journal's database, for a minute, after which it must have stopped.",
        "Nothing to do: it goes on by itself.",
    ),
    "EB-525": Explanation(
        "The journal knows nothing of this team",
        "No run has visited it and nobody has done anything for it, as far as this journal knows.",
        "Name a team or an account id as accounts.csv does; --journal, if the event's journal lies elsewhere.",
    ),
}
