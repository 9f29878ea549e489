"""What an account can hold, as far as an event is concerned: one row a kind."""

from __future__ import annotations

from bootstrap.kinds.jobs import JOBS
from bootstrap.kinds.kind import Kind
from bootstrap.kinds.labelling import LABELLING
from bootstrap.kinds.listing import MOST_NAMES, Listing, Thing, Things, listed, things
from bootstrap.kinds.machines import MACHINES
from bootstrap.kinds.services import SERVICES
from bootstrap.kinds.studio import STUDIO

__all__ = ["KINDS", "MOST_NAMES", "Kind", "Listing", "Thing", "Things", "listed", "things"]

KINDS: tuple[Kind, ...] = (*JOBS, *MACHINES, *LABELLING, *STUDIO, *SERVICES)
