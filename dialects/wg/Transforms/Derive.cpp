// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/IR/WgDialect.h"
#include "wg/Interfaces/ComputationInterface.h"
#include "wg/Transforms/Checkpoint.h"
#include "wg/Transforms/Custom.h"

using namespace mlir;
using namespace wg;

bool wg::keepsCalls(func::FuncOp f) { return f->hasAttr(kJitAttr) || f->hasAttr(kCheckpointAttr) || hasCustomRules(f); }

//===----------------------------------------------------------------------===//
// TransformCache
//===----------------------------------------------------------------------===//

TransformCache::TransformCache(ModuleOp module) : root(module), table(module), memo(std::make_unique<Memo>()) {}
TransformCache::~TransformCache() = default;

FailureOr<func::FuncOp> TransformCache::lookup(StringRef name, Location loc) {
  auto fn = table.lookup<func::FuncOp>(name);
  if (!fn)
    return emitError(loc) << "expected a function but @" << name << " names none";
  if (fn.isExternal() && !isTransposeOnly(fn))
    return emitError(loc) << "expected a function with a body but @" << name << " has none";
  if (fn.isExternal())
    return fn;
  if (!fn.getBody().hasOneBlock() || !isa<func::ReturnOp>(fn.getBody().front().getTerminator()))
    return emitError(loc) << "expected a function of one block that ends with func.return but @" << name
                          << " has control flow";
  auto isStatic = [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && tensor.hasStaticShape();
  };
  for (Type type : llvm::concat<const Type>(fn.getArgumentTypes(), fn.getResultTypes()))
    if (!isStatic(type))
      return emitError(loc) << "expected a function of tensors with static shapes but @" << name << " has a " << type;
  return fn;
}

//===----------------------------------------------------------------------===//
// Draft
//===----------------------------------------------------------------------===//

Draft::Draft(func::FuncOp from, TypeRange inputs) : builder(from.getContext()), from(from) {
  fn = func::FuncOp::create(from.getLoc(), from.getName(), FunctionType::get(from.getContext(), inputs, {}));
  for (StringRef inherited : {StringRef(kJitAttr), StringRef(kCheckpointAttr)})
    if (Attribute attr = from->getAttr(inherited))
      fn->getOperation()->setAttr(inherited, attr);
  fn->setPrivate();
  builder.setInsertionPointToEnd(fn->addEntryBlock());
}

void Draft::updateType() {
  fn->setFunctionType(
      FunctionType::get(fn->getContext(), body().getArgumentTypes(), body().getTerminator()->getOperandTypes()));
}

void Draft::setResults(ValueRange results) {
  func::ReturnOp::create(builder, from.getLoc(), results);
  updateType();
}

func::FuncOp Draft::finish(TransformCache &cache, const Twine &name) {
  func::FuncOp f = fn.release();
  f.setName(name.str());
  cache.add(f, from);
  return f;
}

void TransformCache::add(func::FuncOp fn, func::FuncOp after) {
  table.insert(fn, std::next(Block::iterator(after)));
  memo->derived.insert(fn);
  memo->expanded[fn] = 1;
}

FailureOr<func::FuncOp> TransformCache::define(func::FuncOp near, const Twine &name, TypeRange inputs, Body body) {
  Draft draft(near, inputs);
  draft.function()->removeAttr(kJitAttr);
  draft.function()->removeAttr(kCheckpointAttr);
  FailureOr<SmallVector<Value>> results = body(draft.builder, draft.body().getArguments());
  if (failed(results))
    return failure();
  draft.setResults(*results);
  if (failed(expandIn(draft.body())))
    return failure();
  simplify(draft.function());
  return draft.finish(*this, name);
}

//===----------------------------------------------------------------------===//
// Rules
//===----------------------------------------------------------------------===//

FailureOr<Expr> wg::checkRule(RuleBuilder &b, Operation *op, StringRef rule, const Expr &got, Type want) {
  if (b.failed())
    return failure();
  if (got.isNone() || got.isWeak(0))
    return Expr();
  Expr value = b.materialize(got, cast<RankedTensorType>(want));
  if (!value.hasValue() || value.get().getType() != want)
    return op->emitError() << op->getName() << ": its " << rule << " rule is broken: expected a value of type " << want;
  return value;
}

Value wg::zeros(RuleBuilder &b, Type type) { return full(b, cast<RankedTensorType>(type), 0).get(); }

bool wg::hasDefinition(Operation *op) { return isa<DecomposeOpInterface, ComputationOpInterface>(op); }

LogicalResult Definition::build(Operation *op, TransformCache *cache) {
  OpBuilder builder(op->getContext());
  builder.setInsertionPointToEnd(&block);
  RuleBuilder b(builder, op->getLoc());
  auto computation = dyn_cast<ComputationOpInterface>(op);
  Exprs exprs = computation ? computation.unrollRule(b) : cast<DecomposeOpInterface>(op).decomposeRule(b);
  if (b.failed())
    return failure();
  for (auto [i, type] : llvm::enumerate(op->getResultTypes())) {
    Expr e = i < exprs.size() ? exprs[i] : Expr();
    // A definition that is the number 0 is a zero, not an absent value.
    FailureOr<Expr> checked =
        e.isWeak(0) ? FailureOr<Expr>(Expr(b, zeros(b, type))) : checkRule(b, op, "decomposition", e, type);
    if (failed(checked))
      return failure();
    if (checked->isNone())
      return op->emitError() << op->getName() << ": its definition has no result " << i;
    results.push_back(checked->get());
  }
  if (!computation || !cache)
    return success();
  // The results keep their places while calls are inlined.
  auto keeper = func::ReturnOp::create(builder, op->getLoc(), results);
  LogicalResult expanded = cache->expandIn(block);
  results.assign(keeper.operand_begin(), keeper.operand_end());
  keeper.erase();
  return expanded;
}
