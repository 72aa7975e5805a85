// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Branches and loops over functions of the module.

#ifndef WG_OPS_CONTROLFLOW_H
#define WG_OPS_CONTROLFLOW_H

#include "wg/IR/Expr.h"
#include "wg/IR/WgDialect.h"
#include "wg/Interfaces/ControlFlowInterface.h"
#include "wg/Ops/Transform.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace wg {
/// `consts(%a, %b) carry(%c)`: operands, and how many of them stand in the first list.
mlir::ParseResult parseConstsAndCarry(mlir::OpAsmParser &parser,
                                      llvm::SmallVectorImpl<mlir::OpAsmParser::UnresolvedOperand> &inputs,
                                      mlir::IntegerAttr &numConsts);
void printConstsAndCarry(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::OperandRange inputs,
                         mlir::IntegerAttr numConsts);
/// `consts(%a) [@f(%b), reverse @g(%c)]`: the functions, each with its own operands.
mlir::ParseResult parsePasses(mlir::OpAsmParser &parser, mlir::ArrayAttr &passes,
                              llvm::SmallVectorImpl<mlir::OpAsmParser::UnresolvedOperand> &inputs,
                              mlir::IntegerAttr &numConsts, mlir::DenseI64ArrayAttr &numCarry,
                              mlir::DenseI64ArrayAttr &reverse);
void printPasses(mlir::OpAsmPrinter &printer, mlir::Operation *op, mlir::ArrayAttr passes, mlir::OperandRange inputs,
                 mlir::IntegerAttr numConsts, mlir::DenseI64ArrayAttr numCarry, mlir::DenseI64ArrayAttr reverse);
} // namespace wg

#define GET_OP_CLASSES
#include "wg/Ops/ControlFlow.h.inc"

namespace wg {

//===----------------------------------------------------------------------===//
// What the rules share
//===----------------------------------------------------------------------===//

using Values = llvm::SmallVector<mlir::Value>;
using Types = llvm::SmallVector<mlir::Type>;
using Mask = llvm::SmallVector<bool>;
using DiagnosticMaker = llvm::function_ref<mlir::InFlightDiagnostic()>;

/// Parts of a list, of these sizes.
llvm::SmallVector<mlir::ValueRange> cut(mlir::ValueRange values, llvm::ArrayRef<size_t> sizes);
/// The parts as one list.
Values join(llvm::ArrayRef<mlir::ValueRange> parts);
/// The entries where the mask is set.
Values chosen(mlir::ValueRange values, llvm::ArrayRef<bool> mask);
Types chosen(mlir::TypeRange types, llvm::ArrayRef<bool> mask);
/// Which values are there.
Mask presence(llvm::ArrayRef<mlir::Value> values);
/// The positions where the mask is set.
llvm::SmallVector<int64_t> positionsIn(llvm::ArrayRef<bool> mask);
/// How many entries of the mask are set.
size_t count(llvm::ArrayRef<bool> mask);
/// The results of `f` that depend on these arguments.
Mask reachedIn(mlir::func::FuncOp f, llvm::ArrayRef<bool> arguments);

/// A tensor of zeros.
mlir::Value zeroOf(mlir::OpBuilder &builder, mlir::Location loc, mlir::Type type);
/// The type with a batch dimension in front.
mlir::Type batchedType(mlir::Type type, int64_t size);
/// The type without its first dimension.
mlir::Type elementOf(mlir::Type type);
/// The value with its first two dimensions exchanged.
mlir::Value exchanged(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value x);
/// The value with a batch dimension in front, the same for all examples.
mlir::Value repeated(mlir::OpBuilder &builder, mlir::Location loc, mlir::Value x, int64_t size);
/// The tangents that `fn` of a JvpResult or `lin` of a LinearizeResult returns (one for each type that has one), as one
/// for each of `types`: null where the type has none or where it is not active.
Values spreadTangents(mlir::ValueRange tangents, mlir::TypeRange types, llvm::ArrayRef<bool> active);
/// The positions where there is a value.
llvm::SmallVector<int64_t> positionsOf(llvm::ArrayRef<mlir::Value> values);
/// The values that are there.
Values presentIn(llvm::ArrayRef<mlir::Value> values);

/// That the operands fit the arguments of a function, in the words of a message.
llvm::LogicalResult checkArguments(llvm::StringRef function, mlir::TypeRange expected, mlir::TypeRange operands,
                                   DiagnosticMaker error);
/// The verifier of an op: that its functions are there, and that its result types are those that they imply.
llvm::LogicalResult verifyControlFlow(ControlFlowOpInterface op, mlir::SymbolTableCollection &tables);
/// A scan as a rule puts it together from one that there is.
struct ScanLoop {
  explicit ScanLoop(ScanOp op)
      : loc(op.getLoc()), length(op.getLength()), unroll(op.getUnroll()), reverse(op.getReverse()) {}
  ScanLoop(mlir::Location loc, int64_t length) : loc(loc), length(length) {}

  mlir::func::FuncOp body;
  Values consts, carry, xs;
  mlir::Location loc;
  int64_t length, unroll = 1;
  bool reverse = false;

  /// The types of the arguments of the body.
  Types bodyTypes() const;
  /// The last carries, then what is stacked.
  llvm::SmallVector<mlir::ValueRange> run(mlir::OpBuilder &builder);
};
/// Results of a loop over steps: carries keep their types, and what each step gives is stacked.
Types loopTypes(mlir::TypeRange body, unsigned numCarry, int64_t length);
/// Whether what a loop computes the same in every step is not worth an operand of the loop: it is made again in each
/// step, or becomes part of how others read it.
bool isMadeAgain(mlir::Operation *op);
/// The names as an attribute.
mlir::ArrayAttr symbolsAttr(mlir::OpBuilder &builder, llvm::ArrayRef<mlir::func::FuncOp> functions);

} // namespace wg

#endif // WG_OPS_CONTROLFLOW_H
