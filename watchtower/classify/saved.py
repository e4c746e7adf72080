"""A fitted model as bytes and back: arrays and JSON in one archive, no pickle."""

from __future__ import annotations

import json
import unicodedata
import zlib
from importlib.metadata import version
from io import BytesIO
from tokenize import TokenError
from typing import Any
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import numpy as np
from numpy.lib.format import read_array, write_array
from numpy.typing import NDArray
from scipy.sparse import csr_array

from watchtower.classify.fitting import Line
from watchtower.classify.model import Choice, Model
from watchtower.classify.vectors import Vectors, columns_of
from watchtower.errors import ModelError

#: changes whenever the features or the layout change, so that an older model is fitted again, never guessed
FORMAT = 7
#: what the numbers of a model come from: another minor version may fit, or read a letter, otherwise
LIBRARIES = {
    "scikit-learn": version("scikit-learn"),
    "scipy": version("scipy"),
    "numpy": version("numpy"),
    "Unicode": unicodedata.unidata_version,
}
#: what zipfile and NumPy raise for bytes that are no archive of theirs
_DAMAGE = (KeyError, ValueError, TypeError, RuntimeError, OSError, EOFError, BadZipFile, zlib.error, TokenError)


def to_bytes(model: Model) -> bytes:
    """Write a model as a NumPy archive (.npz) with one member of JSON."""
    head = {
        "format": FORMAT,
        "libraries": LIBRARIES,
        "targets": model.targets,
        "names": model.vectors.names,
        "choices": {id: choice.answers for id, choice in model.choices.items()},
        "example_of": model.example_of,
    }
    arrays: dict[str, NDArray[Any]] = {
        "head": np.frombuffer(json.dumps(head).encode(), dtype=np.uint8),
        "feature_weights": model.vectors.weights,
        "feature_kinds": model.vectors.kinds,
        "weights": model.weights,
        "starts": model.starts,
        "thresholds": model.thresholds,
        "scope": model.scope.weights,
        "scope_start": np.array([model.scope.start]),
        "scope_share": model.scope_share,
        "gate": model.gate,
        "gate_least": model.gate_least,
        "example_values": model.example_rows.data,
        "example_columns": model.example_rows.indices,
        "example_ends": model.example_rows.indptr,
    }
    for id, choice in model.choices.items():
        arrays[f"choice_weights:{id}"], arrays[f"choice_starts:{id}"] = choice.weights, choice.starts
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w") as member:
                write_array(member, np.ascontiguousarray(array), allow_pickle=False)
    return buffer.getvalue()


def from_bytes(data: bytes) -> Model:
    """Read a model back. Raises ``ModelError`` for another format, other libraries or damaged bytes."""
    try:
        with ZipFile(BytesIO(data)) as archive:
            # read to its end, and so against its checksum, which np.load does not always do
            arrays = {name.removesuffix(".npy"): _array(archive.read(name)) for name in archive.namelist()}
        head = json.loads(arrays["head"].tobytes())
        if head["format"] != FORMAT:
            raise ModelError(f"the stored model has format {head['format']}, this watchtower reads {FORMAT}")
        for name, here in LIBRARIES.items():
            if _minor(head["libraries"][name]) != _minor(here):
                raise ModelError(f"the stored model was made with {name} {head['libraries'][name]}, here is {here}")
        return _model(head, arrays)
    except _DAMAGE as error:
        raise ModelError(f"the stored model is damaged: {error}") from error


def _array(content: bytes) -> NDArray[Any]:
    array: NDArray[Any] = read_array(BytesIO(content), allow_pickle=False)
    return array


def _minor(version: str) -> list[str]:
    return version.split(".")[:2]


def _model(head: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Model:
    names = tuple(head["names"])
    vectors = Vectors(
        names,
        columns_of(names),
        arrays["feature_weights"],
        arrays["feature_kinds"].astype(np.int8),
    )
    rows = (arrays["example_values"], arrays["example_columns"], arrays["example_ends"])
    return Model(
        targets=tuple(head["targets"]),
        vectors=vectors,
        weights=arrays["weights"],
        starts=arrays["starts"],
        thresholds=arrays["thresholds"],
        scope=Line(arrays["scope"], float(arrays["scope_start"][0])),
        scope_share=arrays["scope_share"],
        gate=arrays["gate"],
        gate_least=arrays["gate_least"],
        choices={
            id: Choice(tuple(answers), arrays[f"choice_weights:{id}"], arrays[f"choice_starts:{id}"])
            for id, answers in head["choices"].items()
        },
        example_rows=csr_array(rows, shape=(len(head["example_of"]), len(names))),
        example_of=tuple(head["example_of"]),
    )
