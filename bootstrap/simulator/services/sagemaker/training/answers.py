"""Answers of a trained model about the pictures that its job read: right as often as the job measured."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from bootstrap.simulator.services.sagemaker.training.recordio import Records
from bootstrap.simulator.world.call import Call

_Answers = dict[bytes, int]
# The share that the best class gets lies between these.
_UNSURE, _SURE = 0.55, 0.97


def _all(call: Call) -> dict[str, tuple[int, _Answers]]:
    """Return of each model, by its address, the number of classes, and the class that it takes each picture for."""
    return call.shelf("sagemaker.training-answers")


def learn(call: Call, model: str, metrics: Mapping[str, float], train: Records, validation: Records) -> None:
    """Settle the model's answers: of each channel, the share that the job measured is right."""
    classes = len(train.labels)
    made: _Answers = {}
    for name, records in (("train", train), ("validation", validation)):
        made |= _learned(model, classes, metrics[f"{name}:accuracy"], records.pictures)
    _all(call)[model] = (classes, made)


def _learned(model: str, classes: int, accuracy: float, pictures: Mapping[bytes, int]) -> _Answers:
    """Return the answers. Which pictures are mistaken depends on the model alone."""
    ranked = sorted(pictures, key=lambda picture: hashlib.sha256(model.encode() + picture).digest())
    right = round(accuracy * len(ranked))
    return {
        picture: pictures[picture] if place < right else (pictures[picture] + 1 + picture[0] % (classes - 1)) % classes
        for place, picture in enumerate(ranked)
    }


def shares(call: Call, model: str, body: bytes) -> list[float] | None:
    """Return the probability of each class; None for a model or a picture that no job here has read."""
    picture = hashlib.sha256(body).digest()
    classes, known = _all(call).get(model, (0, {}))
    if picture not in known:
        return None
    best = _UNSURE + (_SURE - _UNSURE) * picture[1] / 255
    rest = [1 + picture[2 + place % 28] for place in range(classes)]
    rest[known[picture]] = 0
    return [best if place == known[picture] else (1 - best) * one / sum(rest) for place, one in enumerate(rest)]
