# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A notebook on gradients, Jacobians, Hessians, jvp and vjp of a binary classifier."""

from __future__ import annotations

import numpy as np
import pytest
from printed import same_print

import wengert as jax
import wengert.numpy as jnp
from wengert import grad, jacfwd, jacrev, jvp, random, value_and_grad, vjp


def predict(W, b, inputs):
    return jnp.dot(inputs, W) + b


inputs = jnp.array(
    [[0.52, 1.12, 0.77], [0.88, -1.08, 0.15], [0.52, 0.06, -1.30], [0.74, -2.49, 1.39], [0.76, -0.89, -1.01]]
)
targets = jnp.array([1, 1, 0, 1, 0])


@pytest.fixture
def drawn():
    """key, W and b as the notebook draws them."""
    key = random.PRNGKey(42)
    key, W_key, b_key = random.split(key, 3)
    W = random.normal(W_key, (3, 2))
    b = random.normal(b_key, ())
    return key, W, b


def test_sine(capsys):
    grad_sin = grad(jnp.sin)
    print(f"Value {jnp.sin(jnp.pi)}")
    print(f"Derivative value {grad_sin(jnp.pi)}")
    same_print(capsys.readouterr().out, "Value -8.742277657347586e-08\nDerivative value -1.0")


def test_parameters_and_logits(drawn, capsys):
    _, W, b = drawn
    print(f"W: {W}")
    print(f"b {b}")
    print(f"The logits {predict(W, b, inputs)}")
    same_print(
        capsys.readouterr().out,
        """W: [[-1.8231415  -0.472541  ]
 [ 0.41849834 -1.598711  ]
 [ 1.1073328   1.028033  ]]
b -1.2226542234420776
The logits [[-0.84932333 -2.4673467 ]
 [-3.1128972   0.24232256]
 [-3.5851107  -2.900741  ]
 [-2.0746472   3.837422  ]
 [-4.099111   -1.197246  ]]""",
    )


def cross_entropy(optim, params_dict):
    preds = predict(params_dict["W"], params_dict["b"], inputs)
    return jnp.sum(optim.softmax_cross_entropy_with_integer_labels(preds, targets))


def test_loss_and_gradient(drawn, capsys):
    import wengert.optim as optax

    _, W, b = drawn
    loss = lambda params_dict: cross_entropy(optax, params_dict)
    print(loss({"W": W, "b": b}))
    loss_value, Wb_grad = value_and_grad(loss)({"W": W, "b": b})
    print("loss value", loss_value)
    print("gradient value", Wb_grad)
    same_print(
        capsys.readouterr().out,
        """5.8840284
loss value 5.8840284
gradient value {'W': Array([[-0.60045743,  0.60045743],
       [ 1.6953038 , -1.6953039 ],
       [ 2.472938  , -2.4729378 ]], dtype=float32), 'b': Array(0., dtype=float32)}""",
        atol=5e-7,
    )


def test_value_and_jacobians(drawn, capsys):
    _, W, b = drawn
    fun = lambda W: jax.nn.sigmoid(predict(W, b, inputs))
    print(f"Value {fun(W)}\n")
    same_print(
        capsys.readouterr().out,
        """Value [[0.29957482 0.07817923]
 [0.04257838 0.560286  ]
 [0.0269852  0.05211694]
 [0.11158551 0.97890544]
 [0.01631676 0.23196553]]""",
    )
    forward, reverse = jacfwd(fun)(W), jacrev(fun)(W)
    for J in (forward, reverse):
        assert J.shape == (5, 2, 3, 2)
        same_print(
            J,
            """[[[[ 0.10911146  0.        ]
   [ 0.2350093   0.        ]
   [ 0.1615689   0.        ]]

  [[ 0.          0.03747498]
   [ 0.          0.08071535]
   [ 0.          0.0554918 ]]]


 [[[ 0.03587361  0.        ]
   [-0.0440267   0.        ]
   [ 0.00611482  0.        ]]

  [[ 0.          0.21680173]
   [ 0.         -0.26607487]
   [ 0.          0.03695484]]]


 [[[ 0.01365364  0.        ]
   [ 0.00157542  0.        ]
   [-0.0341341   0.        ]]

  [[ 0.          0.02568839]
   [ 0.          0.00296405]
   [ 0.         -0.06422099]]]


 [[[ 0.0733593   0.        ]
   [-0.24684411  0.        ]
   [ 0.13779652  0.        ]]

  [[ 0.          0.01528069]
   [ 0.         -0.05141746]
   [ 0.          0.02870292]]]


 [[[ 0.01219839  0.        ]
   [-0.01428496  0.        ]
   [-0.01621102  0.        ]]

  [[ 0.          0. ...""",
        )
    np.testing.assert_allclose(forward, reverse, rtol=1e-5, atol=1e-7)


