"""Ask for the MFA codes of the operator's profiles, before anything is shown that a question would disturb."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from getpass import getpass

from bootstrap.aws.guard import Access
from bootstrap.aws.sessions import sign_in
from bootstrap.event.roster.roster import TeamAccount
from bootstrap.report.translations import shown


def ask_for_codes(access: Access, accounts: Iterable[TeamAccount], region: str) -> None:
    """Ask at the terminal, once for each device; without a terminal nothing is asked.

    `region`: for the operator's own profile. Raises OwnConfiguration (EB-658) if AWS refuses a code.
    """
    sign_in(access, accounts, region, _hidden if sys.stdin.isatty() else None)


def _hidden(question: str) -> str:
    try:
        return getpass(f"{shown(question)}: ")
    except EOFError:
        # Ctrl-D, as Ctrl-C: the person does not want to go on.
        raise KeyboardInterrupt from None
