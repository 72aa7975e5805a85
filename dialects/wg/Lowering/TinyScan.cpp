// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Scans whose steps compute element by element: all steps of all elements in one linalg.generic, where a loop around
// the steps costs a dispatch for each op of each step.

#include "wg/Lowering/Computation.h"
#include "wg/Lowering/TinyLoops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;

namespace wg::lowering {

// Above these the steps are dear enough by themselves to be ops of their own.
static constexpr int64_t kMaxElements = 1 << 16;
static constexpr size_t kMaxOps = 1000;

static Ints shapeOf(Type type) { return Ints(cast<RankedTensorType>(type).getShape()); }

static bool isBroadcast(Operation *op) { return op->getName().getStringRef() == "wg.broadcast_in_dim"; }

/// The shape of all that a function takes (and uses, but for broadcasts) and returns which is no scalar; nothing if
/// there are several.
static std::optional<Ints> commonShape(func::FuncOp f) {
  Ints shape;
  auto fits = [&](Type type) {
    if (shape.empty())
      shape = shapeOf(type);
    return shapeOf(type).empty() || shapeOf(type) == shape;
  };
  for (Value v : f.getArguments())
    for (Operation *user : v.getUsers())
      if (!fits(isBroadcast(user) ? user->getResult(0).getType() : v.getType()))
        return std::nullopt;
  if (!llvm::all_of(f.getResultTypes(), fits))
    return std::nullopt;
  return shape;
}

namespace {
/// A function of tensors of one shape and scalars, as a computation of one element in the body of a generic whose first
/// loops run over that shape.
class ElementCode {
public:
  ElementCode(Lowerer &lower, const Ints &shape) : lower(lower), shape(shape) {}

  FailureOr<Scalars> inlined(func::FuncOp f, ArrayRef<Scalar> arguments) {
    DenseMap<Value, Scalar> known;
    for (auto [argument, x] : llvm::zip_equal(f.getArguments(), arguments))
      known[argument] = x;
    return inlined(f, known);
  }
  /// The results, given its arguments, or broadcasts of them.
  FailureOr<Scalars> inlined(func::FuncOp f, DenseMap<Value, Scalar> known);

private:
  FailureOr<Scalars> codeOf(Operation *op, ArrayRef<Scalar> x);
  FailureOr<Scalars> branches(Operation *op, ArrayRef<Scalar> x);
  Scalar elementOf(Operation *op, ArrayRef<Scalar> x);
  bool hasElements(Type type) const { return shapeOf(type).empty() || shapeOf(type) == shape; }
  /// Whether each element of the result is that of the operand in its place, or the operand is a scalar.
  bool keepsPlaces(Operation *op) const;

