# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Rotations of space as unit quaternions (x, y, z, w), alone or many of them, and what lies between them.

The Euler angles are by Bernardes and Viollet, Quaternion to Euler angles conversion (2022).
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from wengert import errors, random
from wengert import numpy as wnp
from wengert.lax._operands import convert, promote

__all__ = ["Rotation", "Slerp"]


def _vectors(function: str, x: Any, size: int, what: str) -> Any:
    (x,) = promote(function, (x,), inexact=True)
    if not x.ndim or x.shape[-1] != size:
        raise errors.make(errors.ShapeError, function, f"expected {what} of shape (..., {size}) but got {x.shape}")
    return x


def _norm(x: Any) -> Any:
    """The length along the last dimension, which it keeps; its gradient at zero is zero."""
    square = wnp.sum(x * x, -1, keepdims=True)
    return wnp.where(square > 0, wnp.sqrt(wnp.where(square > 0, square, 1)), 0)


def _product(p: Any, q: Any) -> Any:
    """The quaternion of the rotation q and then p."""
    (p, pw), (q, qw) = ((x[..., :3], x[..., 3:]) for x in (p, q))
    vector = pw * q + qw * p + wnp.cross(p, q)
    return wnp.concatenate([vector, pw * qw - wnp.sum(p * q, -1, keepdims=True)], -1)


def _axes(function: str, seq: str, least: int) -> tuple[list[int], bool]:
    """The axes 0 to 2 of a sequence of letters, and whether they turn with the body."""
    intrinsic = seq.isupper()
    letters = seq.lower()
    if (
        not least <= len(seq) <= 3
        or (not intrinsic and not seq.islower())
        or set(letters) - set("xyz")
        or any(a == b for a, b in itertools.pairwise(letters))
    ):
        raise ValueError(
            f"{function}: expected {least} to 3 letters of xyz, or of XYZ, of which no two neighbours are equal, "
            f"but got {seq!r}"
        )
    return ["xyz".index(c) for c in letters], intrinsic


