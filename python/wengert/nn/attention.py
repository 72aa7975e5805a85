# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Attention, and the product of matrices that are stored in blocks with scales."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from wengert import dtypes, errors, lax
from wengert import numpy as wnp
from wengert.lax._operands import as_array, convert, promote
from wengert.nn.normalization import logsumexp, softmax

__all__ = ["dot_product_attention", "scaled_matmul"]

_NAME = "dot_product_attention"


def dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    bias: Any = None,
    mask: Any = None,
    *,
    scale: float | None = None,
    is_causal: bool = False,
    query_seq_lengths: Any = None,
    key_value_seq_lengths: Any = None,
    local_window_size: int | tuple[int, int] | None = None,
    implementation: str | None = None,
    return_residual: bool = False,
) -> Any:
    """softmax(scale query key^T + bias) value: for each query the mean of the values, weighted by how well keys fit.

    Logits and softmax are computed in float32 at least.

    Args:
      query: floats of shape (batch, T, N, H) or (T, N, H): T positions, N heads of size H.
      key: (batch, S, K, H) or (S, K, H); K divides N: N // K heads of the query share one head of key and value.
      value: of the shape of key.
      bias: added to the logits; broadcast to (batch, N, T, S).
      mask: bools, broadcast to (batch, N, T, S); where it is false a key does not count.
      scale: 1 / sqrt(H) by default.
      is_causal: a query at position t sees the keys up to position t.
      query_seq_lengths: ints (batch,): the result is 0 from there on.
      key_value_seq_lengths: ints (batch,): keys from there on do not count.
      local_window_size: (left, right), or one number for both: how far from its own position a query sees.
      implementation: None or "xla": there is one.
      return_residual: also give logsumexp of the logits, (batch, T, N), a constant to differentiation.

    Returns:
      An array of the shape of query.

    Raises:
      ShapeError: the shapes do not fit together.
      DtypeError: the mask is not of bools.
      ValueError: the implementation is none of these.

    >>> x = wnp.ones((2, 5, 4, 8))
    >>> dot_product_attention(x, x, x, is_causal=True).shape
    (2, 5, 4, 8)
    """
    if implementation not in (None, "xla"):
        raise ValueError(f"{_NAME}: expected the implementation None or 'xla' but got {implementation!r}")
    shape = as_array(_NAME, query).shape
    q, k, v = promote(_NAME, (query, key, value), inexact=True)
    if q.ndim == 3:
        q, k, v = (lax.expand_dims(x, (0,)) for x in (q, k, v))
    _check_shapes(q, k, v, shape)
    (batch, t, heads, size), (s, groups) = q.shape, k.shape[1:3]
    full = (batch, heads, t, s)
    kind = dtypes.promote_types(q.dtype, dtypes.float32)
    # Heads as (K, N // K): those of one group meet the same keys without a copy of them.
    q = lax.reshape(q, (batch, t, groups, heads // groups, size))
    logits = wnp.einsum("btkgh,bskh->bkgts", q, k, preferred_element_type=kind)
    logits = lax.reshape(logits, full) * (1 / math.sqrt(size) if scale is None else scale)
    if bias is not None:
        logits = convert(logits + _fitting("bias", bias, full), kind)
    seen = _seen(full, mask, is_causal, query_seq_lengths, key_value_seq_lengths, local_window_size)
    if seen is not None:
        # Not -inf: a query that sees nothing gets the mean of all values, as in JAX, and no NaN.
        logits = wnp.where(seen, logits, -0.7 * float(np.finfo(kind).max))
    weights = lax.reshape(convert(softmax(logits), k.dtype), (batch, groups, heads // groups, t, s))
    out = lax.reshape(wnp.einsum("bkgts,bskh->btkgh", weights, v), (batch, t, heads, size))
    if query_seq_lengths is not None:
        inside = wnp.arange(t)[None, :] < as_array(_NAME, query_seq_lengths)[:, None]
        out = out * convert(inside[:, :, None, None], out.dtype)
    out = lax.reshape(out, shape)
    if not return_residual:
        return out
    residual = wnp.transpose(convert(logsumexp(logits, axis=-1), k.dtype), (0, 2, 1))
    return out, lax.stop_gradient(lax.reshape(residual, shape[:-1]))


def _check_shapes(q: Any, k: Any, v: Any, shape: tuple[int, ...]) -> None:
    fits = q.ndim == 4 and k.ndim == 4 and k.shape == v.shape
    fits = fits and (q.shape[0], q.shape[3]) == (k.shape[0], k.shape[3])
    if not fits or k.shape[2] == 0 or q.shape[2] % k.shape[2]:
        raise errors.make(
            errors.ShapeError,
            _NAME,
            "expected a query (batch, T, N, H), key and value (batch, S, K, H) where K divides N "
            f"but got {shape}, {k.shape} and {v.shape}",
            remedy="let the heads be the last axis but one",
        )


def _fitting(what: str, x: Any, full: tuple[int, ...]) -> Any:
    """A bias or a mask of four dimensions that broadcast to the logits."""
    x = as_array(_NAME, x)
    shape = (1,) * (4 - x.ndim) + x.shape
    if len(shape) != 4 or any(n not in (1, m) for n, m in zip(shape, full, strict=True)):
        raise errors.make(
            errors.ShapeError,
            _NAME,
            f"expected a {what} that broadcasts to the logits, {full}, but got {x.shape}",
        )
    return lax.reshape(x, shape)


def _seen(full: tuple[int, ...], mask: Any, causal: bool, queries: Any, keys: Any, window: Any) -> Any:
    """Where a query sees a key, or None: everywhere."""
    t, s = full[2:]
    parts = []
    if mask is not None:
        mask = _fitting("mask", mask, full)
        if mask.dtype != dtypes.bool_:
            raise errors.make(
                errors.DtypeError, _NAME, f"expected a mask of type bool but got {mask.dtype}",
                remedy="give numbers that are added to the logits as bias",
            )  # fmt: skip
        parts.append(mask)
    at, of = np.arange(t)[:, None], np.arange(s)[None, :]
    if causal:
        parts.append(wnp.asarray(of <= at))
    if window is not None:
        left, right = (window, window) if isinstance(window, int) else window
        parts.append(wnp.asarray((of >= at - left) & (of <= at + right)))
    for lengths, position in ((queries, at), (keys, of)):
        if lengths is not None:
            parts.append(wnp.asarray(position) < as_array(_NAME, lengths)[:, None, None, None])
    seen = None
    for part in parts:
        seen = part if seen is None else wnp.logical_and(seen, part)
    return seen


def scaled_matmul(lhs: Any, rhs: Any, lhs_scales: Any, rhs_scales: Any, preferred_element_type: Any = None) -> Any:
    """The product of two batches of matrices that are stored with one scale for each block of a row.

    Args:
      lhs: (batch, M, K).
      rhs: (batch, N, K): its rows are contracted as well.
      lhs_scales: (batch, M, K / block): one scale for each block of consecutive elements of a row.
      rhs_scales: (batch, N, K / block).
      preferred_element_type: of the result and the sums, float32 by default.

    Returns:
      An array of shape (batch, M, N).

    Raises:
      ShapeError: the shapes do not fit together, or the number of scales does not divide K.

    >>> a = wnp.ones((1, 2, 4))
    >>> scaled_matmul(a, a, wnp.full((1, 2, 2), 0.5), wnp.full((1, 2, 2), 2.0))
    Array([[[4., 4.],
            [4., 4.]]], dtype=float32)
    """
    name = "scaled_matmul"
    kind = dtypes.canonical(dtypes.float32 if preferred_element_type is None else preferred_element_type)
    a, b, p, q = (as_array(name, x) for x in (lhs, rhs, lhs_scales, rhs_scales))
    fits = a.ndim == b.ndim == p.ndim == q.ndim == 3 and a.shape[::2] == b.shape[::2]
    fits = fits and p.shape[:2] == a.shape[:2] and q.shape[:2] == b.shape[:2] and p.shape[2] == q.shape[2]
    if not fits or p.shape[2] == 0 or a.shape[2] % p.shape[2]:
        raise errors.make(
            errors.ShapeError,
            name,
            "expected lhs (batch, M, K), rhs (batch, N, K) and scales (batch, M, K / block) and (batch, N, K / block) "
            f"but got {a.shape}, {b.shape}, {p.shape} and {q.shape}",
        )

    def unpacked(x: Any, scales: Any) -> Any:
        blocks = lax.reshape(convert(x, kind), (*scales.shape, x.shape[2] // scales.shape[2]))
        return lax.reshape(blocks * convert(scales, kind)[..., None], x.shape)

    return wnp.einsum("bmk,bnk->bmn", unpacked(a, p), unpacked(b, q))