  Lowerer &lower;
  const Ints &shape;
  size_t numOps = 0;
};
} // namespace

FailureOr<Scalars> ElementCode::inlined(func::FuncOp f, DenseMap<Value, Scalar> known) {
  auto valuesOf = [&](OperandRange operands) {
    return llvm::map_to_vector<2>(operands, [&](Value v) { return known.lookup(v); });
  };
  Block &block = f.getBody().front();
  for (Operation &op : block.without_terminator()) {
    if (op.getNumResults() == 1 && known.contains(op.getResult(0)))
      continue;
    FailureOr<Scalars> results = codeOf(&op, valuesOf(op.getOperands()));
    if (failed(results))
      return failure();
    for (auto [result, x] : llvm::zip_equal(op.getResults(), *results))
      known[result] = x;
  }
  return Scalars(valuesOf(block.getTerminator()->getOperands()));
}

bool ElementCode::keepsPlaces(Operation *op) const {
  StringRef name = op->getName().stripDialect();
  Ints from = shapeOf(op->getOperand(0).getType());
  if (name == "broadcast_in_dim")
    return from.empty() || (from == shape && intsAttr(op, "broadcast_dimensions") == range(shape.size()));
  if (name == "transpose")
    return intsAttr(op, "permutation") == range(from.size());
  return name == "reshape" && from == shapeOf(op->getResult(0).getType());
}

Scalar ElementCode::elementOf(Operation *op, ArrayRef<Scalar> x) {
  ImplicitLocOpBuilder &b = lower.b;
  DenseElementsAttr constant;
  if (matchPattern(op, m_Constant(&constant)))
    return constant.isSplat() ? Scalar(b, lower.scalar(splatAttr(signless(constant)))) : Scalar();
  if (op->getName().stripDialect() == "iota") {
    Scalar place = lower.indexToInteger(lower.loopIndex(intAttr(op, "dimension")), b.getI32Type());
    return convert(place, b.getI32Type(), elementType(op->getResult(0)));
  }
  if (x.empty())
    return Scalar();
  return keepsPlaces(op) ? x[0] : lowerScalar(lower, op, x);
}

FailureOr<Scalars> ElementCode::branches(Operation *op, ArrayRef<Scalar> x) {
  Scalars chosen;
  auto symbols = op->getAttrOfType<ArrayAttr>("branches").getAsRange<FlatSymbolRefAttr>();
  for (auto [k, symbol] : llvm::enumerate(symbols)) {
    auto f = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op, symbol);
    FailureOr<Scalars> results = f ? inlined(f, x.drop_front()) : FailureOr<Scalars>();
    if (failed(results))
      return failure();
    if (k == 0)
      chosen = *results;
    else
      for (auto [now, before] : llvm::zip_equal(*results, chosen))
        before = Scalar(
            lower.b, arith::SelectOp::create(lower.b, (x[0] < static_cast<double>(k)).get(), before.get(), now.get()));
  }
  return chosen;
}

FailureOr<Scalars> ElementCode::codeOf(Operation *op, ArrayRef<Scalar> x) {
  if (++numOps > kMaxOps)
    return failure();
  if (auto call = dyn_cast<func::CallOp>(op)) {
    auto f = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(op, call.getCalleeAttr());
    return f && !f.isExternal() && f.getBody().hasOneBlock() ? inlined(f, x) : FailureOr<Scalars>();
  }
  if (op->getName().getStringRef() == "wg.cond")
    return branches(op, x);
  auto fits = [&](Type type) { return hasElements(type); };
  if (op->getNumResults() != 1 || !fits(op->getResult(0).getType()) || !llvm::all_of(op->getOperandTypes(), fits))
    return failure();
  Scalar value = elementOf(op, x);
  if (!value.get())
    return failure();
  return Scalars{value};
}

/// The values, which IREE then neither moves transpositions into nor out of.
static Values behindBarrier(ImplicitLocOpBuilder &b, ValueRange values) {
  OperationState state(b.getLoc(), "util.optimization_barrier");
  state.addOperands(values);
  state.addTypes(values.getTypes());
  return Values(b.create(state)->getResults());
}

namespace {
class TinyScan {
public:
  TinyScan(Lowerer &lower, Operation *op, func::FuncOp body, const Ints &shape)
      : lower(lower), b(lower.b), op(op), body(body), shape(shape), rank(shape.size()),
        numConsts(intAttr(op, "num_consts")), numCarry(intAttr(op, "num_carry")), length(intAttr(op, "length")),
        reverse(boolAttr(op, "reverse")) {}

  std::optional<Values> run();

private:
  bool isX(BlockArgument v) const { return int64_t(v.getArgNumber()) >= numConsts + numCarry; }
  bool isCarry(BlockArgument v) const { return !isX(v) && int64_t(v.getArgNumber()) >= numConsts; }
  /// Whether a broadcast repeats in new dimensions only.
  static bool keepsSizes(Operation *broadcast) {
    Ints dims = intsAttr(broadcast, "broadcast_dimensions");
    return pick(shapeOf(broadcast->getResult(0).getType()), dims) == shapeOf(broadcast->getOperand(0).getType());
  }

  /// What the body reads: arguments and broadcasts of them, and from where (nowhere if by computed indices); of a carry
  /// what it starts as.
  struct Reading {
    Value value;
    BlockArgument of;
    Input from;
  };

  void addReading(Value v, BlockArgument of, const Ints &dims);
  void addInputs();
  void addOutputs();
  Scalar read(const Reading &reading, ValueRange &given, ValueRange carries);
  LogicalResult emitBody(Block *block);
  Value lastFirst(Value stack);
  Value outside(Value v, Type type, bool isStack);