class Rotation(NamedTuple):
    """Rotations, made by one of the functions `from_...`.

    Attributes:
      quat: quaternions of norm 1, shape (4,) or (n, 4).

    >>> turn = Rotation.from_euler("z", 90.0, degrees=True)
    >>> turn.apply(wnp.array([1.0, 0.0, 0.0])).round(3)
    Array([0., 1., 0.], dtype=float32)
    >>> (turn * turn).magnitude().round(3)
    Array(3.142, dtype=float32)
    """

    quat: Any

    @classmethod
    def from_quat(cls, quat: Any) -> Rotation:
        """Of quaternions of any length but zero, shape (..., 4), the real part last.

        Raises:
          ShapeError: another shape.
        """
        quat = _vectors("Rotation.from_quat", quat, 4, "quaternions")
        return cls(quat / _norm(quat))

    @classmethod
    def from_rotvec(cls, rotvec: Any, degrees: bool = False) -> Rotation:
        """Of vectors along the axis whose length is the angle, shape (..., 3).

        Raises:
          ShapeError: another shape.

        >>> Rotation.from_rotvec(wnp.zeros(3)).quat
        Array([0., 0., 0., 1.], dtype=float32)
        """
        v = _vectors("Rotation.from_rotvec", rotvec, 3, "vectors")
        v = wnp.deg2rad(v) if degrees else v
        square = wnp.sum(v * v, -1, keepdims=True)
        small = square < 1e-6  # the series there, in the square: also its gradient is right at zero
        angle = wnp.sqrt(wnp.where(small, 1, square))
        scale = wnp.where(small, 0.5 - square / 48 + square * square / 3840, wnp.sin(angle / 2) / angle)
        cosine = wnp.where(small, 1 - square / 8 + square * square / 384, wnp.cos(angle / 2))
        return cls(wnp.concatenate([scale * v, cosine], -1))

    @classmethod
    def from_matrix(cls, matrix: Any) -> Rotation:
        """Of orthogonal matrices of determinant 1, shape (..., 3, 3).

        Raises:
          ShapeError: another shape.
        """
        m = _vectors("Rotation.from_matrix", matrix, 3, "matrices")
        if m.ndim < 2 or m.shape[-2] != 3:
            raise errors.make(
                errors.ShapeError, "Rotation.from_matrix", f"expected matrices of shape (..., 3, 3) but got {m.shape}"
            )
        d = [m[..., i, i] for i in range(3)]
        trace = d[0] + d[1] + d[2]
        # One row of q q^T times 4 for each component of q; that of the largest component has the fewest errors.
        sums = {(i, j): m[..., i, j] + m[..., j, i] for i in range(3) for j in range(i)}
        twists = [m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]]
        rows = [
            [1 - trace + 2 * d[i] if i == j else sums[max(i, j), min(i, j)] for j in range(3)] + [twists[i]]
            for i in range(3)
        ]
        rows.append([*twists, 1 + trace])
        outer = wnp.stack([wnp.stack(row, -1) for row in rows], -2)
        best = wnp.argmax(wnp.stack([*d, trace], -1), -1)[..., None, None]
        quat = wnp.take_along_axis(outer, best, -2)[..., 0, :]
        return cls(quat / _norm(quat))

    @classmethod
    def from_mrp(cls, mrp: Any) -> Rotation:
        """Of modified Rodrigues parameters, the axis times the tangent of a quarter of the angle, shape (..., 3).

        Raises:
          ShapeError: another shape.
        """
        v = _vectors("Rotation.from_mrp", mrp, 3, "parameters")
        square = wnp.sum(v * v, -1, keepdims=True)
        return cls(wnp.concatenate([2 * v, 1 - square], -1) / (1 + square))

    @classmethod
    def from_euler(cls, seq: str, angles: Any, degrees: bool = False) -> Rotation:
        """Of one to three angles about axes.

        Args:
          seq: the axes, small letters of xyz for those of space, large ones for those that turn with the body.
          angles: shape (..., k) for k letters; also () for one.
          degrees: the angles are in degrees.

        Raises:
          ShapeError: not as many angles as letters.
          ValueError: other letters.
        """
        axes, intrinsic = _axes("Rotation.from_euler", seq, 1)
        (angles,) = promote("Rotation.from_euler", (angles,), inexact=True)
        angles = _vectors("Rotation.from_euler", wnp.atleast_1d(convert(angles, angles.dtype)), len(axes), "angles")
        half = (wnp.deg2rad(angles) if degrees else angles) / 2
        quat: Any = None
        for i, axis in enumerate(axes):
            zero = wnp.zeros_like(half[..., i])
            parts = [zero, zero, zero, wnp.cos(half[..., i])]
            parts[axis] = wnp.sin(half[..., i])
            one = wnp.stack(parts, -1)
            quat = one if quat is None else _product(quat, one) if intrinsic else _product(one, quat)
        return cls(quat)

    @classmethod
    def identity(cls, num: int | None = None, dtype: Any = float) -> Rotation:
        """The rotation by nothing, or `num` of them."""
        one = wnp.array([0.0, 0.0, 0.0, 1.0], dtype=dtype)
        return cls(one if num is None else wnp.broadcast_to(one, (num, 4)))

    @classmethod
    def random(cls, random_key: Any, num: int | None = None) -> Rotation:
        """A rotation, or `num` of them, uniform among all."""
        return cls.from_quat(random.normal(random_key, (4,) if num is None else (num, 4)))

    @classmethod
    def concatenate(cls, rotations: Sequence[Rotation]) -> Rotation:
        """Many rotations from several such objects."""
        return cls(wnp.concatenate([wnp.atleast_2d(r.quat) for r in rotations]))

    @property
    def single(self) -> bool:
        """Whether it is one rotation and not an array of them."""
        return self.quat.ndim == 1

    def __getitem__(self, indexer: Any) -> Rotation:
        if self.single:
            raise TypeError("Rotation: expected an array of rotations to index but got one")
        return Rotation(self.quat[indexer])

    def __len__(self) -> int:
        if self.single:
            raise TypeError("Rotation: expected an array of rotations to have a length but got one")
        return int(self.quat.shape[0])

    def __mul__(self, other: Any) -> Rotation:
        """The rotation by `other` and then by this one."""
        return Rotation.from_quat(_product(*promote("Rotation", (self.quat, other.quat))))

    def inv(self) -> Rotation:
        """The rotation back."""
        return Rotation(self.quat * np.array([-1, -1, -1, 1], self.quat.dtype))

    def apply(self, vectors: Any, inverse: bool = False) -> Any:
        """The rotated vectors, shape (..., 3), or those rotated back.

        Raises:
          ShapeError: another shape.
        """
        vectors = _vectors("Rotation.apply", vectors, 3, "vectors")
        matrix = self.as_matrix()
        return wnp.einsum("...ji,...j->...i" if inverse else "...ij,...j->...i", matrix, vectors)

    def magnitude(self) -> Any:
        """The angle, from 0 to pi."""
        return 2 * wnp.arctan2(_norm(self.quat[..., :3])[..., 0], abs(self.quat[..., 3]))

    def mean(self, weights: Any = None) -> Rotation:
        """The mean rotation, that of the least sum of squared chords (Markley et al., 2007).

        Args:
          weights: of the rotations, shape (n,).

        Raises:
          ShapeError: other weights, or one rotation only.
        """
        n = len(self)
        w = wnp.ones(n, self.quat.dtype) if weights is None else convert(wnp.asarray(weights), self.quat.dtype)
        if w.shape != (n,):
            raise errors.make(
                errors.ShapeError,
                "Rotation.mean",
                f"expected weights of shape ({n},), one a rotation, but got {w.shape}",
            )
        return Rotation(wnp.linalg.eigh((w * self.quat.T) @ self.quat)[1][:, -1])

    def as_quat(self, canonical: bool = False, scalar_first: bool = False) -> Any:
        """The quaternions, shape (..., 4).

        Args:
          canonical: of the two of a rotation, that whose last component (or, if that is 0, whose first) is positive.
          scalar_first: (w, x, y, z) instead of (x, y, z, w).
        """
        q = self.quat
        if canonical:
            order = q[..., np.array([3, 0, 1, 2])]
            first = wnp.argmax(order != 0, -1)[..., None]
            q = wnp.where(wnp.take_along_axis(order, first, -1) < 0, -q, q)
        return wnp.roll(q, 1, -1) if scalar_first else q

    def as_matrix(self) -> Any:
        """The matrices, shape (..., 3, 3)."""
        x, y, z, w = (self.quat[..., i] for i in range(4))
        rows = (
            (x * x - y * y - z * z + w * w, 2 * (x * y - z * w), 2 * (x * z + y * w)),
            (2 * (x * y + z * w), -x * x + y * y - z * z + w * w, 2 * (y * z - x * w)),
            (2 * (x * z - y * w), 2 * (y * z + x * w), -x * x - y * y + z * z + w * w),
        )
        return wnp.stack([wnp.stack(row, -1) for row in rows], -2)

    def as_mrp(self) -> Any:
        """The modified Rodrigues parameters, shape (..., 3), of the rotation by at most pi."""
        q = wnp.where(self.quat[..., 3:] < 0, -self.quat, self.quat)
        return q[..., :3] / (1 + q[..., 3:])

    def as_rotvec(self, degrees: bool = False) -> Any:
        """The vectors along the axes whose lengths are the angles, from 0 to pi, shape (..., 3)."""
        q = wnp.where(self.quat[..., 3:] < 0, -self.quat, self.quat)
        v, w = q[..., :3], q[..., 3:]
        square = wnp.sum(v * v, -1, keepdims=True)
        small = square < 1e-6
        sine = wnp.sqrt(wnp.where(small, 1, square))
        scale = wnp.where(small, 2 + square / 3 + 3 * square * square / 20, 2 * wnp.arctan2(sine, w) / sine)
        out = scale * v
        return wnp.rad2deg(out) if degrees else out

    def as_euler(self, seq: str, degrees: bool = False) -> Any:
        """Three angles about axes, shape (..., 3): see `from_euler`.

        Where the first and the last axis coincide only a sum of their angles is determined: the last one is 0 then.

        Raises:
          ValueError: other letters than three of one case.
        """
        (i, j, k), intrinsic = _axes("Rotation.as_euler", seq, 3)
        if intrinsic:
            i, k = k, i
        symmetric = i == k
        k = 3 - i - j if symmetric else k
        sign = (i - j) * (j - k) * (k - i) // 2
        x = [self.quat[..., n] for n in range(4)]
        a, b, c, d = x[3], x[i], x[j], sign * x[k]
        if not symmetric:
            a, b, c, d = a - c, b + d, c + a, d - b
        middle = 2 * wnp.arctan2(wnp.hypot(c, d), wnp.hypot(a, b))
        half_sum, half_difference = wnp.arctan2(b, a), wnp.arctan2(d, c)
        none, full = abs(middle) <= 1e-7, abs(middle - np.pi) <= 1e-7
        first, last = half_sum - half_difference, half_sum + half_difference
        outer = wnp.where(none, 2 * half_sum, 2 * half_difference * (1 if intrinsic else -1))
        if intrinsic:  # the angle of the axis that is named first is the one that is kept
            first, last = wnp.where(none | full, 0, first), wnp.where(none | full, outer, last)
        else:
            first, last = wnp.where(none | full, outer, first), wnp.where(none | full, 0, last)
        if not symmetric:
            last, middle = last * sign, middle - np.pi / 2
        angles = wnp.stack([last, middle, first] if intrinsic else [first, middle, last], -1)
        angles = (angles + np.pi) % (2 * np.pi) - np.pi
        return wnp.rad2deg(angles) if degrees else angles


