// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Types of gather and scatter.

#include "wg/IR/TypeRules.h"

using namespace mlir;

namespace wg {

WindowDims WindowDims::batched(bool indicesToo) const {
  WindowDims d{shift(window, 1), shift(dropped, 1), shift(mapped, 1), shift(operandBatching, 1), indicesBatching};
  if (!indicesToo) {
    d.window = prepend(0, d.window);
    return d;
  }
  d.operandBatching = prepend(0, d.operandBatching);
  d.indicesBatching = prepend(0, shift(indicesBatching, 1));
  return d;
}

Ints windowSizes(const WindowDims &dims, const Ints &shape, const Ints &updates) {
  Ints sizes = repeat(1, shape.size()), kept = dims.kept(shape.size());
  for (size_t i = 0; i < kept.size() && i < dims.window.size(); ++i)
    sizes[kept[i]] = updates[dims.window[i]];
  for (int64_t d : dims.operandBatching)
    sizes[d] = std::min<int64_t>(1, shape[d]);
  return sizes;
}

static bool isAscending(const Ints &v) {
  return llvm::is_sorted(v) && std::adjacent_find(v.begin(), v.end()) == v.end();
}

bool TypeRules::windowDimsAreValid(TensorType x, TensorType indices, const WindowDims &dims, StringRef mode) {
  auto fails = [&](const Twine &message) {
    error(message);
    return false;
  };
  if (mode != "clip" && mode != "fill_or_drop" && mode != "promise_in_bounds")
    return fails("expected a mode of clip, fill_or_drop, promise_in_bounds but got '" + mode + "'");
  if (indices.getRank() == 0)
    return fails("expected indices whose last dimension holds the components of a position but got " + str(indices) +
                 "; add a dimension of size 1");
  int64_t last = indices.getRank() - 1;
  if (indices.getDimSize(last) != static_cast<int64_t>(dims.mapped.size()))
    return fails("expected one entry of " + str(dims.mapped) +
                 " for each component of a position, the last dimension of " + str(indices));
  Ints used = concat(dims.dropped, dims.operandBatching);
  if (!axesAreValid("the dimensions that positions are for", dims.mapped, x) ||
      !axesAreValid("dropped and batching dimensions", used, x) ||
      !axesAreValid("the dimensions that positions are for and batching dimensions",
                    concat(dims.mapped, dims.operandBatching), x) ||
      !axesAreValid("the batching dimensions of the indices", dims.indicesBatching, indices))
    return false;
  if (!isAscending(dims.window) || !isAscending(dims.dropped) || !isAscending(dims.operandBatching))
    return fails("expected ascending window, dropped and batching dimensions but got " + str(dims.window) + ", " +
                 str(dims.dropped) + ", " + str(dims.operandBatching));
  if (llvm::is_contained(dims.indicesBatching, last))
    return fails("expected batching dimensions of the indices before the last one of " + str(indices) + " but got " +
                 str(dims.indicesBatching));
  if (dims.operandBatching.size() != dims.indicesBatching.size() ||
      !(pick(Ints(x.getShape()), dims.operandBatching) == pick(Ints(indices.getShape()), dims.indicesBatching)))
    return fails("expected batching dimensions of equal sizes but got " + str(dims.operandBatching) + " of " + str(x) +
                 " and " + str(dims.indicesBatching) + " of " + str(indices));
  if (dims.window.size() + used.size() != static_cast<size_t>(x.getRank()))
    return fails("expected each dimension of " + str(x) + " to be in the window, dropped or batching but got " +
                 str(dims.window) + ", " + str(dims.dropped) + ", " + str(dims.operandBatching));
  int64_t rank = last + dims.window.size();
  for (int64_t d : dims.window)
    if (d < 0 || d >= rank)
      return fails("expected window dimensions below " + Twine(rank) + " but got " + str(dims.window));
  return true;
}

TensorType TypeRules::gather(TensorType x, TensorType indices, const Ints &sizes, const WindowDims &dims,
                             StringRef mode) {
  if (!lengthsFit(x, {{"slice_sizes", sizes}}) || !windowDimsAreValid(x, indices, dims, mode))
    return {};
  Ints windows(indices.getShape().drop_back());
  bool any = !llvm::is_contained(windows, 0);
  for (int64_t d = 0; d < x.getRank(); ++d)
    if (sizes[d] < 0 || (any && sizes[d] > x.getDimSize(d)))
      return error("expected slice_sizes within the shape of " + str(x) + " but got " + str(sizes));
  for (int64_t d : dims.dropped)
    if (sizes[d] != 1)
      return error("expected slice_sizes of 1 in the collapsed dimensions " + str(dims.dropped) + " but got " +
                   str(sizes));
  for (int64_t d : dims.operandBatching)
    if (sizes[d] > 1)
      return error("expected slice_sizes of 1 in the batching dimensions " + str(dims.operandBatching) + " but got " +
                   str(sizes));
  Ints shape = repeat(0, windows.size() + dims.window.size()), kept = dims.kept(x.getRank());
  for (auto [at, d] : llvm::zip_equal(dims.window, kept))
    shape[at] = sizes[d];
  for (auto [at, n] : llvm::zip_equal(dims.counted(shape.size()), windows))
    shape[at] = n;
  return RankedTensorType::get(shape, x.getElementType());
}

TensorType TypeRules::scatter(TensorType x, TensorType indices, TensorType updates, const WindowDims &dims,
                              StringRef mode) {
  if (!windowDimsAreValid(x, indices, dims, mode))
    return {};
  if (updates.getElementType() != x.getElementType())
    return error("expected updates with the element type of " + str(x) + " but got " + str(updates) +
                 "; convert one of them first");
  Ints windows(indices.getShape().drop_back());
  if (updates.getRank() != static_cast<int64_t>(windows.size() + dims.window.size()))
    return error("expected updates of rank " + Twine(windows.size() + dims.window.size()) +
                 ", the window dimensions and those of " + str(indices) + " but the last, but got " + str(updates));
  if (!(pick(Ints(updates.getShape()), dims.counted(updates.getRank())) == windows))
    return error("expected updates with the dimensions of " + str(indices) + " but the last beside the window " +
                 str(dims.window) + " but got " + str(updates));
  Ints sizes = windowSizes(dims, Ints(x.getShape()), Ints(updates.getShape()));
  for (int64_t d : dims.kept(x.getRank()))
    if (sizes[d] > x.getDimSize(d))
      return error("expected a window within the shape of " + str(x) + " but got updates " + str(updates));
  return RankedTensorType::get(x.getShape(), x.getElementType());
}

} // namespace wg
