"""What kind of run it is, also as a journal of version 0.1.0 names it."""

from __future__ import annotations

import pytest

from bootstrap.engine.run_kind import RunKind

K = RunKind
# What version 0.1.0 wrote into its journal, all that it could, and whether the end of such a run said how ready an
# account is.
OF_0_1_0 = [
    ("provision", K.PROVISION, True),
    ("repair", K.REPAIR, True),
    ("swap", K.SWAP, True),
    ("rehearse", K.REHEARSE, True),
    ("quotas --request", K.QUOTA_REQUESTS, True),
    ("plan", K.PLAN, False),
    ("quotas", K.QUOTAS, False),
    ("repair: compare", K.COMPARE, False),
    ("sweep", K.SWEEP_PLAN, False),
    ("sweep --apply", K.SWEEP_APPLY, False),
    ("sweep --stop-only", K.STOP_PLAN, False),
    ("sweep --apply --stop-only", K.STOP_APPLY, False),
]


@pytest.mark.parametrize(("kept", "kind", "prepares"), OF_0_1_0)
def test_a_journal_of_version_0_1_0_is_understood(kept: str, kind: RunKind, prepares: bool) -> None:
    assert K.of(kept) is kind
    assert kind.value == kept
    assert kind.prepares is prepares


def test_what_another_version_wrote_counts_as_preparing() -> None:
    assert K.of("polish --twice") is K.OTHER
    assert K.OTHER.prepares


@pytest.mark.parametrize(
    ("looked", "doer"),
    [
        (K.PLAN, K.PROVISION),
        (K.STATUS, K.PROVISION),
        (K.SWEEP_PLAN, K.SWEEP_APPLY),
        (K.STOP_PLAN, K.STOP_APPLY),
        (K.SWEEP_APPLY, K.SWEEP_APPLY),
    ],
)
def test_each_look_names_the_command_that_does_it(looked: RunKind, doer: RunKind) -> None:
    assert looked.doer is doer
