"""Only complete trees of numbers reach LightGBM's parser: a text that is cut, reordered or wrongly linked is refused."""

import re

import numpy as np
import pytest

from quant_engine.models.leafwise import LeafwiseTrees
from quant_engine.models.tree_text import check_text

RANDOM = np.random.default_rng(4)


def text_of(n_rows: int) -> str:
    features = RANDOM.normal(size=(n_rows, 3))
    trees = LeafwiseTrees(7)
    trees.fit(features, features[:, 0] + RANDOM.normal(size=n_rows))
    return trees.text


TEXT = text_of(3_000)
FIRST_LEFT = next(line for line in TEXT.splitlines() if line.startswith("left_child="))


@pytest.mark.parametrize("n_rows", [300, 500, 3_000], ids=["leaves", "stumps", "trees"])
def test_a_text_of_lightgbm_is_accepted(n_rows: int) -> None:
    check_text(text_of(n_rows))


def test_a_text_with_tree_offsets_is_refused() -> None:
    assert "tree_sizes" not in TEXT
    sized = TEXT.replace("\n\nTree=0", "\ntree_sizes=9 9\n\nTree=0")
    with pytest.raises(ValueError, match="not the text"):
        check_text(sized)


@pytest.mark.parametrize("end", range(0, len(TEXT), len(TEXT) // 40))
def test_a_cut_text_is_refused(end: int) -> None:
    with pytest.raises(ValueError, match="not the text"):
        check_text(TEXT[:end])


def test_a_link_to_a_missing_node_is_refused() -> None:
    first, *rest = FIRST_LEFT.removeprefix("left_child=").split(" ")
    for child in ("0", "7", "99", "-9", "x", "1.5", ""):
        assert child != first
        wrong = TEXT.replace(FIRST_LEFT, "left_child=" + " ".join([child, *rest]), 1)
        with pytest.raises(ValueError, match="not the text"):
            check_text(wrong)


@pytest.mark.parametrize(
    ("there", "instead"),
    [
        ("num_leaves=8", "num_leaves=999999999"),
        ("num_cat=0", "num_cat=1"),
        ("is_linear=0", "is_linear=1"),
        ("decision_type=2", "decision_type=1"),
        ("split_feature=0", "split_feature=3"),
        ("max_feature_idx=2", "max_feature_idx=0"),
        ("num_class=1", "num_class=2"),
        ("Tree=1\n", "Tree=2\n"),
        ("leaf_count=", "leaf_value=0\nleaf_count="),
        ("shrinkage=1", "shrinkage=1 1"),
    ],
)
def test_another_shape_is_refused(there: str, instead: str) -> None:
    assert there in TEXT
    with pytest.raises(ValueError, match="not the text"):
        check_text(TEXT.replace(there, instead, 1))


@pytest.mark.parametrize("value", ["1e308", "-1e999"])
def test_a_leaf_that_is_not_finite_is_refused(value: str) -> None:
    text = re.sub(r"^leaf_value=\S+", f"leaf_value={value}", TEXT, count=1, flags=re.MULTILINE)
    assert text != TEXT
    with pytest.raises(ValueError, match="not the text"):
        check_text(text)


def test_no_random_text_ends_the_process() -> None:
    # what passes the check is read, and a crash of the parser would end this run
    noise = np.random.default_rng(5)
    for _ in range(100):
        letters = list(TEXT)
        for _ in range(2):
            letters[noise.integers(len(letters))] = str(noise.integers(10))
        try:
            trees = LeafwiseTrees.from_text("".join(letters))
        except ValueError:
            continue
        assert len(trees.predict(np.zeros((5, 3)))) == 5
