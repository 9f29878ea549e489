"""Simulated participants: they create resources in and beside the labs and delete nothing, as a sweep finds it.

They use plain boto3 over HTTP and look up existing resources as any client would.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from bootstrap.simulator.participants import (
    clients,
    clusters,
    earlier,
    identities,
    labs,
    machines,
    organization,
    services,
    stacks,
    studio,
)
from bootstrap.simulator.participants.leftover import PARTS, Leftover
from bootstrap.simulator.participants.participant import Missed, Participant
from bootstrap.simulator.world import draw
from bootstrap.simulator.world.world import World

LEFTOVERS: tuple[Leftover, ...] = (
    *labs.LEFTOVERS,
    *machines.LEFTOVERS,
    *studio.LEFTOVERS,
    *stacks.LEFTOVERS,
    *services.LEFTOVERS,
    *identities.LEFTOVERS,
    *clusters.LEFTOVERS,
    *earlier.LEFTOVERS,
    *organization.LEFTOVERS,
)
# Probability that an account also makes a leftover that the rotation does not assign to it.
_SHARE = 0.2


def play(world: World, args: dict[str, Any]) -> dict[str, Any]:
    """Play one `part` of the participants' day, in one `account` or in all. Hours should pass between parts.

    Each account makes some of the leftovers; all accounts together make every one. With `everything` each account
    makes all of them, with `kinds` only those that leave these kinds behind. Refusals are returned in the answer.
    Raises ValueError for an unknown part.
    """
    part = args["part"]
    if part not in PARTS:
        raise ValueError(f"part {part} is not one of {', '.join(PARTS)}")
    teams = sorted(each.account_id for each in world.accounts.values() if not each.hub)
    played = 0
    refused: list[dict[str, str]] = []
    for account_id in [str(args["account"])] if "account" in args else teams:
        chosen = [each for each in _chosen(world, teams, account_id, args) if each.acts(part)]
        played += len(chosen)
        refused += _play(world, account_id, part, chosen)
    return {"played": played, "refused": refused}


def _chosen(world: World, teams: list[str], account_id: str, args: dict[str, Any]) -> Iterator[Leftover]:
    """Yield the leftovers of this account; the choice does not depend on other accounts' calls."""
    place = teams.index(account_id)
    for number, leaving in enumerate(LEFTOVERS):
        if (kinds := args.get("kinds")) is not None:
            chosen = bool(set(kinds) & set(leaving.kinds))
        else:
            drawn = draw.uniform(0, 1, world.seed, account_id, "leaves", number)
            share = number % len(teams) == place % len(LEFTOVERS) or drawn < _SHARE
            chosen = not leaving.stays and (bool(args.get("everything")) or share)
        if chosen:
            yield leaving


def _play(world: World, account_id: str, part: str, chosen: list[Leftover]) -> Iterator[dict[str, str]]:
    region = world.accounts[account_id].region
    who = Participant(world.url, account_id, region, world.seed)
    for leaving in chosen:
        with clients.signed_in(world, account_id, region, leaving.session):
            try:
                leaving.act(part)(who)
            # A scenario may answer nothing, or another call's answer: what is asked of it is not there.
            except (ClientError, BotoCoreError, ResponseParserError, Missed, LookupError, ValueError) as error:
                yield {"account": account_id, "part": part, "why": f"{type(error).__name__}: {error}"}
