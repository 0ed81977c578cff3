"""The registry: a damaged file is an error and never skipped, and no promotion is lost."""

import hashlib
import json
import multiprocessing
import shutil
from pathlib import Path

import pytest

from quant_engine.domain.errors import ErrorCode, NoModel, NotFound, Unavailable
from quant_engine.domain.models import ModelFile
from quant_engine.models.manifest import MANIFEST, VersionManifest
from quant_engine.models.registry import ModelRegistry
from tests.models.markets import market, trained
from tests.models.promoting import promote

CLOSES = market()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> VersionManifest:
    return trained(tmp_path_factory.mktemp("home"), CLOSES)


def put(home: Path, template: VersionManifest, version: str, **changes: object) -> VersionManifest:
    folder = home / "models" / version
    folder.mkdir(parents=True)
    (folder / "models").write_bytes(version.encode())
    file = ModelFile(name="models", sha256=hashlib.sha256(version.encode()).hexdigest())
    folds = [fold.model_copy(update={"file": file}) for fold in template.folds]
    made = {"version": version, "folds": folds, "predictions": file}
    manifest = template.model_copy(update={**made, **changes})
    (folder / MANIFEST).write_text(manifest.model_dump_json())
    return manifest


def test_an_empty_home_has_no_versions(tmp_path: Path) -> None:
    registry = ModelRegistry(tmp_path)
    assert registry.versions() == []
    assert registry.latest() is None
    with pytest.raises(NoModel):
        registry.resolve("latest", 10, "core")


def test_versions_are_listed_newest_first(tmp_path: Path, template: VersionManifest) -> None:
    names = ["20200101t000000-aaaaaa", "20210101t000000-aaaaaa", "20200601t000000-aaaaaa"]
    for name in names:
        put(tmp_path, template, name)
    assert [manifest.version for manifest in ModelRegistry(tmp_path).versions()] == sorted(
        names, reverse=True
    )


def test_latest_is_the_last_promoted_that_fits(tmp_path: Path, template: VersionManifest) -> None:
    registry = ModelRegistry(tmp_path)
    put(tmp_path, template, "one")
    put(tmp_path, template, "two", horizons=[5])
    put(tmp_path, template, "three", feature_mode="full")
    for name in ("one", "two", "three"):
        registry.promote(name)
    newest = registry.latest()
    assert newest is not None
    assert newest.version == "three"
    assert registry.resolve("latest", 1, "core").version == "one"
    assert registry.resolve("latest", 5, "core").version == "two"
    assert registry.resolve("latest", 1, "full").version == "three"
    registry.promote("one")
    newest = registry.latest()
    assert newest is not None
    assert newest.version == "one"


def test_each_source_has_a_latest_of_its_own(tmp_path: Path, template: VersionManifest) -> None:
    registry = ModelRegistry(tmp_path)
    put(tmp_path, template, "one")
    put(tmp_path, template, "two", data_source="files")
    for name in ("one", "two"):
        registry.promote(name)
    found = [registry.latest(source) for source in ("demo", "files")]
    assert [manifest and manifest.version for manifest in found] == ["one", "two"]


def test_an_unpromoted_version_is_not_latest(tmp_path: Path, template: VersionManifest) -> None:
    put(tmp_path, template, "one")
    assert ModelRegistry(tmp_path).latest() is None
    assert ModelRegistry(tmp_path).resolve("one", 1, "core").version == "one"


@pytest.mark.parametrize(("horizon", "mode"), [(10, "core"), (1, "full")])
def test_a_version_for_another_request_is_no_model(
    tmp_path: Path, template: VersionManifest, horizon: int, mode: str
) -> None:
    put(tmp_path, template, "one")
    with pytest.raises(NoModel):
        ModelRegistry(tmp_path).resolve("one", horizon, mode)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "version", ["nope", "../one", "..", ".", "", "One", "a/b", "a" * 65, "a\0"]
)
def test_an_unknown_version_is_not_found(
    tmp_path: Path, template: VersionManifest, version: str
) -> None:
    put(tmp_path, template, "one")
    with pytest.raises(NotFound) as caught:
        ModelRegistry(tmp_path / "models").get(version)
    assert caught.value.code is ErrorCode.UNKNOWN_VERSION


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b'{"promoted": [1]}', b"null"])
def test_a_registry_that_cannot_be_parsed_is_unavailable(
    tmp_path: Path, template: VersionManifest, content: bytes
) -> None:
    put(tmp_path, template, "one")
    registry = ModelRegistry(tmp_path)
    (tmp_path / "models" / "registry.json").write_bytes(content)
    for ask in (
        registry.latest,
        registry.versions,
        lambda: registry.resolve("latest", 1, "core"),
        lambda: registry.promote("one"),
    ):
        with pytest.raises(Unavailable):
            ask()
    # the damaged file is kept, so that an operator can restore from it
    assert (tmp_path / "models" / "registry.json").read_bytes() == content


