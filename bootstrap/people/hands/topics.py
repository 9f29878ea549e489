"""The words for what a team needs help with."""

from __future__ import annotations

from collections.abc import Mapping

from bootstrap.errors.message import Message, msg
from bootstrap.journal.venue.hands import HandTopic

WORDS: Mapping[HandTopic, Message] = {
    HandTopic.CONSOLE: msg("AWS console"),
    HandTopic.LABELLING: msg("Labelling"),
    HandTopic.NOTEBOOK: msg("Notebook instance"),
    HandTopic.TRAINING: msg("Training job"),
    HandTopic.ENDPOINT: msg("Endpoint"),
    HandTopic.TUNING: msg("Hyperparameter tuning"),
    HandTopic.OTHER: msg("Something else"),
}
