// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Type rules of sums of products: contractions and convolutions.

#include "wg/IR/TypeRules.h"

#include "llvm/Support/CheckedArithmetic.h"

#include <tuple>

using namespace mlir;

namespace wg {

// Complex before real, float before integer; then exponent, mantissa, width and sign decide.
static auto rankOf(Type element) {
  auto complex = dyn_cast<ComplexType>(element);
  Type real = complex ? complex.getElementType() : element;
  auto number = dyn_cast<FloatType>(real);
  int exponent = number ? APFloat::semanticsMaxExponent(number.getFloatSemantics()) : -1;
  int mantissa = number ? static_cast<int>(APFloat::semanticsPrecision(number.getFloatSemantics())) : -1;
  return std::tuple(static_cast<bool>(complex), exponent, mantissa, real.getIntOrFloatBitWidth(),
                    !real.isUnsignedInteger());
}
Type higherType(Type x, Type y) { return rankOf(x) < rankOf(y) ? y : x; }

Type TypeRules::productType(TensorType lhs, TensorType rhs, Type preferred) {
  Type natural = higherType(lhs.getElementType(), rhs.getElementType());
  if (!preferred || preferred == natural)
    return natural;
  if (!dtypeIsValid(preferred))
    return {};
  auto width = [](Type t) {
    auto complex = dyn_cast<ComplexType>(t);
    return (complex ? complex.getElementType() : t).getIntOrFloatBitWidth();
  };
  auto isInexact = [](Type t) { return isa<FloatType, ComplexType>(t); };
  bool fits = !preferred.isInteger(1) && isa<ComplexType>(preferred) >= isa<ComplexType>(natural) &&
              isInexact(preferred) >= isInexact(natural) &&
              (isa<FloatType>(natural) || width(preferred) >= width(natural));
  if (!fits) {
    error("expected preferred_element_type to hold sums of " + str(natural) + " but got " + str(preferred) +
          "; convert the result instead");
    return {};
  }
  return preferred;
}

TensorType TypeRules::dotGeneral(TensorType lhs, TensorType rhs, const Ints &lhsContracting, const Ints &rhsContracting,
                                 const Ints &lhsBatch, const Ints &rhsBatch, Type preferred) {
  Type element = productType(lhs, rhs, preferred);
  if (!element)
    return {};
  if (lhsContracting.size() != rhsContracting.size() || lhsBatch.size() != rhsBatch.size())
    return error("expected as many contracting and batch dimensions on both sides but got contracting " +
                 str(lhsContracting) + " x " + str(rhsContracting) + " and batch " + str(lhsBatch) + " x " +
                 str(rhsBatch));
  Ints lhsBound = concat(lhsBatch, lhsContracting), rhsBound = concat(rhsBatch, rhsContracting);
  if (!axesAreValid("the left contracting and batch dimensions", lhsBound, lhs) ||
      !axesAreValid("the right contracting and batch dimensions", rhsBound, rhs))
    return {};
  for (size_t i = 0; i < lhsBound.size(); ++i)
    if (lhs.getDimSize(lhsBound[i]) != rhs.getDimSize(rhsBound[i]))
      return error("expected dimension " + Twine(lhsBound[i]) + " of " + str(lhs) + " and dimension " +
                   Twine(rhsBound[i]) + " of " + str(rhs) + " to have one size");
  Ints shape = pick(Ints(lhs.getShape()), lhsBatch);
  shape = concat(shape, pick(Ints(lhs.getShape()), complement(lhsBound, lhs.getRank())));
  shape = concat(shape, pick(Ints(rhs.getShape()), complement(rhsBound, rhs.getRank())));
  return RankedTensorType::get(shape, element);
}

bool TypeRules::convListsFit(TensorType lhs, TensorType rhs, const ConvNumbers &n) {
  int64_t rank = lhs.getRank();
  if (rank < 2 || rhs.getRank() != rank) {
    error("expected operands of one rank, 2 and one for each spatial dimension, but got " + str(lhs) + " and " +
          str(rhs));
    return false;
  }
  for (auto [what, list] :
       {std::pair("window_strides", &n.strides), std::pair("padding_low", &n.low), std::pair("padding_high", &n.high),
        std::pair("lhs_dilation", &n.lhsDilation), std::pair("rhs_dilation", &n.rhsDilation)}) {
    bool isPositive = list != &n.low && list != &n.high;
    if (static_cast<int64_t>(list->size()) == rank - 2 &&
        (!isPositive || llvm::all_of(*list, [](int64_t v) { return v > 0; })))
      continue;
    error(Twine("expected ") + what + " to have one " + (isPositive ? "positive " : "") +
          "number for each of the spatial dimensions, " + Twine(rank - 2) + ", but got " + str(*list));
    return false;
  }
  for (auto [what, spec] :
       {std::pair("lhs_spec", &n.lhsSpec), std::pair("rhs_spec", &n.rhsSpec), std::pair("out_spec", &n.outSpec)}) {
    SmallVector<int64_t> sorted(spec->begin(), spec->end());
    llvm::sort(sorted);
    if (Ints(sorted) == range(rank))
      continue;
    error(Twine("expected ") + what + " to be a permutation of the " + Twine(rank) + " dimensions but got " +
          str(*spec));
    return false;
  }
  return true;
}

bool TypeRules::convGroupsFit(TensorType lhs, TensorType rhs, const ConvNumbers &n) {
  int64_t f = n.featureGroups, g = n.batchGroups;
  if (f < 1 || g < 1 || (f > 1 && g > 1)) {
    error("expected positive group counts, at most one of them above 1, but got feature_group_count " + Twine(f) +
          " and batch_group_count " + Twine(g));
    return false;
  }
  int64_t batch = lhs.getDimSize(n.lhsSpec[0]), features = lhs.getDimSize(n.lhsSpec[1]);
  int64_t out = rhs.getDimSize(n.rhsSpec[0]), in = rhs.getDimSize(n.rhsSpec[1]);
  if (features % f || out % f || batch % g || out % g) {
    error("expected batch_group_count " + Twine(g) + " to divide the batch of " + str(lhs) + ", feature_group_count " +
          Twine(f) + " its features, and both the output features of " + str(rhs) + " but got " + Twine(batch) + ", " +
          Twine(features) + ", " + Twine(out));
    return false;
  }
  if (in != features / f) {
    error("expected " + Twine(features / f) + " input features of the kernel, as many as " + str(lhs) +
          " has for each of " + Twine(f) + " feature groups, but got " + Twine(in) + " in " + str(rhs));
    return false;
  }
  return true;
}

/// (n - 1) * dilation + 1 + padding, none if it does not fit.
static std::optional<int64_t> paddedSize(int64_t n, int64_t dilation, int64_t low = 0, int64_t high = 0) {
  std::optional<int64_t> size = n ? llvm::checkedMulAdd<int64_t>(n - 1, dilation, 1) : 0;
  for (int64_t amount : {low, high})
    size = size ? llvm::checkedAdd(*size, amount) : size;
  return size;
}

TensorType TypeRules::convolution(TensorType lhs, TensorType rhs, const ConvNumbers &n, Type preferred) {
  Type element = productType(lhs, rhs, preferred);
  if (!element || !convListsFit(lhs, rhs, n) || !convGroupsFit(lhs, rhs, n))
    return {};
  SmallVector<int64_t> shape(lhs.getRank());
  shape[n.outSpec[0]] = lhs.getDimSize(n.lhsSpec[0]) / n.batchGroups;
  shape[n.outSpec[1]] = rhs.getDimSize(n.rhsSpec[0]);
  for (int64_t i = 0; i < n.rank(); ++i) {
    auto size = paddedSize(lhs.getDimSize(n.lhsSpec[i + 2]), n.lhsDilation[i], n.low[i], n.high[i]);
    auto kernel = paddedSize(rhs.getDimSize(n.rhsSpec[i + 2]), n.rhsDilation[i]);
    if (!size || !kernel || *size < 0)
      return error("expected padding and dilation that leave sizes from 0 to 2^63 but got low " + str(n.low) +
                   ", high " + str(n.high) + ", dilations " + str(n.lhsDilation) + " x " + str(n.rhsDilation) +
                   " for " + str(lhs) + " and " + str(rhs));
    shape[n.outSpec[i + 2]] = *size < *kernel ? 0 : (*size - *kernel) / n.strides[i] + 1;
  }
  return RankedTensorType::get(shape, element);
}

} // namespace wg