def test_a_registry_that_cannot_be_read_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "models" / "registry.json").mkdir(parents=True)
    with pytest.raises(Unavailable):
        ModelRegistry(tmp_path).latest()


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[1]"])
def test_a_damaged_manifest_is_unavailable(
    tmp_path: Path, template: VersionManifest, content: bytes
) -> None:
    put(tmp_path, template, "one")
    put(tmp_path, template, "two")
    (tmp_path / "models" / "two" / MANIFEST).write_bytes(content)
    registry = ModelRegistry(tmp_path)
    with pytest.raises(Unavailable, match="two"):
        registry.get("two")
    with pytest.raises(Unavailable):
        registry.versions()


def test_a_promoted_version_whose_folder_is_gone_is_unavailable(
    tmp_path: Path, template: VersionManifest
) -> None:
    registry = ModelRegistry(tmp_path)
    put(tmp_path, template, "one")
    registry.promote("one")
    shutil.rmtree(tmp_path / "models" / "one")
    with pytest.raises(Unavailable, match="one"):
        registry.latest()


def test_promotions_from_two_processes_at_once_are_all_kept(
    tmp_path: Path, template: VersionManifest
) -> None:
    halves = [[f"{half}{number:02}" for number in range(25)] for half in "ab"]
    for name in [*halves[0], *halves[1]]:
        put(tmp_path, template, name)
    context = multiprocessing.get_context("spawn")
    begin = context.Barrier(2)
    processes = [context.Process(target=promote, args=(tmp_path, half, begin)) for half in halves]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert [process.exitcode for process in processes] == [0, 0]
    promoted = json.loads((tmp_path / "models" / "registry.json").read_text())["promoted"]
    assert sorted(promoted) == sorted([*halves[0], *halves[1]])


def test_a_version_without_a_manifest_is_not_reported_as_absent(tmp_path: Path) -> None:
    (tmp_path / "models" / "one").mkdir(parents=True)
    with pytest.raises(Unavailable, match="one"):
        ModelRegistry(tmp_path).get("one")


def test_a_manifest_of_another_version_is_damaged(
    tmp_path: Path, template: VersionManifest
) -> None:
    put(tmp_path, template, "one")
    (tmp_path / "models" / "one").rename(tmp_path / "models" / "two")
    with pytest.raises(Unavailable, match="two"):
        ModelRegistry(tmp_path).get("two")


def test_a_version_of_another_source_does_not_fit(
    tmp_path: Path, template: VersionManifest
) -> None:
    registry = ModelRegistry(tmp_path)
    put(tmp_path, template, "one")
    registry.promote("one")
    assert registry.resolve("latest", 1, "core", "demo").version == "one"
    for version in ("latest", "one"):
        with pytest.raises(NoModel, match=r"files|No model"):
            registry.resolve(version, 1, "core", "files")


@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_an_incomplete_version_is_not_promoted(
    tmp_path: Path, template: VersionManifest, damage: str
) -> None:
    registry = ModelRegistry(tmp_path)
    put(tmp_path, template, "one")
    put(tmp_path, template, "two")
    registry.promote("one")
    before = (tmp_path / "models" / "registry.json").read_bytes()
    path = tmp_path / "models" / "two" / "models"
    path.write_bytes(b"twO")
    if damage == "missing":
        path.unlink()
    with pytest.raises(Unavailable, match="Train again"):
        registry.promote("two")
    assert (tmp_path / "models" / "registry.json").read_bytes() == before
    newest = registry.latest()
    assert newest is not None
    assert newest.version == "one"
