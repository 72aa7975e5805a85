// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The ops of a function with their checks, one after the other.

#include "wg/Interfaces/ControlFlowInterface.h"
#include "wg/Ops/ControlFlow.h"
#include "wg/Ops/Functions.h"
#include "wg/Ops/Host.h"
#include "wg/Ops/Transform.h"
#include "wg/Transforms/Checkify.h"

#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace wg;

namespace {
/// Writes one function.
class CheckEmitter {
public:
  CheckEmitter(Checkifier &checks, OpBuilder &builder, Location loc)
      : checks(checks), builder(builder), b(builder, loc) {}

  LogicalResult visit(Operation *op);

  IRMapping map;
  FirstError error;
  bool changed = false;

private:
  void copy(Operation *op);
  /// The same op, running what its functions became: functions that cannot fail, or `silent` ones without their checks.
  FailureOr<Operation *> copyRunning(Operation *op, bool silent);
  /// Whether one of the functions that the op runs can fail.
  FailureOr<bool> canFail(Operation *op);
  LogicalResult visitRunning(Operation *op);
  LogicalResult visitOther(Operation *op);
  void visitCheck(CheckOp op);
  LogicalResult visitCall(func::CallOp op);
  LogicalResult visitVmap(VmapOp op);
  LogicalResult visitCond(CondOp op);

  void fail(const Condition &condition, StringRef at);
  /// Takes the results of an op that runs checked functions in the place of `op`: its own, then the error.
  void takeResults(Operation *op, ValueRange results, ArrayRef<unsigned> places);
  SmallVector<Value> mapped(ValueRange given) {
    return llvm::map_to_vector(given, [&](Value v) { return map.lookup(v); });
  }

  Checkifier &checks;
  OpBuilder &builder;
  RuleBuilder b;
};
} // namespace

/// `file:line`, empty if it is not known.
static std::string positionOf(Location loc) {
  auto position = loc->findInstanceOf<FileLineColRange>();
  return position ? (position.getFilename().getValue() + ":" + Twine(position.getStartLine())).str() : "";
}

/// What checks the steps of a loop, null for other ops.
static decltype(&checkedScan) loopRule(Operation *op) {
  if (isa<ScanOp>(op))
    return checkedScan;
  if (isa<WhileOp>(op))
    return checkedWhile;
  return isa<ReplayOp>(op) ? checkedReplay : nullptr;
}

Exprs wg::expressions(RuleBuilder &b, ValueRange values) {
  Exprs found;
  for (Value v : values)
    found.push_back(Expr(b, v));
  return found;
}

//===----------------------------------------------------------------------===//
// The error
//===----------------------------------------------------------------------===//

void FirstError::merge(const Expr &otherCode, ArrayRef<unsigned> places, const Exprs &others) {
  Expr isFree = code.isNone() ? Expr() : code == 0;
  for (auto [place, value] : llvm::zip_equal(places, others)) {
    Expr &held = values[place];
    if (held.isNone() || isFree.isNone())
      held = value;
    else
      held = select(value.rank() ? spread(isFree, value.shape(), {}) : isFree, value, held);
  }
  code = isFree.isNone() ? otherCode : select(isFree, otherCode, code);
}

void CheckEmitter::fail(const Condition &condition, StringRef at) {
  SmallVector<unsigned> places = checks.placesFor(condition.values);
  int64_t number = checks.add(condition.kind, condition.message, at, places);
  RankedTensorType type = codeType(builder.getContext());
  error.merge(select(condition.fails, full(b, type, static_cast<double>(number)), full(b, type, 0)), places,
              condition.values);
}

