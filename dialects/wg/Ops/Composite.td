// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Ops defined by expressions over other ops.

#ifndef WG_OPS_COMPOSITE_TD
#define WG_OPS_COMPOSITE_TD

include "wg/IR/WgBase.td"

def Wg_SquareOp : Wg_Unary<"square", "2 * x", OwnScalar, "np.square(x)", "x * x", Wg_NumericTensor> {
  let summary = "x * x";
}
def Wg_LogisticOp : Wg_Unary<"logistic", "out * (1 - out)", Scalar<"wg.logistic", "wg.logistic">, "k.logistic(x)", "1 / (1 + exp(-x))", Wg_InexactTensor> {
  let summary = "1 / (1 + exp(-x))";
}
def Wg_SinhOp : Wg_Unary<"sinh", "cosh(x)", Scalar<"math.sinh", "complex.sinh">, "np.sinh(x)",
    "select(abs(x) < 1, 0.5 * (expm1(x) + expm1(x) / (expm1(x) + 1)), sign(x) * (0.5 * exp(0.5 * abs(x)) * exp(0.5 * abs(x)) - 0.5 * exp(-abs(x))))", Wg_InexactTensor> {
  let summary = "the hyperbolic sine, (exp(x) - exp(-x)) / 2";
  let description = "Small x through `expm1`; large x with the square of exp(x / 2), which overflows no earlier than the result.";
}
def Wg_CoshOp : Wg_Unary<"cosh", "sinh(x)", Scalar<"math.cosh", "complex.cosh">, "np.cosh(x)",
    "0.5 * exp(0.5 * abs(x)) * exp(0.5 * abs(x)) + 0.5 * exp(-abs(x))", Wg_InexactTensor> {
  let summary = "the hyperbolic cosine, (exp(x) + exp(-x)) / 2";
}
def Wg_AsinhOp : Wg_Unary<"asinh", "rsqrt(1 + x * x)", Scalar<"math.asinh", "complex.asinh">, "np.arcsinh(x)",
    "sign(x) * log1p(abs(x) + abs(x) / (1 / abs(x) + sqrt(1 + (1 / abs(x)) * (1 / abs(x)))))", Wg_InexactTensor> {
  let summary = "the inverse of sinh";
}
def Wg_AcoshOp : Wg_Unary<"acosh", "select(x * x == 1, 0, rsqrt(x - 1) * rsqrt(x + 1))", Scalar<"math.acosh", "complex.acosh">, "np.arccosh(x)",
    "log1p(x - 1 + sqrt(x - 1) * sqrt(x + 1))", Wg_InexactTensor> {
  let summary = "the inverse of cosh, not negative; nan below 1";
  let domain = ["(1.2, 5)"];
}
def Wg_AtanhOp : Wg_Unary<"atanh", "1 / ((1 - x) * (1 + x))", Scalar<"math.atanh", "complex.atanh">, "np.arctanh(x)", "0.5 * (log1p(x) - log1p(-x))", Wg_InexactTensor> {
  let summary = "the inverse of tanh; nan outside [-1, 1]";
  let domain = ["(-0.9, 0.9)"];
}
def Wg_LogaddexpOp : Wg_Binary<"logaddexp", "logaddexp_partial(x, y, out)", "logaddexp_partial(y, x, out)", Scalar<"wg.logaddexp">, "k.logaddexp(x, y)",
    "select(x == y, x + 0.6931471805599453, max(x, y) + log1p(exp(-abs(x - y))))", Wg_FloatTensor> {
  let summary = "log(exp(x) + exp(y)) without overflow";
}

#endif
