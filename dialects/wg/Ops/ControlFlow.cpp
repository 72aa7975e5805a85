// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the rules of branches and loops share.

#include "wg/Ops/ControlFlow.h"
#include "wg/Ops/Functions.h"
#include "wg/Ops/Shape.h"

using namespace mlir;
using namespace wg;

//===----------------------------------------------------------------------===//
// Text: consts(%w) carry(%c) xs(%x), each left out where it is empty; 100 reverse unroll 4
//===----------------------------------------------------------------------===//

static ParseResult parseLoopOperands(OpAsmParser &parser, SmallVectorImpl<OpAsmParser::UnresolvedOperand> &inputs,
                                     IntegerAttr &numConsts, IntegerAttr &numCarry) {
  size_t before = 0;
  auto part = [&](StringRef word) -> FailureOr<IntegerAttr> {
    if (succeeded(parser.parseOptionalKeyword(word)) && parser.parseOperandList(inputs, OpAsmParser::Delimiter::Paren))
      return failure();
    size_t count = inputs.size() - std::exchange(before, inputs.size());
    return parser.getBuilder().getI64IntegerAttr(static_cast<int64_t>(count));
  };
  FailureOr<IntegerAttr> consts = part("consts"), carry = failed(consts) ? consts : part("carry");
  if (failed(carry) || failed(part("xs")))
    return failure();
  numConsts = *consts;
  numCarry = *carry;
  return success();
}

static void printLoopOperands(OpAsmPrinter &printer, Operation *, OperandRange inputs, IntegerAttr numConsts,
                              IntegerAttr numCarry) {
  size_t consts = numConsts.getInt(), carry = numCarry.getInt();
  std::pair<StringRef, OperandRange> parts[] = {{"consts", inputs.take_front(consts)},
                                                {"carry", inputs.slice(consts, carry)},
                                                {"xs", inputs.drop_front(consts + carry)}};
  bool isFirst = true;
  for (auto &[word, values] : parts)
    if (!values.empty())
      printer << (std::exchange(isFirst, false) ? "" : " ") << word << '(' << values << ')';
}

static ParseResult parseLoopSteps(OpAsmParser &parser, IntegerAttr &length, BoolAttr &reverse, IntegerAttr &unroll) {
  Builder &b = parser.getBuilder();
  int64_t steps, together = 1;
  if (parser.parseInteger(steps))
    return failure();
  length = b.getI64IntegerAttr(steps);
  reverse = b.getBoolAttr(succeeded(parser.parseOptionalKeyword("reverse")));
  if (succeeded(parser.parseOptionalKeyword("unroll")) && parser.parseInteger(together))
    return failure();
  unroll = b.getI64IntegerAttr(together);
  return success();
}

static void printLoopSteps(OpAsmPrinter &printer, Operation *, IntegerAttr length, BoolAttr reverse,
                           IntegerAttr unroll) {
  printer << length.getInt();
  if (reverse.getValue())
    printer << " reverse";
  if (unroll.getInt() != 1)
    printer << " unroll " << unroll.getInt();
}

#define GET_OP_CLASSES
#include "wg/Ops/ControlFlow.cpp.inc"

void WgDialect::registerControlFlowOps() {
  addOperations<
#define GET_OP_LIST
#include "wg/Ops/ControlFlow.cpp.inc"
      >();
}

SmallVector<ValueRange> wg::cut(ValueRange values, ArrayRef<size_t> sizes) {
  SmallVector<ValueRange> parts;
  for (size_t size : sizes) {
    parts.push_back(values.take_front(size));
    values = values.drop_front(size);
  }
  return parts;
}

Values wg::join(ArrayRef<ValueRange> parts) {
  Values all;
  for (ValueRange part : parts)
    llvm::append_range(all, part);
  return all;
}

Values wg::chosen(ValueRange values, ArrayRef<bool> mask) {
  Values some;
  for (auto [v, isChosen] : llvm::zip_equal(values, mask))
    if (isChosen)
      some.push_back(v);
  return some;
}

Types wg::chosen(TypeRange types, ArrayRef<bool> mask) {
  Types some;
  for (auto [type, isChosen] : llvm::zip_equal(types, mask))
    if (isChosen)
      some.push_back(type);
  return some;
}

Mask wg::presence(ArrayRef<Value> values) {
  return llvm::map_to_vector(values, [](Value v) { return bool(v); });
}

SmallVector<int64_t> wg::positionsIn(ArrayRef<bool> mask) {
  SmallVector<int64_t> positions;
  for (auto [i, bit] : llvm::enumerate(mask))
    if (bit)
      positions.push_back(i);
  return positions;
}

size_t wg::count(ArrayRef<bool> mask) { return llvm::count(mask, true); }

