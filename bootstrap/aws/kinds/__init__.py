"""The kinds of things that an account can hold and that the tool lists, stops and deletes: one row per kind."""

from __future__ import annotations

from bootstrap.aws.kinds.clusters import CLUSTERS
from bootstrap.aws.kinds.identities import IDENTITIES
from bootstrap.aws.kinds.jobs import JOBS
from bootstrap.aws.kinds.kind import Kind
from bootstrap.aws.kinds.labelling import LABELLING
from bootstrap.aws.kinds.listing import MOST_NAMES, Listing, Thing, Things, listed, things
from bootstrap.aws.kinds.machines import MACHINES
from bootstrap.aws.kinds.reported import REPORTED
from bootstrap.aws.kinds.services import SERVICES
from bootstrap.aws.kinds.studio import STUDIO

__all__ = ["KINDS", "MOST_NAMES", "Kind", "Listing", "Thing", "Things", "listed", "things"]

KINDS: tuple[Kind, ...] = (
    *JOBS, *MACHINES, *CLUSTERS, *LABELLING, *STUDIO, *SERVICES, *IDENTITIES, *REPORTED,
)  # fmt: skip
