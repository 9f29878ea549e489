"""EB-687 to EB-689: pages of the labs."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-687": Explanation(
        "A picture that a lab's page names cannot be shown",
        "The team's page shows only files of the folder pictures/ beside the page: svg, png or jpg, at most 4 MB each. "
        "Where the file is missing, of another kind, too large, or somewhere else, teams see only its description.",
        "Put the file into the folder pictures/ of the lab, make it smaller, or correct its name in the page. Capitals "
        "count.",
    ),
}
