"""What cannot be removed holds up only what it needs, and what never succeeds is not tried for half an hour."""

from __future__ import annotations

from typing import Any

import pytest

from bootstrap.aws.kinds import KINDS
from bootstrap.errors import Refused
from bootstrap.sweep import depends
from bootstrap.sweep.finality import MOST_TRIES, Final, final
from bootstrap.sweep.rounds import Held, Rounds
from tests.steps.answers import refusal
from tests.sweep.shelf import made
from tests.sweep.test_loop import swept
from tests.sweep.test_removers import thing


@pytest.mark.parametrize(
    ("later", "stuck", "waits"),
    [
        (thing("stack", StackName="s"), thing("bucket", Name="b"), False),
        (thing("notebook lifecycle config", NotebookInstanceLifecycleConfigName="c"), thing("notebook"), False),
        (
            thing("notebook lifecycle config", NotebookInstanceLifecycleConfigName="c"),
            thing("notebook", NotebookInstanceName="n", NotebookInstanceLifecycleConfigName="c"),
            True,
        ),
        (thing("policy", Arn="p", AttachmentCount=0), thing("role", RoleName="r"), False),
        (thing("policy", Arn="p", AttachmentCount=1), thing("role", RoleName="r"), True),
        (thing("role", RoleName="r"), thing("function", FunctionName="f", Role="arn:aws:iam::1:role/x/r"), True),
        (thing("role", RoleName="r"), thing("function", FunctionName="f", Role="arn:aws:iam::1:role/x/s"), False),
        (thing("log group", logGroupName="/aws/lambda/f"), thing("function", FunctionName="f"), True),
        (thing("log group", logGroupName="/aws/lambda/g"), thing("function", FunctionName="f"), False),
        (thing("user pool", Id="p"), thing("workforce", CognitoConfig={"UserPool": "p"}), True),
        (thing("user pool", Id="p"), thing("workforce", CognitoConfig={"UserPool": "q"}), False),
        (thing("endpoint", EndpointName="e"), thing("scalable target", ResourceId="endpoint/e/variant/v"), True),
        (thing("endpoint", EndpointName="e"), thing("scalable target", ResourceId="endpoint/e2/variant/v"), False),
        # Nobody can tell which role a job uses: its listing does not say.
        (thing("role", RoleName="r"), thing("training job", TrainingJobName="t"), True),
        (thing("endpoint config", EndpointConfigName="c"), thing("endpoint", EndpointName="e"), True),
    ],
)
def test_only_what_a_stuck_thing_needs_waits_for_it(later: Any, stuck: Any, waits: bool) -> None:
    assert depends.waits_for(later, stuck) is waits


def test_what_must_wait_is_found_anew_after_each_listing_and_each_try(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, fresh = Rounds._held, []

    def held(self: Rounds) -> Held:
        # An error here would be told as one of the account's.
        fresh.append(kept(self) == self._hold())
        return kept(self)

    monkeypatch.setattr(Rounds, "_held", held)
    for seed in range(40):
        swept(made(seed))
    assert len(fresh) > 1000
    assert all(fresh)


def test_each_row_is_about_a_kind_that_comes_after_the_other() -> None:
    after = {kind.name: kind.after for kind in KINDS}
    for later, stuck in depends._NEEDS:
        assert stuck in after[later]


@pytest.mark.parametrize(
    ("error", "tries", "ends"),
    [
        (Final("EB-506", "locked"), 1, True),
        (Refused("EB-505", "Success: false"), 1, False),
        (Refused("EB-505", "Success: false"), MOST_TRIES, True),
        (refusal("AccessDenied"), 1, True),
        (refusal("AccessDeniedException"), 1, True),
        (refusal("UnmodifiableEntity"), 1, True),
        (refusal("InvalidArgument"), 1, True),
        (refusal("MalformedXML"), 1, True),
        (refusal("ValidationException"), 1, False),
        (refusal("DeleteConflict"), 1, False),
        (refusal("ResourceInUse"), 1, False),
        (refusal("BucketNotEmpty"), 1, False),
        (refusal("ThrottlingException"), MOST_TRIES - 1, False),
        (refusal("ThrottlingException"), MOST_TRIES, True),
    ],
)
def test_what_can_never_succeed_ends_at_once(error: Exception, tries: int, ends: bool) -> None:
    assert final(error, tries) is ends
