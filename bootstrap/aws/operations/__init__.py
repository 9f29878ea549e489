"""Every operation that the tool may call, one row each. The guard sends no other.

To call another operation, add one row to the module of its service.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from bootstrap.aws.operations.identity import IDENTITY
from bootstrap.aws.operations.infrastructure import INFRASTRUCTURE
from bootstrap.aws.operations.monitoring import MONITORING
from bootstrap.aws.operations.operation import MODEL, UNPROVEN, OperationRow
from bootstrap.aws.operations.reported import REPORTED
from bootstrap.aws.operations.s3 import S3
from bootstrap.aws.operations.sagemaker import SAGEMAKER

__all__ = ["MODEL", "OPERATIONS", "UNPROVEN", "OperationRow", "of_service", "only_reads", "row"]

OPERATIONS: tuple[OperationRow, ...] = (*SAGEMAKER, *S3, *INFRASTRUCTURE, *MONITORING, *IDENTITY, *REPORTED)
_ROWS = {(each.service, each.name): each for each in OPERATIONS}


@cache
def of_service(service: str) -> Mapping[str, OperationRow]:
    """Return the rows of one service by name."""
    return {each.name: each for each in OPERATIONS if each.service == service}


def row(service: str, name: str) -> OperationRow | None:
    """Return an operation's row. None: the tool may not call it."""
    return _ROWS.get((service, name))


def only_reads(service: str, name: str) -> bool:
    """Return True if the tool may call the operation and it changes nothing in AWS."""
    found = _ROWS.get((service, name))
    return found is not None and found.reads
