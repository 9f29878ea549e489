"""Opens a world: moto then follows its clock and seed."""

from __future__ import annotations

from typing import Any

from bootstrap.simulator.in_process import acting, clients, moto_fixes, moto_words
from bootstrap.simulator.world.clock import ClockKind
from bootstrap.simulator.world.world import World, WorldFile


def open_world(made_of: WorldFile, kind: ClockKind, speed: float = 1.0) -> World:
    """Open a world. Raises ValueError or OSError if the scenario cannot be read.

    A process has one world at a time: moto follows the one opened last.
    """
    world = World(made_of, kind, speed)
    acting.tell_time(lambda at: world.clock.wall(world.clock.now() if at is None else at))
    acting.seed(made_of.seed)
    moto_fixes.apply()
    moto_words.apply()
    _make_hub_buckets(world, made_of.hub_buckets)
    return world


def _make_hub_buckets(world: World, names: tuple[str, ...]) -> None:
    home = world.accounts[world.hub_id].region
    for name in names:
        params: dict[str, Any] = {"Bucket": name}
        if home != "us-east-1":
            params["CreateBucketConfiguration"] = {"LocationConstraint": home}
        clients.client("s3", home, world.hub_id).create_bucket(**params)
