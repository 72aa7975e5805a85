# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Public names that have no record in the table, each with its reason."""

from __future__ import annotations

TYPES = "a type or a question about types: test_dtypes.py holds the whole promotion table against JAX's"
PRINTING = "text, not arrays: test_array.py"
FILES = "files: test_io.py and test_numpy_names.py"
CLASSES = "a class of several methods: a test file of its own"
PLAIN = "a constant or a question that NumPy answers"
TESTED = "takes or gives functions, tried in "

EXEMPT: dict[str, dict[str, str]] = {
    "numpy": {
        **dict.fromkeys(
            "ComplexWarning character complexfloating flexible floating generic inexact integer number object_ "
            "signedinteger unsignedinteger dtype can_cast finfo iinfo isdtype issubdtype promote_types "
            "result_type".split(),
            TYPES,
        ),
        **dict.fromkeys(
            "bfloat16 bool bool_ cdouble complex128 complex64 complex_ csingle double float16 float32 "
            "float4_e2m1fn float64 float6_e2m3fn float6_e3m2fn float8_e3m4 float8_e4m3 float8_e4m3b11fnuz "
            "float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz float8_e8m0fnu float_ half int1 int16 "
            "int2 int32 int4 int64 int8 int_ single uint uint1 uint16 uint2 uint32 uint4 uint64 uint8".split(),
            TYPES,
        ),
        **dict.fromkeys("array_repr array_str get_printoptions set_printoptions printoptions".split(), PRINTING),
        **dict.fromkeys("load save savez fromfile".split(), FILES),
        **dict.fromkeys("e euler_gamma inf nan pi newaxis iterable ndim shape size isscalar".split(), PLAIN),
        **dict.fromkeys(["iscomplexobj", "isrealobj"], "a question about types: test_complex.py"),
        "ndarray": "the class Array: test_array.py",
        "ufunc": "the class of functions with reduce, accumulate, at: test_numpy_names.py",
        "index_exp": "gives back the index that it is given: test_numpy_sets.py",
        "s_": "gives back the index that it is given: test_numpy_sets.py",
        "r_": "joins by text and slices: the expressions of numpy_cases.py",
        "c_": "joins by text and slices: the expressions of numpy_cases.py",
    },
    "nn": {
        "initializers": "a module: random arrays, test_nn.py",
        "layers": "a module: test_nn_layers.py",
        "scaled_matmul": "block-scaled products of 8-bit floats: test_nn.py against the product of the scaled operands",
    },
    "scipy.sparse.linalg": dict.fromkeys(["cg", "bicgstab", "gmres"], TESTED + "test_scipy_solvers.py"),
    "scipy.optimize": {"minimize": TESTED + "test_scipy_solvers.py", "OptimizeResults": "its result"},
    "scipy.spatial.transform": dict.fromkeys(["Rotation", "Slerp"], CLASSES + ", test_scipy_spatial.py"),
    "scipy.stats": {"gaussian_kde": CLASSES + ", test_scipy_stats.py"},
    "scipy.sparse": {"linalg": "a module"},
    "scipy.cluster": {"vq": "a module"},
    "scipy.spatial": {"transform": "a module"},
}
