"""Template + Event + TeamAccount -> CloudFormation text and its digest.

The same input gives the same bytes: nothing here depends on the time, and lists keep the order of the event.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from traceback import walk_tb
from typing import Any

import jinja2

from bootstrap.errors import BadInput, Problem
from bootstrap.event import instance_types, shipped
from bootstrap.event.event import Event
from bootstrap.event.names import MADE_BY, Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.tags import ADDRESS, tags

__all__ = ["Rendered", "available", "render", "settings", "tags"]

_SUFFIX = ".yaml.j2"
_LARGEST = 51_200  # bytes that CloudFormation takes in the request; more would need an S3 bucket first
_TUNING_VOLUME_GB = 300
_DIGEST = "digest-of-this-template"
_EXPORTS = {"after": list, "typical_seconds": int, "capabilities": list}


@dataclass(frozen=True, slots=True)
class Rendered:
    """One stack of one account, as CreateStack wants it.

    `digest` is also the stack's output `Digest`; equal digests mean that nothing has to be written.
    `after` are ids of steps. `typical_seconds` is what AWS usually takes to make it.
    """

    name: str
    stack_name: str
    body: str
    digest: str
    tags: Mapping[str, str]
    capabilities: tuple[str, ...]
    after: tuple[str, ...]
    typical_seconds: int


def available(event: Event) -> tuple[str, ...]:
    """The templates that this event can use: shipped ones and those of its own folder."""
    return _names(shipped.template_folders(event.folder))


def render(name: str, event: Event, account: TeamAccount, names: Names) -> Rendered:
    """The stack `name` of one account. Writes nothing. Raises BadInput: EB-160 to EB-167."""
    folders = shipped.template_folders(event.folder)
    if name.startswith("_") or not any((each / f"{name}{_SUFFIX}").is_file() for each in folders):
        there = ", ".join(_names(folders)) or "none"
        raise BadInput([Problem("EB-160", f"there is no template {name!r}", fix=f"Templates are: {there}")])
    file = name + _SUFFIX
    found = tags(event, account)
    module, text = _filled(folders, file, _context(event, account, names, found))
    exports = _exports(module, file)
    capabilities = tuple(exports["capabilities"])
    _check(text, file)
    wanted = {"template": text, "parameters": {}, "tags": dict(found), "capabilities": sorted(capabilities)}
    digest = hashlib.sha256(json.dumps(wanted, sort_keys=True).encode()).hexdigest()
    return Rendered(
        name=name,
        stack_name=names.stack(name),
        body=text.replace(_DIGEST, digest),
        digest=digest,
        tags=found,
        capabilities=capabilities,
        after=tuple(exports["after"]),
        typical_seconds=exports["typical_seconds"],
    )


def _names(folders: Sequence[Path]) -> tuple[str, ...]:
    files = {each.name for folder in folders for each in folder.glob(f"*{_SUFFIX}")}
    return tuple(sorted(each.removesuffix(_SUFFIX) for each in files if not each.startswith("_")))


@cache
def _environment(folders: tuple[Path, ...]) -> jinja2.Environment:
    """Compiled templates stay for the life of the process: a run renders each some thousand times."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folders),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters["base64"] = _base64
    return environment


def _base64(text: str) -> str:
    """For scripts; what must not stand in a template must not hide in one either."""
    _check_text(str(text), "script")
    return base64.b64encode(str(text).encode()).decode()


def _filled(folders: tuple[Path, ...], file: str, context: Mapping[str, Any]) -> tuple[object, str]:
    """The rendered template's module, for what it exports, and its text."""
    try:
        module = _environment(folders).get_template(file).make_module(dict(context))
    except jinja2.TemplateSyntaxError as error:
        where = f"{error.name or file}:{error.lineno}"
        raise BadInput([Problem("EB-162", str(error.message), where)]) from error
    except jinja2.UndefinedError as error:
        raise BadInput([Problem("EB-161", str(error.message), _line(error, file))]) from error
    except jinja2.TemplateNotFound as error:
        raise BadInput([Problem("EB-160", f"{file} asks for {error.name}, which is not there", file)]) from error
    return module, str(module).lstrip("\n")


