"""The registry: a damaged file is an error and never skipped, and no promotion is lost."""

import hashlib
import json
import multiprocessing
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from contract_tests.hang import HANG_SECONDS
from quant_engine.domain.errors import ErrorCode, NoModel, NotFound, Unavailable
from quant_engine.domain.models import ModelFile
from quant_engine.models.manifest import MANIFEST, VersionManifest
from quant_engine.models.registry import ModelRegistry
from tests.models.markets import market, trained
from tests.models.promoting import promote

CLOSES = market()

Put = Callable[..., None]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> VersionManifest:
    return trained(tmp_path_factory.mktemp("home"), CLOSES)


@pytest.fixture
def registry(tmp_path: Path) -> ModelRegistry:
    return ModelRegistry(tmp_path)


@pytest.fixture
def put(registry: ModelRegistry, template: VersionManifest) -> Put:
    """Store a version that was not trained."""

    def write(version: str, **changes: object) -> None:
        folder = registry.folder(version)
        folder.mkdir(parents=True)
        (folder / "models").write_bytes(version.encode())
        file = ModelFile(name="models", sha256=hashlib.sha256(version.encode()).hexdigest())
        folds = [fold.model_copy(update={"file": file}) for fold in template.folds]
        made = {"version": version, "folds": folds, "predictions": file}
        manifest = template.model_copy(update={**made, **changes})
        (folder / MANIFEST).write_text(manifest.model_dump_json())

    return write


def newest(registry: ModelRegistry) -> str | None:
    manifest = registry.latest()
    return None if manifest is None else manifest.version


def test_an_empty_home_has_no_versions(registry: ModelRegistry) -> None:
    assert registry.versions() == []
    assert registry.latest() is None
    with pytest.raises(NoModel):
        registry.resolve("latest", 10, "core")


def test_versions_are_listed_newest_first(registry: ModelRegistry, put: Put) -> None:
    names = ["20200101t000000-aaaaaa", "20210101t000000-aaaaaa", "20200601t000000-aaaaaa"]
    for name in names:
        put(name)
    assert [manifest.version for manifest in registry.versions()] == sorted(names, reverse=True)


def test_latest_is_the_last_promoted_that_fits(registry: ModelRegistry, put: Put) -> None:
    put("one")
    put("two", horizons=[5])
    put("three", feature_mode="full")
    for name in ("one", "two", "three"):
        registry.promote(name)
    assert newest(registry) == "three"
    assert registry.resolve("latest", 1, "core").version == "one"
    assert registry.resolve("latest", 5, "core").version == "two"
    assert registry.resolve("latest", 1, "full").version == "three"
    registry.promote("one")
    assert newest(registry) == "one"


def test_each_source_has_a_latest_of_its_own(registry: ModelRegistry, put: Put) -> None:
    put("one")
    put("two", data_source="files")
    for name in ("one", "two"):
        registry.promote(name)
    found = [registry.latest(source) for source in ("demo", "files")]
    assert [manifest and manifest.version for manifest in found] == ["one", "two"]


def test_an_unpromoted_version_is_not_latest(registry: ModelRegistry, put: Put) -> None:
    put("one")
    assert registry.latest() is None
    assert registry.resolve("one", 1, "core").version == "one"


@pytest.mark.parametrize(("horizon", "mode"), [(10, "core"), (1, "full")])
def test_a_version_for_another_request_is_no_model(
    registry: ModelRegistry, put: Put, horizon: int, mode: str
) -> None:
    put("one")
    with pytest.raises(NoModel):
        registry.resolve("one", horizon, mode)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "version", ["nope", "../one", "..", ".", "", "One", "a/b", "a" * 65, "a\0"]
)
def test_an_unknown_version_is_not_found(tmp_path: Path, put: Put, version: str) -> None:
    put("one")
    with pytest.raises(NotFound) as caught:
        ModelRegistry(tmp_path / "models").get(version)
    assert caught.value.code is ErrorCode.UNKNOWN_VERSION


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", b'{"promoted": [1]}', b"null"])
def test_a_registry_that_cannot_be_parsed_is_unavailable(
    tmp_path: Path, registry: ModelRegistry, put: Put, content: bytes
) -> None:
    put("one")
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


def test_a_registry_that_cannot_be_read_is_unavailable(
    tmp_path: Path, registry: ModelRegistry
) -> None:
    (tmp_path / "models" / "registry.json").mkdir(parents=True)
    with pytest.raises(Unavailable):
        registry.latest()


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[1]"])
def test_a_damaged_manifest_is_unavailable(
    tmp_path: Path, registry: ModelRegistry, put: Put, content: bytes
) -> None:
    put("one")
    put("two")
    (tmp_path / "models" / "two" / MANIFEST).write_bytes(content)
    with pytest.raises(Unavailable, match="two"):
        registry.get("two")
    with pytest.raises(Unavailable):
        registry.versions()


def test_a_promoted_version_whose_folder_is_gone_is_unavailable(
    tmp_path: Path, registry: ModelRegistry, put: Put
) -> None:
    put("one")
    registry.promote("one")
    shutil.rmtree(tmp_path / "models" / "one")
    with pytest.raises(Unavailable, match="one"):
        registry.latest()


def test_promotions_from_two_processes_at_once_are_all_kept(tmp_path: Path, put: Put) -> None:
    halves = [[f"{half}{number:02}" for number in range(25)] for half in "ab"]
    for name in [*halves[0], *halves[1]]:
        put(name)
    context = multiprocessing.get_context("spawn")
    begin = context.Barrier(2)
    processes = [context.Process(target=promote, args=(tmp_path, half, begin)) for half in halves]
    for process in processes:
        process.start()
    for process in processes:
        process.join(HANG_SECONDS)
    assert [process.exitcode for process in processes] == [0, 0]
    promoted = json.loads((tmp_path / "models" / "registry.json").read_text())["promoted"]
    assert sorted(promoted) == sorted([*halves[0], *halves[1]])


def test_a_version_without_a_manifest_is_not_reported_as_absent(
    tmp_path: Path, registry: ModelRegistry
) -> None:
    (tmp_path / "models" / "one").mkdir(parents=True)
    with pytest.raises(Unavailable, match="one"):
        registry.get("one")


def test_a_manifest_of_another_version_is_damaged(
    tmp_path: Path, registry: ModelRegistry, put: Put
) -> None:
    put("one")
    (tmp_path / "models" / "one").rename(tmp_path / "models" / "two")
    with pytest.raises(Unavailable, match="two"):
        registry.get("two")


def test_a_version_of_another_source_does_not_fit(registry: ModelRegistry, put: Put) -> None:
    put("one")
    registry.promote("one")
    assert registry.resolve("latest", 1, "core", "demo").version == "one"
    for version in ("latest", "one"):
        with pytest.raises(NoModel, match=r"files|No model"):
            registry.resolve(version, 1, "core", "files")


@pytest.mark.parametrize("damage", ["changed", "missing"])
def test_an_incomplete_version_is_not_promoted(
    tmp_path: Path, registry: ModelRegistry, put: Put, damage: str
) -> None:
    put("one")
    put("two")
    registry.promote("one")
    before = (tmp_path / "models" / "registry.json").read_bytes()
    path = tmp_path / "models" / "two" / "models"
    path.write_bytes(b"twO")
    if damage == "missing":
        path.unlink()
    with pytest.raises(Unavailable, match="Train again"):
        registry.promote("two")
    assert (tmp_path / "models" / "registry.json").read_bytes() == before
    assert newest(registry) == "one"
