"""Answers of a trained model about the pictures that its job read: right as often as the job measured."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from bootstrap.simulator.services.sagemaker.training.recordio import Records
from bootstrap.simulator.world.call import Call

_Answers = dict[bytes, tuple[int, bool]]
# The share that the best class gets lies between these; it is lower if the model is wrong.
_UNSURE, _SURE, _SURE_IF_WRONG = 0.55, 0.99, 0.8
# Of eight mistakes, this many take a picture for the class that looks most alike.
_ALIKE = 6


def _all(call: Call) -> dict[str, tuple[int, _Answers]]:
    """Return of each model the number of classes, and its answer to each picture, with whether it is right."""
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
        picture: (pictures[picture], True) if place < right else (_mistaken(picture, pictures[picture], classes), False)
        for place, picture in enumerate(ranked)
    }


def _mistaken(picture: bytes, label: int, classes: int) -> int:
    """Return the class that the picture is taken for: mostly the one that looks alike, else any other.

    The numbers say nothing about looks. Two apart are the shipped hatchback and sedan, and pickup and suv.
    """
    alike = (label + classes // 2) % classes
    if picture[0] % 8 < _ALIKE:
        return alike
    return (label + 1 + picture[3] % (classes - 1)) % classes


def shares(call: Call, model: str, body: bytes) -> list[float] | None:
    """Return the probability of each class; None for a model or a picture that no job here has read."""
    picture = hashlib.sha256(body).digest()
    classes, known = _all(call).get(model, (0, {}))
    if picture not in known:
        return None
    told, right = known[picture]
    best = _UNSURE + ((_SURE if right else _SURE_IF_WRONG) - _UNSURE) * picture[1] / 255
    rest = [1 + picture[2 + place % 28] for place in range(classes)]
    rest[told] = 0
    return [best if place == told else (1 - best) * one / sum(rest) for place, one in enumerate(rest)]