  Lowerer &lower;
  ImplicitLocOpBuilder &b;
  Operation *op;
  func::FuncOp body;
  Ints shape;
  int64_t rank, numConsts, numCarry, length;
  bool reverse;
  SmallVector<Reading> readings;
  Values inits;
  SmallVector<AffineMap> outMaps;
};
} // namespace

/// `dims`: in which loops the dimensions of the argument run.
void TinyScan::addReading(Value v, BlockArgument of, const Ints &dims) {
  Reading reading{v, of, {}};
  if (!isX(of) || !reverse) {
    Input &from = reading.from = lower.read(op->getOperand(of.getArgNumber()));
    AffineMap inLoops = lower.project(rank + 1, isX(of) ? prepend(rank, dims) : dims);
    if (from.value)
      from.map = from.map.compose(inLoops);
    // What each step takes a column of is transposed before, so that neighbours are computed together: 64 scalars,
    // 1,000 steps in a quarter of the time.
    int64_t inner = rank - 1;
    if (from.value && isX(of) && rank && from.map.isFunctionOfDim(inner) &&
        from.map.getResults().back() != b.getAffineDimExpr(inner))
      from = {behindBarrier(b, lower.get(op->getOperand(of.getArgNumber()))).front(), inLoops, {}};
  }
  readings.push_back(reading);
}

void TinyScan::addInputs() {
  for (BlockArgument argument : body.getArguments()) {
    bool isRead = false;
    for (Operation *user : argument.getUsers()) {
      if (isBroadcast(user) && !isCarry(argument) && shapeOf(argument.getType()).size() &&
          shapeOf(user->getResult(0).getType()) == shape && keepsSizes(user))
        addReading(user->getResult(0), argument, intsAttr(user, "broadcast_dimensions"));
      else
        isRead = true;
    }
    if (isRead)
      addReading(argument, argument, range(shapeOf(argument.getType()).size()));
  }
}

// IREE 3.13 does not compile a generic of which two results start as one value, or takes one buffer for both: nothing
// is read of what the carries start with, the first step takes their values from operands.
void TinyScan::addOutputs() {
  for (auto [i, result] : llvm::enumerate(body.getResultTypes())) {
    bool isCarry = int64_t(i) < numCarry;
    Type element = cast<RankedTensorType>(signless(result)).getElementType();
    inits.push_back(lower.empty(lower.tensor(isCarry ? shape : prepend(length, shape), element)));
    outMaps.push_back(isCarry ? lower.project(rank + 1, range(rank))
                              : lower.project(rank + 1, prepend(rank, range(rank))));
  }
}

/// What the body reads in this step; `given` are the arguments of the block that come next.
Scalar TinyScan::read(const Reading &reading, ValueRange &given, ValueRange carries) {
  const Input &from = reading.from;
  if (!from.value && !from.constant) {
    Values place{arith::SubIOp::create(b, lower.index(length - 1), lower.loopIndex(rank))};
    Ints dims = range(shapeOf(reading.of.getType()).size());
    if (Operation *broadcast = reading.value.getDefiningOp())
      dims = intsAttr(broadcast, "broadcast_dimensions");
    for (int64_t d : dims)
      place.push_back(lower.loopIndex(d));
    return lower.at(lower.get(op->getOperand(reading.of.getArgNumber())), place);
  }
  Scalar v(b, from.value ? given.front() : lower.scalar(from.constant));
  given = given.drop_front(from.value ? 1 : 0);
  if (!isCarry(reading.of))
    return v;
  Value isFirst = arith::CmpIOp::create(b, arith::CmpIPredicate::eq, lower.loopIndex(rank), lower.index(0));
  return Scalar(b, arith::SelectOp::create(b, isFirst, v.get(), carries[reading.of.getArgNumber() - numConsts]));
}

