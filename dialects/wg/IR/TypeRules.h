// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The language in which records write their type rules. Every error names the op, the shapes and the remedy.

#ifndef WG_IR_TYPERULES_H
#define WG_IR_TYPERULES_H

#include "wg/IR/ConvNumbers.h"
#include "wg/IR/Expr.h"
#include "wg/IR/WindowDims.h"

#include "mlir/IR/Diagnostics.h"

#include <optional>

namespace wg {

using TensorType = mlir::RankedTensorType;

/// One result type of an op from its operands and attributes. A method returns null after it has reported an error.
class TypeRules {
public:
  TypeRules(llvm::StringRef op, std::optional<mlir::Location> loc) : op(op), loc(loc) {}

  TensorType bind(mlir::Value operand);
  llvm::SmallVector<TensorType> bind(mlir::ValueRange operands);
  Ints bind(llvm::ArrayRef<int64_t> v) { return Ints(v); }
  int64_t bind(int64_t v) { return v; }
  bool bind(bool v) { return v; }
  llvm::APFloat bind(llvm::APFloat v) { return v; }
  llvm::StringRef bind(llvm::StringRef v) { return v; }
  mlir::Type bind(mlir::Type v) { return v; }
  mlir::ElementsAttr bind(mlir::ElementsAttr v) { return v; }
  template <typename T, typename = std::enable_if_t<std::is_base_of_v<mlir::Value, T>>>
  TensorType bind(T v) {
    return bind(mlir::Value(v));
  }

  bool failed() const { return hasFailed; }
  /// Whether operands are of types that ops compute with, not of types for storage.
  bool computes(mlir::ValueRange operands);
  /// Whether the op has `expected` operands, or at least as many if the last one is a list.
  bool counted(size_t operands, size_t expected, bool isList);
  /// For an op built without one of its attributes.
  llvm::LogicalResult missing(llvm::StringRef attribute);
  llvm::LogicalResult infer(llvm::ArrayRef<mlir::Type> types, llvm::SmallVectorImpl<mlir::Type> &results);
  /// Reports "op: message" and returns the null type.
  TensorType error(const llvm::Twine &message);

  // Elementwise
  TensorType same(llvm::ArrayRef<TensorType> types);
  TensorType compare(llvm::ArrayRef<TensorType> types);
  TensorType select(TensorType pred, TensorType x, TensorType y);
  TensorType convert(TensorType x, mlir::Type dtype);
  TensorType bitcastConvert(TensorType x, mlir::Type dtype);
  TensorType reducePrecision(TensorType x, int64_t exponentBits, int64_t mantissaBits);
  TensorType integerPow(TensorType x, int64_t y);
  TensorType constant(mlir::ElementsAttr value);
  TensorType abs(TensorType x);
  TensorType realPart(TensorType x);
  TensorType complexOf(TensorType re, TensorType im);
  // Shape
  TensorType reshape(TensorType x, const Ints &shape);
  TensorType transpose(TensorType x, const Ints &permutation);
  TensorType broadcastInDim(TensorType x, const Ints &shape, const Ints &dims);
  TensorType slice(TensorType x, const Ints &start, const Ints &limit, const Ints &strides);
  TensorType pad(TensorType x, TensorType value, const Ints &low, const Ints &high, const Ints &interior);
  TensorType concatenate(llvm::ArrayRef<TensorType> xs, int64_t dimension);
  TensorType reverse(TensorType x, const Ints &dimensions);
  TensorType iota(const Ints &shape, int64_t dimension, mlir::Type dtype);
  // Contraction
  TensorType dotGeneral(TensorType lhs, TensorType rhs, const Ints &lhsContracting, const Ints &rhsContracting,
                        const Ints &lhsBatch, const Ints &rhsBatch, mlir::Type preferred);
  TensorType convolution(TensorType lhs, TensorType rhs, const ConvNumbers &n, mlir::Type preferred);
  // Reduction
  TensorType reduce(TensorType x, const Ints &axes);
  TensorType argReduce(TensorType x, int64_t axis);
  // Indexing
  TensorType dynamicSlice(TensorType x, llvm::ArrayRef<TensorType> starts, const Ints &sizes);
  TensorType dynamicUpdateSlice(TensorType x, TensorType update, llvm::ArrayRef<TensorType> starts);
  TensorType take(TensorType x, TensorType indices, int64_t axis);
  TensorType gather(TensorType x, TensorType indices, const Ints &sizes, const WindowDims &dims, llvm::StringRef mode);
  TensorType scatter(TensorType x, TensorType indices, TensorType updates, const WindowDims &dims,
                     llvm::StringRef mode);
  // Fft
  TensorType fft(TensorType x, llvm::StringRef type, const Ints &lengths);
  // Sorting
  llvm::SmallVector<mlir::Type> sort(llvm::ArrayRef<TensorType> xs, int64_t dimension, int64_t numKeys);
  // Special functions
  TensorType polygamma(TensorType n, TensorType x);
  /// The type of the operands, for an op that is a derivative of these orders together.
  TensorType ordered(llvm::ArrayRef<TensorType> types, int64_t order, int64_t second = 0);

private:
  bool axesAreValid(llvm::StringRef what, const Ints &axes, TensorType x);
  /// One entry of each list for each dimension of x.
  bool lengthsFit(TensorType x, llvm::ArrayRef<std::pair<llvm::StringRef, Ints>> lists);
  bool shapeIsValid(const Ints &shape);
  bool dtypeIsValid(mlir::Type dtype);
  bool convListsFit(TensorType lhs, TensorType rhs, const ConvNumbers &n);
  bool convGroupsFit(TensorType lhs, TensorType rhs, const ConvNumbers &n);
  /// The element type of a sum of products: the higher of the two types, or the one asked for.
  mlir::Type productType(TensorType lhs, TensorType rhs, mlir::Type preferred);
  bool startsAreValid(TensorType x, llvm::ArrayRef<TensorType> starts);
  /// What gather and scatter ask alike.
  bool windowDimsAreValid(TensorType x, TensorType indices, const WindowDims &dims, llvm::StringRef mode);

  llvm::StringRef op;
  std::optional<mlir::Location> loc;
  bool hasFailed = false;
};

/// The number of elements, none if it is negative or does not fit.
std::optional<int64_t> countElements(llvm::ArrayRef<int64_t> shape);
/// The type that a product of the two has: what both convert to with the least loss, as XLA orders them.
mlir::Type higherType(mlir::Type x, mlir::Type y);
/// "[2, 3]".
std::string str(const Ints &v);
/// "tensor<2x3xf32>".
std::string str(mlir::Type type);

} // namespace wg

#endif // WG_IR_TYPERULES_H
