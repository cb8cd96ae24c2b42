# SPDX-License-Identifier: GPL-3.0-or-later
"""MLServer's Python runs this file with a folder and names: it trains a small model for each name, and saves it where
MLServer finds it.
"""

import json
import sys
from pathlib import Path

import joblib
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier

KINDS = (LogisticRegression(max_iter=1000), DecisionTreeClassifier(max_depth=2, random_state=1))


def main(folder: Path, names: list[str]) -> None:
    features, classes = load_iris(return_X_y=True)
    for number, name in enumerate(names):
        place = folder / name
        place.mkdir(parents=True)
        joblib.dump(KINDS[number % len(KINDS)].fit(features, classes), place / "model.joblib")
        settings = {
            "name": name,
            "implementation": "mlserver_sklearn.SKLearnModel",
            "parameters": {"uri": "./model.joblib", "version": "1"},
        }
        (place / "model-settings.json").write_text(json.dumps(settings))


main(Path(sys.argv[1]), sys.argv[2:])
