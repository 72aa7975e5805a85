// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The language in which records write their type rules. Every error names the op, the shapes and the remedy.

#ifndef WG_IR_TYPERULES_H
#define WG_IR_TYPERULES_H

#include "wg/IR/Expr.h"

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
  template <typename T, typename = std::enable_if_t<std::is_base_of_v<mlir::Value, T>>> TensorType bind(T v) {
    return bind(mlir::Value(v));
  }

  bool failed() const { return hasFailed; }
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
  // Shape
  TensorType reshape(TensorType x, const Ints &shape);
  TensorType transpose(TensorType x, const Ints &permutation);
  TensorType broadcastInDim(TensorType x, const Ints &shape, const Ints &dims);
  // Contraction
  TensorType dotGeneral(TensorType lhs, TensorType rhs, const Ints &lhsContracting, const Ints &rhsContracting,
                        const Ints &lhsBatch, const Ints &rhsBatch);
  // Reduction
  TensorType reduce(TensorType x, const Ints &axes);

private:
  bool axesAreValid(llvm::StringRef what, const Ints &axes, TensorType x);

  llvm::StringRef op;
  std::optional<mlir::Location> loc;
  bool hasFailed = false;
};

/// "[2, 3]".
std::string str(const Ints &v);
/// "tensor<2x3xf32>".
std::string str(mlir::Type type);

} // namespace wg

#endif // WG_IR_TYPERULES_H