void CheckEmitter::takeResults(Operation *op, ValueRange results, ArrayRef<unsigned> places) {
  unsigned count = op->getNumResults();
  map.map(op->getResults(), results.take_front(count));
  error.merge(Expr(b, results[count]), places, expressions(b, results.drop_front(count + 1)));
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

LogicalResult CheckEmitter::visit(Operation *op) {
  b.loc = op->getLoc();
  if (auto check = dyn_cast<CheckOp>(op)) {
    visitCheck(check);
    return success();
  }
  if (isa<func::CallOp, VmapOp, ControlFlowOpInterface>(op))
    return visitRunning(op);
  copy(op);
  return success();
}

void CheckEmitter::copy(Operation *op) {
  Operation *clone = builder.clone(*op, map);
  if (op->getName().getDialectNamespace() != "wg")
    return;
  for (const Condition &condition : conditionsOf(b, clone, checks.kinds))
    fail(condition, positionOf(op->getLoc()));
}

FailureOr<Operation *> CheckEmitter::copyRunning(Operation *op, bool silent) {
  llvm::StringMap<func::FuncOp> functions;
  for (StringRef name : functionsOf(op)) {
    FailureOr<func::FuncOp> f = checks.withoutError(name, op->getLoc(), silent);
    if (failed(f))
      return failure();
    functions[name] = *f;
    changed |= name != f->getName();
  }
  Operation *clone = builder.clone(*op, map);
  AttrTypeReplacer replacer;
  replacer.addReplacement([&](FlatSymbolRefAttr symbol) -> Attribute {
    auto it = functions.find(symbol.getValue());
    return it == functions.end() ? symbol : FlatSymbolRefAttr::get(it->second);
  });
  replacer.replaceElementsIn(clone);
  return clone;
}

FailureOr<bool> CheckEmitter::canFail(Operation *op) {
  bool found = false;
  for (StringRef name : functionsOf(op)) {
    FailureOr<Checked> checked = checks.check(name, op->getLoc());
    if (failed(checked))
      return failure();
    found |= checked->canFail;
  }
  return found;
}

LogicalResult CheckEmitter::visitRunning(Operation *op) {
  auto loop = loopRule(op);
  if (!isa<func::CallOp, VmapOp, CondOp>(op) && !loop)
    return visitOther(op);
  FailureOr<bool> fails = canFail(op);
  if (failed(fails))
    return failure();
  auto vmap = dyn_cast<VmapOp>(op);
  if (!*fails || (vmap && vmap.getSize() == 0))
    return copyRunning(op, /*silent=*/*fails);
  if (vmap)
    return visitVmap(vmap);
  if (auto call = dyn_cast<func::CallOp>(op))
    return visitCall(call);
  if (auto cond = dyn_cast<CondOp>(op))
    return visitCond(cond);
  FailureOr<CheckedResults> results = loop(checks, builder, op, mapped(op->getOperands()));
  if (failed(results))
    return failure();
  takeResults(op, results->values, results->places);
  return success();
}

/// Runs functions in a way that is not known here: without the checks in them, but with those of its results.
LogicalResult CheckEmitter::visitOther(Operation *op) {
  FailureOr<Operation *> clone = copyRunning(op, /*silent=*/true);
  if (failed(clone))
    return failure();
  for (const Condition &condition : conditionsOf(b, *clone, checks.kinds))
    fail(condition, positionOf(op->getLoc()));
  return success();
}

void CheckEmitter::visitCheck(CheckOp op) {
  changed = true;
  std::optional<CheckKind> kind = checkKindNamed(op.getKind());
  if (!kind || !(checks.kinds & *kind))
    return;
  Expr fails = bitwise_not(Expr(b, map.lookup(op.getPred())));
  Exprs told = expressions(b, mapped(op.getInputs()));
  if (int64_t rank = fails.rank()) {
    // One check for many: the first that failed is told.
    int64_t count = op.getPred().getType().getNumElements();
    if (count == 0)
      return;
    Expr flat = reshape(fails, ints(count));
    Expr first = argmax(flat, 0, builder.getI32Type());
    for (Expr &value : told) {
      Ints shape = prepend(count, Ints(ArrayRef<int64_t>(value.shape()).drop_front(rank)));
      value = take(reshape(value, shape), first, 0);
    }
    fails = reduce_or(flat, ints(0));
  }
  std::string at = op.getAt() ? op.getAt()->str() : positionOf(op.getLoc());
  fail({*kind, fails, op.getMessage().str(), told}, at);
}

LogicalResult CheckEmitter::visitCall(func::CallOp op) {
  FailureOr<Checked> callee = checks.check(op.getCallee(), op.getLoc());
  if (failed(callee))
    return failure();
  auto call = func::CallOp::create(builder, op.getLoc(), callee->fn, mapped(op.getOperands()));
  takeResults(op, call.getResults(), callee->places);
  return success();
}

/// Each example has an error. That of the check that comes first in the program is taken, from the first example.
LogicalResult CheckEmitter::visitVmap(VmapOp op) {
  FailureOr<Checked> callee = checks.check(op.getCallee(), op.getLoc());
  if (failed(callee))
    return failure();
  SmallVector<Type> types(op.getResultTypes());
  SmallVector<int64_t> axes(op.getOutAxes());
  for (Type type : TypeRange(callee->fn.getResultTypes()).drop_front(op.getNumResults())) {
    types.push_back(batchedType(type, op.getSize()));
    axes.push_back(0);
  }
  auto vmap = VmapOp::create(builder, op.getLoc(), types, callee->fn.getName(), mapped(op.getInputs()), op.getInAxes(),
                             axes, op.getSize(), op.getAxisNameAttr());
  ValueRange results = vmap.getOuts();
  unsigned count = op.getNumResults();
  map.map(op->getResults(), results.take_front(count));
  Expr codes(b, results[count]);
  Expr none = full(b, codes.tensorType(), std::numeric_limits<int32_t>::max());
  Expr first = argmin(select(codes == 0, none, codes), 0, builder.getI32Type());
  Exprs told = expressions(b, results.drop_front(count + 1));
  for (Expr &value : told)
    value = take(value, first, 0);
  error.merge(take(codes, first, 0), callee->places, told);
  return success();
}

LogicalResult CheckEmitter::visitCond(CondOp op) {
  SmallVector<Checked> branches;
  SmallVector<unsigned> places;
  for (auto symbol : op.getBranches().getAsRange<FlatSymbolRefAttr>()) {
    FailureOr<Checked> branch = checks.check(symbol.getValue(), op.getLoc());
    if (failed(branch))
      return failure();
    branches.push_back(*branch);
    unite(places, branch->places);
  }
  SmallVector<func::FuncOp> functions;
  for (const Checked &branch : branches) {
    FailureOr<func::FuncOp> f = checks.withPlaces(branch, op.getNumResults(), places);
    if (failed(f))
      return failure();
    functions.push_back(*f);
  }
  auto cond = CondOp::create(builder, op.getLoc(), functions.front().getResultTypes(), map.lookup(op.getIndex()),
                             symbolsAttr(builder, functions), mapped(op.getInputs()));
  takeResults(op, cond.getOuts(), places);
  return success();
}

//===----------------------------------------------------------------------===//
// A function
//===----------------------------------------------------------------------===//

FailureOr<CheckedBody> wg::emitChecked(Checkifier &checks, func::FuncOp f, Draft &draft) {
  CheckEmitter emitter(checks, draft.builder, f.getLoc());
  emitter.map.map(f.getArguments(), draft.body().getArguments());
  Block &block = f.getBody().front();
  for (Operation &op : block.without_terminator())
    if (failed(emitter.visit(&op)))
      return failure();
  CheckedBody body;
  body.error = emitter.error;
  body.changed = emitter.changed || !emitter.error.code.isNone();
  for (Value v : block.getTerminator()->getOperands())
    body.results.push_back(emitter.map.lookup(v));
  return body;
}
