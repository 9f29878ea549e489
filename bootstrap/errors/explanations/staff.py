"""EB-815 to EB-829: staff and judges, and their pages."""

from __future__ import annotations

from bootstrap.errors import Explanation

ENTRIES: dict[str, Explanation] = {
    "EB-815": Explanation(
        "The name of a person cannot be used",
        "The name is shown on the staff's pages and in the journal, beside what the person did. It has at most 40 "
        "characters, begins with a letter or a digit, and is no mail address.",
        "Choose a short name, such as a first name or the name of a desk.",
    ),
    "EB-816": Explanation(
        "The person has a code already",
        "`event-bootstrap staff add` makes codes for new people only, so that nobody is signed out by mistake. Upper "
        "and lower case are the same name.",
        "Add the person by another name. If the code is lost: `event-bootstrap staff new-code NAME`.",
    ),
    "EB-817": Explanation(
        "Nobody of that name has a code",
        "The journal has no such person for this event. Codes are kept in the journal that the command uses: another "
        "--journal has other people.",
        "`event-bootstrap staff list` shows who has a code. `event-bootstrap staff add NAME` makes one.",
    ),
}
