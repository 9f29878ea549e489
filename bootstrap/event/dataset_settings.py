"""Where the pictures come from, as event.yaml says it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, Field, StrictFloat, StrictInt, StrictStr, ValidationInfo

from bootstrap.event.model_problems import refuse
from bootstrap.event.settings import Part
from bootstrap.event.suggest import did_you_mean

BUILTIN = ("builtin:cars",)
_KINDS = "builtin:cars, a folder, a .zip file, https://... or s3://bucket/..."
_S3 = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/.+")
_HTTPS = re.compile(r"https://[^\s/@]+\.[^\s/@]+/\S+")


def _source(value: str, info: ValidationInfo) -> str:
    scheme = re.match(r"([a-z0-9]{2,}):", value.casefold())
    if scheme is None:
        _local(value, info.context["folder"] if info.context else Path())
    elif scheme[1] == "builtin" and value not in BUILTIN:
        raise refuse("EB-145", f"found `{value[:60]}`.{did_you_mean(value, BUILTIN)}", f"Write {_KINDS}")
    elif (scheme[1] == "s3" and not _S3.fullmatch(value)) or (scheme[1] == "https" and not _HTTPS.fullmatch(value)):
        what = "is not a whole address: the bucket or host, or what is in it, is missing or damaged"
        raise refuse("EB-145", what, f"Write {_KINDS}")
    elif scheme[1] not in {"builtin", "s3", "https"}:
        raise refuse("EB-145", f"begins with `{scheme[0]}`, which is not one of the sources", f"Write {_KINDS}")
    return value


def _local(value: str, folder: Path) -> None:
    path = folder / Path(value).expanduser()
    if path.is_dir() or (path.is_file() and path.suffix.casefold() == ".zip"):
        return
    what = f"found `{value[:60]}`, " + ("which is no .zip file" if path.exists() else "and there is nothing there")
    raise refuse("EB-145", what, f"Write {_KINDS}; a path counts from the folder of event.yaml")


class Dataset(Part):
    """`source` as written; `seed`, `pictures_per_class` and `size` (pixels a side) are for builtin:cars alone."""

    source: Annotated[StrictStr, AfterValidator(_source)] = Field(default="builtin:cars", description=_KINDS)
    seed: StrictInt = Field(default=2020, ge=0, le=2**31 - 1, description="a whole number from 0")
    # The labelling lab takes 24 pictures, and four classes of 60 are what the labs are written for.
    pictures_per_class: StrictInt = Field(default=60, ge=10, le=1000, description="10 to 1000")
    size: StrictInt = Field(default=256, ge=64, le=1024, description="64 to 1024 (pixels a side)")
    validation_share: StrictFloat = Field(default=0.2, ge=0.05, le=0.5, description="0.05 to 0.5")
    hub_bucket: StrictStr | None = Field(
        default=None, pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", description="the name of an S3 bucket of yours"
    )
