"""List a kind in one account and region, or say why it cannot be listed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import refusals
from bootstrap.aws.answers import NotAws, Why
from bootstrap.aws.kinds.kind import Kind
from bootstrap.errors import raw
from bootstrap.errors.message import msg
from bootstrap.event import regions

# Most names of a kind in the baseline. If there are more, creation dates tell what existed before, so a kind whose date
# AWS may change, or that has none, is listed to its end.
MOST_NAMES = 2000
_LONGEST_ANSWER = 200
# Listings for which botocore has no paginator name their token so, in requests and answers; some have no pages.
_TOKENS = ("NextToken", "nextToken")


class GapKind(StrEnum):
    """Why a listing does not show everything."""

    NOT_LOOKED_AT = "not looked at"
    NOT_OFFERED = "not offered"
    NO_ENDPOINT = "no endpoint"
    NOT_BELIEVED = "not believed"
    CUT = "cut"


# There may be things that such a listing does not show.
UNSEEN = frozenset({GapKind.NOT_LOOKED_AT, GapKind.NOT_BELIEVED})


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a listing is incomplete. `answer`: AWS's own answer, if it gave one.

    `for_all`: a policy of the organization denies the listing, as it does to everybody in the account.
    """

    kind: GapKind
    answer: str = ""
    for_all: bool = False

    @property
    def words(self) -> str:
        """The stored form, which baselines keep: "not offered: ValidationException: ...", "cut"."""
        what = GapKind.NOT_OFFERED if self.kind is GapKind.NO_ENDPOINT else self.kind
        return f"{what.value}: {self.answer}" if self.answer else what.value

    @property
    def why(self) -> str:
        """The reason for people: AWS's own answer, where it gave one."""
        if self.kind is GapKind.NOT_BELIEVED:
            return msg("the answer could not be believed: it has no listing, not even an empty one")
        return msg("no endpoint in this region") if self.kind is GapKind.NO_ENDPOINT else self.answer


NO_ENDPOINT = Gap(GapKind.NO_ENDPOINT, "no endpoint in this region")


