# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Rotations against SciPy; gradients at the identity; transforms; messages."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import scipy.spatial.transform

import wengert as wg
import wengert.numpy as wnp
from wengert import errors, random
from wengert.scipy.spatial.transform import Rotation, Slerp

RNG = np.random.default_rng(0)
SciPy = scipy.spatial.transform.Rotation
QUATS = np.concatenate([RNG.normal(size=(6, 4)), np.eye(4), -np.eye(4), [[0, 0, 1e-5, 1], [0.5, 0.5, 0.5, 0.5]]])
SEQUENCES = ["".join(s) for s in itertools.product("xyz", repeat=3) if s[0] != s[1] != s[2]]


def close(got, expected, tolerance=1e-9):
    np.testing.assert_allclose(np.asarray(got), expected, rtol=tolerance, atol=tolerance)


@pytest.fixture(autouse=True)
def x64():
    with wg.enable_x64():
        yield


def test_forms():
    r, s = Rotation.from_quat(QUATS), SciPy.from_quat(QUATS)
    close(r.as_matrix(), s.as_matrix())
    close(r[:10].as_rotvec(degrees=True), s[:10].as_rotvec(degrees=True), 1e-7)  # half turns have two
    close(r.as_mrp(), s.as_mrp())
    close(r.as_quat(canonical=True), s.as_quat(canonical=True))
    close(r.as_quat(scalar_first=True), np.roll(s.as_quat(), 1, -1))
    close(r.magnitude(), s.magnitude())
    close(r.inv().as_matrix(), s.inv().as_matrix())
    close((r[::-1] * r).as_matrix(), (s[::-1] * s).as_matrix())
    vectors = RNG.normal(size=(len(QUATS), 3))
    close(r.apply(vectors), s.apply(vectors))
    close(r.apply(vectors[0], inverse=True), s.apply(vectors[0], inverse=True))
    for name in ("matrix", "rotvec", "mrp"):
        form = getattr(s, f"as_{name}")()
        close(getattr(Rotation, f"from_{name}")(form).as_matrix(), s.as_matrix(), 1e-7)
        close(getattr(Rotation, f"from_{name}")(form[0]).as_matrix(), s[0].as_matrix(), 1e-7)
    close(Rotation.from_rotvec([90.0, 0, 0] * np.ones(3), degrees=True).as_euler("xyz"), [np.pi / 2, 0, 0])


@pytest.mark.parametrize("seq", [*SEQUENCES, *(s.upper() for s in SEQUENCES)])
@pytest.mark.filterwarnings("ignore:Gimbal lock")
def test_euler_angles(seq):
    angles = RNG.uniform(-180, 180, (5, 3))
    r, s = Rotation.from_euler(seq, angles, degrees=True), SciPy.from_euler(seq, angles, degrees=True)
    close(r.as_matrix(), s.as_matrix())
    close(r.as_euler(seq), s.as_euler(seq), 1e-7)
    close(Rotation.from_euler(seq[:2], angles[:, :2]).as_matrix(), SciPy.from_euler(seq[:2], angles[:, :2]).as_matrix())
    middle = 0.0 if seq[0] == seq[2] else 90.0
    locked = np.array([30.0, middle, 40.0])
    close(
        Rotation.from_euler(seq, locked, degrees=True).as_euler(seq, degrees=True),
        SciPy.from_euler(seq, locked, degrees=True).as_euler(seq, degrees=True), 1e-5,
    )  # fmt: skip


def test_collections():
    r, s = Rotation.from_quat(QUATS), SciPy.from_quat(QUATS)
    assert len(r) == len(QUATS) and not r.single and r[0].single
    close(r[2:4].quat, s[2:4].as_quat())
    close(Rotation.concatenate([r[0], r[:3]]).as_matrix(), SciPy.concatenate([s[0], s[:3]]).as_matrix())
    weights = RNG.uniform(size=6)
    close(r[:6].mean().as_matrix(), s[:6].mean().as_matrix())
    close(r[:6].mean(weights).as_matrix(), s[:6].mean(weights).as_matrix())
    assert Rotation.identity().quat.tolist() == [0, 0, 0, 1] and len(Rotation.identity(3)) == 3
    close(Rotation.from_euler("z", 0.3).as_rotvec(), [0, 0, 0.3])


