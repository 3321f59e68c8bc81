"""Rasa's logistic regression, as sure of itself as it has a right to be; runs inside Rasa."""

from __future__ import annotations

from typing import Any

from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TemperedClassifier(LogisticRegressionClassifier):
    """Divide the logits by `temperature`: below 1 it becomes surer. The order of the intents stays.

    Strong regularisation gives the best order and the worst confidences: far too low. Dividing coefficients and
    intercepts once, when the model is stored, is the same as dividing the logits of each message.
    """

    def persist(self) -> None:
        """Store the classifier, tempered."""
        self.clf.coef_ /= self.config["temperature"]
        self.clf.intercept_ /= self.config["temperature"]
        super().persist()

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**LogisticRegressionClassifier.get_default_config(), "temperature": 1.0}