@dataclass(frozen=True, slots=True)
class Listing:
    """The names found, sorted; `gap`: why the list may be incomplete."""

    names: tuple[str, ...]
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing of a kind. `created`: epoch seconds, None if the listing has no date; `shown`: its row."""

    kind: Kind
    name: str
    created: float | None
    status: str
    shown: Mapping[str, Any]

    @property
    def ended(self) -> bool:
        """True for what AWS only keeps as history: it costs nothing and cannot be deleted."""
        return self.status in self.kind.done_in


@dataclass(frozen=True, slots=True)
class Things:
    """All things that a listing shows; `gap`: why it shows none."""

    found: tuple[Thing, ...]
    gap: Gap | None = None

    @property
    def unseen(self) -> bool:
        """True if there may be things that could not be listed. A service that is not offered has none."""
        return self.gap is not None and self.gap.kind in UNSEEN


def listed(kind: Kind, client: Any, region: str, seen: Callable[[Thing], None] = lambda thing: None) -> Listing:
    """Return the names of a kind; one call per page. Raises errors that may pass at a retry.

    `seen` is called with each thing.

    | AWS's answer                                | listing                                    |
    |---------------------------------------------|--------------------------------------------|
    | pages                                       | the names                                  |
    | more than MOST_NAMES, with a lasting date   | the first ones, cut                        |
    | a denial, or credentials that are not taken | not looked at, with answer                 |
    | no endpoint, and none known in the region   | not offered                                |
    | any other refusal                           | not offered, with answer                   |
    | any refusal after the first page            | the first ones, not looked at, with answer |
    | again and again no key that it should have  | not believed                               |
    """
    names: set[str] = set()
    cuts = bool(kind.created) and kind.lasting

    def take(thing: Thing) -> None:
        names.add(thing.name)
        seen(thing)

    gap = _read(kind, client, region, take, lambda: cuts and len(names) >= MOST_NAMES)
    return Listing(tuple(sorted(names)), gap)


def things(kind: Kind, client: Any, region: str) -> Things:
    """Return every thing of a kind, one call per page; gaps and errors as those of `listed`."""
    found: dict[str, Thing] = {}
    gap = _read(kind, client, region, lambda thing: found.update({thing.name: thing}))
    return Things((), gap) if gap else Things(tuple(found.values()))


def _read(
    kind: Kind, client: Any, region: str, take: Callable[[Thing], None], enough: Callable[[], bool] = lambda: False
) -> Gap | None:
    """Take each thing, page by page until there are enough; return why there may be more."""
    taken = False
    try:
        for page in _pages(kind, client):
            for shown in _shown(kind, page):
                take(_thing(kind, shown))
                taken = True
            if enough():
                return Gap(GapKind.CUT)
    except Exception as error:
        gap = _gap(kind, error, region)
        # A service that answered the first page is offered, even if a later page fails.
        return replace(gap, kind=GapKind.NOT_LOOKED_AT) if taken else gap
    return None


def _pages(kind: Kind, client: Any) -> Iterable[Mapping[str, Any]]:
    if client.can_paginate(kind.operation):
        return client.get_paginator(kind.operation).paginate(**kind.params)  # type: ignore[no-any-return]
    return _by_token(getattr(client, kind.operation), kind.params)


def _by_token(operation: Any, params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    token: dict[str, str] = {}
    while True:
        page = operation(**params, **token)
        yield page
        token = {key: page[key] for key in _TOKENS if page.get(key)}
        if not token:
            return


def _shown(kind: Kind, page: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    # The seam has held the page against the table of operations: a key that is missing here is one that AWS leaves out.
    for key in kind.results:
        for found in _along(page, key.split(".")):
            # Some listings answer names only.
            yield found if isinstance(found, Mapping) else {kind.ids[0]: found}


def _along(found: Mapping[str, Any], path: Sequence[str]) -> Iterator[Any]:
    """Yield the elements of a list at a path: "Reservations.Instances" is a list within each of a list."""
    for each in found.get(path[0]) or ():
        if len(path) > 1:
            yield from _along(each, path[1:])
        else:
            yield each


def _at(shown: Mapping[str, Any], path: str) -> Any:
    """Return the value at a path: "State.Name"."""
    found: Any = shown
    for key in path.split("."):
        found = found.get(key) if isinstance(found, Mapping) else None
    return found


def _thing(kind: Kind, shown: Mapping[str, Any]) -> Thing:
    created = _moment(_at(shown, kind.created)) if kind.created else None
    status = _at(shown, kind.status) if kind.status else None
    return Thing(kind, kind.name_of(shown), created, str(status or ""), shown)


def _moment(value: Any) -> float | None:
    """Return epoch seconds. Most services answer a date, CloudWatch Logs milliseconds, Lambda a text."""
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    if isinstance(value, int | float):
        return value / 1000
    try:
        return datetime.fromisoformat(str(value)).timestamp()
    except ValueError:
        return None


def _gap(kind: Kind, error: Exception, region: str) -> Gap:
    """Return why a listing gave nothing; raise the error again if it may pass at a retry."""
    if isinstance(error, NotAws) and error.fault is Why.UNPROVEN_KEY:
        return Gap(GapKind.NOT_BELIEVED)
    if aws_errors.not_found(error) and not regions.has_service(region, kind.service):
        return NO_ENDPOINT
    answered = hasattr(error, "response")
    if not answered or refusals.says_nothing(error):
        raise error
    # A service that is closed to new customers may refuse even a listing; the code is not documented.
    refused = aws_errors.denied(error) or aws_errors.not_accepted(error)
    why = GapKind.NOT_LOOKED_AT if refused else GapKind.NOT_OFFERED
    answer = raw(error)[: _LONGEST_ANSWER - len(f"{why}: ")]
    return Gap(why, answer, for_all=aws_errors.denied_by_organization(error))
