"""Static word vectors: what a text is about, as one unit vector, from the table that the `wordllama` package ships.

The table and its tokenizer are read from the package's files, for its own loader would look for them in the network.
"""

import logging
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PACKAGE = "wordllama"
TABLE, TOKENIZER = "weights/l2_supercat_256.safetensors", "tokenizers/l2_supercat_tokenizer_config.json"
LONGEST = 4000  # characters of a text that are read; what it is about is said by then
BATCH = 256  # texts tokenized at a time: all at once would take a gigabyte for a hundred thousand

Vectors = NDArray[np.float32]

log = logging.getLogger(__name__)


class VectorsMissing(Exception):
    """Why there are no vectors here, in words for who runs the program."""


class WordVectors:
    """Safe to share among threads. The same text always gives the same vector."""

    def __init__(self, table: Vectors, tokenizer: Any) -> None:
        self._table = table
        self._tokenizer = tokenizer

    @staticmethod
    @cache
    def load() -> "WordVectors":
        """From the installed package, once a process. Raises VectorsMissing."""
        spec = find_spec(PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise VectorsMissing(f"The package {PACKAGE} is not installed: pip install 'whodoes[vectors]'")
        return read_vectors(Path(spec.submodule_search_locations[0]))

    @property
    def width(self) -> int:
        return int(self._table.shape[1])

    def of(self, texts: Sequence[str]) -> Vectors:
        """A row for each text, of length 1, or 0 for a text without a word. The cosine of two is their product."""
        rows = np.zeros((len(texts), self.width), dtype=np.float32)
        for at, tokens in enumerate(self._tokens(texts)):
            if tokens:
                rows[at] = self._table.take(tokens, axis=0).sum(axis=0) / len(tokens)
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        np.divide(rows, lengths, out=rows, where=lengths > 0)
        return rows

    def _tokens(self, texts: Sequence[str]) -> Iterator[list[int]]:
        for start in range(0, len(texts), BATCH):
            batch = [_readable(text) for text in texts[start : start + BATCH]]
            for encoded in self._tokenizer.encode_batch_fast(batch, add_special_tokens=False):
                yield encoded.ids


def installed_vectors() -> WordVectors | None:
    """The vectors where the extra is installed; the search does without them where it is not, or is of no use."""
    if find_spec(PACKAGE) is None:
        return None
    try:
        return WordVectors.load()
    except VectorsMissing as missing:
        log.warning("vectors.missing", extra={"reason": str(missing)})
        return None


def read_vectors(folder: Path) -> WordVectors:
    """The vectors whose files stand in this folder. Raises VectorsMissing."""
    try:
        load_file = import_module("safetensors.numpy").load_file
        tokenizer = import_module("tokenizers").Tokenizer.from_file(str(folder / TOKENIZER))
        (table,) = load_file(str(folder / TABLE)).values()
    except ImportError as error:
        raise VectorsMissing(
            f"The package {error.name} is not installed: pip install 'whodoes[vectors]'"
        ) from None
    except Exception as error:  # noqa: BLE001 - both libraries raise bare Exceptions of their own for a bad file
        raise VectorsMissing(
            f"The word vectors in {folder} cannot be read ({error}): this version of {PACKAGE} is not the one known here."
        ) from None
    if table.ndim != 2 or tokenizer.get_vocab_size() > len(table):
        raise VectorsMissing(f"The word vectors in {folder} do not go with their tokenizer.")
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return WordVectors(table.astype(np.float32), tokenizer)  # halves are ten times as slow to add up


def _readable(text: str) -> str:
    """No longer than needed, and without the halves of characters that tokenizers refuse."""
    return text[:LONGEST].encode("utf-8", "replace").decode("utf-8")
