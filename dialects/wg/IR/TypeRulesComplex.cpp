// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Types of ops that make complex numbers of real ones, or the other way round.

#include "wg/IR/TypeRules.h"

using namespace mlir;

namespace wg {

TensorType TypeRules::realPart(TensorType x) {
  auto complex = dyn_cast<ComplexType>(x.getElementType());
  if (!complex)
    return error("expected complex numbers but got " + str(x) + "; a real array is its own real part");
  return RankedTensorType::get(x.getShape(), complex.getElementType());
}
TensorType TypeRules::abs(TensorType x) { return isa<ComplexType>(x.getElementType()) ? realPart(x) : same({x}); }
TensorType TypeRules::complexOf(TensorType re, TensorType im) {
  TensorType part = same({re, im});
  if (!part)
    return part;
  if (!isa<Float32Type, Float64Type>(part.getElementType()))
    return error("expected parts of f32 or f64 but got " + str(re) + "; convert them first");
  return RankedTensorType::get(part.getShape(), ComplexType::get(part.getElementType()));
}

} // namespace wg
