# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Trees in files: every type comes back, structures do, other programs' files are read, damage is refused."""

from __future__ import annotations

import collections
import dataclasses
import json

import numpy as np
import pytest

import wengert as wg
import wengert.numpy as wnp
import wengert.random
from wengert import dtypes, errors, io, tree, tree_util

SUFFIXES = ("safetensors", "npz")
Layer = collections.namedtuple("Layer", "w b")
TYPES = [
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "bfloat16", "float32",
    "float64", "complex64", "complex128", *dtypes.STORAGE,
]  # fmt: skip


@pytest.fixture(params=SUFFIXES)
def path(request, tmp_path):
    return tmp_path / f"state.{request.param}"


@pytest.mark.parametrize("name", TYPES)
def test_every_type(path, name):
    dtype = dtypes.named(name)
    data = np.asarray([0, 1, 1, 0, 1, 1]).astype(dtype).reshape(2, 3)
    with wg.enable_x64():
        io.save(path, {"x": data, "scalar": data[0, 1], "empty": data[:0]})
        loaded = io.load(path)
        assert io.contents(path)[0]["x"] == wg.ShapeDtypeStruct((2, 3), dtype)
    assert {k: (v.shape, v.dtype) for k, v in loaded.items()} == {
        "x": ((2, 3), dtype), "scalar": ((), dtype), "empty": ((0, 3), dtype)
    }  # fmt: skip
    np.testing.assert_array_equal(np.asarray(loaded["x"]).astype("complex64"), data.astype("complex64"))


def test_64_bits_become_32(path):
    io.save(path, {"x": np.arange(3.0)})
    assert io.load(path)["x"].dtype == np.float32
    assert io.contents(path)[0]["x"].dtype == np.float64


def test_structures(path):
    state = {
        "b": [1, 2.5, None, ()],
        "a": (True, 1 + 2j, collections.OrderedDict(z=wnp.ones(2), y=np.float32(3))),
        3: {},
        ("pair", 1): wnp.zeros((1, 2), wnp.int8),
    }
    state.pop(3)  # keys of several types cannot be sorted
    state.pop(("pair", 1))
    nested = {"state": state, "by_number": {7: 1, 2: wnp.ones(1)}, "by_pair": {("p", 1): 4}}
    io.save(path, nested, metadata={"step": "12"})
    loaded = io.load(path)
    assert tree.structure(loaded) == tree.structure(nested)
    assert loaded["state"]["b"] == [1, 2.5, None, ()] and type(loaded["state"]["b"][0]) is int
    assert loaded["state"]["a"][:2] == (True, 1 + 2j) and loaded["state"]["a"][0] is True
    assert list(loaded["state"]["a"][2]) == ["z", "y"] and list(loaded["by_number"]) == [2, 7]
    assert io.contents(path)[1] == {"step": "12"}


def test_one_leaf_and_none(path):
    io.save(path, wnp.arange(3))
    assert io.load(path).tolist() == [0, 1, 2] and list(io.contents(path)[0]) == ["value"]
    io.save(path, {"a": None})
    assert io.load(path) == {"a": None}


def test_keys_of_random(path):
    key = wengert.random.key(3)
    keys = wengert.random.split(key, 2)
    io.save(path, {"key": key, "keys": keys})
    loaded = io.load(path)
    assert loaded["key"].dtype == key.dtype and loaded["keys"].shape == (2,)
    assert wengert.random.uniform(loaded["key"]) == wengert.random.uniform(key)
    into = io.load(path, {"key": wengert.random.key(0), "keys": keys})
    assert wengert.random.uniform(into["keys"][1]) == wengert.random.uniform(keys[1])


def test_names_that_would_be_shared(path):
    state = {"a.b": wnp.ones(1), "a": {"b": wnp.zeros(1)}}
    io.save(path, state)
    assert sorted(io.contents(path)[0]) == ["['a']['b']", "['a.b']"]
    assert io.load(path)["a.b"].item() == 1


def test_a_template_brings_back_other_classes(path):
    @tree_util.register_dataclass
    @dataclasses.dataclass
    class State:
        layer: Layer
        step: int
        name: str = tree_util.static(default="n")

    state = State(Layer(wnp.ones((2, 3), wnp.bfloat16), wnp.zeros(3)), 5, "adam")
    io.save(path, state)
    with pytest.raises(errors.TreeError, match=r"expected a template for a node of the class .*State"):
        io.load(path)
    shapes = wg.eval_shape(lambda: state.layer)
    loaded = io.load(path, State(shapes, 0, "other"))
    assert isinstance(loaded.layer, Layer) and loaded.step == 5 and loaded.name == "other"
    assert loaded.layer.w.dtype == dtypes.bfloat16
    with pytest.raises(errors.TreeError, match=r"1 missing \(more\) and 1 more \(step\)"):
        io.load(path, {"layer": shapes, "more": 1})
    with pytest.raises(errors.TreeError, match=r"expected float32\[2, 3\] at layer.w but got bfloat16\[2, 3\]"):
        io.load(path, State(Layer(wnp.ones((2, 3)), shapes.b), 0))
    with pytest.raises(errors.TreeError, match=r"expected a number at layer.b but got float32\[3\]"):
        io.load(path, State(Layer(shapes.w, 1.0), 0))


