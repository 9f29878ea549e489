"""EB-785 to EB-799: labelling under the teams' pages."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-785": Explanation(
        "The team labels at the support staff's desk",
        "`event-bootstrap label` is running for this team. It and the team's own page would write the same files.",
        "Label at the desk, or press Ctrl-C there. The team's page then goes on with the labels that the desk has "
        "written.",
    ),
    "EB-786": Explanation(
        "The pictures cannot be labelled on the team's page",
        "The page takes up to 2,000 pictures, 1 MB of manifest and class names of up to 128 characters.",
        "Shorten the team's manifest, or label at a desk: `event-bootstrap label TEAM`",
    ),
    "EB-787": Explanation(
        "Too many names label for this team",
        "A labelling has at most 100 names, so that nobody fills the database with them.",
        "Label under a name that you have used before.",
    ),
    "EB-788": Explanation(
        "The labelling is not in the journal any more",
        "The page belongs to a labelling that was removed from the journal's database, or the server uses another one.",
        "Open the team's page again, and begin from there.",
    ),
    "EB-789": Explanation(
        "The team labels on its own page",
        "The team has begun a labelling of this name under its page, in the same journal. Both would write the same "
        "files.",
        "Let the team go on there. Or label under another name: --job cars-desk",
    ),
}