Mask wg::reachedIn(func::FuncOp f, ArrayRef<bool> arguments) {
  DenseSet<Value> reached;
  for (auto [v, bit] : llvm::zip_equal(f.getArguments(), arguments))
    if (bit)
      reached.insert(v);
  auto isReached = [&](Value v) { return reached.contains(v); };
  Block &block = f.getBody().front();
  for (Operation &op : block.without_terminator())
    if (llvm::any_of(op.getOperands(), isReached))
      reached.insert_range(op.getResults());
  return llvm::map_to_vector(block.getTerminator()->getOperands(), isReached);
}

Value wg::zeroOf(OpBuilder &builder, Location loc, Type type) {
  RuleBuilder b(builder, loc);
  return full(b, cast<RankedTensorType>(type), 0).get();
}

Type wg::batchedType(Type type, int64_t size) {
  auto tensor = cast<RankedTensorType>(type);
  return RankedTensorType::get(prepend(size, Ints(tensor.getShape())), tensor.getElementType());
}

Type wg::elementOf(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return RankedTensorType::get(tensor.getShape().drop_front(), tensor.getElementType());
}

Value wg::exchanged(OpBuilder &builder, Location loc, Value x) {
  Ints permutation = range(cast<RankedTensorType>(x.getType()).getRank());
  std::swap(permutation[0], permutation[1]);
  RuleBuilder b(builder, loc);
  return transpose(Expr(b, x), permutation).get();
}

Value wg::repeated(OpBuilder &builder, Location loc, Value x, int64_t size) {
  RuleBuilder b(builder, loc);
  b.setBatch(size, {});
  return b.addBatch(Expr(b, x)).get();
}

Values wg::spreadTangents(ValueRange tangents, TypeRange types, ArrayRef<bool> active) {
  Values spread;
  unsigned next = 0;
  for (auto [type, isActive] : llvm::zip_equal(types, active)) {
    bool moves = hasTangent(type);
    spread.push_back(moves && isActive ? tangents[next] : Value());
    next += moves;
  }
  return spread;
}

SmallVector<int64_t> wg::positionsOf(ArrayRef<Value> values) {
  SmallVector<int64_t> positions;
  for (auto [i, v] : llvm::enumerate(values))
    if (v)
      positions.push_back(i);
  return positions;
}

Values wg::presentIn(ArrayRef<Value> values) {
  return llvm::to_vector(llvm::make_filter_range(values, [](Value v) { return bool(v); }));
}

LogicalResult wg::checkArguments(StringRef function, TypeRange expected, TypeRange operands, DiagnosticMaker error) {
  if (expected.size() != operands.size())
    return error() << "expected @" << function << " to take " << operands.size() << " arguments but it takes "
                   << expected.size();
  for (auto [i, want, got] : llvm::enumerate(operands, expected))
    if (want != got)
      return error() << "expected @" << function << " to take " << want << " as argument " << i << " but it takes "
                     << got;
  return success();
}

LogicalResult wg::verifyControlFlow(ControlFlowOpInterface op, SymbolTableCollection &tables) {
  for (StringRef name : functionsOf(op)) {
    auto fn = tables.lookupNearestSymbolFrom<func::FuncOp>(op, FlatSymbolRefAttr::get(op->getContext(), name));
    if (!fn)
      return op->emitOpError() << "expected a function but @" << name << " names none";
    if (fn.isExternal())
      return op->emitOpError() << "expected a function with a body but @" << name << " has none";
    if (fn->isProperAncestor(op))
      return op->emitOpError() << "is part of @" << name << ", which it runs";
  }
  auto typeOf = [&](StringRef name) {
    auto symbol = FlatSymbolRefAttr::get(op->getContext(), name);
    return tables.lookupNearestSymbolFrom<func::FuncOp>(op, symbol).getFunctionType();
  };
  auto types =
      op.inferResultTypes(op->getAttrDictionary(), op->getOperandTypes(), typeOf, [&] { return op->emitOpError(); });
  if (failed(types))
    return failure();
  if (TypeRange(*types) != TypeRange(op->getResultTypes()))
    return op->emitOpError() << "expected results of types (" << *types << ") but got (" << op->getResultTypes() << ")";
  return success();
}

Types wg::loopTypes(TypeRange body, unsigned numCarry, int64_t length) {
  Types types(body.take_front(numCarry));
  for (Type y : body.drop_front(numCarry))
    types.push_back(batchedType(y, length));
  return types;
}

ArrayAttr wg::symbolsAttr(OpBuilder &builder, ArrayRef<func::FuncOp> functions) {
  return builder.getArrayAttr(
      llvm::map_to_vector(functions, [](func::FuncOp f) -> Attribute { return FlatSymbolRefAttr::get(f); }));
}

bool wg::isMadeAgain(Operation *op) {
  return op->hasTrait<OpTrait::ConstantLike>() || isa<BroadcastInDimOp, TransposeOp, ReshapeOp, IotaOp>(op);
}
