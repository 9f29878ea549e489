"""Write the manifest of a labelling job: one line for each picture under a prefix of the team's bucket.

python3 manifest.py                      # the 24 prepared pictures -> labelling/team.manifest
python3 manifest.py --prefix mine/ --key mine/input.manifest
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

SETTINGS = Path(__file__).resolve().parent.parent / "event.json"
# Ground Truth takes these, up to 40 MB each.
PICTURES = (".jpg", ".jpeg", ".png")


def main() -> None:
    asked = arguments()
    settings = asked.settings
    bucket = settings["bucket"]
    s3 = boto3.client("s3", region_name=settings["region"])
    pictures = [key for key in keys(s3, bucket, asked.prefix) if key.lower().endswith(PICTURES)]
    if not pictures:
        sys.exit(f"There is no picture under s3://{bucket}/{asked.prefix}")
    if len(pictures) > asked.most:
        sys.exit(
            f"{len(pictures)} pictures, and each one labelled costs about 0.08 USD. "
            f"Choose a smaller --prefix, or say --most {len(pictures)} if that is meant."
        )
    lines = [json.dumps({"source-ref": f"s3://{bucket}/{key}"}) for key in pictures]
    text = "".join(f"{line}\n" for line in lines)
    s3.put_object(Bucket=bucket, Key=asked.key, Body=text.encode(), ContentType="application/jsonlines")
    print(f"{len(lines)} pictures in s3://{bucket}/{asked.key}; the first line:")
    print(lines[0])


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Write the manifest of a labelling job into the team's bucket.")
    parser.add_argument("--prefix", default="labelling/", help="where the pictures are (labelling/)")
    parser.add_argument("--key", default="labelling/team.manifest", help="what to write (labelling/team.manifest)")
    parser.add_argument("--most", type=int, default=24, help="refuse more pictures than this (24)")
    parser.add_argument("--settings", type=event_settings, default=str(SETTINGS), help="the organisers' event.json")
    return parser.parse_args()


def event_settings(path: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise argparse.ArgumentTypeError(
            f"{path} cannot be read; the organisers put it beside the labs' folders"
        ) from None
    return found


def keys(s3: Any, bucket: str, prefix: str) -> list[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return [each["Key"] for page in pages for each in page.get("Contents", [])]


if __name__ == "__main__":
    try:
        main()
    except (BotoCoreError, ClientError) as error:
        sys.exit(str(error))
