"""Resources that never change after creation: models and endpoint configurations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bootstrap.simulator.services.sagemaker import existing, listing, tags
from bootstrap.simulator.wire.protocol import moment
from bootstrap.simulator.wire.refusal import Refusal, held
from bootstrap.simulator.world.call import Call

Definition = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Definitions:
    """A type of such resources. `kind` starts its fields (`ModelName`), `path` its ARN; errors call it `words`."""

    kind: str
    path: str
    words: str
    listed: str
    kept: tuple[str, ...]

    def all_of(self, call: Call) -> dict[str, Definition]:
        """Return the resources by name."""
        return call.shelf(f"sagemaker.{self.path}")

    def found(self, call: Call, name: str) -> Definition:
        """Return a resource. Raises Refusal: AWS sends a ValidationException, though the model declares no error."""
        said = f'Could not find {self.words} "{self._arn(call, name)}".'
        return held(self.all_of(call), name, Refusal("ValidationException", said))

    def check_new(self, call: Call) -> None:
        """Raise Refusal if the name is taken."""
        name = call.params[f"{self.kind}Name"]
        if name in self.all_of(call):
            said = f'Cannot create already existing {self.words} "{self._arn(call, name)}".'
            raise Refusal("ValidationException", said)

    def begin(self, call: Call, **instead: Any) -> dict[str, Any]:
        """Store a resource from the call's parameters; `instead` replaces some of them."""
        name = call.params[f"{self.kind}Name"]
        arn = self._arn(call, name)
        shown = {key: value for key, value in call.params.items() if key in self.kept} | instead
        self.all_of(call)[name] = {"name": name, "arn": arn, "created": call.now, "params": shown}
        tags.begin(call, arn)
        return {f"{self.kind}Arn": arn}

    def describe(self, call: Call) -> dict[str, Any]:
        """Answer the Describe operation."""
        one = self.found(call, call.params[f"{self.kind}Name"])
        return {**one["params"], **self._usual(one)}

    def list_all(self, call: Call) -> dict[str, Any]:
        """Answer the List operation."""
        shown = [self._usual(one) for one in self.all_of(call).values()] + existing.summaries(call, call.operation)
        return listing.answer(call, self.listed, shown, f"{self.kind}Name")

    def view(self, call: Call) -> list[str]:
        """View for the control address: names."""
        return sorted(self.all_of(call))

    def delete(self, call: Call) -> dict[str, Any]:
        """Delete the resource, even if an endpoint uses it: AWS only advises against that."""
        one = self.found(call, call.params[f"{self.kind}Name"])
        del self.all_of(call)[one["name"]]
        tags.forget(call, one["arn"])
        return {}

    def _arn(self, call: Call, name: str) -> str:
        return call.arn("sagemaker", f"{self.path}/{name.lower()}")

    def _usual(self, one: Definition) -> dict[str, Any]:
        usual = {"Name": one["name"], "Arn": one["arn"]}
        return {f"{self.kind}{key}": value for key, value in usual.items()} | {"CreationTime": moment(one["created"])}