def hessian(f):
    return jacfwd(jacrev(f))


def test_hessian(drawn):
    _, W, b = drawn
    fun = lambda W: jax.nn.sigmoid(predict(W, b, inputs))
    H = hessian(fun)(W)
    assert H.shape == (5, 2, 3, 2, 3, 2)
    same_print(
        H,
        """[[[[[[ 2.27434319e-02  0.00000000e+00]
     [ 4.89858575e-02  0.00000000e+00]
     [ 3.36777791e-02  0.00000000e+00]]

    [[ 0.00000000e+00  0.00000000e+00]
     [ 0.00000000e+00  0.00000000e+00]
     [ 0.00000000e+00  0.00000000e+00]]]


   [[[ 4.89858538e-02  0.00000000e+00]
     [ 1.05508007e-01  0.00000000e+00]
     [ 7.25367591e-02  0.00000000e+00]]

    [[ 0.00000000e+00  0.00000000e+00]
     [ 0.00000000e+00  0.00000000e+00]
     [ 0.00000000e+00  0.00000000e+00]]]


   [[[ 3.36777754e-02  0.00000000e+00]
     [ 7.25367516e-02  0.00000000e+00]
     [ 4.98690195e-02  0.00000000e+00]]

    [[ 0.00000000e+00  0.00000000e+00]
     [ 0.00000000e+00  0.00000000e+00]
     [ 0.00000000e+00  0.00000000e+00]]]]



  [[[[ 0.00000000e+00  0.00000000e+00]
     [ 0.00000000e+00  0.00000000e+00]
     [ 0.00000000e+00  0.00000000e+00]]

    [[ 0.00000000e+00  1.64400339e-02]
     [ 0.00000000e+00  3.54093052e-02]
     [ 0.00000000e+00  2.43438967e-02]]] ...""",
        rtol=1e-5,
    )


def test_jvp_and_vjp(drawn, capsys):
    key, W, b = drawn
    f = lambda W: predict(W, b, inputs)
    key, subkey = random.split(key)
    v = random.normal(subkey, W.shape)
    print(f"Tangent vector of shape (3,2): {v}")
    y, u = jvp(f, (W,), (v,))
    print(f"Point in the range, batch of five: {y}")
    print(f"Pushforward, batch of five: {u}")
    same_print(
        capsys.readouterr().out,
        """Tangent vector of shape (3,2): [[-0.5727056   0.08604095]
 [-0.3807549  -0.76770204]
 [ 0.8285016   0.6423712 ]]
Point in the range, batch of five: [[-0.8493234  -2.4673462 ]
 [-3.1128972   0.24232256]
 [-3.5851107  -2.900741  ]
 [-2.0746472   3.8374214 ]
 [-4.0991116  -1.197246  ]]
Pushforward, batch of five: [[-0.08630621 -0.3204592 ]
 [ 0.03150962  1.00119   ]
 [-1.3977042  -0.8364033 ]
 [ 1.6758946   2.8681443 ]
 [-0.93317103  0.09985101]]""",
        atol=5e-7,
    )

    y, vjp_fun = vjp(f, W)
    assert y.shape == (5, 2)
    key, subkey = random.split(key)
    u = random.normal(subkey, y.shape)
    print(u)
    v = vjp_fun(u)
    print(f"Pullback vector {v}")
    same_print(
        capsys.readouterr().out,
        """[[ 1.209467   -0.31576344]
 [ 1.5915456   1.2171068 ]
 [-0.06524966  0.62372786]
 [ 1.2134361  -0.27994543]
 [-0.18560699 -0.34305805]]
Pullback vector (Array([[ 2.7524345 ,  0.7633117 ],
       [-3.224447  , -0.62832105],
       [ 3.1289852 , -0.9140535 ]], dtype=float32),)""",
        atol=5e-7,
    )


def test_holomorphic_exercise():
    derivative = grad(lambda z: z * z * z, holomorphic=True)(1.0 + 2.0j)
    np.testing.assert_allclose(derivative, 3 * (1 + 2j) ** 2, rtol=1e-6)
