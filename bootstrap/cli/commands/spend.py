"""The command `spend`: what runs and costs in the teams' accounts now, and how to stop it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from bootstrap import errors
from bootstrap.cli.commands import sweep
from bootstrap.cli.commands.choice import Choice, read
from bootstrap.cli.commands.run import real_place
from bootstrap.cli.commands.spend_watch import Look, SpendWatch, Stop, left
from bootstrap.errors import BadInput, Problem
from bootstrap.errors.message import msg
from bootstrap.event.inputs import Inputs
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.event.roster.selection import select
from bootstrap.people.webhook.sending import Webhook, of_environment
from bootstrap.report import problems, spend_table
from bootstrap.report.translations import shown
from bootstrap.sweep.plan import Sweep


def show(choice: Choice) -> int:
    """Show it once; return the exit code. Only reads AWS."""
    _, watch = _watch(choice)
    look = watch.look()
    spend_table.show(choice.output, look.teams, watch.prices, look.held)
    return _code(choice, look)


def follow(choice: Choice, sleep: Callable[[float], None] = time.sleep) -> None:
    """Show it again and again until Ctrl-C. Writes to AWS only where spend.stop of event.yaml says so."""
    inputs, watch = _watch(choice, stopping=True)
    if said := inputs.event.spend.announced:
        problems.print_to(sys.stderr, shown(said))
    every = inputs.event.spend.every_seconds
    webhook = Webhook(of_environment(), inputs.event.name)
    while True:
        began = time.monotonic()
        look = watch.look()
        spend_table.show(choice.output, look.teams, watch.prices, look.held, again=True)
        tell(look, shown_above=choice.output != "json" and sys.stdout.isatty() and sys.stderr.isatty())
        for line in look.told:
            webhook.tell(line)
        sleep(max(1.0, every - (time.monotonic() - began)))


def stop(choice: Choice, confirm: str | None) -> int:
    """Stop what runs in the named teams' accounts: show it, ask for the event's name, stop it, look again.

    Writes to AWS as `sweep --apply --stop-only` does. Raises BadInput: EB-740 if no team is named, and as `sweep`.
    """
    if not choice.teams:
        fix = msg("Name the teams: {command}; for all of them: {sweep}", command="event-bootstrap spend TEAM --stop",
                  sweep="event-bootstrap sweep --apply --stop-only")  # fmt: skip
        raise BadInput([Problem("EB-740", msg("no team is named"), fix=fix)])
    result = sweep.sweep(replace(choice, sweep=Sweep(stop_only=True)), True, confirm)
    _, watch = _watch(choice)
    look = watch.look()
    stream = sys.stderr if choice.output == "json" else sys.stdout
    for each in look.teams:
        problems.print_to(stream, shown(left(each)))
    still = any(each.failure or (each.bill and each.bill.running) for each in look.teams)
    return result or (errors.FAILED if still else errors.READY)


def stopper(choice: Choice, inputs: Inputs) -> Stop:
    """Return what stops machines of accounts without asking, for spend.stop. It writes to AWS."""

    def stop_all(accounts: Sequence[TeamAccount]) -> None:
        teams = tuple(each.account_id for each in accounts)
        sweep.stop(replace(choice, teams=teams, output="plain"), inputs, accounts)

    return stop_all


def tell(look: Look, *, shown_above: bool = False) -> None:
    """Say on stderr what staff must see now, with the terminal's bell.

    `shown_above`: the same terminal shows the table of this look, which names the teams over their limit.
    """
    if look.told and sys.stderr.isatty():
        sys.stderr.write("\a")
    for line in look.stops if shown_above else look.told:
        problems.print_to(sys.stderr, shown(line))


def _code(choice: Choice, look: Look) -> int:
    if any(each.failure for each in look.teams):
        return errors.FAILED
    return choice.pending if any(each.over for each in look.teams) else errors.READY


def _watch(choice: Choice, stopping: bool = False) -> tuple[Inputs, SpendWatch]:
    inputs = read(choice)
    accounts: Sequence[TeamAccount] = select(inputs.accounts, choice.teams, out_of_use=True)
    place = real_place(inputs.event, False, choice.jobs)
    return inputs, SpendWatch(choice, inputs, accounts, place, stopper(choice, inputs) if stopping else None)