class Slerp(NamedTuple):
    """Rotations between given ones, at a constant speed from each to the next.

    Attributes:
      times: of the given rotations, shape (n,).
      timedelta: the differences of the times.
      rotations: all given ones but the last.
      rotvecs: the rotation from each to the next as a vector.

    >>> turns = Rotation.from_euler("z", wnp.array([[0.0], [90.0]]), degrees=True)
    >>> Slerp.init(wnp.array([0.0, 1.0]), turns)(0.5).as_rotvec(degrees=True).round(3)
    Array([ 0.,  0., 45.], dtype=float32)
    """

    times: Any
    timedelta: Any
    rotations: Rotation
    rotvecs: Any

    @classmethod
    def init(cls, times: Any, rotations: Rotation) -> Slerp:
        """Between the rotations at the times.

        Args:
          times: shape (n,), increasing, n > 1.
          rotations: n of them.

        Raises:
          TypeError: the second argument is no Rotation.
          ShapeError: not as many times as rotations, or fewer than two.
        """
        if not isinstance(rotations, Rotation):
            raise TypeError(f"Slerp: expected a Rotation but got {type(rotations).__name__}")
        times = convert(wnp.asarray(times), rotations.quat.dtype)
        if rotations.single or len(rotations) < 2 or times.shape != (len(rotations),):
            raise errors.make(
                errors.ShapeError, "Slerp",
                f"expected n > 1 rotations and times of shape (n,) but got quaternions of shape {rotations.quat.shape} "
                f"and times of shape {times.shape}",
            )  # fmt: skip
        begin, end = Rotation(rotations.quat[:-1]), Rotation(rotations.quat[1:])
        return cls(times, wnp.diff(times), begin, (begin.inv() * end).as_rotvec())

    def __call__(self, times: Any) -> Rotation:
        """The rotations at times, shape () or (m,).

        Raises:
          ShapeError: more dimensions.
        """
        at = convert(wnp.asarray(times), self.times.dtype)
        if at.ndim > 1:
            raise errors.make(errors.ShapeError, "Slerp", f"expected times of shape () or (m,) but got {at.shape}")
        place = wnp.clip(wnp.searchsorted(self.times, at) - 1, 0, self.timedelta.shape[0] - 1)
        share = (at - self.times[place]) / self.timedelta[place]
        return self.rotations[place] * Rotation.from_rotvec(self.rotvecs[place] * share[..., None])
