"""Renders a template for one account: CloudFormation text and its digest.

The same input gives the same bytes: nothing depends on the time, and lists keep the event's order.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property, lru_cache
from pathlib import Path
from traceback import walk_tb
from typing import Any

import jinja2

from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event import instance_types, shipped
from bootstrap.event.event import Event
from bootstrap.event.names import MADE_BY, Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.tags import ADDRESS, in_ascii, tags
from bootstrap.steps import template_source
from bootstrap.steps.template_source import TemplateSource

_SUFFIX = ".yaml.j2"
_LARGEST = 51_200  # bytes that CloudFormation accepts in a request; a larger template would have to be in S3 first
_TUNING_VOLUME_GB = 300
_DIGEST = "digest-of-this-template"
_EXPORTS = {"after": list, "typical_seconds": int, "capabilities": list}


@dataclass(frozen=True, slots=True)
class Rendered:
    """One stack of one account, as CreateStack takes it.

    `digest` is also the stack's output `Digest`: with equal digests nothing has to be written. `after`: ids of steps.
    `typical_seconds`: how long AWS usually takes to create the stack.
    """

    name: str
    stack_name: str
    body: str
    digest: str
    tags: Mapping[str, str]
    capabilities: tuple[str, ...]
    after: tuple[str, ...]
    typical_seconds: int


class StackTemplate:
    """A template for one account. Its text is rendered once, at first use.

    Templates of the same `shape` render the same text except for the account's own names: an error in one is an error
    in all.
    """

    def __init__(self, name: str, event: Event, account: TeamAccount, names: Names, source: TemplateSource) -> None:
        self.name, self.stack_name = name, names.stack(name)
        self._event, self._account, self._names, self._source = event, account, names, source

    @property
    def after(self) -> tuple[str, ...]:
        """Ids of the steps that it needs. Raises BadInput if only rendering tells them, and rendering fails."""
        said = self._source.says.get("after")
        return tuple(said) if isinstance(said, list) else self.rendered.after

    @property
    def typical_seconds(self) -> int:
        """Seconds that AWS usually takes to create the stack. Raises BadInput as `after` does."""
        said = self._source.says.get("typical_seconds")
        return said if isinstance(said, int) else self.rendered.typical_seconds

    @cached_property
    def rendered(self) -> Rendered:
        """The rendered stack. Raises BadInput (EB-161 to EB-167)."""
        return render(self.name, self._event, self._account, self._names)

    @property
    def shape(self) -> tuple[str, ...]:
        """A key: templates with the same one render alike, or fail alike."""
        if not self._source.alike:
            return (self.name, self._names.account_id, self._names.region)
        kinds = _kinds(self._account.team)
        return (self.name, self._names.region, _access_role(self._event, self._account), *kinds)

    @property
    def longest(self) -> int:
        """Length of the team's name: of templates of one shape, the one with the longest name is the largest."""
        return _longest(self._account.team)


@lru_cache(maxsize=64)
def _longest(team: str) -> int:
    return len(json.dumps(team)) + len(in_ascii(team))


@lru_cache(maxsize=64)
def _kinds(team: str) -> tuple[str, ...]:
    """What of a name matters to YAML and to AWS: its characters, its ends, `: ` and ` #`, an address in it.

    A name that cannot be a tag is a kind of its own, so that each of them is named as a problem.
    """
    letters = re.sub(r"[^\x00-\x7f]+", "?", re.sub(r"[A-Za-z0-9_]+", "a", team))
    pairs = "".join(each for each in (": ", " #", " -") if each in letters)
    alone = ADDRESS.search(team) or re.search(r"[^A-Za-z0-9 _.:/=+@-]", in_ascii(team))
    return ("".join(sorted(set(letters))), letters[:1], letters[-1:], pairs, team if alone else "")


def template(name: str, event: Event, account: TeamAccount, names: Names) -> StackTemplate:
    """Return the template of one stack, not rendered yet. Raises BadInput (EB-160, EB-162) if it cannot be read."""
    return StackTemplate(name, event, account, names, _source(event.folder, name))


def check(wanted: Iterable[StackTemplate], progress: Callable[[int, int], None] = lambda *_: None) -> None:
    """Render one template of each shape: the others render alike. Raises BadInput with all problems (EB-161 to 167).

    `progress` is told how many shapes are rendered, of how many.
    """
    shapes: dict[tuple[str, ...], StackTemplate] = {}
    problems: dict[Problem, None] = {}
    for each in wanted:
        with _collected(problems):
            shape = each.shape
            if shape not in shapes or shapes[shape].longest < each.longest:
                shapes[shape] = each
    for done, each in enumerate(shapes.values()):
        progress(done, len(shapes))
        with _collected(problems):
            assert each.rendered
    if problems:
        raise BadInput(list(problems))


def check_roster(
    event: Event,
    accounts: Iterable[TeamAccount],
    progress: Callable[[int, int], None] = lambda *_: None,
) -> None:
    """Check the templates of every stack that the accounts' labs name. Raises BadInput (EB-160 to EB-167).

    `progress` is told how many templates are rendered, of how many.
    """

    def wanted() -> Iterator[StackTemplate]:
        for account in accounts:
            names = Names.of(event, account)
            for name in dict.fromkeys(each for lab in event.labs_of(account.labs) for each in lab.stacks):
                yield template(name, event, account, names)

    check(wanted(), progress)


@contextmanager
def _collected(problems: dict[Problem, None]) -> Iterator[None]:
    try:
        yield
    except BadInput as found:
        problems.update(dict.fromkeys(found.problems))


def available(event: Event) -> tuple[str, ...]:
    """Return the names of the templates that this event can use: shipped ones and those of its own folder."""
    return _names(shipped.template_folders(event.folder))


