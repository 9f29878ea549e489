"""What the teams' buckets get, as steps know it; `package.py` builds it."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from bootstrap.steps.dataset import item
from bootstrap.steps.dataset.item import Item

# The folder of pictures that teams label.
LABELLING = "labelling"
MANIFEST = f"{LABELLING}/input.manifest"


@dataclass(frozen=True, slots=True)
class Package:
    """The content that all teams get. Small, frozen and picklable: contents stay on disk until they are uploaded.

    `lines`: what is said of the organiser's own pictures, such as how many were left out.
    """

    digest: str
    classes: tuple[str, ...]
    training: int
    validation: int
    items: tuple[Item, ...]
    lines: tuple[str, ...] = ()

    def objects(self, bucket: str, data: Collection[str], labs: Collection[str]) -> tuple[Item, ...]:
        """Return what belongs in this bucket: items of the kinds `data`, lab files of `labs`; in the order of keys."""
        wanted = [each for each in self.items if each.data in data and (not each.lab or each.lab in labs)]
        if "labelling" in data:
            wanted.append(self.manifest(bucket))
        return tuple(sorted(wanted, key=lambda each: each.key))

    def manifest(self, bucket: str) -> Item:
        """Return the labelling job's input manifest: one line a picture."""
        pictures = (each.key for each in self.items if each.key.startswith(f"{LABELLING}/"))
        lines = (json.dumps({"source-ref": f"s3://{bucket}/{key}"}) for key in pictures)
        return item.of_bytes(MANIFEST, "labelling", "".join(f"{line}\n" for line in lines).encode())
