"""The trees of scikit-learn's boosting in one array, so that a model file has no objects for them.

A model of 60 trees has 180 arrays in as many objects, and they take most of the time to load a file.
Packed they are two arrays, which `unpack` checks, because the compiled prediction checks no bounds.
"""

import copy

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.ensemble._hist_gradient_boosting.common import PREDICTOR_RECORD_DTYPE
from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor


def pack(model: HistGradientBoostingRegressor) -> HistGradientBoostingRegressor:
    """Return a copy whose trees are two arrays; it can predict only after `unpack`."""
    trees = [tree.nodes for (tree,) in model._predictors]  # noqa: SLF001 - no public way to them
    packed = copy.copy(model)
    packed._predictors = {  # noqa: SLF001
        "nodes": np.concatenate(trees) if trees else np.empty(0, PREDICTOR_RECORD_DTYPE),
        "sizes": np.array([len(nodes) for nodes in trees], dtype=np.int64),
    }
    return packed


def unpack(model: HistGradientBoostingRegressor) -> None:
    """Restore the trees of a packed model, in place.

    Raises:
        ValueError, TypeError, KeyError: `pack` did not create the arrays.
    """
    nodes, sizes = model._predictors["nodes"], model._predictors["sizes"]  # noqa: SLF001
    _check(nodes, sizes, model.n_features_in_)
    no_categories = np.empty((0, 8), dtype=np.uint32)
    model._predictors = [  # noqa: SLF001
        [TreePredictor(np.ascontiguousarray(tree), no_categories, no_categories)]
        for tree in np.split(nodes, np.cumsum(sizes)[:-1])
        if len(tree)
    ]


def _check(nodes: np.ndarray, sizes: np.ndarray, n_features: int) -> None:
    if not (isinstance(nodes, np.ndarray) and isinstance(sizes, np.ndarray)):
        raise TypeError("not arrays")
    if nodes.dtype != PREDICTOR_RECORD_DTYPE or nodes.ndim != 1:
        raise ValueError("not the nodes of trees")
    if sizes.dtype != np.int64 or (sizes < 1).any() or sizes.sum() != len(nodes):
        raise ValueError("not the sizes of the trees")
    place = np.concatenate([np.arange(size) for size in sizes.tolist()] or [np.empty(0, int)])
    size = np.repeat(sizes, sizes)
    branches = nodes["is_leaf"] == 0
    children = np.stack([nodes["left"], nodes["right"]])[:, branches]
    features = nodes["feature_idx"][branches]
    # children come after their parent, so that every walk ends
    whole = (children > place[branches]).all() and (children < size[branches]).all()
    if not whole or nodes["is_categorical"].any():
        raise ValueError("not whole trees")
    if ((features < 0) | (features >= n_features)).any():
        raise ValueError("not trees of these features")
