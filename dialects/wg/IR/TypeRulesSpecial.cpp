// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Type rules of the special functions.

#include "wg/IR/TypeRules.h"

using namespace mlir;

namespace wg {

TensorType TypeRules::polygamma(TensorType n, TensorType x) {
  if (n.getShape() != x.getShape())
    return error("expected orders with the shape of " + str(x) + " but got " + str(n) +
                 "; broadcast them with broadcast_in_dim first");
  return RankedTensorType::get(x.getShape(), x.getElementType());
}

TensorType TypeRules::ordered(ArrayRef<TensorType> types, int64_t order, int64_t second) {
  // The code of an order grows with its square.
  constexpr int64_t most = 8;
  if (order < 0 || second < 0 || order > most || second > most || order + second < 1 || order + second > most)
    return error("expected a derivative of order 1 to " + Twine(most) + " in the parameters but got " +
                 std::to_string(order) + (second ? " and " + std::to_string(second) : "") +
                 "; stop the gradient of the parameter (lax.stop_gradient) where it is not needed");
  return same(types);
}

} // namespace wg
