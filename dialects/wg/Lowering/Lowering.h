// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the families of ops need to lower themselves to linalg, tensor, arith, math and scf on static tensors.

#ifndef WG_LOWERING_LOWERING_H
#define WG_LOWERING_LOWERING_H

#include "wg/IR/Expr.h"
#include "wg/Lowering/Scalar.h"
#include "wg/Lowering/Target.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Utils/StructuredOpsUtils.h"
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringMap.h"

namespace wg::lowering {

using Values = llvm::SmallVector<mlir::Value, 2>;
using Scalars = llvm::SmallVector<Scalar, 2>;
using mlir::RankedTensorType;

/// ui32 -> i32: IREE's integers have no sign; what is unsigned about an op is decided from the original type. Types for
/// storage become i8 (see Bits.h).
mlir::Type signless(mlir::Type type);
mlir::DenseElementsAttr signless(mlir::DenseElementsAttr value);
/// The type that scalar code computes in: f32 for f16 and bf16.
mlir::Type computeType(mlir::Type element);
inline bool isUnsigned(mlir::Type element) { return element.isUnsignedInteger() || element.isInteger(1); }

/// An operand of a linalg.generic: a tensor, or a scalar constant that is written into the body.
struct Input {
  mlir::Value value;
  mlir::AffineMap map;
  mlir::TypedAttr constant;
};

/// Lowers the ops of one function, in order, into a new one. Operands and result types are signless; the op itself
/// still has its original operands, whose types tell signed from unsigned.
class Lowerer {
public:
  Lowerer(mlir::ImplicitLocOpBuilder &b, const Target &target) : b(b), target(target) {}

  /// The lowered form of an operand, and the operand read through constants, broadcasts and transposes, so that they
  /// become maps of the reader.
  mlir::Value get(mlir::Value original) { return map.lookup(original); }
  Input read(mlir::Value original);
  /// Says that every element of a value is this: its readers write it into their bodies.
  void setUniform(mlir::Value original, mlir::TypedAttr element) { uniform[original] = element; }

  RankedTensorType tensor(llvm::ArrayRef<int64_t> shape, mlir::Type element) {
    return RankedTensorType::get(shape, element);
  }
  mlir::Value empty(RankedTensorType type);
  /// Every element v; for bools 0 and 1.
  mlir::Value full(RankedTensorType type, double v);
  mlir::Value full(RankedTensorType type, mlir::TypedAttr v);
  mlir::Value scalar(mlir::TypedAttr v);
  mlir::Value index(int64_t v);
  mlir::AffineMap identity(int64_t rank) { return b.getMultiDimIdentityMap(rank); }
  /// The map of `rank` loops to those listed.
  mlir::AffineMap project(int64_t rank, llvm::ArrayRef<int64_t> dims);

  using Body = llvm::function_ref<Scalars(llvm::ArrayRef<Scalar>)>;
  /// A loop over `results`' common shape (all parallel), the body from the operands' elements to the results'.
  Values map_(llvm::ArrayRef<Input> inputs, llvm::ArrayRef<RankedTensorType> results, Body body);
  mlir::Value elementwise(llvm::ArrayRef<Input> inputs, RankedTensorType result,
                          llvm::function_ref<Scalar(llvm::ArrayRef<Scalar>)> body);
  /// A reduction over `axes` of loops over `shape`; the body gets the inputs' elements, then the accumulators.
  Values reduce(llvm::ArrayRef<Input> inputs, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> axes,
                mlir::ValueRange inits, Body body);
  /// A reduction to one array that starts from a number; the body gives the next accumulator, its last operand. Complex
  /// numbers of 128 bits go part by part: IREE has no pattern of that size to fill memory with, and lets two loops
  /// share, and overwrite, initial values that another loop has made.
  mlir::Value reduceFrom(mlir::TypedAttr first, RankedTensorType type, llvm::ArrayRef<Input> inputs,
                         llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> axes,
                         llvm::function_ref<Scalar(llvm::ArrayRef<Scalar>)> next);
  /// The loop index of a dimension inside a body, as an index value.
  mlir::Value loopIndex(int64_t dimension);
  Scalar indexToInteger(mlir::Value index, mlir::Type integer);
  mlir::Value integerToIndex(const Scalar &integer);
  /// An element, by computed indices.
  Scalar at(mlir::Value tensor, mlir::ValueRange indices);
  mlir::Value reshape(mlir::Value x, llvm::ArrayRef<int64_t> shape);
  mlir::Value transpose(mlir::Value x, llvm::ArrayRef<int64_t> permutation);
  /// x[offsets : offsets + sizes * strides : strides]
  mlir::Value slice(mlir::Value x, llvm::ArrayRef<int64_t> offsets, llvm::ArrayRef<int64_t> sizes,
                    llvm::ArrayRef<int64_t> strides = {});
  mlir::Value insert(mlir::Value x, mlir::Value into, llvm::ArrayRef<int64_t> offsets);
  /// x in another element type, half types widened or rounded.
  mlir::Value castFloat(mlir::Value x, mlir::Type element);

