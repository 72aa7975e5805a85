// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Special functions: the gamma family, Bessel functions, zeta.
// A derivative in a parameter is an op of its own with an `order`, so that derivatives of every order exist.

#ifndef WG_OPS_SPECIAL_TD
#define WG_OPS_SPECIAL_TD

include "wg/IR/WgBase.td"

//===----------------------------------------------------------------------===//
// The error function, Bessel functions
//===----------------------------------------------------------------------===//

def Wg_ErfcOp : Wg_Unary<"erfc", "-1.1283791670955126 * exp(-(x * x))", Scalar<"wg.erfc">, "k.erfc(x)"> {
  let summary = "1 - erf(x), accurate for large x";
}
def Wg_ErfInvOp : Wg_Unary<"erf_inv", "0.886226925452758 * exp(out * out)", Scalar<"wg.erf_inv">, "k.erf_inv(x)"> {
  let summary = "the inverse of erf; nan outside [-1, 1]";
  let domain = ["(-0.9, 0.9)"];
}
def Wg_ErfInvFastOp : Wg_Unary<"erf_inv_fast", "0.886226925452758 * exp(out * out)", Scalar<"wg.erf_inv_fast">, "k.erf_inv_fast(x)"> {
  let summary = "erf_inv, in float32 to 8 ulp by the polynomials that JAX's random numbers come from";
  let description = "By M. Giles, Approximating the erfinv function (2010). `random.normal` gives the same digits as JAX's.";
  let domain = ["(-0.9, 0.9)"];
}
def Wg_BesselI0eOp : Wg_Unary<"bessel_i0e", "bessel_i1e(x) - sign(x) * out", Scalar<"wg.bessel_i0e">, "k.bessel_i0e(x)"> {
  let summary = "exp(-|x|) times the modified Bessel function of order 0";
}
def Wg_BesselI1eOp : Wg_Unary<"bessel_i1e",
    "select(x == 0, like(x, 0.5), bessel_i0e(x) - out * (sign(x) + 1 / select(x == 0, like(x, 1), x)))",
    Scalar<"wg.bessel_i1e">, "k.bessel_i1e(x)"> {
  let summary = "exp(-|x|) times the modified Bessel function of order 1";
}

//===----------------------------------------------------------------------===//
// The gamma function
//===----------------------------------------------------------------------===//

def Wg_LgammaOp : Wg_Unary<"lgamma", "digamma(x)", Scalar<"wg.lgamma">, "k.lgamma(x)"> {
  let summary = "the logarithm of |gamma(x)|; inf at 0 and negative integers";
  let domain = ["(0.2, 9)"];
}
def Wg_DigammaOp : Wg_Unary<"digamma", "trigamma(x)", Scalar<"wg.digamma">, "k.digamma(x)"> {
  let summary = "the derivative of lgamma; nan at negative integers";
  let domain = ["(0.3, 9)"];
}
def Wg_PolygammaOp : Wg_Elementwise<"polygamma", (ins Wg_I32Tensor:$n, Wg_FloatTensor:$x), ["", "polygamma(n + 1, x)"],
    Scalar<"wg.polygamma", "", "wg.polygamma">, "k.polygamma(n, x)", "", "t.polygamma(n, x)"> {
  let summary = "the derivative of order n of digamma; nan for negative n";
  let domain = ["(0, 3)", "(0.6, 6)"];
  let assemblyFormat = "$n `,` $x attr-dict `:` type($n) `,` type($x)";
}
def Wg_ZetaOp : Wg_Elementwise<"zeta", (ins Wg_FloatTensor:$x, Wg_FloatTensor:$q),
    ["zeta_partial(x, q, 1)", "-(x * zeta(x + 1, q))"], Scalar<"wg.zeta">, "k.zeta(x, q)"> {
  let summary = "the sum of (q + k) to the power -x over k = 0, 1, 2, ... (Hurwitz), for x > 1";
  let description = "inf for x = 1 and where q is 0, -1, -2, ...; nan for x < 1, and for other negative q unless x is an integer.";
  let domain = ["(1.5, 5)", "(0.5, 4)"];
  let assemblyFormat = "$x `,` $q attr-dict `:` custom<SameTypes>(type($x), type($q))";
}
def Wg_ZetaPartialOp : Wg_Elementwise<"zeta_partial", (ins Wg_FloatTensor:$x, Wg_FloatTensor:$q, Wg_IntAttr:$order),
    ["zeta_partial(x, q, order + 1)", "zeta_partial_q(x, q, order)"], Scalar<"wg.zeta_partial">, "k.zeta_partial(x, q, order)",
    "", "t.ordered({x, q}, order)"> {
  let summary = "the derivative of zeta(x, q) in x of an order from 1 to 8, for q > 0 (nan elsewhere)";
  let samples = ["{'order': 1}", "{'order': 2}"];
  let domain = ["(1.5, 5)", "(0.5, 4)"];
  let assemblyFormat = "$x `,` $q `order` $order attr-dict `:` custom<SameTypes>(type($x), type($q))";
}

//===----------------------------------------------------------------------===//
// The incomplete gamma function
//===----------------------------------------------------------------------===//

