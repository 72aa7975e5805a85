// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Type rules of factorisations and solves: the last two dimensions are matrices, the others batch dimensions.

#include "wg/IR/TypeRulesLinalg.h"

using namespace mlir;

namespace wg {

static Ints leading(TensorType x, int64_t last) { return Ints(x.getShape().drop_back(last)); }
static int64_t rows(TensorType x) { return x.getDimSize(x.getRank() - 2); }
static int64_t columns(TensorType x) { return x.getDimSize(x.getRank() - 1); }
static TensorType ofShape(TensorType x, const Ints &batch, std::initializer_list<int64_t> shape) {
  return RankedTensorType::get(concat(batch, Ints(shape)), x.getElementType());
}
static TensorType realOf(TensorType x, const Ints &batch, std::initializer_list<int64_t> shape) {
  auto complex = dyn_cast<ComplexType>(x.getElementType());
  return RankedTensorType::get(concat(batch, Ints(shape)), complex ? complex.getElementType() : x.getElementType());
}
static TensorType integers(TensorType x, const Ints &batch, int64_t size) {
  return RankedTensorType::get(concat(batch, ints(size)), IntegerType::get(x.getContext(), 32));
}

static bool isMatrix(TypeRules &t, TensorType x) {
  if (!x)
    return false;
  if (x.getRank() < 2)
    t.error("expected matrices in the last two dimensions but got " + str(x));
  return x.getRank() >= 2;
}
static bool isSquare(TypeRules &t, TensorType x) {
  if (!isMatrix(t, x))
    return false;
  if (rows(x) != columns(x))
    t.error("expected square matrices in the last two dimensions but got " + str(x));
  return rows(x) == columns(x);
}
// Operands of one element type and one batch shape, `last` dimensions of each left out of it.
static bool batchesFit(TypeRules &t, ArrayRef<std::pair<TensorType, int64_t>> operands) {
  TensorType first = operands.front().first;
  for (auto [x, last] : operands) {
    if (x.getRank() < last) {
      t.error("expected an operand with at least " + Twine(last) + " dimensions but got " + str(x));
      return false;
    }
    if (x.getElementType() != first.getElementType()) {
      t.error("expected operands of one element type but got " + str(first) + " and " + str(x) +
              "; convert one of them first");
      return false;
    }
    if (!(leading(x, last) == leading(first, operands.front().second))) {
      t.error("expected operands with the same batch dimensions but got " + str(first) + " and " + str(x) +
              "; broadcast them with broadcast_in_dim first");
      return false;
    }
  }
  return true;
}

TensorType squareMatrixType(TypeRules &t, TensorType x) {
  return isSquare(t, x) ? RankedTensorType::get(x.getShape(), x.getElementType()) : TensorType();
}

TensorType triangularSolveType(TypeRules &t, TensorType a, TensorType b, bool leftSide) {
  if (!isSquare(t, a) || !isMatrix(t, b) || !batchesFit(t, {{a, 2}, {b, 2}}))
    return {};
  if ((leftSide ? rows(b) : columns(b)) != columns(a))
    return t.error("expected b to have " + Twine(columns(a)) + (leftSide ? " rows" : " columns") + " like " + str(a) +
                   " but got " + str(b));
  return RankedTensorType::get(b.getShape(), b.getElementType());
}
TensorType solveType(TypeRules &t, TensorType a, TensorType b) {
  return triangularSolveType(t, a, b, /*leftSide=*/true);
}

SmallVector<Type> luTypes(TypeRules &t, TensorType x) {
  if (!isMatrix(t, x))
    return {Type()};
  Ints batch = leading(x, 2);
  return {RankedTensorType::get(x.getShape(), x.getElementType()), integers(x, batch, std::min(rows(x), columns(x))),
          integers(x, batch, rows(x))};
}
TensorType permutationType(TypeRules &t, TensorType pivots, int64_t permutationSize) {
  if (pivots.getRank() < 1)
    return t.error("expected pivots with at least one dimension but got " + str(pivots));
  if (permutationSize < columns(pivots))
    return t.error("expected a permutation_size of at least " + Twine(columns(pivots)) + ", the number of pivots of " +
                   str(pivots) + ", but got " + Twine(permutationSize));
  return integers(pivots, leading(pivots, 1), permutationSize);
}

SmallVector<Type> geqrfTypes(TypeRules &t, TensorType x) {
  if (!isMatrix(t, x))
    return {Type()};
  return {RankedTensorType::get(x.getShape(), x.getElementType()),
          ofShape(x, leading(x, 2), {std::min(rows(x), columns(x))})};
}
TensorType householderProductType(TypeRules &t, TensorType a, TensorType taus) {
  if (!isMatrix(t, a) || !batchesFit(t, {{a, 2}, {taus, 1}}))
    return {};
  if (rows(a) < columns(a))
    return t.error("expected a with at least as many rows as columns but got " + str(a));
  if (columns(taus) > columns(a))
    return t.error("expected at most as many taus as a has columns but got " + str(a) + " and " + str(taus));
  return RankedTensorType::get(a.getShape(), a.getElementType());
}
SmallVector<Type> qrTypes(TypeRules &t, TensorType x, bool fullMatrices) {
  if (!isMatrix(t, x))
    return {Type()};
  Ints batch = leading(x, 2);
  int64_t m = rows(x), n = columns(x), k = fullMatrices ? m : std::min(m, n);
  return {ofShape(x, batch, {m, k}), ofShape(x, batch, {k, n})};
}

TensorType tridiagonalSolveType(TypeRules &t, TensorType dl, TensorType d, TensorType du, TensorType b) {
  if (!isMatrix(t, b) || !batchesFit(t, {{b, 2}, {dl, 1}, {d, 1}, {du, 1}}))
    return {};
  for (TensorType diagonal : {dl, d, du})
    if (columns(diagonal) != rows(b))
      return t.error("expected diagonals with " + Twine(rows(b)) + " entries like the rows of " + str(b) + " but got " +
                     str(diagonal));
  return RankedTensorType::get(b.getShape(), b.getElementType());
}

SmallVector<Type> eighTypes(TypeRules &t, TensorType x) {
  if (!isSquare(t, x))
    return {Type()};
  return {RankedTensorType::get(x.getShape(), x.getElementType()), realOf(x, leading(x, 2), {columns(x)})};
}
SmallVector<Type> eigTypes(TypeRules &t, TensorType x, bool computeLeft, bool computeRight) {
  if (!isSquare(t, x))
    return {Type()};
  Type element = x.getElementType(), complex = isa<ComplexType>(element) ? element : ComplexType::get(element);
  SmallVector<Type> types{RankedTensorType::get(concat(leading(x, 2), ints(columns(x))), complex)};
  types.append(computeLeft + computeRight, RankedTensorType::get(x.getShape(), complex));
  return types;
}
SmallVector<Type> svdTypes(TypeRules &t, TensorType x, bool fullMatrices, bool computeUv) {
  if (!isMatrix(t, x))
    return {Type()};
  Ints batch = leading(x, 2);
  int64_t m = rows(x), n = columns(x), k = std::min(m, n);
  SmallVector<Type> types{realOf(x, batch, {k})};
  if (computeUv) {
    types.push_back(ofShape(x, batch, {m, fullMatrices ? m : k}));
    types.push_back(ofShape(x, batch, {fullMatrices ? n : k, n}));
  }
  return types;
}
SmallVector<Type> schurTypes(TypeRules &t, TensorType x, bool computeVectors) {
  if (!isSquare(t, x))
    return {Type()};
  return SmallVector<Type>(computeVectors ? 2 : 1, RankedTensorType::get(x.getShape(), x.getElementType()));
}
SmallVector<Type> hessenbergTypes(TypeRules &t, TensorType x) {
  if (!isSquare(t, x))
    return {Type()};
  if (!rows(x))
    return {t.error("expected matrices with at least one row but got " + str(x))};
  return {RankedTensorType::get(x.getShape(), x.getElementType()), ofShape(x, leading(x, 2), {rows(x) - 1})};
}
SmallVector<Type> tridiagonalTypes(TypeRules &t, TensorType x) {
  SmallVector<Type> types = hessenbergTypes(t, x);
  if (types.size() < 2)
    return types;
  Ints batch = leading(x, 2);
  int64_t n = rows(x);
  return {types[0], realOf(x, batch, {n}), realOf(x, batch, {n - 1}), types[1]};
}
TensorType perMatrixType(TypeRules &t, TensorType x) {
  return isSquare(t, x) ? ofShape(x, leading(x, 2), {}) : TensorType();
}
SmallVector<Type> slogdetTypes(TypeRules &t, TensorType x) {
  if (!isSquare(t, x))
    return {Type()};
  return {ofShape(x, leading(x, 2), {}), realOf(x, leading(x, 2), {})};
}
TensorType pinvType(TypeRules &t, TensorType x) {
  return isMatrix(t, x) ? ofShape(x, leading(x, 2), {columns(x), rows(x)}) : TensorType();
}

} // namespace wg
