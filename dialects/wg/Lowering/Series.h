// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Truncated Taylor series in one or two parameters, over Scalars: an algorithm written for them gives its derivatives.

#ifndef WG_LOWERING_SERIES_H
#define WG_LOWERING_SERIES_H

#include "wg/Lowering/Special.h"

namespace wg::lowering {

/// The coefficients of s^i t^j for i <= m, j <= n. A coefficient without a value is zero, and costs nothing.
class Series {
public:
  Series(unsigned m, unsigned n) : m(m), n(n), c((m + 1) * (n + 1)) {}
  /// A constant.
  Series(unsigned m, unsigned n, const Scalar &x) : Series(m, n) { at(0, 0) = x; }

  unsigned orderS() const { return m; }
  unsigned orderT() const { return n; }
  Scalar &at(unsigned i, unsigned j) { return c[i * (n + 1) + j]; }
  const Scalar &at(unsigned i, unsigned j) const { return c[i * (n + 1) + j]; }
  const Scalar &constant() const { return c.front(); }
  const Scalar &last() const { return c.back(); }

  /// All coefficients as a list, zeros as values of the type of `like`; and the other way round.
  ScalarList list(const Scalar &like) const;
  Series with(llvm::ArrayRef<Scalar> coefficients) const;
  /// The number `v` with the orders of this series.
  Series of(const Scalar &v) const { return Series(m, n, v); }

private:
  unsigned m, n;
  llvm::SmallVector<Scalar, 4> c;
};

Series operator+(const Series &x, const Series &y);
Series operator-(const Series &x, const Series &y);
Series operator*(const Series &x, const Series &y);
/// By a series with a constant that is not zero.
Series operator/(const Series &x, const Series &y);
Series operator-(const Series &x);
Series operator+(const Series &x, const Scalar &y);
Series operator*(const Series &x, const Scalar &y);
inline Series operator+(const Series &x, double y) { return x + x.constant().like(y); }
inline Series operator*(const Series &x, double y) { return x * x.constant().like(y); }
Series select(const Scalar &condition, const Series &x, const Series &y);
/// e^x of a series without constant.
Series expOfNilpotent(const Series &x, const Scalar &one);
/// Whether a coefficient of `change` still counts beside that of `sum`.
Scalar counts(const Series &change, const Series &sum, double epsilon);

} // namespace wg::lowering

#endif // WG_LOWERING_SERIES_H