  mlir::ImplicitLocOpBuilder &b;
  const Target &target;
  mlir::IRMapping map;

private:
  mlir::Value sourceOfSteps(mlir::Value tensor, llvm::MutableArrayRef<mlir::Value> places);
  mlir::Value cutAtKnown(mlir::Value tensor, llvm::MutableArrayRef<mlir::Value> places);
  mlir::AffineMap throughMaps(mlir::Value &original);

  llvm::DenseMap<mlir::Value, mlir::TypedAttr> uniform;
};

/// Attributes by name, whatever the class of the op.
Ints intsAttr(mlir::Operation *op, llvm::StringRef name);
int64_t intAttr(mlir::Operation *op, llvm::StringRef name);
bool boolAttr(mlir::Operation *op, llvm::StringRef name);
RankedTensorType tensorType(mlir::Value v);
mlir::Type elementType(mlir::Value v);
/// The number as a literal of a signless element type; a complex literal is no operand of arith.constant, so it becomes
/// an op by Lowerer::scalar.
mlir::TypedAttr numberAttr(mlir::Type element, double v);
/// The element of a literal whose elements are equal.
mlir::TypedAttr splatAttr(mlir::DenseElementsAttr value);
/// The identity of max (or min, where `lowest` is false) for an original element type, on its signless type.
mlir::TypedAttr extreme(mlir::Type element, bool lowest);

/// Lowers one op to values of the signless result types, or reports an error.
using OpLowering = mlir::FailureOr<Values> (*)(Lowerer &lower, mlir::Operation *op);
using OpLowerings = llvm::StringMap<OpLowering>;

// Each in the file of its name.
void addBits(OpLowerings &table);
void addElementwise(OpLowerings &table);
void addComplex(OpLowerings &table);
void addShape(OpLowerings &table);
void addContraction(OpLowerings &table);
void addConvolution(OpLowerings &table);
void addReduction(OpLowerings &table);
void addWindow(OpLowerings &table);
void addCumulative(OpLowerings &table);
void addComputation(OpLowerings &table);
void addIndexing(OpLowerings &table);
void addSorting(OpLowerings &table);
void addControlFlow(OpLowerings &table);
void addLoops(OpLowerings &table);
void addHost(OpLowerings &table);
void addRandom(OpLowerings &table);

/// The function of one block that an op runs, or an error.
mlir::FailureOr<mlir::func::FuncOp> functionNamed(mlir::Operation *op, llvm::StringRef name);
/// The results of a function of wg, its body lowered in place.
mlir::FailureOr<Values> lowerBody(Lowerer &lower, mlir::func::FuncOp function, mlir::ValueRange operands);

/// x with `interior` values between neighbours and `low`, `high` ones at the ends; negative ones cut.
mlir::Value padTensor(Lowerer &lower, mlir::Value x, Input value, const Ints &low, const Ints &high,
                      const Ints &interior);
/// A scalar of the original element type `from` in another one; truncates towards zero and saturates.
Scalar convert(const Scalar &x, mlir::Type from, mlir::Type to);
/// The element of a linalg.generic without tensor operands, if its body folds to a constant.
mlir::TypedAttr foldBody(mlir::Value genericResult);

/// The module that a host call imports from.
constexpr llvm::StringLiteral kHostModule = "wengert_host";
/// A call of the host's function for this op; its declaration is added to the module.
mlir::FailureOr<Values> lowerHostCall(Lowerer &lower, mlir::Operation *op);
/// A literal of complex numbers, made of literals of its parts.
mlir::FailureOr<Values> lowerComplexConstant(Lowerer &lower, mlir::DenseElementsAttr value);
/// The code of an elementwise op on complex operands; a null value if there is none.
Scalar complexCode(mlir::Operation *op, llvm::ArrayRef<Scalar> x, const Target &target);

/// Elementwise ops by their scalar op, for ops that the table does not have.
mlir::FailureOr<Values> lowerElementwise(Lowerer &lower, mlir::Operation *op);

} // namespace wg::lowering

#endif // WG_LOWERING_LOWERING_H
