// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wg.while: its types and its rules.

#include "wg/Ops/Functions.h"
#include "wg/Ops/Loops.h"

using namespace mlir;
using namespace wg;

//===----------------------------------------------------------------------===//
// Text
//===----------------------------------------------------------------------===//

ParseResult wg::parseConstsAndCarry(OpAsmParser &parser, SmallVectorImpl<OpAsmParser::UnresolvedOperand> &inputs,
                                    IntegerAttr &numConsts) {
  if (parser.parseKeyword("consts") || parser.parseOperandList(inputs, OpAsmParser::Delimiter::Paren))
    return failure();
  numConsts = parser.getBuilder().getI64IntegerAttr(inputs.size());
  return failure(parser.parseKeyword("carry") || parser.parseOperandList(inputs, OpAsmParser::Delimiter::Paren));
}

void wg::printConstsAndCarry(OpAsmPrinter &printer, Operation *, OperandRange inputs, IntegerAttr numConsts) {
  size_t count = std::clamp<int64_t>(numConsts.getInt(), 0, inputs.size());
  printer << "consts(" << inputs.take_front(count) << ") carry(" << inputs.drop_front(count) << ")";
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

/// The shape of the condition, which all of the carry has in front.
static LogicalResult checkCondition(StringRef name, TypeRange results, TypeRange carry, DiagnosticMaker error) {
  auto type = results.size() == 1 ? dyn_cast<RankedTensorType>(results.front()) : RankedTensorType();
  if (!type || !type.getElementType().isInteger(1))
    return error() << "expected @" << name << " to return one tensor of i1 but it returns (" << results << ")";
  for (auto [i, entry] : llvm::enumerate(carry)) {
    auto tensor = cast<RankedTensorType>(entry);
    if (tensor.getRank() < type.getRank() || tensor.getShape().take_front(type.getRank()) != type.getShape())
      return error() << "expected a carry with the dimensions of the condition, " << type << ", in front but carry "
                     << i << " is " << entry;
  }
  return success();
}

FailureOr<SmallVector<Type>> WhileOp::inferResultTypes(DictionaryAttr attributes, TypeRange operands,
                                                       function_ref<FunctionType(StringRef)> types,
                                                       DiagnosticMaker error) {
  auto numConsts = attributes.getAs<IntegerAttr>("num_consts");
  int64_t count = numConsts ? numConsts.getInt() : -1;
  if (count < 0 || count > static_cast<int64_t>(operands.size()))
    return error() << "expected num_consts from 0 to " << operands.size();
  SmallVector<FunctionType> found;
  StringRef names[2];
  StringRef keys[] = {"cond", "body"};
  for (auto [i, key] : llvm::enumerate(keys)) {
    auto symbol = attributes.getAs<FlatSymbolRefAttr>(key);
    if (!symbol)
      return error() << "expected a function as '" << key << "'";
    names[i] = symbol.getValue();
    found.push_back(types(names[i]));
    if (!found.back())
      return error() << "expected a function but @" << names[i] << " names none";
    if (failed(checkArguments(names[i], found.back().getInputs(), operands, error)))
      return failure();
  }
  TypeRange carry = operands.drop_front(count), results = found[1].getResults();
  if (failed(checkCondition(names[0], found[0].getResults(), carry, error)))
    return failure();
  if (results != carry)
    return error() << "expected @" << names[1] << " to return the types of the carry (" << carry << ") but it returns ("
                   << results << ")";
  return SmallVector<Type>(carry);
}

LogicalResult WhileOp::verify() {
  for (auto [name, value] :
       {std::pair("max_steps", getMaxSteps()), std::pair("checkpoint_every", getCheckpointEvery())})
    if (value && static_cast<int64_t>(*value) < 1)
      return emitOpError() << "expected " << name << " of at least 1 but got " << static_cast<int64_t>(*value);
  return success();
}

//===----------------------------------------------------------------------===//
// Helpers
//===----------------------------------------------------------------------===//

namespace {
/// The op as values.
struct Loop {
  func::FuncOp cond, body;
  Values consts, carry;
  IntegerAttr maxSteps, checkpointEvery;

  static FailureOr<Loop> of(WhileOp op, Derivations &derivations, ArrayRef<Value> operands) {
    FailureOr<func::FuncOp> cond = derivations.lookup(op.getCond(), op.getLoc());
    FailureOr<func::FuncOp> body = failed(cond) ? cond : derivations.lookup(op.getBody(), op.getLoc());
    if (failed(body))
      return failure();
    return Loop{*cond,
                *body,
                Values(operands.take_front(op.getNumConsts())),
                Values(operands.drop_front(op.getNumConsts())),
                op.getMaxStepsAttr(),
                op.getCheckpointEveryAttr()};
  }

  ValueRange create(OpBuilder &builder, Location loc) const {
    func::FuncOp f = body;
    Values inputs = consts;
    llvm::append_range(inputs, carry);
    auto op =
        WhileOp::create(builder, loc, f.getResultTypes(), FlatSymbolRefAttr::get(cond), FlatSymbolRefAttr::get(body),
                        builder.getI64IntegerAttr(consts.size()), maxSteps, checkpointEvery, inputs);
    return op.getOuts();
  }

  RankedTensorType conditionType() { return cast<RankedTensorType>(cond.getResultTypes().front()); }
  Types inputTypes() const {
    Types types(ValueRange(consts).getTypes());
    llvm::append_range(types, ValueRange(carry).getTypes());
    return types;
  }
};

/// Which inputs of a loop have a tangent, and the derivative of its body for these.
struct ActiveBody {
  Mask active;
  JvpResult jvp;
};
} // namespace

static FailureOr<ActiveBody> activate(const Loop &loop, Derivations &derivations, ArrayRef<Value> tangents) {
  ActiveBody result;
  result.active = llvm::map_to_vector(tangents, [](Value v) { return bool(v); });
  MutableArrayRef<bool> carried = MutableArrayRef(result.active).drop_front(loop.consts.size());
  for (bool grows = true; grows;) {
    FailureOr<JvpResult> jvp = derivations.jvp(loop.body, positionsIn(result.active));
    if (failed(jvp))
      return failure();
    result.jvp = *jvp;
    grows = false;
    for (auto [before, now] : llvm::zip_equal(carried, jvp->active)) {
      grows |= now && !before;
      before |= now;
    }
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Derivative
//===----------------------------------------------------------------------===//

static FailureOr<WithTangents> jvpTogether(const Loop &loop, Location loc, Derivations &derivations, OpBuilder &builder,
                                           ArrayRef<Value> tangents) {
  FailureOr<ActiveBody> body = activate(loop, derivations, tangents);
  if (failed(body))
    return failure();
  Loop derived = loop;
  unsigned numConsts = loop.consts.size(), numCarry = loop.carry.size();
  ArrayRef<bool> carried = ArrayRef(body->active).drop_front(numConsts);
  llvm::append_range(derived.consts, presentIn(tangents.take_front(numConsts)));
  for (auto [x, t, isActive] : llvm::zip_equal(loop.carry, tangents.drop_front(numConsts), carried))
    if (isActive)
      derived.carry.push_back(t ? t : zeroOf(builder, loc, x.getType()));
  Types types = derived.inputTypes();
  SmallVector<Mask> groups{Mask(ArrayRef(body->active).take_front(numConsts)), Mask(carried)};
  func::FuncOp cond = loop.cond;
  FailureOr<func::FuncOp> newCond =
      derivations.define(cond, cond.getName(), types, [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
        Values operands = primalsFirst(arguments, groups);
        return derivations.apply(b, cond, ArrayRef<Value>(operands).take_front(numConsts + numCarry));
      });
  FailureOr<func::FuncOp> newBody = derivations.define(
      body->jvp.fn, body->jvp.fn.getName(), types, [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
        Values results = derivations.apply(b, body->jvp.fn, primalsFirst(arguments, groups));
        Values moving =
            spreadTangents(ArrayRef<Value>(results).drop_front(numCarry), ValueRange(loop.carry).getTypes(), carried);
        results.truncate(numCarry);
        llvm::append_range(results, presentIn(moving));
        return results;
      });
  if (failed(newCond) || failed(newBody))
    return failure();
  derived.cond = *newCond;
  derived.body = *newBody;
  ValueRange results = derived.create(builder, loc);
  WithTangents out{Values(results.take_front(numCarry)), {}};
  results = results.drop_front(numCarry);
  for (bool isActive : carried) {
    out.tangents.push_back(isActive ? results.front() : Value());
    results = results.drop_front(isActive);
  }
  return out;
}

/// The loop with the number of its steps (for each example) as one more carry, the last.
static FailureOr<Loop> counted(const Loop &loop, Location loc, Derivations &derivations, OpBuilder &builder) {
  Loop result = loop;
  auto countType = RankedTensorType::get(result.conditionType().getShape(), builder.getI32Type());
  result.carry.push_back(zeroOf(builder, loc, countType));
  Types types = result.inputTypes();
  FailureOr<func::FuncOp> cond = derivations.define(result.cond, result.cond.getName(), types,
                                                    [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
                                                      return derivations.apply(b, loop.cond, arguments.drop_back());
                                                    });
  FailureOr<func::FuncOp> body = derivations.define(
      result.body, result.body.getName(), types, [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
        Values results = derivations.apply(b, loop.body, arguments.drop_back());
        RuleBuilder rules(b, loc);
        results.push_back((Expr(rules, arguments.back()) + 1).get());
        return results;
      });
  if (failed(cond) || failed(body))
    return failure();
  result.cond = *cond;
  result.body = *body;
  return result;
}

static FailureOr<func::FuncOp> withoutEffects(func::FuncOp f, Derivations &derivations);

/// Whether the op has no effects any more, in the functions that it runs either.
static LogicalResult stripEffects(Operation *op, Derivations &derivations, function_ref<bool(Value)> isReturned) {
  if (isa<ControlFlowOpInterface, func::CallOp>(op)) {
    AttrTypeReplacer replacer;
    bool failed = false;
    replacer.addReplacement([&](FlatSymbolRefAttr symbol) -> Attribute {
      FailureOr<func::FuncOp> f = derivations.lookup(symbol.getValue(), op->getLoc());
      FailureOr<func::FuncOp> stripped = mlir::failed(f) ? f : withoutEffects(*f, derivations);
      failed |= mlir::failed(stripped);
      return failed ? symbol : FlatSymbolRefAttr::get(*stripped);
    });
    op->setAttrs(cast<DictionaryAttr>(replacer.replace(op->getAttrDictionary())));
    return failure(failed);
  }
  if (isMemoryEffectFree(op))
    return success();
  if (!op->use_empty() || llvm::any_of(op->getResults(), isReturned))
    return op->emitOpError("cannot be in a wg.while that is differentiated in reverse: its steps run once more there, "
                           "and this would have its effect again for its results; use pure_callback for what may run "
                           "twice, or lax.scan, which keeps the results");
  op->erase();
  return success();
}

/// `f` without what it does beside computing its results, for when it runs once more.
static FailureOr<func::FuncOp> withoutEffects(func::FuncOp f, Derivations &derivations) {
  auto hasEffects = [](Operation *op) {
    bool runs = isa<ControlFlowOpInterface, func::CallOp>(op);
    bool has = runs ? runsEffects(op) : op->getName().getDialectNamespace() == "wg" && !isMemoryEffectFree(op);
    return has ? WalkResult::interrupt() : WalkResult::advance();
  };
  if (!f.walk(hasEffects).wasInterrupted())
    return f;
  FailureOr<func::FuncOp> flat = derivations.flatten(f);
  if (failed(flat))
    return failure();
  FailureOr<func::FuncOp> stripped = derivations.define(
      f, f.getName(), f.getArgumentTypes(), [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
        Values results = derivations.apply(b, *flat, arguments);
        auto isReturned = [&](Value v) { return llvm::is_contained(results, v); };
        for (Operation &op : llvm::make_early_inc_range(llvm::reverse(*b.getInsertionBlock())))
          if ((op.getName().getDialectNamespace() == "wg" || isa<func::CallOp>(op)) &&
              failed(stripEffects(&op, derivations, isReturned)))
            return failure();
        return results;
      });
  if (failed(stripped))
    return failure();
  for (NamedAttribute attribute : f->getDiscardableAttrs()) // its rules, and whether it is checkpointed
    if (attribute.getName().strref().starts_with("wg."))
      func::FuncOp(*stripped)->setAttr(attribute.getName(), attribute.getValue());
  return stripped;
}

/// The steps of the loop as a replay, `counts` as `counted` gives them. Effects were those of the loop itself.
static FailureOr<Replay> replayOf(Loop &loop, Location loc, Derivations &derivations, OpBuilder &builder,
                                  Value counts) {
  Replay replay{loc, counts, loop.consts, {}, loop.maxSteps, loop.checkpointEvery};
  FailureOr<func::FuncOp> step = withoutEffects(loop.body, derivations);
  if (failed(step))
    return failure();
  replay.passes.push_back({*step, loop.carry});
  if (cast<RankedTensorType>(counts.getType()).getRank() == 0)
    return replay;
  return maskedBy(replay, derivations, builder, counts);
}

static FailureOr<WithTangents> jvpApart(Loop &loop, Location loc, Derivations &derivations, OpBuilder &builder,
                                        ArrayRef<Value> tangents) {
  FailureOr<Loop> forward = counted(loop, loc, derivations, builder);
  if (failed(forward))
    return failure();
  ValueRange outs = forward->create(builder, loc);
  FailureOr<Replay> replay = replayOf(loop, loc, derivations, builder, outs.back());
  if (failed(replay))
    return failure();
  unsigned numConsts = loop.consts.size();
  Values consts(tangents.take_front(numConsts));
  consts.resize(replay->consts.size());
  SmallVector<Values> carries(replay->passes.size());
  for (auto [pass, carry] : llvm::zip_equal(replay->passes, carries))
    carry.resize(pass.carry.size());
  carries.back() = Values(tangents.drop_front(numConsts));
  FailureOr<SmallVector<Values>> moving = linearPartOf(*replay, derivations, builder, consts, carries);
  if (failed(moving))
    return failure();
  return WithTangents{Values(outs.drop_back()), moving->back()};
}

FailureOr<WithTangents> WhileOp::jvpRule(Derivations &derivations, OpBuilder &builder, ValueRange operands,
                                         ArrayRef<Value> tangents, bool split) {
  FailureOr<Loop> loop = Loop::of(*this, derivations, Values(operands));
  if (failed(loop))
    return failure();
  return split ? jvpApart(*loop, getLoc(), derivations, builder, tangents)
               : jvpTogether(*loop, getLoc(), derivations, builder, tangents);
}

//===----------------------------------------------------------------------===//
// Transpose
//===----------------------------------------------------------------------===//

/// The loop over what is not linear, which decides how many steps there are.
static FailureOr<Loop> withoutLinear(const Loop &loop, Location loc, Derivations &derivations, ArrayRef<bool> linear) {
  Loop result = loop;
  unsigned numConsts = loop.consts.size();
  result.consts.clear();
  result.carry.clear();
  Types types, kept;
  for (auto [i, type] : llvm::enumerate(func::FuncOp(loop.body).getArgumentTypes())) {
    types.push_back(type);
    if (linear[i])
      continue;
    kept.push_back(type);
    (i < numConsts ? result.consts : result.carry)
        .push_back(i < numConsts ? loop.consts[i] : loop.carry[i - numConsts]);
  }
  auto restrict = [&](func::FuncOp f, bool isBody) {
    return derivations.define(f, f.getName(), kept, [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
      Values operands;
      unsigned next = 0;
      for (auto [i, type] : llvm::enumerate(types))
        operands.push_back(linear[i] ? zeroOf(b, loc, type) : arguments[next++]);
      Values results = derivations.apply(b, f, operands), outs;
      for (auto [i, v] : llvm::enumerate(results))
        if (!isBody || !linear[numConsts + i])
          outs.push_back(v);
      return outs;
    });
  };
  FailureOr<func::FuncOp> cond = restrict(loop.cond, false), body = restrict(loop.body, true);
  if (failed(cond) || failed(body))
    return failure();
  result.cond = *cond;
  result.body = *body;
  return result;
}

FailureOr<SmallVector<Value>> WhileOp::transposeRule(Derivations &derivations, OpBuilder &builder,
                                                     ArrayRef<Value> operands, ArrayRef<Value> cts) {
  FailureOr<Loop> loop = Loop::of(*this, derivations, operands);
  if (failed(loop))
    return failure();
  Mask linear = llvm::map_to_vector(operands, [](Value v) { return !v; });
  unsigned numConsts = loop->consts.size();
  for (bool grows = true; grows;) {
    grows = false;
    for (auto [i, reached] : llvm::enumerate(reachedIn(loop->body, linear))) {
      bool isNew = reached && hasTangent(loop->body.getResultTypes()[i]) && !linear[numConsts + i];
      linear[numConsts + i] |= isNew;
      grows |= isNew;
    }
  }
  if (reachedIn(loop->cond, linear).front())
    return emitOpError() << "cannot be transposed: its condition depends on a linear operand";
  FailureOr<Loop> kept = withoutLinear(*loop, getLoc(), derivations, linear);
  FailureOr<Loop> counting = failed(kept) ? kept : counted(*kept, getLoc(), derivations, builder);
  if (failed(counting))
    return failure();
  Value counts = counting->create(builder, getLoc()).back();
  FailureOr<Replay> replay = replayOf(*loop, getLoc(), derivations, builder, counts);
  if (failed(replay))
    return failure();
  SmallVector<Values> given(replay->passes.size());
  for (auto [pass, carry] : llvm::zip_equal(replay->passes, given))
    carry.resize(pass.carry.size());
  given.back() = Values(cts);
  FailureOr<ReplayCotangents> back = transposeOf(*replay, derivations, builder, given);
  if (failed(back))
    return failure();
  Values out(ArrayRef<Value>(back->consts).take_front(numConsts));
  llvm::append_range(out, back->carries.back());
  return out;
}

//===----------------------------------------------------------------------===//
// Batching
//===----------------------------------------------------------------------===//

namespace {
/// The loop over one more dimension: which of its inputs have it, and its functions.
struct BatchedLoop {
  Mask batched;
  BatchResult cond, body;
};
} // namespace

static FailureOr<BatchedLoop> batched(Loop &loop, Derivations &derivations, ArrayRef<bool> given, int64_t size) {
  BatchedLoop result{Mask(given), {}, {}};
  unsigned numConsts = loop.consts.size();
  MutableArrayRef<bool> carried = MutableArrayRef(result.batched).drop_front(numConsts);
  for (bool grows = true; grows;) {
    FailureOr<BatchResult> body = derivations.batch(loop.body, result.batched, size);
    FailureOr<BatchResult> cond = failed(body) ? body : derivations.batch(loop.cond, result.batched, size);
    if (failed(cond))
      return failure();
    result.body = *body;
    result.cond = *cond;
    // A condition for each example, now or already before: every example goes on by itself.
    bool all = cond->batched.front() || loop.conditionType().getRank();
    grows = false;
    for (auto [before, now] : llvm::zip_equal(carried, body->batched)) {
      grows |= (now || all) && !before;
      before |= now || all;
    }
  }
  return result;
}

FailureOr<WithBatch> WhileOp::batchRule(Derivations &derivations, OpBuilder &builder, ValueRange operands,
                                        ArrayRef<bool> given, int64_t size) {
  FailureOr<Loop> loop = Loop::of(*this, derivations, Values(operands));
  if (failed(loop))
    return failure();
  FailureOr<BatchedLoop> result = batched(*loop, derivations, given, size);
  if (failed(result))
    return failure();
  unsigned numConsts = loop->consts.size();
  ArrayRef<bool> carried = ArrayRef(result->batched).drop_front(numConsts);
  bool perExample = result->cond.batched.front() || loop->conditionType().getRank();
  FailureOr<func::FuncOp> flat = derivations.flatten(loop->body);
  if (failed(flat))
    return failure();
  Mask isConstant; // for all examples: the body returns it as it came
  for (auto [i, v] : llvm::enumerate(flat->getBody().front().getTerminator()->getOperands()))
    isConstant.push_back(!given[numConsts + i] && v == flat->getArgument(numConsts + i));
  FailureOr<func::FuncOp> cond = spreading(derivations, result->cond, {perExample}, size);
  FailureOr<func::FuncOp> body = failed(cond) ? cond : spreading(derivations, result->body, carried, size);
  if (failed(body))
    return failure();
  loop->cond = *cond;
  loop->body = *body;
  for (auto [i, x] : llvm::enumerate(loop->carry))
    if (carried[i] && !given[numConsts + i])
      x = repeated(builder, getLoc(), x, size);
  WithBatch out{Values(loop->create(builder, getLoc())), Mask(carried)};
  for (unsigned i = 0; i < isConstant.size(); ++i)
    if (isConstant[i]) {
      out.outs[i] = operands[numConsts + i];
      out.batched[i] = false;
    }
  return out;
}
