# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks beside JAX: the same programs fail, with the same message. Needs JAX: `make oracle`."""

from __future__ import annotations

import pytest
from checkify_programs import PROGRAMS, Program

jax = pytest.importorskip("jax")
from jax.experimental import checkify


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_jax_says_the_same(program: Program):
    checked = checkify.checkify(program.make(jax, checkify), errors=getattr(checkify, program.errors))
    for x, message in program.messages:
        got = checked(jax.numpy.asarray(x))[0].get()
        assert message == (None if got is None else got.rstrip(" ."))
