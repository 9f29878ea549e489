"""EB-395, EB-396, EB-520 to EB-529 and EB-695 to EB-704: the journal, the leases that it keeps, and its copies."""

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
        "where it runs and since when. Nothing was written to this account, and nothing failed: that run records how "
        "the account ends. The other teams of this run continued.",
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
        "Do nothing: the run continues by itself. If it has crashed itself, `status` says so a minute and a half "
        "later; then run the same command again.",
    ),
    "EB-525": Explanation(
        "The journal has no entry about this team",
        "According to this journal, no run has visited the team and nobody has done anything for it.",
        "Name a team or account id as in accounts.csv. If the event's journal is in another place, name it with "
        "--journal.",
    ),
    "EB-695": Explanation(
        "The journal cannot be copied to itself",
        "FROM and TO of `journal copy` name the same file or the same database.",
        "Name another file, or the URL of another database.",
    ),
    "EB-696": Explanation(
        "The journal was moved to another place",
        "Somebody ended the use of this journal with `journal copy FROM TO --move`, so that all operators write to "
        "one place. The message names that place, without user and password.",
        "Name the new place with --journal, or in EVENT_BOOTSTRAP_JOURNAL. What a run could not write any more lies in "
        "a file beside the old journal; the same `journal copy FROM TO` again takes it along, as long as nobody has "
        "written to the new one.",
    ),
    "EB-697": Explanation(
        "The journal needs a newer version of event-bootstrap",
        "A newer version has changed the journal's tables in a way that this version cannot live with. Nothing was "
        "read or written.",
        "Install that version on this machine, too. Tables and columns that a newer version only adds do not lead "
        "here: both versions may use such a journal at the same time.",
    ),
    "EB-698": Explanation(
        "A run works with the journal that is to be copied or changed",
        "The run holds leases in this journal, or recorded something in the last five minutes. It keeps the journal "
        "open to its end, and what it records from now on would be missing in the copy, or would bring back what is "
        "about people.",
        "Wait for its end, or press Ctrl-C in its terminal: the same command with the new journal continues. To copy "
        "what is recorded so far, as a backup or ahead of the move, add --while-running. A crashed run is in the way "
        "for five minutes at most.",
    ),
    "EB-699": Explanation(
        "The journal to copy to has entries of its own",
        "The order of a journal's entries tells what is latest, so nothing is added to a journal that has entries "
        "that the other one does not have: of another event, or recorded since an earlier copy.",
        "Copy to an empty database or to a new file. If the entries were recorded after an earlier copy, that one is "
        "the newer journal: go on with it.",
    ),
    "EB-700": Explanation(
        "The journal has something that this version does not know",
        "A newer version has added tables or columns to it. To use it is safe, but a copy would leave them behind.",
        "Copy it, or forget people in it, with that newer version.",
    ),
    "EB-701": Explanation(
        "The copy of the journal differs from the journal",
        "After copying, every entry is read back and compared. Something differed: the database changes what it is "
        "given, or something else wrote to it at the same time. Nothing was copied.",
        "Copy to another, empty database. If the error comes back, report it with the name of the table.",
    ),
    "EB-702": Explanation(
        "The journal's file is open in another program",
        "What was about people can only be removed from the pages of a SQLite file while nobody else has it open; "
        "otherwise parts of the old text would be left in it. Nothing was changed.",
        "End the other program, such as `serve`, `status --watch` or a database viewer, and run `journal forget "
        "--apply` again.",
    ),
}