def test_what_cannot_be_saved(path):
    with pytest.raises(errors.TreeError, match="expected arrays, keys and numbers but got str at name"):
        io.save(path, {"name": "adam"})
    with pytest.raises(errors.TreeError, match="expected arrays but got a traced value at value"):
        wg.jit(lambda x: io.save(path, x))(1.0)
    with pytest.raises(errors.TreeError, match="expected keys of dicts that are text or numbers"):
        io.save(path, {frozenset("a"): 1})
    with pytest.raises(errors.TreeError, match="expected numbers or bools but got <U1"):
        io.save(path, np.asarray(["a"]))
    with pytest.raises(errors.TreeError, match="expected metadata of texts"):
        io.save(path, 1, metadata={"step": 1})
    with pytest.raises(io.FormatError, match=r"ends in \.safetensors or \.npz"):
        io.load(path.with_suffix(".pkl"))
    assert not list(path.parent.iterdir())
    with pytest.raises(FileNotFoundError):
        io.load(path)


def test_an_old_file_stays_when_saving_fails(path, monkeypatch):
    io.save(path, {"a": 1})
    monkeypatch.setattr("os.replace", lambda *_: (_ for _ in ()).throw(OSError("disk")))
    with pytest.raises(OSError, match="disk"):
        io.save(path, {"a": 2})
    assert io.load(path) == {"a": 1} and list(path.parent.iterdir()) == [path]


def test_npz_of_numpy(tmp_path):
    np.savez(tmp_path / "a.npz", x=np.arange(3, dtype=np.int8), y=np.float32(2))
    loaded = io.load(tmp_path / "a.npz")
    assert loaded["x"].tolist() == [0, 1, 2] and loaded["y"].dtype == np.float32
    io.save(tmp_path / "b.npz", {"x": [wnp.arange(3)]})
    with np.load(tmp_path / "b.npz") as data:
        assert data["x.0"].tolist() == [0, 1, 2]
    np.savez(tmp_path / "c.npz", x=np.asarray([{}], object), allow_pickle=True)
    with pytest.raises(io.FormatError, match="expected an npz file"):
        io.load(tmp_path / "c.npz")


def safetensors(path, header, data=b""):
    text = json.dumps(header).encode() if not isinstance(header, bytes) else header
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def test_safetensors_of_others(tmp_path):
    path = tmp_path / "a.safetensors"
    safetensors(path, {"w": {"dtype": "BF16", "shape": [2], "data_offsets": [0, 4]}}, b"\x80\x3f\x00\x40")
    assert np.asarray(io.load(path)["w"]).astype(float).tolist() == [1, 2]


ENTRY = {"dtype": "F32", "shape": [1], "data_offsets": [0, 4]}


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (b"[", "expected a header in JSON"),
        (b"[]", "expected a header in JSON"),
        ({"__metadata__": {"a": 1}}, "expected metadata of texts"),
        ({"w": {**ENTRY, "dtype": "F31"}}, "expected type, shape and place of 'w'"),
        ({"w": {**ENTRY, "shape": [2]}}, "expected type, shape and place of 'w'"),
        ({"w": {**ENTRY, "shape": [-1]}}, "expected type, shape and place of 'w'"),
        ({"w": {**ENTRY, "data_offsets": [4, 8]}}, "expected type, shape and place of 'w'"),
        ({"w": 3}, "expected type, shape and place of 'w'"),
        ({"__metadata__": {"wengert.types": "{"}}, "expected the types as JSON"),
        ({"__metadata__": {"wengert.types": '{"w": "object"}'}, "w": ENTRY}, "expected a type of wengert but got 'obj"),
        ({"__metadata__": {"wengert.types": '{"w": "int4"}'}, "w": ENTRY}, "expected the bytes of int4 for 'w'"),
        ({"__metadata__": {"wengert.structure": "{"}}, "expected the structure as JSON"),
        ({"__metadata__": {"wengert.structure": '["w", "array"]'}}, "expected the tensor 'w' of the structure"),
        ({"__metadata__": {"wengert.structure": "3"}}, "expected the structure of a tree but got 3"),
    ],
)
def test_damaged_safetensors(tmp_path, header, message):
    safetensors(tmp_path / "a.safetensors", header, b"\0" * 4)
    with pytest.raises(io.FormatError, match=message):
        io.load(tmp_path / "a.safetensors")


def test_damaged_files(tmp_path):
    (tmp_path / "a.safetensors").write_bytes(b"\xff" * 20)
    with pytest.raises(io.FormatError, match="expected a header within the 20 bytes"):
        io.load(tmp_path / "a.safetensors")
    (tmp_path / "a.npz").write_bytes(b"PK")
    with pytest.raises(io.FormatError, match="expected an npz file"):
        io.load(tmp_path / "a.npz")
    np.savez(tmp_path / "b.npz", __wengert__=np.zeros(2, np.uint8))
    with pytest.raises(io.FormatError, match="expected texts in JSON"):
        io.load(tmp_path / "b.npz")
    for name in ("a.safetensors", "a.npz"):
        with pytest.raises(io.FormatError, match="expected names other than"):
            io.save(tmp_path / name, {"__metadata__" if name.endswith("s") else "__wengert__": 1})
