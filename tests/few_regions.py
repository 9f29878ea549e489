"""A simulated AWS with five regions instead of seventeen: a sweep looks for thirty kinds in each of them."""

from __future__ import annotations

from bootstrap.simulator.in_process import regions

_SHOWN = {
    # Those from ap-east-1 on are off until an account enables them.
    "aws": (
        *("ap-northeast-1", "ap-southeast-1", "eu-west-1", "us-east-1", "us-west-2"),
        *("ap-east-1", "eu-south-1", "me-south-1"),
    ),
    "aws-cn": ("cn-north-1", "cn-northwest-1"),
}
_all_regions = regions.regions


def take() -> None:
    """DescribeRegions shows these from now on, in this process. Other regions still answer."""
    regions.regions = lambda partition: _SHOWN.get(partition) or _all_regions(partition)  # type: ignore[assignment]
