"""The accuracy that a training job reaches: by its hyper-parameters, with the noise of the pictures it is measured by.

The shape follows trainings of a small pretrained network on builtin:cars (docs/labs.md), not the algorithm itself.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from statistics import NormalDist

from bootstrap.simulator.world.call import Call

# Of plain gradient descent with momentum 0.9. AWS's default for this algorithm is 0.1.
_USUAL_RATE, _USUAL_MOMENTUM, _USUAL_DECAY = 0.1, 0.9, 0.0001
# Optimizers that divide each step by the size of the gradient learn with smaller rates.
_FASTER = {"adam": 10.0, "rmsprop": 10.0}
# (log10 of the rate, share of what can be learned), in between on straight lines.
_BY_RATE = ((-6.0, 0.0), (-4.5, 0.25), (-3.5, 0.8), (-3.0, 1.0), (-1.75, 1.0), (-1.0, 0.6), (-0.3, 0.0))
_FROM_NOTHING = 0.3
# Shares of accuracy that an epoch has: a curve that rises fast, then slowly.
_FIRST, _STEEPNESS = 0.45, 5.0
# A draw nearer to 0 or 1 than this would be a result that nobody sees.
_RARE = 0.01


def reached(call: Call, given: Mapping[str, str], pictures: int) -> float:
    """Return the share of the validation pictures that the model gets right, inside the scenario's limits."""
    low, high = call.scenario.training.accuracy
    chance = NormalDist().inv_cdf(call.draw("accuracy", (_RARE, 1 - _RARE)))
    best = high - _spread(high, pictures)
    expected = low + (max(best, low) - low) * quality(given)
    found = expected + chance * _spread(expected, pictures)
    whole = round(found * pictures) / pictures
    return min(high, max(low, whole))


def _spread(share: float, pictures: int) -> float:
    """Return the standard deviation of a share that was counted on so many pictures."""
    return math.sqrt(max(share * (1 - share), 0.0) / pictures)


def quality(given: Mapping[str, str]) -> float:
    """Return how much of what can be learned the settings let the network learn, 0 to 1."""
    rate = float(given.get("learning_rate", _USUAL_RATE)) * _FASTER.get(given.get("optimizer", "sgd"), 1.0)
    momentum = float(given.get("momentum", _USUAL_MOMENTUM))
    # The steps of momentum add up: with 0.99, ten times as far as with 0.9.
    rate *= (1 - _USUAL_MOMENTUM) / max(1 - momentum, 1e-3)
    decay = float(given.get("weight_decay", _USUAL_DECAY))
    # Decay shrinks each weight by rate x decay a step; what is above a hundredth outweighs what is learned.
    kept = 1.0 if decay <= 0.01 else max(0.0, 1 - (math.log10(decay) + 2) / 2)
    start = 1.0 if given.get("use_pretrained_model") == "1" else _FROM_NOTHING
    return _by_rate(rate) * kept * start


def _by_rate(rate: float) -> float:
    place = math.log10(max(rate, 1e-9))
    for (left, low), (right, high) in itertools.pairwise(_BY_RATE):
        if left <= place <= right:
            return low + (high - low) * (place - left) / (right - left)
    return 0.0


def curve(epochs: int) -> list[float]:
    """Return the share of the final accuracy after each epoch; after the last it is 1."""
    steep = [1 - math.exp(-_STEEPNESS * (place + 1) / epochs) for place in range(epochs)]
    return [_FIRST + (1 - _FIRST) * each / steep[-1] for each in steep]
