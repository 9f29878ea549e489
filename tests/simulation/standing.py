"""The state of an account of the simulated AWS, in terms that are the same for two accounts that stand alike."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from bootstrap.simulator.dispatch import dispatch, registry
from bootstrap.simulator.services.cloudformation import stacks
from bootstrap.simulator.services.sagemaker import tags as sagemaker_tags
from bootstrap.simulator.world.call import Call
from bootstrap.simulator.world.world import World

# "stack:car-day-roles", "object:labs/event.json" -> what is there.
Standing = Mapping[str, Any]
_STANDS = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_SCRIPT = re.compile(r"(?<=Content: )([A-Za-z0-9+/]{40,}={0,2})")
# What a template's digest, an id that AWS draws and a time look like.
_DRAWN = (
    (re.compile(r"\b[0-9a-f]{64}\b"), "DIGEST"),
    (re.compile(r'"tags": "[0-9a-f]{16}"'), '"tags": "DIGEST"'),
    (re.compile(r"\b[a-z]{2}-[a-z]+-\d_[A-Za-z0-9]+"), "POOL"),
)


def standing(world: World, account_id: str, team: str) -> Standing:
    """Return what stands in the account. Its id and its team's name are left out of names and texts."""
    account = world.accounts[account_id]
    with account.lock:
        world.advance(account, world.now())
        call = dispatch.inspect(world, account)
        found = {name: view(call) for name, view in registry.views().items()}
        rows = dict(_rows(call, json.loads(json.dumps(found, default=str))))
    text = json.dumps(rows, sort_keys=True, default=str).replace(account_id, "ACCOUNT").replace(team, "TEAM")
    for pattern, word in _DRAWN:
        text = pattern.sub(word, text)
    made: dict[str, Any] = json.loads(text)
    return made


def _rows(call: Call, seen: Any) -> Iterator[tuple[str, Any]]:
    yield from _stacks(call)
    yield from _objects(call)
    yield from _parameters(call)
    yield from _resources(call, seen)
    yield from _people(call, seen)
    completed = [_proof(each) for each in seen["training_jobs"] if each["status"] == "Completed"]
    if completed:
        yield "smoke", completed
    opened = [each["name"] for each in seen["training_jobs"] if each["status"] in ("InProgress", "Stopping")]
    if opened:
        yield "jobs under way", opened


def _stacks(call: Call) -> Iterator[tuple[str, Any]]:
    for each in stacks.all_of(call).values():
        if each.status != stacks.GONE:
            text = _readable(each.template.text) if each.template else ""
            tags = sorted(f"{tag['Key']}={tag['Value']}" for tag in each.tags)
            status = "stands" if each.status in _STANDS else each.status
            yield f"stack:{each.name}", {"status": status, "template": text, "tags": tags}


def _readable(text: str) -> str:
    """A template, with the scripts in it decoded."""
    return _SCRIPT.sub(lambda found: base64.b64decode(found[1]).decode(), text)


def _objects(call: Call) -> Iterator[tuple[str, Any]]:
    client = call.aws("s3")
    for bucket in client.list_buckets()["Buckets"]:
        rules = client.get_bucket_lifecycle_configuration(Bucket=bucket["Name"])["Rules"]
        yield f"lifecycle:{bucket['Name']}", rules
        yield f"tags of:{bucket['Name']}", client.get_bucket_tagging(Bucket=bucket["Name"])["TagSet"]
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket["Name"])
        for each in (one for page in pages for one in page.get("Contents", [])):
            yield f"object:{each['Key']}", _content(client, bucket["Name"], each)


def _content(client: Any, bucket: str, shown: Mapping[str, Any]) -> Any:
    """A text is told by its words, for some name the account."""
    if not shown["Key"].endswith((".json", ".manifest")):
        return [shown["Size"], shown["ETag"]]
    return client.get_object(Bucket=bucket, Key=shown["Key"])["Body"].read().decode()


def _parameters(call: Call) -> Iterator[tuple[str, Any]]:
    """Names and tags; of the marker what it says. A baseline tells what stood there before, and is never rewritten."""
    client = call.aws("ssm")
    pages = client.get_paginator("describe_parameters").paginate()
    for name in (one["Name"] for page in pages for one in page["Parameters"]):
        tagged = client.list_tags_for_resource(ResourceType="Parameter", ResourceId=name)["TagList"]
        value = None
        if name.endswith("/marker"):
            value = json.loads(client.get_parameter(Name=name)["Parameter"]["Value"])
            del value["made"]
        kind = re.sub(r"baseline/.*", "baseline", name)
        yield f"parameter:{kind}", {"value": value, "tags": _sorted(tagged)}


def _resources(call: Call, seen: Any) -> Iterator[tuple[str, Any]]:
    for each in seen["notebooks"]:
        yield f"notebook:{each['name']}", {key: each[key] for key in ("status", "wanted")}
    yield from ((f"role:{name}", _role(call, name)) for name in seen["roles"])
    yield from ((f"topic:{name}", True) for name in seen["topics"])
    yield from ((f"subscription:{each['address']}", each["topic"]) for each in seen["subscriptions"])
    for name, rules in seen["event_buses"].items():
        yield from ((f"rule:{name}/{rule}", True) for rule in rules)


def _role(call: Call, name: str) -> Any:
    client = call.aws("iam")
    policies = client.list_role_policies(RoleName=name)["PolicyNames"]
    role = client.get_role(RoleName=name)["Role"]
    return {
        "trust": role["AssumeRolePolicyDocument"],
        "policies": {
            each: client.get_role_policy(RoleName=name, PolicyName=each)["PolicyDocument"] for each in policies
        },
        "tags": _sorted(role.get("Tags", [])),
    }


def _people(call: Call, seen: Any) -> Iterator[tuple[str, Any]]:
    for pool in seen["user_pools"]:
        for user in pool["users"]:
            yield f"worker:{user['attributes']['email']}", {"status": user["status"], "groups": user["groups"]}
    for each in (*seen["workforces"], *seen["workteams"]):
        tags = sagemaker_tags.of(call, each["arn"])
        members = [one["CognitoMemberDefinition"]["UserGroup"] for one in each.get("members", [])]
        yield f"work:{each['arn'].split(':')[-1]}", {"tags": dict(sorted(tags.items())), "members": members}


def _proof(job: Any) -> Any:
    """What a job trained with. Its output path tells the data."""
    wanted = job["params"]
    return {
        "type": wanted["ResourceConfig"]["InstanceType"],
        "settings": wanted["HyperParameters"],
        "output": wanted["OutputDataConfig"]["S3OutputPath"],
    }


def _sorted(tags: Any) -> list[str]:
    return sorted(f"{each['Key']}={each['Value']}" for each in tags)