LogicalResult TinyScan::emitBody(Block *block) {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(block);
  ValueRange given = block->getArguments(), carries = given.take_back(inits.size()).take_front(numCarry);
  DenseMap<Value, Scalar> known;
  for (const Reading &reading : readings)
    known[reading.value] = read(reading, given, carries);
  FailureOr<Scalars> results = ElementCode(lower, shape).inlined(body, known);
  if (failed(results))
    return failure();
  linalg::YieldOp::create(b, llvm::map_to_vector(*results, [](const Scalar &x) { return x.get(); }));
  return success();
}

/// The entries in the opposite order.
Value TinyScan::lastFirst(Value stack) {
  RankedTensorType type = tensorType(stack);
  return lower.map_({}, {type}, [&](ArrayRef<Scalar>) {
    Values place{arith::SubIOp::create(b, lower.index(length - 1), lower.loopIndex(0))};
    for (int64_t d = 1; d < type.getRank(); ++d)
      place.push_back(lower.loopIndex(d));
    return Scalars{lower.at(stack, place)};
  })[0];
}

/// A result as the scan gives it: of those that are scalars there is one for each element, all equal.
Value TinyScan::outside(Value v, Type type, bool isStack) {
  Ints wanted = shapeOf(type);
  if (!(shapeOf(v.getType()) == wanted)) {
    Ints sizes = concat(wanted, repeat(1, rank));
    v = lower.reshape(lower.slice(v, repeat(0, sizes.size()), sizes), wanted);
  }
  return isStack && reverse ? lastFirst(v) : v;
}

std::optional<Values> TinyScan::run() {
  addInputs();
  addOutputs();
  Values operands;
  SmallVector<AffineMap> maps;
  for (const Reading &reading : readings)
    if (reading.from.value) {
      operands.push_back(reading.from.value);
      maps.push_back(reading.from.map);
    }
  auto countsSteps = [&](AffineMap map) { return map.isFunctionOfDim(rank); };
  if (llvm::none_of(maps, countsSteps) && llvm::none_of(outMaps, countsSteps)) {
    operands.push_back(lower.empty(lower.tensor({length}, b.getI8Type())));
    maps.push_back(lower.project(rank + 1, {rank}));
  }
  maps.append(outMaps);
  SmallVector<utils::IteratorType> iterators(rank + 1, utils::IteratorType::parallel);
  if (numCarry)
    iterators.back() = utils::IteratorType::reduction;
  auto generic = linalg::GenericOp::create(b, ValueRange(inits).getTypes(), operands, inits, maps, iterators);
  Block *block;
  {
    OpBuilder::InsertionGuard guard(b);
    block = b.createBlock(&generic.getRegion());
  }
  for (Value v : llvm::concat<Value>(operands, inits))
    block->addArgument(elementType(v), b.getLoc());
  if (failed(emitBody(block))) {
    generic->erase();
    return std::nullopt;
  }
  Values results, outs(generic.getResults());
  // IREE 3.13 moves a transposition of one of several results into the op that computes them, and fails.
  if (outs.size() > 1)
    outs = behindBarrier(b, outs);
  for (auto [i, v, type] : llvm::enumerate(outs, op->getResultTypes()))
    results.push_back(outside(v, type, int64_t(i) >= numCarry));
  return results;
}

std::optional<Values> tinyScan(Lowerer &lower, Operation *op, func::FuncOp body) {
  std::optional<Ints> shape = commonShape(body);
  // On a GPU the loop over the steps would be a reduction, which its code generator spreads over threads.
  if (!shape || !lower.target.isCpu() || body.getNumResults() == 0 || intAttr(op, "length") == 0)
    return std::nullopt;
  // Of scalars beside arrays each element has its own copy; IREE 3.13 fails on loops that read a stack of such copies.
  int64_t numCarry = intAttr(op, "num_carry");
  for (Type type : TypeRange(body.getResultTypes()).drop_front(numCarry))
    if (!(shapeOf(type) == *shape))
      return std::nullopt;
  int64_t size = ShapedType::getNumElements(*shape);
  if (size == 0 || size > kMaxElements)
    return std::nullopt;
  // What is no computation of elements is lowered as a loop over tensors instead: no reason for a message.
  ScopedDiagnosticHandler quiet(lower.b.getContext(), [](Diagnostic &) { return success(); });
  return TinyScan(lower, op, body, *shape).run();
}

} // namespace wg::lowering
