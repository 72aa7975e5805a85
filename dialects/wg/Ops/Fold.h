// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Arithmetic on literals, for folders and canonicalisation patterns.

#ifndef WG_OPS_FOLD_H
#define WG_OPS_FOLD_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>

namespace wg {

/// Arrays of more elements than this are only folded if all elements are equal: the IR stays small.
constexpr int64_t largestFolded = 64;

using FloatFunction = llvm::function_ref<double(llvm::ArrayRef<double>)>;
using IntFunction = llvm::function_ref<llvm::APInt(llvm::ArrayRef<llvm::APInt>)>;

/// The result of an elementwise function on literals, null if one of them is none. Floats are computed in double and
/// rounded once. A null function stands for a class of element types that is not folded.
mlir::Attribute foldElementwise(llvm::ArrayRef<mlir::Attribute> operands, mlir::Type resultType, FloatFunction onFloats,
                                IntFunction onInts = nullptr);
/// The literal as another element type, by the rules of wg.convert.
mlir::Attribute foldConvert(mlir::Attribute operand, mlir::RankedTensorType resultType);

/// The real or imaginary part of a literal with equal elements, and such a literal of its parts.
mlir::Attribute foldPart(mlir::Attribute operand, mlir::Type resultType, bool imaginary);
mlir::Attribute foldComplex(mlir::Attribute re, mlir::Attribute im, mlir::Type resultType);

/// The number that all elements of a literal or of a value are; none for complex numbers off the real axis.
std::optional<double> splatNumber(mlir::Attribute literal);
std::optional<double> splatNumber(mlir::Value value);
inline bool isSplatOf(mlir::Attribute literal, double number) { return splatNumber(literal) == number; }
inline bool isSplatOf(mlir::Value value, double number) { return splatNumber(value) == number; }
/// A literal of this type with equal elements.
mlir::DenseElementsAttr splatOf(mlir::Type type, double number);

} // namespace wg

#endif // WG_OPS_FOLD_H
