"""Runs of letters as sparse features beside the encoder's vector; runs inside Rasa.

The encoder hardly knows some languages and spellings (Somali, Tigrinya, Greek in Latin letters). Words and their
beginnings and endings, learned from our own wordings, make up for it.
"""

from __future__ import annotations

import json
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.sparse_featurizer.sparse_featurizer import SparseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.feature_extraction.text import TfidfVectorizer

from nlu.rasa.featurizer import OwnFeaturizer, text_of

TERMS = "terms.json"  # each run of letters, by column
RARITY = "rarity.npy"  # the weight of each column


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class LetterGrams(OwnFeaturizer, SparseFeaturizer):
    """Give each message its runs of `shortest` to `longest` letters within words, rare ones counting more.

    The features of a message have the length `weight`, to be compared with `scale` of the encoder; `most` runs are
    kept, those that the training wordings have most often.
    """

    def __init__(self, config: dict[str, Any], name: str, storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, name, storage, resource)
        self._grams = self._vectorizer()

    def train(self, training_data: TrainingData) -> Resource:
        """Learn which runs there are and how rare each is."""
        self._grams.fit([_text(message) for message in training_data.training_examples])
        terms = sorted(self._grams.vocabulary_, key=self._grams.vocabulary_.__getitem__)
        with self._storage.write_to(self._resource) as folder:
            (folder / TERMS).write_text(json.dumps(terms), encoding="utf-8")
            np.save(folder / RARITY, self._grams.idf_)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the features to all training examples."""
        self.process(training_data.training_examples)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the features to the messages people write; nothing of them is kept."""
        if not messages:
            return messages
        rows = self._grams.transform([_text(message) for message in messages]) * self._config["weight"]
        alias = self._config[FEATURIZER_CLASS_ALIAS]
        for at, message in enumerate(messages):
            message.add_features(Features(rows[at].tocoo(), FEATURE_TYPE_SENTENCE, TEXT, alias))
        return messages

    def _vectorizer(self, terms: list[str] | None = None) -> TfidfVectorizer:
        return TfidfVectorizer(
            analyzer="char_wb",
            ngram_range=(self._config["shortest"], self._config["longest"]),
            min_df=1 if terms else 2,
            max_features=self._config["most"],
            sublinear_tf=True,
            vocabulary=terms,
            dtype=np.float32,
        )

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> LetterGrams:
        found = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            found._grams = found._vectorizer(json.loads((folder / TERMS).read_text(encoding="utf-8")))
            found._grams.idf_ = np.load(folder / RARITY)
        return found

    @staticmethod
    def required_packages() -> list[str]:
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        own = {"shortest": 1, "longest": 5, "most": 40_000, "weight": 4.0}
        return {**SparseFeaturizer.get_default_config(), **own}


def _text(message: Message) -> str:
    return text_of(message).lower()
