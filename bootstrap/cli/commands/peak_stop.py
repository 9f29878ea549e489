"""The end of a run with --peak, however it ends: no job of it stays running."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from bootstrap.aws.guard import Access
from bootstrap.aws.rates import Limiter
from bootstrap.aws.sessions import AccountSession, Sessions
from bootstrap.cli.commands.drive import undisturbed
from bootstrap.engine.clock import Clock, RealClock
from bootstrap.errors import raw
from bootstrap.errors.message import counted, msg, some
from bootstrap.event.event import Event
from bootstrap.event.names import Names
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.report import problems
from bootstrap.report.translations import shown
from bootstrap.steps.smoke import peak

_MOST = 16
# Seconds after which a job that was being created when the run was interrupted is listed.
_LATE = 3.0


@contextmanager
def stopping(event: Event, accounts: Sequence[TeamAccount], access: Access, clock: Clock) -> Iterator[None]:
    """Stop, after the block, what of --peak still runs in the accounts. Ctrl-C does not end that.

    Writes to AWS: StopTrainingJob.
    """
    try:
        yield
    finally:
        with undisturbed():
            # After Ctrl-C the run's own clock lets no call through.
            interrupted = clock.stopped
            fresh = RealClock() if interrupted else clock
            stop(event, accounts, access, fresh)
            if interrupted:
                fresh.sleep(_LATE)
                stop(event, accounts, access, fresh)


def stop(event: Event, accounts: Sequence[TeamAccount], access: Access, clock: Clock) -> None:
    """Stop the jobs in all accounts, and say on stderr which were running, and where it is not known."""
    sessions = Sessions(access, clock, Limiter())
    tasks = [partial(_stopped, event, sessions.open(each)) for each in accounts]
    stopped, unknown = list[str](), list[str]()
    for account, (jobs, why) in zip(accounts, clock.each(tasks, _MOST), strict=True):
        stopped += jobs
        unknown += [f"{account.team}: {why}"] if why else []
    if stopped:
        said = counted("{count} job of --peak was still running and was stopped: {jobs}",
                       "{count} jobs of --peak were still running and were stopped: {jobs}",
                       len(stopped), jobs=some(stopped))  # fmt: skip
        problems.print_to(sys.stderr, shown(said))
    if unknown:
        said = msg("EB-837 jobs of --peak may still run, because AWS did not confirm that they stopped ({where}); "
                   "run {command}", where=some(unknown), command="event-bootstrap provision --step smoke")  # fmt: skip
        problems.print_to(sys.stderr, shown(said))


def _stopped(event: Event, session: AccountSession) -> tuple[list[str], str]:
    """Return the names of the jobs that were stopped, and why it is not known, "" if it is."""
    try:
        return peak.stop_all(session, Names.of(event, session.account)), ""
    except Exception as error:  # noqa: BLE001 (whatever it is, the other accounts' jobs are to be stopped)
        return [], raw(error)
