// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Ops/Shape.h"
#include "wg/IR/Assembly.h"
#include "wg/IR/TypeRules.h"
#include "wg/Ops/Functions.h"

using namespace mlir;
using namespace wg;

#define GET_OP_CLASSES
#include "wg/Ops/Shape.cpp.inc"

void WgDialect::registerShapeOps() {
  addOperations<
#define GET_OP_LIST
#include "wg/Ops/Shape.cpp.inc"
      >();
}

Expr wg::unspread(const Expr &ct, const Ints &shape, const Ints &dims) {
  Ints axes = complement(dims, ct.rank());
  for (size_t i = 0; i < dims.size(); ++i)
    if (shape[i] == 1 && ct.dim(dims[i]) != 1)
      axes.push_back(dims[i]);
  llvm::SmallVector<int64_t> sorted(axes.begin(), axes.end());
  llvm::sort(sorted);
  Expr sum = sorted.empty() ? ct : reduce_sum(ct, Ints(sorted));
  return sum.shape() == shape ? sum : reshape(sum, shape);
}
