"""The shape of AWS's answers: their keys and types, the codes of refusals, how long calls take. No values.

`calibrate` records it, so that it can be compared with botocore's models and with what a simulated AWS answers.
"""

from __future__ import annotations

import re
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from bootstrap.aws import errors as aws_errors
from bootstrap.aws import reasons
from bootstrap.aws.answers import NotAws
from bootstrap.aws.reasons import Denier
from bootstrap.errors import Refused
from bootstrap.errors.message import msg
from bootstrap.reading import json_text
from bootstrap.reading.unreadable import Unreadable

# Names of keys and codes are AWS's own; what looks otherwise may hold anything, and is not kept.
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,60}")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.:_-]{0,80}")
_ELEMENT = re.compile(rb"<([A-Za-z][A-Za-z0-9_-]{0,60})[\s/>]")
# What a model says against a key.
NOT_IN_MODEL, MISSING = "not in the model", "required, but missing"
UNNAMED = "a value that the model does not name"
_EPOCH = "unixtimestamp"
_DEEPEST = 12
_LARGEST = 4 * 1024 * 1024
# Elements around an answer in XML, which no shape names.
_ENVELOPE = frozenset({"member", "entry", "key", "value", "item", "ResponseMetadata", "RequestId", "requestId"})
# The guard makes so many attempts: who never answers these does not fail at random.
_NEVER = 5
# Type of botocore's models -> the types that an answer in JSON may have for it.
_JSON_TYPES: Mapping[str, frozenset[str]] = {
    "timestamp": frozenset({"integer", "number"}),
    "integer": frozenset({"integer"}),
    "long": frozenset({"integer"}),
    "float": frozenset({"integer", "number"}),
    "double": frozenset({"integer", "number"}),
    "blob": frozenset({"string"}),
    "structure": frozenset({"object"}),
    "map": frozenset({"object"}),
}


@dataclass(slots=True)
class KeySeen:
    """One key: in how many answers or elements it was, its types, and what botocore's model says against it."""

    times: int = 0
    types: set[str] = field(default_factory=set)
    faults: set[str] = field(default_factory=set)


@dataclass(slots=True)
class OperationSeen:
    """Everything seen of one operation.

    `keys`: by path, "Stacks.StackId" also for the elements of a list, "*" for the keys of a map. `holders`: how often
    the object that could have the keys was seen, by its path. `refusals`: (code, HTTP status) -> times. `broken`: calls
    without an answer of AWS, by the exception's class; `transient`: those refusals after which the same call may
    succeed. `always`: how many of both were the only answer to a question that was asked several times: that is how
    AWS answers it, and no chance. `seconds`: of each call that was answered, by this machine's clock.
    """

    service: str
    operation: str
    answers: int = 0
    keys: dict[str, KeySeen] = field(default_factory=dict)
    holders: Counter[str] = field(default_factory=Counter)
    refusals: Counter[tuple[str, int]] = field(default_factory=Counter)
    transient: set[tuple[str, int]] = field(default_factory=set)
    broken: Counter[str] = field(default_factory=Counter)
    always: Counter[tuple[str, int]] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)

    @property
    def calls(self) -> int:
        return self.answers + self.refusals.total() + self.broken.total()


@dataclass(frozen=True, slots=True)
class RefusalSeen:
    """A refusal of a call: whose policy denied it (None: no policy did), and whether AWS closed the feature.

    `absent`: what the call asked about is not there.
    """

    service: str
    operation: str
    region: str
    code: str
    denier: Denier | None
    closed: bool
    transient: bool
    absent: bool


@dataclass(slots=True)
class _Question:
    """One question to an account: how often it was answered, how often by what may pass (class or code, status)."""

    answers: int = 0
    failures: Counter[tuple[str, int]] = field(default_factory=Counter)

    def never(self, least: int) -> bool:
        """Return True if nothing else was ever answered, so many times at least."""
        return not self.answers and self.failures.total() >= least


