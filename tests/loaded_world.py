"""Loads the tool and the simulated AWS when it is imported, for the process that `tests.forked_worlds` forks from."""

from __future__ import annotations

import gc
import os

# Nothing may lead a run to the real AWS. moto would load a thousand managed policies, which takes seconds.
for name in [each for each in os.environ if each.startswith(("AWS_", "BOTO_", "MOTO_"))]:
    del os.environ[name]
os.environ["MOTO_IAM_LOAD_MANAGED_POLICIES"] = "false"

from tests import one_process  # noqa: E402
from tests.simulation import soaking  # noqa: E402, F401  loaded for those that are forked

one_process.load()
gc.freeze()
