// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The type rules of Ops/Window.td.

#include "wg/Ops/WindowFunctions.h"

#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;

namespace wg {

TensorType cumulativeType(TypeRules &t, TensorType x, int64_t axis) {
  if (axis < 0 || axis >= x.getRank())
    return t.error("expected axis to be a dimension of " + str(x) + " but got " + Twine(axis));
  return RankedTensorType::get(x.getShape(), x.getElementType());
}
TensorType recurrenceType(TypeRules &t, TensorType a, TensorType b, int64_t axis) {
  TensorType type = t.same({a, b});
  return type ? cumulativeType(t, type, axis) : type;
}

/// (n - 1) * step + 1, none if it does not fit; 0 for n = 0.
static std::optional<int64_t> spanOf(int64_t n, int64_t step) {
  return n ? llvm::checkedMulAdd<int64_t>(n - 1, step, 1) : std::optional<int64_t>(0);
}

TensorType windowType(TypeRules &t, TensorType x, const Ints &window, const Ints &strides, const Ints &low,
                      const Ints &high, const Ints &baseDilation, const Ints &windowDilation) {
  std::pair<StringRef, const Ints &> lists[] = {
      {"window_dimensions", window},   {"window_strides", strides},        {"low", low}, {"high", high},
      {"base_dilation", baseDilation}, {"window_dilation", windowDilation}};
  for (auto &[name, list] : lists) {
    if (static_cast<int64_t>(list.size()) != x.getRank())
      return t.error("expected " + name + " to have one entry for each dimension of " + str(x) + " but got " +
                     str(list));
    if (name != "low" && name != "high" && llvm::any_of(list, [](int64_t v) { return v < 1; }))
      return t.error("expected " + name + " of 1 or more but got " + str(list));
  }
  Ints shape;
  for (int64_t d = 0; d < x.getRank(); ++d) {
    std::optional<int64_t> size = spanOf(x.getDimSize(d), baseDilation[d]);
    for (int64_t more : {low[d], high[d]})
      size = size ? llvm::checkedAdd(*size, more) : size;
    std::optional<int64_t> span = spanOf(window[d], windowDilation[d]);
    if (!size || *size < 0 || !span)
      return t.error("expected padding and windows that leave a size of at least 0 in dimension " + Twine(d) + " of " +
                     str(x) + " but got low " + Twine(low[d]) + ", high " + Twine(high[d]) + ", window " +
                     Twine(window[d]));
    shape.push_back(*size < *span ? 0 : (*size - *span) / strides[d] + 1);
  }
  return RankedTensorType::get(shape, x.getElementType());
}

static bool orderIsValid(TypeRules &t, StringRef order) {
  if (order == "ge" || order == "le")
    return true;
  t.error("expected order to be ge (the maximum) or le (the minimum) but got '" + order + "'");
  return false;
}

TensorType selectGatherType(TypeRules &t, TensorType tangents, TensorType operand, StringRef order, const Ints &window,
                            const Ints &strides, const Ints &low, const Ints &high, const Ints &baseDilation,
                            const Ints &windowDilation) {
  TensorType type = orderIsValid(t, order) ? t.same({tangents, operand}) : TensorType();
  return type ? windowType(t, type, window, strides, low, high, baseDilation, windowDilation) : type;
}
TensorType selectScatterType(TypeRules &t, TensorType source, TensorType operand, StringRef order, const Ints &window,
                             const Ints &strides, const Ints &low, const Ints &high, const Ints &baseDilation,
                             const Ints &windowDilation) {
  if (!orderIsValid(t, order))
    return {};
  TensorType windows = windowType(t, operand, window, strides, low, high, baseDilation, windowDilation);
  if (!windows)
    return {};
  if (source.getShape() != windows.getShape() || source.getElementType() != windows.getElementType())
    return t.error("expected a source with one element for each window, " + str(windows) + ", but got " + str(source));
  return RankedTensorType::get(operand.getShape(), operand.getElementType());
}

} // namespace wg
