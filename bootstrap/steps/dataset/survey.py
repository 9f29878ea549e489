"""What lay in a dataset, compared with what is packed of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bootstrap.errors.message import counted, joined, msg, some
from bootstrap.steps.dataset import entries

_MOST_NAMED = 3


@dataclass(slots=True)
class Survey:
    """Counts of a dataset, filled while it is read. A path is that of a file, class folder included.

    `there`: files but the hidden ones, which only the computer needs; `left_out`: number of files that are no pictures,
    by their ending; `unused`: paths of the first of them; `same`: (path, path of the first) of pictures that are packed
    once; `alike`: pairs that look almost the same and stay on one side of the split; `confusable`: such pairs of two
    classes.
    """

    there: int = 0
    packed: int = 0
    hidden: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    same: list[tuple[str, str]] = field(default_factory=list)
    alike: list[tuple[str, str]] = field(default_factory=list)
    confusable: list[tuple[str, str]] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    def lines(self, packed: bool = True) -> list[str]:
        """Return the sentences that every run says of the organiser's own pictures. `packed`: they were decoded."""
        parts = []
        if self.left_out:
            parts.append(entries.by_ending(self.left_out))
        if self.same:
            parts.append(
                counted("{count} that another file shows too", "{count} that other files show too", len(self.same))
            )
        counts = {"packed": self.packed, "there": self.there}
        found: list[str] = [
            msg("packed {packed:,} of {there:,} files", **counts)
            if packed
            else msg("pictures: {packed:,} of {there:,} files", **counts)
        ]
        if parts:
            found = [msg("{what}; left out: {parts}", what=found[0], parts=joined(", ", parts))]
        if self.hidden:
            hidden = counted("{count} hidden or system file was ignored", "{count} hidden or system files were ignored",
                             self.hidden)  # fmt: skip
            found.append(hidden)
        if self.confusable:
            found.append(_look_at(self.confusable))
        return found

    def as_json(self) -> dict[str, Any]:
        """Return the counts as JSON values that `of_json` reads."""
        return {name: getattr(self, name) for name in self.__slots__}

    @staticmethod
    def of_json(found: Mapping[str, Any]) -> Survey:
        """Return the counts that `as_json` converted. Raises KeyError, TypeError or ValueError for anything else."""
        there, packed, hidden = (int(found[name]) for name in ("there", "packed", "hidden"))
        left_out = Counter({str(kind): int(number) for kind, number in found["left_out"].items()})
        same, alike, confusable = (
            [(str(one), str(other)) for one, other in found[name]] for name in ("same", "alike", "confusable")
        )
        return Survey(there, packed, hidden, left_out, same, alike, confusable, [str(each) for each in found["unused"]])


def _look_at(pairs: list[tuple[str, str]]) -> str:
    return counted(
        "{count} pair of pictures looks the same but stands in two classes: {names}",
        "{count} pairs of pictures look the same but stand in two classes: {names}",
        len(pairs),
        names=some([f"{one} = {other}" for one, other in pairs], _MOST_NAMED),
    )