def render(name: str, event: Event, account: TeamAccount, names: Names) -> Rendered:
    """Return the stack `name` of one account. Writes nothing. Raises BadInput (EB-160 to EB-167)."""
    folders = shipped.template_folders(event.folder)
    file = _file(folders, name)
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


def _file(folders: tuple[Path, ...], name: str) -> str:
    if name.startswith("_") or not any((each / f"{name}{_SUFFIX}").is_file() for each in folders):
        there = ", ".join(_names(folders))
        what = msg("there is no template '{name}'", name=name)
        raise BadInput([Problem("EB-160", what, fix=msg("use one of: {templates}", templates=there))])
    return name + _SUFFIX


@cache
def _source(folder: Path | None, name: str) -> TemplateSource:
    """Read a template's source. Cached for the life of the process, like the compiled template."""
    folders = shipped.template_folders(folder)
    file = _file(folders, name)
    with _named(file):
        return template_source.read(_environment(folders), file)


def _names(folders: Sequence[Path]) -> tuple[str, ...]:
    files = {each.name for folder in folders for each in folder.glob(f"*{_SUFFIX}")}
    return tuple(sorted(each.removesuffix(_SUFFIX) for each in files if not each.startswith("_")))


@cache
def _environment(folders: tuple[Path, ...]) -> jinja2.Environment:
    """Keep compiled templates for the life of the process: a run renders each some thousand times."""
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
    """Encode a script for a template. Its text is checked like that of the template."""
    _check_text(str(text), "script")
    return base64.b64encode(str(text).encode()).decode()


def _filled(folders: tuple[Path, ...], file: str, context: Mapping[str, Any]) -> tuple[object, str]:
    """Return the rendered template's module, which has what it exports, and its text."""
    with _named(file):
        module = _environment(folders).get_template(file).make_module(dict(context))
    return module, str(module).lstrip("\n")


@contextmanager
def _named(file: str) -> Iterator[None]:
    """Turn Jinja's errors into BadInput with file and line."""
    try:
        yield
    except jinja2.TemplateSyntaxError as error:
        where = f"{error.name or file}:{error.lineno}"
        raise BadInput([Problem("EB-162", str(error.message), where)]) from error
    except jinja2.UndefinedError as error:
        raise BadInput([Problem("EB-161", str(error.message), _line(error, file))]) from error
    except jinja2.TemplateNotFound as error:
        what = msg("{file} includes {name}, which does not exist", file=file, name=str(error.name))
        raise BadInput([Problem("EB-160", what, file)]) from error


def _line(error: BaseException, file: str) -> str:
    """Return the innermost template line of the traceback. Its frames have the line numbers of compiled code."""
    place = file
    for frame, line in walk_tb(error.__traceback__):
        template = frame.f_globals.get("__jinja_template__")
        if template is not None:
            place = f"{template.name}:{template.get_corresponding_lineno(line)}"
    return place


def _context(event: Event, account: TeamAccount, names: Names, found: Mapping[str, str]) -> dict[str, Any]:
    """Return the names that a template may use. The account itself is not among them: it holds mail addresses."""
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
    """Return the content of the labs' event.json. The notebook's start script writes it, and the materials contain it.

    Both replace "@partition@" in the ARNs: templates never name a partition.
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
    """Return GB of a tuning job's volume: 300 as the lab asks, but no more than fits on the type's own disk."""
    fits = instance_types.TRAINING_STORAGE_GB[kind] >= _TUNING_VOLUME_GB
    return _TUNING_VOLUME_GB if fits else event.training.volume_gb


def _access_role(event: Event, account: TeamAccount) -> str:
    """Return name and path of the role that the operator assumes in the account; "" if a profile is used."""
    if account.role_arn:
        return account.role_arn.split(":role/", 1)[1]
    return "" if account.profile else event.access.role_name


def _next_midnight(when: datetime) -> datetime:
    """Return the next midnight in UTC: S3 accepts no other expiry dates."""
    day = when.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day + timedelta(days=1)


def _exports(module: object, file: str) -> Mapping[str, Any]:
    found = {key: getattr(module, key, None) for key in _EXPORTS}
    wrong = [key for key, kind in _EXPORTS.items() if not isinstance(found[key], kind)]
    if wrong:
        what = msg("the template does not set {names}", names=", ".join(wrong))
        example = '{% set after = ["baseline"] %}{% set typical_seconds = 60 %}{% set capabilities = [] %}'
        raise BadInput([Problem("EB-166", what, file, fix=msg("begin it with {example}", example=example))])
    return found


def _check(text: str, file: str) -> None:
    if text.count(_DIGEST) != 1:
        what = msg("the template must have its digest in exactly one output")
        fix = msg("add to Outputs: {example}", example="Digest: {Value: {{ digest }}}")
        raise BadInput([Problem("EB-166", what, file, fix=fix)])
    _check_text(text, file)
    if len(text) > _LARGEST:
        what = msg(
            "the rendered template has {size} bytes; CloudFormation accepts {limit}",
            size=f"{len(text):,}",
            limit=f"{_LARGEST:,}",
        )
        raise BadInput([Problem("EB-164", what, file)])


def _check_text(text: str, file: str) -> None:
    if not text.isascii():
        number, line = next(each for each in enumerate(text.splitlines(), 1) if not each[1].isascii())
        what = msg(
            "rendered line {number} has characters that are not ASCII: {line}", number=number, line=ascii(line.strip())
        )
        raise BadInput([Problem("EB-163", what, file)])
    if ADDRESS.search(text):
        raise BadInput([Problem("EB-167", msg("the rendered template contains a mail address"), file)])
