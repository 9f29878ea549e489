"""The `dataset` part of event.yaml: where the pictures come from."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StrictFloat, StrictInt, StrictStr, ValidationInfo

from bootstrap.errors.message import msg
from bootstrap.event.model_problems import refuse
from bootstrap.event.settings import Part
from bootstrap.event.suggest import did_you_mean

BUILTIN = ("builtin:cars",)
_KINDS = msg("builtin:cars, a folder, a .zip file, https://... or s3://bucket/...")
_WRITE = msg("Write {wanted}", wanted=_KINDS)
_S3 = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/.+")
_HTTPS = re.compile(r"https://[^\s/@]+\.[^\s/@]+/\S+")


def _source(value: str, info: ValidationInfo) -> str:
    scheme = re.match(r"([a-z0-9]{2,}):", value.casefold())
    if scheme is None:
        _local(value, info.context["folder"] if info.context else Path())
    elif scheme[1] == "builtin" and value not in BUILTIN:
        raise refuse("EB-145", did_you_mean(msg("found `{found}`", found=value[:60]), value, BUILTIN), _WRITE)
    elif (scheme[1] == "s3" and not _S3.fullmatch(value)) or (scheme[1] == "https" and not _HTTPS.fullmatch(value)):
        what = msg("is not a whole address: the bucket, the host or the path is missing or malformed")
        raise refuse("EB-145", what, _WRITE)
    elif scheme[1] not in {"builtin", "s3", "https"}:
        what = msg("begins with `{scheme}`, which is not one of the sources", scheme=scheme[0])
        raise refuse("EB-145", what, _WRITE)
    return value


def _local(value: str, folder: Path) -> None:
    path = folder / Path(value).expanduser()
    if path.is_dir() or (path.is_file() and path.suffix.casefold() == ".zip"):
        return
    found = value[:60]
    there = msg("found `{found}`, which is not a .zip file", found=found)
    what = there if path.exists() else msg("found `{found}`, but there is no such file or folder", found=found)
    fix = msg("Write {wanted}; a relative path counts from the folder of event.yaml", wanted=_KINDS)
    raise refuse("EB-145", what, fix)


class Dataset(Part):
    """`source` as written; only builtin:cars uses `pictures_per_class`. `size`: pixels a side.

    `fit`: how a picture becomes square. `letterbox` keeps all of it between grey bars; `crop` keeps its middle, which
    is 56 % of a 16:9 picture.
    """

    source: Annotated[StrictStr, AfterValidator(_source)] = Field(default="builtin:cars", description=_KINDS)
    seed: StrictInt = Field(
        default=2020,
        ge=0,
        le=2**31 - 1,
        description=msg("a whole number from 0: seed of the split, and of the pictures of builtin:cars"),
    )
    # One of 160 validation pictures is 0.6 points: of 48, as four classes of 60 have them, it would be 2.1.
    pictures_per_class: StrictInt = Field(
        default=200, ge=10, le=1000, description=msg("10 to 1000: pictures that builtin:cars draws for each class")
    )
    size: StrictInt = Field(
        default=256, ge=64, le=1024, description=msg("64 to 1024: width and height of a picture in pixels")
    )
    fit: Literal["letterbox", "crop"] = Field(
        default="letterbox",
        description=msg(
            "letterbox: the whole picture between grey bars; crop: its middle, which cuts off a car's ends"
        ),
    )
    validation_share: StrictFloat = Field(
        default=0.2, ge=0.05, le=0.5, description=msg("0.05 to 0.5: share of the pictures that is kept for validation")
    )
    hub_bucket: StrictStr | None = Field(
        default=None,
        pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$",
        description=msg("the name of an S3 bucket in your own account, from which AWS copies the files to the teams"),
    )

    @property
    def own_files(self) -> bool:
        """True if the pictures lie in a folder or zip file of the organiser."""
        return self.source not in BUILTIN and "://" not in self.source
