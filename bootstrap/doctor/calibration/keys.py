"""Every key of a scenario: what must be there so that it can be read, or why reading cannot see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bootstrap.errors.message import Message
from bootstrap.errors.message import marked as _


@dataclass(frozen=True, slots=True)
class KeyReading:
    """`words`: what was not there to be read; if `beyond`, why no reading can see it."""

    text: str
    beyond: bool = False

    @property
    def words(self) -> Message:
        return Message(self.text)


_FORGOTTEN = _("AWS forgets what is gone, and says nowhere when that was")
_NOT_REFUSED = _("CloudTrail shows no type that AWS refused; only a job on it would show one")
_NO_FAILURE = _("nothing of the kind failed")
_ORGANIZATION = KeyReading(
    _("this is about the organization, not about the accounts: event-bootstrap accounts import reads it"), beyond=True
)

KEYS: Mapping[str, KeyReading] = {
    "access.assume": KeyReading(_("the account was not asked")),
    "access.denied": KeyReading(_("no call was made")),
    "access.closed": KeyReading(_("no call was made")),
    "access.regions_off": KeyReading(_("the regions could not be listed")),
    "access.regions_on": KeyReading(_("the regions could not be listed")),
    "access.regions_denied": KeyReading(_("the regions could not be listed")),
    "access.session_seconds": KeyReading(
        _("credentials say when they end; only waiting would show that AWS ends them sooner"), beyond=True
    ),
    "access.operator_seconds": KeyReading(
        _("this is about your own credentials, not about the accounts: event-bootstrap check shows it"), beyond=True
    ),
    "stacks.create_seconds": KeyReading(_("no stack of the event was created in the last 90 days")),
    "stacks.with_notebook_seconds": KeyReading(_("no stack with a notebook was created in the last 90 days")),
    "stacks.update_seconds": KeyReading(_("no resource of a stack was updated")),
    "stacks.delete_seconds": KeyReading(_("no stack was deleted or rolled back in the last 90 days")),
    "stacks.change_set_seconds": KeyReading(_("CloudTrail shows no change set that was executed")),
    "stacks.failures": KeyReading(_("no stack of the event was created in the last 90 days")),
    "stacks.validates": KeyReading(_("validation stopped no stack")),
    "stacks.validation_seconds": KeyReading(_("validation stopped no stack")),
    "stacks.validation_ends": KeyReading(_("validation stopped no stack")),
    "stacks.findings": KeyReading(_("no stack of the event was created in the last 90 days")),
    "iam.role_ready_seconds": KeyReading(_("AWS refused no new role: nothing needed one before it worked")),
    "notebooks.start_seconds": KeyReading(_("no notebook was started")),
    "notebooks.stop_seconds": KeyReading(_("the notebook was not stopped, or was started again")),
    "notebooks.script_seconds": KeyReading(_("the start script's log has no lines of several moments")),
    "notebooks.failure": KeyReading(_("there is no notebook")),
    "notebooks.failure_times": KeyReading(_NO_FAILURE),
    "notebooks.start_ignored": KeyReading(_("CloudTrail shows no start of the notebook by hand")),
    "training.seconds": KeyReading(_("no training job completed")),
    "training.stop_seconds": KeyReading(_("no training job was stopped")),
    "training.accuracy": KeyReading(_("no training job has the metric validation:accuracy")),
    "training.no_capacity": KeyReading(_("there is no training job")),
    "training.no_capacity_ends": KeyReading(_("no job lacked capacity")),
    "training.no_capacity_seconds": KeyReading(_("no job failed for lack of capacity")),
    "training.no_capacity_status": KeyReading(_("no job lacked capacity")),
    **dict.fromkeys(
        ("training.pool", "training.pool_retry_seconds"),
        KeyReading(_("one account does not show how many instances AWS has for all of them"), beyond=True),
    ),
    **dict.fromkeys(
        ("training.usual_epochs", "training.epoch_seconds"),
        KeyReading(_("only jobs with many more epochs than the labs' would show it"), beyond=True),
    ),
    "training.failure": KeyReading(_("there is no training job")),
    "training.failure_times": KeyReading(_NO_FAILURE),
    "training.retired": KeyReading(_NOT_REFUSED),
    "training.retired_answer": KeyReading(_NOT_REFUSED),
    "training.nvme": KeyReading(
        _("only a job with a volume larger than the instance's disk would show it"), beyond=True
    ),
    "endpoints.start_seconds": KeyReading(_("no endpoint is in service that was never updated")),
    "endpoints.update_seconds": KeyReading(_("CloudTrail shows no update of an endpoint that is in service")),
    "endpoints.delete_seconds": KeyReading(_FORGOTTEN, beyond=True),
    **dict.fromkeys(
        ("endpoints.alarm_lag_seconds", "endpoints.idle_scales_in"),
        KeyReading(_("only calls of an endpoint that scales would show it"), beyond=True),
    ),
    "quotas.absent": KeyReading(_("the quotas could not be listed")),
    "quotas.applied": KeyReading(_("the quotas could not be listed")),
    "quotas.unreadable": KeyReading(_("the quotas could not be listed")),
    "quotas.outcomes": KeyReading(_("nobody has requested a quota of SageMaker here")),
    "workforce.start_seconds": KeyReading(_("there is no workforce with a work team")),
    "workforce.delete_seconds": KeyReading(_FORGOTTEN, beyond=True),
    "workforce.labeling_start_seconds": KeyReading(_("there is no labelling job that nobody has worked on yet")),
    "workforce.labeling_stop_seconds": KeyReading(_("no labelling job was stopped")),
    "workforce.delete_workteam_fails": KeyReading(
        _("AWS answers it to the caller alone: only a deletion would show it"), beyond=True
    ),
    "workforce.ground_truth_closed": KeyReading(
        _("unknown: the listings answer, but there is no workforce, and nobody has tried to create one")
    ),
    "workforce.closed_operations": KeyReading(_("AWS refused none")),
    "workforce.oidc": KeyReading(_("the workforces could not be listed")),
    "workforce.failure": KeyReading(_NO_FAILURE),
    "workforce.closed_code": KeyReading(_("AWS refused none")),
    "workforce.closed_message": KeyReading(_("AWS refused none")),
    "existing.sagemaker": KeyReading(_("the baseline could not be read")),
    "existing.managed_rules": KeyReading(_("the rules could not be listed")),
    "mail.confirm_seconds": KeyReading(_("nobody is subscribed to the notices")),
    "cognito.domains_taken": KeyReading(_("no sign-in domain was created")),
    **dict.fromkeys(
        ("organization.standing", "organization.others", "organization.page", "organization.old_status"), _ORGANIZATION
    ),
    "hub.readable": KeyReading(
        _("calibrate asks only for buckets of the account itself; a lab that reads the hub's bucket shows it"),
        beyond=True,
    ),
    "buckets.taken": KeyReading(_("no bucket was created, and its name is free")),
    "buckets.policy_seconds": KeyReading(
        _("only a policy that is written, and a call right after that, would show it"), beyond=True
    ),
    "buckets.delete_errors": KeyReading(_("only a deletion would show it"), beyond=True),
    "buckets.filler": KeyReading(_("the buckets could not be listed")),
    "trail.lag_seconds": KeyReading(_("nothing was changed so lately that CloudTrail could lack it")),
    "faults": KeyReading(_("no call was made")),
    "rates": KeyReading(
        _("AWS tells no limits; calibrate makes too few calls to reach one (refused ones count as faults)"), beyond=True
    ),
    "lags": KeyReading(_("a late listing looks like one of an account that has less: only a write would tell"),
                       beyond=True),
    "later": KeyReading(_("it is about changes to come"), beyond=True),
}  # fmt: skip
