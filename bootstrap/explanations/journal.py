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
    "EB-523": Explanation(
        "The journal's database does not answer",
        "The server of --journal stopped, or the network to it, since this command began.",
        "Run the same command again when it answers. Runs that are under way go on meanwhile and lose nothing.",
    ),
}
