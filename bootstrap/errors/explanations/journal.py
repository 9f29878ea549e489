"""EB-395, EB-396 and EB-520 to EB-529: the journal, and the leases that it keeps."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-395": Explanation(
        "The journal cannot be opened",
        "The file of --journal is not a journal, cannot be written, or is locked by another program; or the "
        "database server of its URL does not answer or does not accept this user.",
        "Name another file with --journal, or make its folder writable. For a server, check host, user, password and "
        "database in the URL (EVENT_BOOTSTRAP_JOURNAL). The journal is only a record: without it `status` and "
        "`--failed` lack information, but every run reads the accounts in AWS.",
    ),
    "EB-396": Explanation(
        "A part of the run is not in the journal",
        "The database refused to write until the run ended: another program had locked it, or the disk is full.",
        "If the message names a file, do nothing: the next command with the same journal imports it. Otherwise run "
        "the same command again; it reads the accounts and records their state.",
    ),
    "EB-520": Explanation(
        "Another operator is working on this account",
        "A command that writes holds a lease on the account until it is done; the detail says whose command it is, "
        "where it runs and since when. Nothing was written to this account, and nothing failed: that run records how the "
        "account ends. The other teams of this run continued.",
        "Wait until that run ends, or agree with the other operator and run the same command with --take-over. A "
        "crashed run keeps its leases for a minute and a half at most.",
        "The lease may belong to a run of your own in another terminal.",
    ),
    "EB-521": Explanation(
        "Another operator has taken over this account",
        "During this run another operator took the account over with --take-over, or took it after this run had "
        "lost the journal's database for more than a minute. This run has stopped writing to the account.",
        "Agree with the other operator, then run the same command again; it continues from the state of the account.",
    ),
    "EB-522": Explanation(
        "It is not known who holds the lease on this account",
        "The journal's database, which keeps the leases, has not answered for a minute, so another operator could "
        "take the account without this run noticing. This run pauses the account; what AWS has started continues.",
        "If the database comes back, do nothing: the run continues by itself. Otherwise press Ctrl-C and run the "
        "same command with another place for --journal, once you are sure that nobody else works on these accounts.",
    ),
    "EB-523": Explanation(
        "The journal's database does not answer",
        "The server of --journal, or the network to it, has failed since this command began.",
        "Run the same command again when the server answers. Other runs continue and lose nothing.",
    ),
    "EB-524": Explanation(
        "The account was taken over a moment ago",
        "The other run checks every 20 seconds whether it still holds the account, and may write until then. This "
        "run waits until the other one has noticed. If the other one cannot reach the journal's database, this "
        "takes a minute, after which it must have stopped.",
        "Do nothing: the run continues by itself.",
    ),
    "EB-525": Explanation(
        "The journal has no entry about this team",
        "According to this journal, no run has visited the team and nobody has done anything for it.",
        "Name a team or account id as in accounts.csv. If the event's journal is in another place, name it with "
        "--journal.",
    ),
}
