"""Asks the endpoint of lab 2 steadily until it has scaled, or until a given time is over.

In the notebook: load.run(...). In a terminal: python3 load.py --per-minute 240 --instances 2

How long it takes (sources: Application Auto Scaling User Guide, "How target tracking scaling works", "Define
cooldown periods"; SageMaker Developer Guide, "Edit a scaling policy"; AWS re:Post, "SageMaker autoscaling delay"):
- out: the alarm wants 3 minutes above the target, CloudWatch is a minute or two late, an instance starts in 3 to 7
  minutes: 5 to 12 minutes in all.
- in: the alarm wants 15 minutes below 90 % of the target; between two changes of one direction lie 300 seconds.
- An endpoint that nobody calls at all sends no values, and an alarm without values does not scale in. So who wants to
  see it scale in goes on calling, only seldom.
"""

from __future__ import annotations

import argparse
import json
import time
import zipfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

# Calls go out in rounds of so many seconds, and every second round looks at the number of instances.
ROUND, LOOK = 10, 2
# It ends by itself: an hour of 600 calls a minute is more than this lab can use.
MOST_MINUTES, MOST_PER_MINUTE = 60, 600
# So many rounds in a row in which nothing was answered end it.
FAILED_ROUNDS = 3
VARIANT = "AllTraffic"


class Load:
    """A load on one endpoint, and what has become of it."""

    def __init__(self, session: Any, endpoint: str, pictures: Sequence[bytes]) -> None:
        patient = Config(retries={"mode": "standard", "total_max_attempts": 4}, read_timeout=65)
        self.runtime = session.client("sagemaker-runtime", config=patient)
        self.sagemaker = session.client("sagemaker")
        self.endpoint, self.pictures = endpoint, pictures
        self.sent, self.answered, self.errors = 0, 0, Counter[str]()

    def ask(self) -> None:
        """Ask about the next picture. Raises ClientError if there is no such endpoint."""
        body = self.pictures[self.sent % len(self.pictures)]
        self.sent += 1
        try:
            self.runtime.invoke_endpoint(EndpointName=self.endpoint, ContentType="application/x-image", Body=body)
            self.answered += 1
        except ClientError as error:
            code = error.response["Error"]["Code"]
            # The runtime says by it that the endpoint is not there.
            if code == "ValidationError":
                raise
            self.errors[code] += 1
        except BotoCoreError as error:
            self.errors[type(error).__name__] += 1

    def instances(self) -> tuple[int, int]:
        """Return how many instances run, and how many are wanted."""
        found = self.sagemaker.describe_endpoint(EndpointName=self.endpoint)["ProductionVariants"]
        [variant] = [each for each in found if each["VariantName"] == VARIANT]
        return variant["CurrentInstanceCount"], variant["DesiredInstanceCount"]


def run(
    session: Any,
    endpoint: str,
    pictures: Sequence[bytes],
    per_minute: int = 240,
    instances: int = 2,
    minutes: float = 20,
    after: float = 1,
) -> bool:
    """Ask until so many instances run, and `after` minutes longer; at most `minutes`. Return whether they run.

    The Stop button (Interrupt the kernel), or Ctrl-C, ends it at once.
    """
    load = Load(session, endpoint, pictures)
    per_round = min(per_minute, MOST_PER_MINUTE) * ROUND / 60
    rounds, left, reached = round(min(minutes, MOST_MINUTES) * 60 / ROUND), round(after * 60 / ROUND), False
    asked = f"{per_round * 60 / ROUND:.0f} calls a minute"
    print(f"About {asked}, until the number of instances is {instances}, at most {minutes:g} minutes.")
    print("Stop it with the square button above · 用上方的方形按钮停止")
    began, last, failed = time.time(), None, 0
    try:
        for number in range(rounds):
            started, before = time.time(), load.answered
            for _ in range(int((number + 1) * per_round) - int(number * per_round)):
                load.ask()
            failed = 0 if load.answered > before or per_round < 1 else failed + 1
            if failed == FAILED_ROUNDS:
                print(f"Stopped: no answer for {FAILED_ROUNDS * ROUND} seconds.")
                break
            if number % LOOK == 0:
                now = load.instances()
                if now != last:
                    at = max(time.time() - began, number * ROUND) / 60
                    print(f"{at:5.1f} min  instances: {now[0]}, wanted: {now[1]}  ({load.answered} calls answered)")
                last, reached = now, now == (instances, instances)
            if reached:
                left -= 1
                if left < 0:
                    break
            time.sleep(max(0.0, ROUND - (time.time() - started)))
    except KeyboardInterrupt:
        print("Stopped by you.")
    except ClientError as error:
        print(f"Stopped: {error.response['Error']['Message']}")
    told = ", ".join(f"{count} x {code}" for code, count in load.errors.items()) or "none"
    print(f"{load.answered} of {load.sent} calls answered; errors: {told}")
    return reached


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--per-minute", type=int, default=240, help="calls a minute (240)")
    parser.add_argument("--instances", type=int, default=2, help="ask until so many instances run (2)")
    parser.add_argument("--minutes", type=float, default=20, help="end after so many minutes at the latest (20)")
    asked = parser.parse_args()
    here = Path(__file__).resolve().parent
    settings = json.loads((here.parent / "event.json").read_text(encoding="utf-8"))
    session = boto3.Session(region_name=settings["region"])
    if not (here / "car_data.zip").exists():
        session.client("s3").download_file(settings["bucket"], "car_data.zip", str(here / "car_data.zip"))
    with zipfile.ZipFile(here / "car_data.zip") as archive:
        pictures = [archive.read(name) for name in archive.namelist()[:20]]
    endpoint = f"{settings['event']}-cars"
    run(session, endpoint, pictures, asked.per_minute, asked.instances, asked.minutes)


if __name__ == "__main__":
    main()