class AnswerShapes:
    """Records the shape of every answer to the clients that it watches; for several threads.

    `tap` is to be called before each call, in its thread, as `Access.tap` is: it tells whose account the call is for.
    A question whose answers were never believed is not asked again in the account; `spared` counts these calls.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[tuple[str, str], OperationSeen] = {}
        self._refused: dict[str, dict[RefusalSeen, None]] = {}
        # (account, service, operation) -> (region, hash of the parameters) -> what was answered.
        self._questions: dict[tuple[str, str, str], dict[tuple[str, int], _Question]] = {}
        self._asked = threading.local()
        self.spared = 0

    def tap(self, moment: str, account_id: str, service: str, operation: str) -> None:
        """Note whose call this thread makes next."""
        self._asked.account, self._asked.call = account_id, (service, operation)

    def refused(self, account_id: str) -> tuple[RefusalSeen, ...]:
        """Return the different refusals of an account's calls, in the order in which they came."""
        with self._lock:
            return tuple(self._refused.get(account_id, ()))

    def asked(self, account_id: str, region: str) -> Mapping[str, frozenset[str]]:
        """Return the operations that were asked of an account in a region, by service."""
        found: dict[str, set[str]] = {}
        with self._lock:
            for (account, service, operation), questions in self._questions.items():
                if account == account_id and any(each == region for each, _ in questions):
                    found.setdefault(service, set()).add(operation)
        return {service: frozenset(some) for service, some in found.items()}

    def watch(self, client: Any) -> None:
        """Record the answers to a boto client from now on."""
        events = client.meta.events
        events.register("provide-client-params", self._ask)
        events.register("before-send", self._begin)
        events.register("before-parse", self._raw)
        events.register("after-call", self._parsed)
        events.register("after-call-error", self._failed)

    def seen(self) -> tuple[OperationSeen, ...]:
        """Return what was seen, in the order of service and operation."""
        with self._lock:
            for key, seen in self._seen.items():
                several = [each for (_, *call), each in self._questions.items() if tuple(call) == key]
                seen.always = sum((_always(each.values()) for each in several), Counter())
            return tuple(self._seen[key] for key in sorted(self._seen))

    def _of(self, service: str, operation: str) -> OperationSeen:
        return self._seen.setdefault((service, operation), OperationSeen(service, operation))

    def _ask(self, params: Mapping[str, Any], model: Any, context: Mapping[str, Any], **_: Any) -> None:
        """Handle botocore's `provide-client-params`. Raises Refused (EB-378) for what need not be asked again."""
        call = (model.service_model.service_name, model.name)
        place = (str(context.get("client_region", "")), hash(repr(params)))
        with self._lock:
            known = self._questions.setdefault((getattr(self._asked, "account", ""), *call), {})
            self._asked.question = question = known.setdefault(place, _Question())
            least = 1 if any(each.never(_NEVER) for each in known.values()) else _NEVER
            tired = question.never(least) and (NotAws.__name__, 0) in question.failures
            self.spared += tired
        if tired:
            raise Refused(
                "EB-378", msg("{call} is not asked again: no answer to it could be believed", call=":".join(call))
            )

    def _answered(self, failure: tuple[str, int] | None) -> None:
        question: _Question | None = getattr(self._asked, "question", None)
        if question is not None and failure is None:
            question.answers += 1
        elif question is not None and failure is not None:
            question.failures[failure] += 1

    def _begin(self, **_: Any) -> None:
        """Handle botocore's `before-send`, in the thread that will get the answer. None: the request is sent."""
        self._asked.began = time.perf_counter()

    def _raw(self, operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
        """Handle botocore's `before-parse`: the only place where keys show that the model does not have."""
        began, self._asked.began = getattr(self._asked, "began", None), None
        model = operation_model.service_model
        with self._lock:
            seen = self._of(model.service_name, operation_model.name)
            if began is not None:
                seen.seconds.append(time.perf_counter() - began)
            if response_dict["status_code"] >= 300 or operation_model.output_shape is None:
                return
            body = response_dict["body"]
            if not isinstance(body, bytes) or len(body) > _LARGEST:
                return
            if model.resolved_protocol in ("json", "rest-json"):
                _walk(seen, _json(body), operation_model.output_shape, "", in_json=True)
            else:
                # The first element is the answer itself, whose name no model of S3 has.
                names = {each.decode() for each in _ELEMENT.findall(body)[1:]}
                for name in sorted(names - _elements(operation_model)):
                    _note(seen, name, "element").faults.add(NOT_IN_MODEL)

    def _parsed(
        self, http_response: Any, parsed: dict[str, Any], model: Any, context: Mapping[str, Any], **_: Any
    ) -> None:
        """Handle botocore's `after-call`."""
        with self._lock:
            seen = self._of(model.service_model.service_name, model.name)
            if http_response.status_code >= 300:
                code = str(parsed.get("Error", {}).get("Code", ""))
                known = code if _CODE.fullmatch(code) else "?"
                seen.refusals[known, int(http_response.status_code)] += 1
                answer: Any = parsed
                error = ClientError(answer, seen.operation)
                refusal = _refusal(seen, str(context.get("client_region", "")), known, error)
                if refusal.transient:
                    seen.transient.add((known, int(http_response.status_code)))
                # AWS throttles who asks much; whatever is asked, it may be taken later.
                passes = refusal.transient and not aws_errors.throttled(error)
                self._answered((known, int(http_response.status_code)) if passes else None)
                self._refused.setdefault(getattr(self._asked, "account", ""), {})[refusal] = None
                return
            seen.answers += 1
            self._answered(None)
            if model.output_shape is not None and model.service_model.resolved_protocol not in ("json", "rest-json"):
                shown = {key: value for key, value in parsed.items() if key != "ResponseMetadata"}
                _walk(seen, shown, model.output_shape, "", in_json=False)

    def _failed(self, exception: BaseException, **_: Any) -> None:
        """Handle botocore's `after-call-error`, which names no call: no answer came, or one that is not AWS's."""
        call = getattr(self._asked, "call", None)
        if call is not None:
            with self._lock:
                self._of(*call).broken[type(exception).__name__] += 1
                self._answered((type(exception).__name__, 0))


def _always(questions: Iterable[_Question]) -> Counter[tuple[str, int]]:
    """Return what was the only answer to a question. Where one fails for ever, one attempt at another is enough."""
    some = list(questions)
    least = 1 if any(each.never(_NEVER) for each in some) else _NEVER
    return sum((each.failures for each in some if each.never(least)), Counter())


def _refusal(seen: OperationSeen, region: str, code: str, error: ClientError) -> RefusalSeen:
    closed = reasons.closed_to_new(error)
    denier = reasons.denier(error) if aws_errors.denied(error) and not closed else None
    passes, absent = aws_errors.transient(error), aws_errors.absent(error)
    return RefusalSeen(seen.service, seen.operation, region, code, denier, closed, passes, absent)


def _json(body: bytes) -> Any:
    try:
        return json_text.parsed(body or b"{}")
    except Unreadable:
        return None


def _note(seen: OperationSeen, path: str, kind: str) -> KeySeen:
    found = seen.keys.setdefault(path, KeySeen())
    found.times += 1
    found.types.add(kind)
    return found


def _walk(seen: OperationSeen, value: Any, shape: Any, path: str, in_json: bool, depth: int = 0) -> None:
    if depth > _DEEPEST:
        return
    if isinstance(value, str) and shape.type_name == "string" and shape.enum and value not in shape.enum:
        seen.keys.setdefault(path, KeySeen()).faults.add(UNNAMED)
    elif isinstance(value, dict) and shape.type_name == "map":
        for inner in value.values():
            _child(seen, inner, shape.value, f"{path}.*".lstrip("."), in_json, depth)
    elif isinstance(value, dict) and shape.type_name == "structure":
        seen.holders[path] += 1
        known = {_wire_name(name, member, in_json): member for name, member in shape.members.items()}
        for key, each in value.items():
            name: str = str(key) if _KEY.fullmatch(str(key)) else "?"
            below = f"{path}.{name}".lstrip(".")
            if key in known:
                _child(seen, each, known[key], below, in_json, depth)
            else:
                _note(seen, below, _type(each)).faults.add(NOT_IN_MODEL)
        for name in shape.required_members:
            wire = _wire_name(name, shape.members[name], in_json)
            if wire not in value and not shape.members[name].serialization.get("location"):
                seen.keys.setdefault(f"{path}.{wire}".lstrip("."), KeySeen()).faults.add(MISSING)
    elif isinstance(value, list) and shape.type_name == "list":
        for each in value:
            _walk(seen, each, shape.member, path, in_json, depth + 1)


def _child(seen: OperationSeen, value: Any, shape: Any, path: str, in_json: bool, depth: int) -> None:
    kind = _type(value)
    found = _note(seen, path, kind)
    if in_json and kind not in _types(shape):
        found.faults.add(f"{kind} where the model has {shape.type_name}")
    _walk(seen, value, shape, path, in_json, depth + 1)


def _types(shape: Any) -> frozenset[str]:
    if shape.type_name == "timestamp" and shape.serialization.get("timestampFormat", _EPOCH) != _EPOCH:
        return frozenset({"string"})
    return _JSON_TYPES.get(shape.type_name, frozenset({shape.type_name}))


def _wire_name(name: str, shape: Any, in_json: bool) -> str:
    return str(shape.serialization.get("name", name)) if in_json else name


def _type(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            # JSON has one kind of number: a moment without a fraction may be written with one.
            return "integer" if value.is_integer() else "number"
        case datetime():
            return "timestamp"
        case dict():
            return "object"
        case list():
            return "list"
        case _:
            return "string"


@cache
def _elements_of(service: str, operation: str, model: Any) -> frozenset[str]:
    found = {*_ENVELOPE, f"{operation}Response", f"{operation}Result", *model.output_shape.serialization.values()}
    found |= set(_names(model.output_shape, ()))
    return frozenset(str(each) for each in found)


def _elements(model: Any) -> frozenset[str]:
    """Return the names of all elements that the model knows in an answer in XML."""
    return _elements_of(model.service_model.service_name, model.name, model)


def _names(shape: Any, above: tuple[str, ...]) -> Iterator[str]:
    if shape.name in above:
        return
    above = (*above, shape.name)
    yield from (str(each) for each in shape.serialization.values() if isinstance(each, str))
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            yield name
            yield from _names(member, above)
    elif shape.type_name == "list":
        yield from _names(shape.member, above)
    elif shape.type_name == "map":
        yield from _names(shape.key, above)
        yield from _names(shape.value, above)