def test_random_rotations():
    m = np.asarray(Rotation.random(random.key(0), 4000).as_matrix())
    close(m @ np.swapaxes(m, 1, 2), np.broadcast_to(np.eye(3), m.shape))
    assert np.abs(m.mean(0)).max() < 0.05 and np.abs((m**2).mean(0) - 1 / 3).max() < 0.02
    assert Rotation.random(random.key(0)).single


def test_between():
    times, at = np.array([0.0, 1.0, 4.0]), np.array([0.0, 0.3, 1.0, 2.5, 4.0])
    quats = RNG.normal(size=(3, 4))
    expected = scipy.spatial.transform.Slerp(times, SciPy.from_quat(quats))
    got = Slerp.init(times, Rotation.from_quat(quats))
    close(got(at).as_matrix(), expected(at).as_matrix())
    close(got(0.7).as_matrix(), expected(0.7).as_matrix())


def test_transforms():
    vectors = RNG.normal(size=(4, 3))
    f = lambda v: Rotation.from_rotvec(v).as_rotvec()
    close(wg.vmap(f)(vectors), f(vectors))
    for v in (np.zeros(3), vectors[0], 1e-4 * vectors[1]):
        close(wg.jacrev(f)(wnp.array(v)), np.eye(3), 1e-6)  # there and back, also at the identity
    loss = lambda v: Rotation.from_rotvec(v).apply(vectors[1])[0] + Rotation.from_rotvec(v).as_euler("xyz")[1]
    step = 1e-6 * vectors[2]
    slope = (loss(vectors[0] + step) - loss(vectors[0] - step)) / 2
    close(wg.grad(loss)(wnp.array(vectors[0])) @ step, slope, 1e-9)
    assert np.isfinite(wg.grad(lambda q: Rotation.from_quat(q).magnitude())(wnp.array([0.0, 0, 0, 1]))).all()
    close(wg.jit(lambda v: Rotation.from_rotvec(v).as_matrix())(vectors), Rotation.from_rotvec(vectors).as_matrix())


R = SciPy.identity()
MESSAGES = [
    (
        lambda: Rotation.from_quat(np.ones(3)),
        errors.ShapeError,
        r"expected quaternions of shape \(..., 4\) but got \(3,\)",
    ),
    (
        lambda: Rotation.from_matrix(np.ones((2, 3))),
        errors.ShapeError,
        r"expected matrices of shape \(..., 3, 3\) but got",
    ),
    (
        lambda: Rotation.from_euler("xy", np.ones(3)),
        errors.ShapeError,
        r"expected angles of shape \(..., 2\) but got \(3,\)",
    ),
    (
        lambda: Rotation.from_euler("xx", np.ones(2)),
        ValueError,
        "expected 1 to 3 letters of xyz, or of XYZ, .* but got 'xx'",
    ),
    (
        lambda: Rotation.from_euler("xY", np.ones(2)),
        ValueError,
        "expected 1 to 3 letters of xyz, or of XYZ, .* but got 'xY'",
    ),
    (lambda: Rotation.identity().as_euler("xy"), ValueError, "expected 3 to 3 letters"),
    (lambda: Rotation.identity()[0], TypeError, "Rotation: expected an array of rotations to index but got one"),
    (
        lambda: len(Rotation.identity()),
        TypeError,
        "Rotation: expected an array of rotations to have a length but got one",
    ),
    (
        lambda: Rotation.identity(2).mean(np.ones(3)),
        errors.ShapeError,
        r"expected weights of shape \(2,\), one a rotation",
    ),
    (lambda: Slerp.init(np.ones(2), R), TypeError, "Slerp: expected a Rotation but got Rotation"),
    (
        lambda: Slerp.init(np.ones(3), Rotation.identity(2)),
        errors.ShapeError,
        "expected n > 1 rotations and times of shape",
    ),
    (
        lambda: Slerp.init(np.arange(2.0), Rotation.identity(2))(np.ones((1, 1))),
        errors.ShapeError,
        r"Slerp: expected times of shape \(\) or \(m,\) but got \(1, 1\)",
    ),
]


@pytest.mark.parametrize(("call", "error", "message"), MESSAGES)
def test_messages(call, error, message):
    with pytest.raises(error, match=message):
        call()
