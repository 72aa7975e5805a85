# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""wengert.numpy against jax.numpy: its names, the keywords of its functions, and results with their types."""

from __future__ import annotations

import inspect
import types
import warnings

import numpy as np
import pytest

import wengert.numpy as wnp

jax = pytest.importorskip("jax")
import jax.numpy as jnp
from numpy_cases import DISCRETE, SMOOTH, data, expressions

# What an expression may lack, or have different, and why.
DIFFERENT = {
    "m.nan_to_num": "JAX takes copy by position only",
    "m.array_equal": "a Python bool of NumPy in one of them",
}
# JAX refuses these arguments, NumPy and wengert take them.
REFUSED_BY_JAX = ("edge_order=", '"sturges"', "reflect_type", "stat_length", 'method="')
MODULES = [(jnp, wnp), (jnp.linalg, wnp.linalg), (jnp.fft, wnp.fft)]


def public(module):
    names = []
    for name in dir(module):
        if name.startswith("_"):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("error", DeprecationWarning)
            try:
                value = getattr(module, name)
            except (AttributeError, DeprecationWarning):
                continue
        if not isinstance(value, types.ModuleType):
            names.append(name)
    return names


@pytest.mark.parametrize(("theirs", "ours"), MODULES, ids=lambda m: m.__name__)
def test_names(theirs, ours):
    assert not [n for n in public(theirs) if not hasattr(ours, n)]


def parameters(function):
    try:
        return inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return None


NAMES = [(t, o, n) for t, o in MODULES for n in public(t) if inspect.isfunction(inspect.unwrap(getattr(t, n)))]


@pytest.mark.parametrize(("theirs", "ours", "name"), NAMES, ids=[f"{t.__name__}.{n}" for t, _, n in NAMES])
def test_every_keyword(theirs, ours, name):
    """Positions have the same names, and every keyword is taken."""
    wanted, own = parameters(getattr(theirs, name)), parameters(getattr(ours, name))
    if wanted is None or own is None:
        return
    named = {p.name for p in own}
    any_keyword = any(p.kind is p.VAR_KEYWORD for p in own)
    for p in wanted:
        if p.kind in (p.KEYWORD_ONLY, p.POSITIONAL_OR_KEYWORD):
            assert p.name in named or any_keyword, f"{name} lacks {p.name}"
    places = [[p.name for p in ps if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)] for ps in (wanted, own)]
    if not any(p.kind is p.VAR_POSITIONAL for p in [*wanted, *own]):
        keywords = [p.name for p in wanted if p.kind is p.POSITIONAL_OR_KEYWORD]
        assert [n for n in places[1][: len(places[0])] if n in keywords] == keywords, name


def evaluated(expression, module, arrays):
    return eval(expression, {"m": module, **arrays})


@pytest.mark.parametrize("expression", [e for e in expressions(SMOOTH) + expressions(DISCRETE)])
def test_result(expression):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            theirs = evaluated(expression, jnp, {n: jnp.asarray(a) for n, a in data().items()})
        except Exception:  # JAX refuses, e.g. lists where arrays are expected
            pytest.skip("JAX refuses")
    ours = evaluated(expression, wnp, {n: wnp.asarray(a) for n, a in data().items()})
    got, expected = np.asarray(ours), np.asarray(theirs)
    assert got.shape == expected.shape
    assert got.dtype == expected.dtype, expression
    if hasattr(theirs, "weak_type") and hasattr(ours, "weak_type"):
        assert ours.weak_type == theirs.weak_type, expression
    np.testing.assert_allclose(got, expected, rtol=2e-5, atol=1e-5, err_msg=expression)