def _line(error: BaseException, file: str) -> str:
    """The innermost line of a template in the traceback, whose frames have the lines of compiled code."""
    place = file
    for frame, line in walk_tb(error.__traceback__):
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            place = f"{template.name}:{template.get_corresponding_lineno(line)}"
    return place


def _context(event: Event, account: TeamAccount, names: Names, found: Mapping[str, str]) -> dict[str, Any]:
    """What a template may use. Not the account itself: it knows mail addresses."""
    training = event.training
    return {
        "event": event,
        "team": found["team"],
        "access_role": _access_role(event, account),
        "names": names,
        "made_by": MADE_BY,
        "tags": dict(found),
        "tag_list": [{"Key": key, "Value": value} for key, value in found.items()],
        "expiry_midnight": _next_midnight(event.schedule.expires).strftime("%Y-%m-%dT00:00:00Z"),
        "longest_training_minutes": max(training.smoke_minutes, training.notebook_minutes),
        "settings": settings(event, account, names),
        "digest": _DIGEST,
    }


def settings(event: Event, account: TeamAccount, names: Names) -> dict[str, Any]:
    """What labs read from event.json: the notebook's start script writes one, the materials hold another.

    "@partition@" in the ARNs is filled in by both: templates never write a partition out.
    """
    own = f"{names.region}:{names.account_id}"
    return {
        "event": event.name,
        "team": account.team,
        "account_id": names.account_id,
        "region": names.region,
        "bucket": names.bucket,
        "role_arn": f"arn:@partition@:iam::{names.account_id}:role/{names.training_role}",
        "topic_arn": f"arn:@partition@:sns:{own}:{names.topic}",
        "workteam": names.workteam,
        "training": {
            "instance_types": list(event.training.instance_types),
            "volume_gb": event.training.volume_gb,
            "minutes": event.training.notebook_minutes,
            "tuning_job_minutes": event.training.tuning_job_minutes,
            "tuning_volume_gb": {each: _tuning_volume(each, event) for each in event.training.instance_types},
        },
        "endpoint": {
            "instance_type": event.endpoint.instance_type,
            "minimum": event.endpoint.minimum,
            "maximum": event.endpoint.maximum,
            "target": event.endpoint.target,
        },
    }


def _tuning_volume(kind: str, event: Event) -> int:
    """The tuning lab asks for 300 GB; a tuning job's volume may not be larger than the type's own disk."""
    fits = instance_types.TRAINING_STORAGE_GB[kind] >= _TUNING_VOLUME_GB
    return _TUNING_VOLUME_GB if fits else event.training.volume_gb


def _access_role(event: Event, account: TeamAccount) -> str:
    """Name (with path) of the role that the operator assumes in the account; empty if a profile is used."""
    if account.role_arn:
        return account.role_arn.split(":role/", 1)[1]
    return "" if account.profile else event.access.role_name


def _next_midnight(when: datetime) -> datetime:
    """S3 takes only midnights (UTC) as dates of expiry."""
    day = when.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)


def _exports(module: object, file: str) -> Mapping[str, Any]:
    found = {key: getattr(module, key, None) for key in _EXPORTS}
    wrong = [key for key, kind in _EXPORTS.items() if not isinstance(found[key], kind)]
    if wrong:
        fix = 'Begin it with {% set after = ["baseline"] %}{% set typical_seconds = 60 %}{% set capabilities = [] %}'
        raise BadInput([Problem("EB-166", f"does not say its {', '.join(wrong)}", file, fix=fix)])
    return found


def _check(text: str, file: str) -> None:
    if text.count(_DIGEST) != 1:
        fix = "Add to Outputs: Digest: {Value: {{ digest }}}"
        raise BadInput([Problem("EB-166", "has not exactly one output with its digest", file, fix=fix)])
    _check_text(text, file)
    if len(text) > _LARGEST:
        what = f"{len(text):,} bytes, and CloudFormation takes {_LARGEST:,}"
        raise BadInput([Problem("EB-164", what, file)])


def _check_text(text: str, file: str) -> None:
    if not text.isascii():
        number, line = next(each for each in enumerate(text.splitlines(), 1) if not each[1].isascii())
        what = f"holds characters that are not ASCII in rendered line {number}: {line.strip()!a}"
        raise BadInput([Problem("EB-163", what, file)])
    if ADDRESS.search(text):
        raise BadInput([Problem("EB-167", "holds a mail address", file)])
