"""Checks LightGBM's text of a model, because its parser reads out of bounds where a text is cut or wrongly linked."""

import re

END = "\n\nend of trees\n"

HEADER = {
    *("version", "num_class", "num_tree_per_iteration", "label_index", "max_feature_idx"),
    *("objective", "feature_names", "feature_infos"),
}
BRANCHES = ("split_gain", "threshold", "internal_value", "internal_weight", "internal_count")
LEAVES = ("leaf_value", "leaf_weight", "leaf_count")
LINKS = ("split_feature", "decision_type", "left_child", "right_child")
SINGLE = ("num_leaves", "num_cat", "is_linear", "shrinkage")

LARGEST = 1e300  #: thresholds are finite floats; a sum of leaves above this would not be

_INTEGER = re.compile(r"-?[0-9]{1,9}")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e[+-]?[0-9]{1,3})?")


def bare_text(text: str) -> str:
    """Remove the offsets of the trees, which the parser would trust, and everything after the trees."""
    trees = text[: text.index(END)] + END
    return re.sub(r"^tree_sizes=.*\n", "", trees, flags=re.MULTILINE)


def check_text(text: str) -> None:
    """Check that the lengths and links are those of whole trees of numbers.

    Raises:
        ValueError: they are not.
    """
    if not text.startswith("tree\n") or not text.endswith(END):
        raise _wrong()
    header, *trees = text.removeprefix("tree\n").removesuffix(END).split("\nTree=")
    fields = _fields(header.strip("\n"))
    if fields.keys() != HEADER or not (
        fields["num_class"] == fields["num_tree_per_iteration"] == "1"
    ):
        raise _wrong()
    (most,) = _integers(fields["max_feature_idx"])
    for number, tree in enumerate(trees):
        name, _, body = tree.partition("\n")
        if name != str(number):
            raise _wrong()
        _check_tree(_fields(body.strip("\n")), most + 1)


def _check_tree(fields: dict[str, str], n_features: int) -> None:
    if fields.keys() != {*BRANCHES, *LEAVES, *LINKS, *SINGLE}:
        raise _wrong()
    (n_leaves,) = _integers(fields["num_leaves"])
    features, kinds, *children = (_integers(fields[name]) for name in LINKS)
    lengths = dict.fromkeys((*BRANCHES, *LINKS), n_leaves - 1) | dict.fromkeys(LEAVES, n_leaves)
    if n_leaves == 1:
        del lengths["leaf_weight"]  # LightGBM does not write it for a tree without a split
    whole = (
        fields["num_cat"] == fields["is_linear"] == "0"
        and all(_count(fields[name]) == length for name, length in lengths.items())
        and _count(fields["shrinkage"]) == 1
        and all(0 <= feature < n_features for feature in features)
        and all(kind % 2 == 0 for kind in kinds)  # an odd one splits by category
        # a branch leads to a later one, so that every walk ends, or to a leaf
        and all(
            place < child < n_leaves - 1 or -n_leaves <= child < 0
            for side in children
            for place, child in enumerate(side)
        )
    )
    if not whole:
        raise _wrong()


def _fields(text: str) -> dict[str, str]:
    lines = text.split("\n")
    fields = dict(line.split("=", 1) for line in lines if "=" in line)
    if len(fields) != len(lines):
        raise _wrong()
    return fields


def _integers(text: str) -> list[int]:
    words = text.split(" ") if text else []
    if not all(_INTEGER.fullmatch(word) for word in words):
        raise _wrong()
    return [int(word) for word in words]


def _count(text: str) -> int:
    words = text.split(" ") if text else []
    if not all(_NUMBER.fullmatch(word) and abs(float(word)) <= LARGEST for word in words):
        raise _wrong()
    return len(words)


def _wrong() -> ValueError:
    return ValueError("not the text of a LightGBM model")
