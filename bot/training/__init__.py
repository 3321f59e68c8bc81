"""Trains a new model from what people changed in the studio, compares it with the old one, and publishes it."""

from bot.training.model import Busy, CannotPublish, State, Step, Training
from bot.training.trainer import Trainer

__all__ = ["Busy", "CannotPublish", "State", "Step", "Trainer", "Training"]
