"""What simple methods reach on the samples that a training on a part of the data was given: scikit-learn's."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from typing import Any

from trialrun.capture.subset.samples import Samples

LEAST_TRAINING = 20  # samples; fewer say nothing of a method
LEAST_EVALUATION = 10
LARGEST = 8e6  # numbers in the inputs; above, columns are averaged: the linear model takes seconds as it is
ITERATIONS = 100  # of the linear classifier


@dataclass(frozen=True)
class Simple:
    """What simple methods came to."""

    scores: dict[str, float] = field(default_factory=dict)  # by method, in the metric asked for
    samples: int = 0  # of the evaluation part that they were judged on
    nearness: float | None = None  # see SubsetRecord


def fitted(training: Samples, evaluation: Samples, metric: str) -> Simple:
    """The scores of simple methods; none where they cannot be fitted."""
    known, asked = training.arrays(), evaluation.arrays()
    if known is None or asked is None or not metric:
        return Simple()
    (x, y), (x_new, y_new) = known, asked
    if x.shape[1] != x_new.shape[1] or y.shape[1] != y_new.shape[1]:
        return Simple()
    if len(x) < LEAST_TRAINING or len(x_new) < LEAST_EVALUATION:
        return Simple()
    x, x_new = _thinned(x, len(x) + len(x_new)), _thinned(x_new, len(x) + len(x_new))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the linear model has not converged in so few iterations
        scores = _classes(x, y, x_new, y_new) if metric == "accuracy" else _numbers(x, y, x_new, y_new)
        return Simple(scores, len(x_new), _nearness(x, x_new))


def _classes(x: Any, y: Any, x_new: Any, y_new: Any) -> dict[str, float]:
    from sklearn.dummy import DummyClassifier
    from sklearn.linear_model import LogisticRegression
    from sklearn.neighbors import KNeighborsClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    y, y_new = y.argmax(1) if y.shape[1] > 1 else y[:, 0], y_new.argmax(1) if y_new.shape[1] > 1 else y_new[:, 0]
    scores = {"majority": DummyClassifier(strategy="most_frequent").fit(x, y).score(x_new, y_new)}
    if len(set(y.tolist())) > 1:
        linear = make_pipeline(StandardScaler(), LogisticRegression(max_iter=ITERATIONS))
        scores["linear"] = linear.fit(x, y).score(x_new, y_new)
        nearest = make_pipeline(StandardScaler(), KNeighborsClassifier(1))
        scores["nearest neighbour"] = nearest.fit(x, y).score(x_new, y_new)
    return {name: float(score) for name, score in scores.items()}


def _numbers(x: Any, y: Any, x_new: Any, y_new: Any) -> dict[str, float]:
    from sklearn.linear_model import Ridge
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    linear = make_pipeline(StandardScaler(), Ridge()).fit(x, y).predict(x_new)
    nearest = make_pipeline(StandardScaler(), KNeighborsRegressor(5)).fit(x, y).predict(x_new)
    guesses = {"mean": y.mean(0), "linear": linear, "nearest neighbour": nearest}
    return {name: float(((guess.reshape(-1, y.shape[1]) - y_new) ** 2).mean()) for name, guess in guesses.items()}


def _nearness(x: Any, x_new: Any) -> float | None:
    """Median distance to the nearest training sample, over the same with each column of both permuted by itself."""
    import numpy
    from sklearn.neighbors import NearestNeighbors
    from sklearn.preprocessing import StandardScaler

    scale = StandardScaler().fit(x)
    known, asked = scale.transform(x), scale.transform(x_new)
    draws = numpy.random.default_rng(0)
    apart = NearestNeighbors(n_neighbors=1).fit(draws.permuted(known, axis=0)).kneighbors(draws.permuted(asked, axis=0))
    distances, _ = NearestNeighbors(n_neighbors=1).fit(known).kneighbors(asked)
    usual = float(numpy.median(apart[0]))
    return float(numpy.median(distances)) / usual if usual else None


def _thinned(x: Any, rows: int) -> Any:
    """``x`` with neighbouring columns averaged until the inputs of all ``rows`` samples are small enough."""
    group = -(-rows * x.shape[1] // int(LARGEST))
    if group <= 1:
        return x
    columns = x.shape[1] // group * group
    return x[:, :columns].reshape(len(x), -1, group).mean(2)
