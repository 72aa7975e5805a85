// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Lowering/Series.h"

using namespace mlir;

namespace wg::lowering {

static bool isZero(const Scalar &x) { return !x.get(); }
static Scalar sum(const Scalar &x, const Scalar &y) { return isZero(x) ? y : isZero(y) ? x : x + y; }
static Scalar difference(const Scalar &x, const Scalar &y) { return isZero(y) ? x : isZero(x) ? -y : x - y; }
static Scalar product(const Scalar &x, const Scalar &y) { return isZero(x) || isZero(y) ? Scalar() : x * y; }

template <typename F>
static Series eachOf(const Series &x, F f) {
  Series result(x.orderS(), x.orderT());
  for (unsigned i = 0; i <= x.orderS(); ++i)
    for (unsigned j = 0; j <= x.orderT(); ++j)
      result.at(i, j) = f(i, j);
  return result;
}

ScalarList Series::list(const Scalar &like) const {
  ScalarList values;
  for (const Scalar &x : c)
    values.push_back(isZero(x) ? like.like(0) : x);
  return values;
}
Series Series::with(ArrayRef<Scalar> coefficients) const {
  Series result(m, n);
  result.c.assign(coefficients.begin(), coefficients.end());
  return result;
}

Series operator+(const Series &x, const Series &y) {
  return eachOf(x, [&](unsigned i, unsigned j) { return sum(x.at(i, j), y.at(i, j)); });
}
Series operator-(const Series &x, const Series &y) {
  return eachOf(x, [&](unsigned i, unsigned j) { return difference(x.at(i, j), y.at(i, j)); });
}
Series operator-(const Series &x) {
  return eachOf(x, [&](unsigned i, unsigned j) { return isZero(x.at(i, j)) ? Scalar() : -x.at(i, j); });
}
Series operator*(const Series &x, const Scalar &y) {
  return eachOf(x, [&](unsigned i, unsigned j) { return product(x.at(i, j), y); });
}
Series operator+(const Series &x, const Scalar &y) { return x + x.of(y); }

// The coefficient (i, j) of x y, without the factor y(0, 0) if `withoutFirst`.
static Scalar convolution(const Series &x, const Series &y, unsigned i, unsigned j, bool withoutFirst) {
  Scalar total;
  for (unsigned p = 0; p <= i; ++p)
    for (unsigned q = 0; q <= j; ++q)
      if (!withoutFirst || p + q > 0)
        total = sum(total, product(x.at(i - p, j - q), y.at(p, q)));
  return total;
}

Series operator*(const Series &x, const Series &y) {
  return eachOf(x, [&](unsigned i, unsigned j) { return convolution(x, y, i, j, false); });
}

// q y = x: each coefficient from those below it.
Series operator/(const Series &x, const Series &y) {
  Series quotient(x.orderS(), x.orderT());
  Scalar inverse = 1.0 / y.constant();
  for (unsigned i = 0; i <= x.orderS(); ++i)
    for (unsigned j = 0; j <= x.orderT(); ++j) {
      Scalar rest = difference(x.at(i, j), convolution(quotient, y, i, j, true));
      quotient.at(i, j) = product(rest, inverse);
    }
  return quotient;
}

Series select(const Scalar &condition, const Series &x, const Series &y) {
  return eachOf(x, [&](unsigned i, unsigned j) {
    const Scalar &p = x.at(i, j), &q = y.at(i, j);
    if (isZero(p) && isZero(q))
      return Scalar();
    return select(condition, isZero(p) ? q.like(0) : p, isZero(q) ? p.like(0) : q);
  });
}

Series expOfNilpotent(const Series &x, const Scalar &one) {
  Series total = x.of(one), power = x.of(one);
  for (unsigned k = 1; k <= x.orderS() + x.orderT(); ++k) {
    power = power * x * one.like(1.0 / k);
    total = total + power;
  }
  return total;
}

Scalar counts(const Series &change, const Series &sum, double epsilon) {
  Scalar any, least = abs(sum.constant()) * (epsilon * 0x1p-60);
  for (unsigned i = 0; i <= sum.orderS(); ++i)
    for (unsigned j = 0; j <= sum.orderT(); ++j) {
      const Scalar &d = change.at(i, j);
      if (isZero(d))
        continue;
      Scalar size = abs(d), counted = (size > abs(sum.at(i, j)) * epsilon) & (size > least);
      any = any.get() ? any | counted : counted;
    }
  return any;
}

} // namespace wg::lowering