// Operands a and x, one derivative each.
class Wg_OfGamma<string m, string da, string dx, string reference, string body = "">
    : Wg_Elementwise<m, (ins Wg_FloatTensor:$a, Wg_FloatTensor:$x), [da, dx], !if(!empty(body), Scalar<"wg." # m>, OwnScalar),
                     reference, body> {
  let domain = ["(0.5, 4)", "(0.3, 6)"];
  let assemblyFormat = "$a `,` $x attr-dict `:` custom<SameTypes>(type($a), type($x))";
}
def Wg_IgammaOp : Wg_OfGamma<"igamma", "gamma_density(a, x) * igamma_sensitivity(a, x, 1)", "gamma_density(a, x)", "k.igamma(a, x)"> {
  let summary = "the regularised lower incomplete gamma function P(a, x): the probability that a gamma variable is below x";
}
def Wg_IgammacOp : Wg_OfGamma<"igammac", "-(gamma_density(a, x) * igamma_sensitivity(a, x, 1))", "-gamma_density(a, x)", "k.igammac(a, x)"> {
  let summary = "the regularised upper incomplete gamma function Q(a, x) = 1 - P(a, x)";
}
def Wg_GammaDensityOp : Wg_OfGamma<"gamma_density", "out * gamma_score_a(a, x)", "out * gamma_score_x(a, x)", "k.gamma_density(a, x)"> {
  let summary = "the derivative of igamma in x: x ** (a - 1) * exp(-x) / gamma(a)";
  let description = "0 at x = 0, except for a = 1, also where it is infinite (a < 1).";
}
def Wg_IgammaSensitivityOp : Wg_Elementwise<"igamma_sensitivity", (ins Wg_FloatTensor:$a, Wg_FloatTensor:$x, Wg_IntAttr:$order),
    ["igamma_sensitivity(a, x, order + 1) - out * gamma_score_a(a, x)", "gamma_scores(a, x, order) - out * gamma_score_x(a, x)"],
    Scalar<"wg.igamma_sensitivity">, "k.igamma_sensitivity(a, x, order)", "", "t.ordered({a, x}, order)"> {
  let summary = "the derivative of igamma in a of an order from 1 to 8, divided by gamma_density";
  let description = "The quotient neither overflows nor underflows where the density does. 0 at x = 0 and x = inf.";
  let samples = ["{'order': 1}", "{'order': 2}"];
  let domain = ["(0.5, 4)", "(0.3, 6)"];
  let assemblyFormat = "$a `,` $x `order` $order attr-dict `:` custom<SameTypes>(type($a), type($x))";
}
def Wg_RandomGammaGradOp : Wg_OfGamma<"random_gamma_grad", "-(out * gamma_score_a(a, x)) - igamma_sensitivity(a, x, 2)",
    "-(gamma_scores(a, x, 1) + out * gamma_score_x(a, x))", "k.random_gamma_grad(a, x)", "-igamma_sensitivity(a, x, 1)"> {
  let summary = "the derivative in a of a sample x of the gamma distribution";
}

//===----------------------------------------------------------------------===//
// The incomplete beta function
//===----------------------------------------------------------------------===//

// The parameters are p and q: in the rules `b` is the builder.
class Wg_OfBeta<string m, list<string> d, string reference>
    : Wg_Elementwise<m, (ins Wg_FloatTensor:$p, Wg_FloatTensor:$q, Wg_FloatTensor:$x), d, Scalar<"wg." # m>, reference> {
  let domain = ["(0.5, 4)", "(0.5, 4)", "(0.1, 0.9)"];
  let assemblyFormat = "$p `,` $q `,` $x attr-dict `:` custom<SameTypes>(type($p), type($q), type($x))";
}
def Wg_BetaincOp : Wg_OfBeta<"betainc",
    ["beta_density(p, q, x) * betainc_sensitivity(p, q, x, 1, 0)", "beta_density(p, q, x) * betainc_sensitivity(p, q, x, 0, 1)",
     "beta_density(p, q, x)"], "k.betainc(p, q, x)"> {
  let summary = "the regularised incomplete beta function: the probability that a beta variable is below x";
}
def Wg_BetaDensityOp : Wg_OfBeta<"beta_density",
    ["out * beta_score_p(p, q, x)", "out * beta_score_q(p, q, x)", "out * beta_score_x(p, q, x)"], "k.beta_density(p, q, x)"> {
  let summary = "the derivative of betainc in x: x ** (p - 1) * (1 - x) ** (q - 1) / beta(p, q)";
  let description = "0 at 0 and 1, except for p = 1 or q = 1, also where it is infinite.";
}
def Wg_BetaincSensitivityOp : Wg_Elementwise<"betainc_sensitivity",
    (ins Wg_FloatTensor:$p, Wg_FloatTensor:$q, Wg_FloatTensor:$x, Wg_IntAttr:$order_p, Wg_IntAttr:$order_q),
    ["betainc_sensitivity(p, q, x, order_p + 1, order_q) - out * beta_score_p(p, q, x)",
     "betainc_sensitivity(p, q, x, order_p, order_q + 1) - out * beta_score_q(p, q, x)",
     "beta_scores(p, q, x, order_p, order_q) - out * beta_score_x(p, q, x)"],
    Scalar<"wg.betainc_sensitivity">, "k.betainc_sensitivity(p, q, x, order_p, order_q)", "",
    "t.ordered({p, q, x}, order_p, order_q)"> {
  let summary = "the derivative of betainc of these orders in p and q, together from 1 to 8, divided by beta_density";
  let description = "The quotient neither overflows nor underflows where the density does. 0 at x = 0 and x = 1.";
  let samples = ["{'order_p': 1, 'order_q': 0}", "{'order_p': 0, 'order_q': 1}"];
  let domain = ["(0.5, 4)", "(0.5, 4)", "(0.1, 0.9)"];
  let assemblyFormat = [{
    $p `,` $q `,` $x `orders` $order_p `,` $order_q attr-dict `:` custom<SameTypes>(type($p), type($q), type($x))
  }];
}

#endif
