// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Ops/Elementwise.h"
#include "wg/IR/Assembly.h"
#include "wg/IR/TypeRules.h"
#include "wg/Ops/ElementwiseFunctions.h"

using namespace mlir;
using namespace wg;

#define GET_OP_CLASSES
#include "wg/Ops/Elementwise.cpp.inc"

void WgDialect::registerElementwiseOps() {
  addOperations<
#define GET_OP_LIST
#include "wg/Ops/Elementwise.cpp.inc"
      >();
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

Expr wg::converted(const Expr &x, Type dtype) { return x.hasType() && x.dtype() == dtype ? x : convert(x, dtype); }

Expr wg::real_part(const Expr &x) { return x.hasType() && isa<ComplexType>(x.dtype()) ? wg::real(x) : x; }

Expr wg::abs_partial(const Expr &x, const Expr &out) {
  if (!x.hasType() || !isa<ComplexType>(x.dtype()))
    return select(x >= 0, like(x, 1), like(x, -1));
  return select(out == 0, like(x, 0), wg::conj(x) / convert(out, x.dtype()));
}

Expr wg::logaddexp_partial(const Expr &x, const Expr &y, const Expr &out) {
  // Where x is the result, both are infinite or y adds nothing to it: x - out may be nan, and is not needed.
  Expr shared = select(y == out, like(x, -0.6931471805599453), like(x, 0));
  return exp(select(x == out, shared, x - out));
}

Expr wg::integer_pow_partial(const Expr &x, int64_t y) {
  if (y == 0)
    return Expr();
  if (y == 1)
    return 1;
  return y * (y == 2 ? x : integer_pow(x, y - 1));
}
