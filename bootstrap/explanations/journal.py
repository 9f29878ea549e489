"""EB-395 and EB-396: the journal."""

from bootstrap.errors import Explanation

ENTRIES = {
    "EB-395": Explanation(
        "The journal cannot be opened",
        "The file or database of --journal is no journal, cannot be written, or is held by another program.",
        "Name another file with --journal, or make its folder writable. The journal is a diary: without the old one "
        "only `status` and `--failed` know less; the accounts themselves are always asked.",
    ),
    "EB-396": Explanation(
        "Some of the run is not in the journal",
        "The database refused until the run ended: another program held it, or the disk is full.",
        "Nothing to do if the message names a file: the next command with the same journal takes it in. Without one, "
        "run the same command again; it asks the accounts themselves and writes what it finds.",
    ),
}
