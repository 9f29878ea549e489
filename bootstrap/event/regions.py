"""The regions of AWS, from botocore's endpoint data."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from bootstrap.event.suggest import did_you_mean


@cache
def known() -> Mapping[str, str]:
    """Region -> its name for people ("Asia Pacific (Tokyo)"), of every partition."""
    from botocore.loaders import Loader

    partitions = Loader().load_data("endpoints")["partitions"]
    return {
        region: about.get("description", "")
        for partition in partitions
        for region, about in partition["regions"].items()
    }


def suggestion(found: str) -> str:
    """ " Did you mean ...?" for a misspelt region, an availability zone or a city."""
    if found[:-1] in known():
        return f" Did you mean `{found[:-1]}`? (a region, without the letter of a zone)"
    if len(found) >= 4:
        for region, description in known().items():
            if found.casefold() in description.casefold():
                return f" Did you mean `{region}`?"
    return did_you_mean(found, known())
