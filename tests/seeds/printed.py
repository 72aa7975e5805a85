# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compare what a program prints with what a document shows: the words exactly, the numbers to a tolerance."""

from __future__ import annotations

import math
import re

NUMBER = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?")


def same_print(got: object, expected: str, *, rtol: float = 2e-6, atol: float = 1e-7) -> None:
    """Fail unless str(got) reads like `expected`.

    White space is ignored next to brackets and commas and counts as one space elsewhere. A document that breaks off
    ends in "...": then only what stands before its last number counts, which may be cut short.
    """
    got, expected = _normalise(str(got)), _normalise(expected)
    cut = expected.endswith("...")
    expected = expected.removesuffix("...").rstrip()
    got_words, want_words = NUMBER.split(got), NUMBER.split(expected)
    got_numbers, want_numbers = NUMBER.findall(got), NUMBER.findall(expected)
    if cut:
        del want_words[-1], want_numbers[-1]
        got_words, got_numbers = got_words[: len(want_words)], got_numbers[: len(want_numbers)]
    assert got_words == want_words, f"\n--- got\n{got}\n--- expected\n{expected}"
    for g, w in zip(got_numbers, want_numbers, strict=True):
        assert math.isclose(float(g), float(w), rel_tol=rtol, abs_tol=atol), f"{g} is not {w} in\n{got}\n{expected}"


def _normalise(text: str) -> str:
    text = re.sub(r"\s+", " ", text.strip())
    return re.sub(r"\s*([\[\](){},:])\s*", r"\1", text)
