"""Vectors that are kept: each sentence is encoded once, training forgets what is gone, and comparing forgets nothing."""

from pathlib import Path

import pytest

from tests.support.rasas_environment import in_rasas_environment

CODE = """
import json, os, sys
import numpy as np
os.chdir(sys.argv[1])
from nlu.rasa import kept

asked = []
def encode(texts):
    asked.append(list(texts))
    return np.array([[len(text), 1.0] for text in texts], dtype=np.float32)

found = []
for remember in (
    lambda texts: kept.of_training("e5-1", "e5", texts, encode),
    lambda texts: kept.of_cases("e5-1", texts, encode),
):
    for texts in (["one", "three"], ["three", "seven", "three"], ["one"]):
        asked.clear()
        vectors = remember(texts)
        found.append([sum(asked, []), vectors[:, 0].tolist()])
print(json.dumps(found))
"""


@pytest.mark.rasa
@pytest.mark.slow
def test_each_sentence_is_encoded_once(tmp_path: Path) -> None:
    found = in_rasas_environment(CODE, str(tmp_path))

    training, cases = found[:3], found[3:]
    assert training == [[["one", "three"], [3, 5]], [["seven"], [5, 5, 5]], [["one"], [3]]], (
        "what was gone is forgotten"
    )
    assert cases == [[["one", "three"], [3, 5]], [["seven"], [5, 5, 5]], [[], [3]]]
