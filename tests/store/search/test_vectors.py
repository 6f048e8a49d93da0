"""Word vectors: near for what is alike in meaning, and a plain word where they cannot be had."""

import importlib
import json
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from store.search import vectors
from store.search.vectors import (
    TABLE,
    TOKENIZER,
    VectorsMissing,
    WordVectors,
    installed_vectors,
    read_vectors,
)
from tests.store.search.small_vectors import MEANINGS, small_vectors


def test_texts_that_mean_alike_are_nearer_than_others(tmp_path: Path) -> None:
    viral, vector, lorry = read_vectors(small_vectors(tmp_path)).of(
        ["viral", "viral vector", "lorry haulage"]
    )
    assert viral @ vector > 0.9 > 0.1 > viral @ lorry


def test_every_vector_is_of_length_one(tmp_path: Path) -> None:
    rows = read_vectors(small_vectors(tmp_path)).of(["viral", "viral vector lorry haulage"])
    assert rows.dtype == np.float32
    assert np.linalg.norm(rows, axis=1) == pytest.approx([1, 1])


def test_a_text_without_a_word_is_near_to_nothing(tmp_path: Path) -> None:
    rows = read_vectors(small_vectors(tmp_path)).of(["", "   ", "unheard"])
    assert not rows.any()


def test_a_text_is_read_to_its_end(tmp_path: Path) -> None:
    known = read_vectors(small_vectors(tmp_path))
    assert known.of(["viral viral lorry"]).tolist() != known.of(["viral viral"]).tolist()


def test_no_texts_have_no_vectors(tmp_path: Path) -> None:
    assert read_vectors(small_vectors(tmp_path)).of([]).shape == (0, 3)


def test_many_texts_are_as_they_are_alone(tmp_path: Path) -> None:
    known = read_vectors(small_vectors(tmp_path))
    many = known.of(["viral", "lorry haulage", ""] * vectors.BATCH)
    assert np.array_equal(many[-3:], known.of(["viral", "lorry haulage", ""]))


@pytest.mark.parametrize(
    "text", ["\ud83d viral", "\x00", "viral" * 40_000, "вирус 病毒 فيروس", "\u202eviral"]
)
def test_any_text_has_a_vector(tmp_path: Path, text: str) -> None:
    assert np.isfinite(read_vectors(small_vectors(tmp_path)).of([text])).all()


def test_a_table_too_short_for_its_tokenizer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(VectorsMissing, match="do not go with their tokenizer"):
        read_vectors(small_vectors(tmp_path, meanings=MEANINGS[:3]))


@pytest.mark.parametrize("name", [TABLE, TOKENIZER])
def test_a_damaged_file_is_told_of(tmp_path: Path, name: str) -> None:
    folder = small_vectors(tmp_path)
    (folder / name).write_text(json.dumps({"not": "this"}))
    with pytest.raises(VectorsMissing, match="cannot be read"):
        read_vectors(folder)


def test_files_that_are_not_there_are_told_of(tmp_path: Path) -> None:
    pytest.importorskip("tokenizers")
    with pytest.raises(VectorsMissing, match="cannot be read"):
        read_vectors(tmp_path)


def test_without_the_package_one_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    WordVectors.load.cache_clear()
    monkeypatch.setattr(vectors, "PACKAGE", "no_such_package_here")
    with pytest.raises(VectorsMissing, match=r"pip install 'whodoes\[vectors\]'"):
        WordVectors.load()
    assert installed_vectors() is None


def test_a_table_of_no_use_is_done_without_and_told_of(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    WordVectors.load.cache_clear()
    monkeypatch.setattr(vectors, "PACKAGE", "numpy")  # which is installed and holds no table
    assert installed_vectors() is None
    assert [record.getMessage() for record in caplog.records] == ["vectors.missing"]


def test_without_a_library_one_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "tokenizers", None)  # as if it were not installed
    monkeypatch.setitem(sys.modules, "safetensors.numpy", importlib)
    monkeypatch.setattr(importlib, "load_file", None, raising=False)
    with pytest.raises(VectorsMissing, match="tokenizers is not installed"):
        read_vectors(tmp_path)


@pytest.mark.skipif(find_spec(vectors.PACKAGE) is None, reason="the package with the table is an extra")
def test_the_shipped_table_knows_the_trade() -> None:
    WordVectors.load.cache_clear()
    asked, alike, other = WordVectors.load().of(
        [
            "gene therapy manufacturing",
            "making viral vectors for cell and gene therapies",
            "wedding photography",
        ]
    )
    assert asked @ alike > 0.5 > asked @ other
