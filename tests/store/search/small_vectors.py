"""Word vectors of a handful of words, as the package lays out its own."""

from pathlib import Path

import numpy as np
import pytest

from store.search.vectors import TABLE, TOKENIZER

WORDS = ["[UNK]", "viral", "vector", "lorry", "haulage"]
MEANINGS: list[list[float]] = [[0, 0, 0], [1, 0, 0], [1, 0.5, 0], [0, 0, 1], [0, 0.1, 1]]


def small_vectors(folder: Path, *, meanings: list[list[float]] = MEANINGS) -> Path:
    """A table and a tokenizer of five words, as the package lays them out."""
    tokenizers, numpy_files = pytest.importorskip("tokenizers"), pytest.importorskip("safetensors.numpy")
    numbered = {word: number for number, word in enumerate(WORDS)}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(numbered, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.enable_truncation(2)  # as the shipped one has it
    for name in (TABLE, TOKENIZER):
        (folder / name).parent.mkdir()
    tokenizer.save(str(folder / TOKENIZER))
    numpy_files.save_file({"embedding": np.array(meanings, dtype=np.float16)}, str(folder / TABLE))
    return folder
