// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wg.cond: its types and its rules.

#include "wg/Ops/ControlFlow.h"
#include "wg/Ops/Functions.h"

using namespace mlir;
using namespace wg;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<Type>> CondOp::inferResultTypes(DictionaryAttr attributes, TypeRange operands,
                                                      function_ref<FunctionType(StringRef)> types,
                                                      DiagnosticMaker error) {
  auto branches = attributes.getAs<ArrayAttr>("branches");
  if (!branches || branches.empty() || operands.empty())
    return error() << "expected an index and at least one branch";
  FunctionType first;
  for (auto symbol : branches.getAsRange<FlatSymbolRefAttr>()) {
    FunctionType type = types(symbol.getValue());
    if (!type)
      return error() << "expected a function but @" << symbol.getValue() << " names none";
    if (failed(checkArguments(symbol.getValue(), type.getInputs(), operands.drop_front(), error)))
      return failure();
    if (first && first != type)
      return error() << "expected branches of one type but @" << symbol.getValue() << " returns (" << type.getResults()
                     << ") and others (" << first.getResults() << ")";
    first = type;
  }
  return SmallVector<Type>(first.getResults());
}

LogicalResult CondOp::verify() {
  if (getBranches().empty())
    return emitOpError() << "expected at least one branch";
  return success();
}

//===----------------------------------------------------------------------===//
// Helpers
//===----------------------------------------------------------------------===//

using Functions = SmallVector<func::FuncOp>;

static FailureOr<Functions> branchesOf(CondOp op, Derivations &derivations) {
  Functions functions;
  for (auto symbol : op.getBranches().getAsRange<FlatSymbolRefAttr>()) {
    FailureOr<func::FuncOp> f = derivations.lookup(symbol.getValue(), op.getLoc());
    if (succeeded(f))
      f = derivations.flatten(*f);
    if (failed(f))
      return failure();
    functions.push_back(*f);
  }
  return functions;
}

/// The same op over other branches.
static ValueRange createCond(CondOp op, OpBuilder &builder, Value index, ArrayRef<func::FuncOp> branches,
                             ValueRange inputs) {
  func::FuncOp first = branches.front();
  return CondOp::create(builder, op.getLoc(), first.getResultTypes(), index, symbolsAttr(builder, branches), inputs,
                        op.getSequential())
      .getOuts();
}

static void orInto(Mask &mask, ArrayRef<bool> other) {
  mask.resize(other.size());
  for (auto [bit, more] : llvm::zip(mask, other))
    bit |= more;
}

//===----------------------------------------------------------------------===//
// Derivative
//===----------------------------------------------------------------------===//

static FailureOr<WithTangents> jvpTogether(CondOp op, ArrayRef<func::FuncOp> branches, Derivations &derivations,
                                           OpBuilder &builder, ValueRange operands, ArrayRef<Value> tangents) {
  SmallVector<int64_t> wrt = positionsOf(tangents);
  Functions derived;
  Mask active;
  for (func::FuncOp f : branches) {
    FailureOr<JvpResult> jvp = derivations.jvp(f, wrt);
    if (failed(jvp))
      return failure();
    derived.push_back(jvp->fn);
    orInto(active, jvp->active);
  }
  Values inputs(operands.drop_front());
  llvm::append_range(inputs, presentIn(tangents));
  ValueRange results = createCond(op, builder, operands.front(), derived, inputs);
  unsigned count = op.getNumResults();
  return WithTangents{Values(results.take_front(count)),
                      spreadTangents(results.drop_front(count), op.getResultTypes(), active)};
}

namespace {
/// The residuals of the branches as results of one op: each takes places of its types, and those that are arguments or
/// results of the branches need no place.
class Residuals {
public:
  Residuals(unsigned numInputs, unsigned numOuts, bool takesOuts)
      : numInputs(numInputs), numOuts(numOuts), takesOuts(takesOuts), isInputUsed(numInputs + numOuts) {}

  /// How many results of the op are residuals.
  size_t size() const { return types.size() + count(ArrayRef<bool>(isInputUsed).drop_front(numInputs)); }

  /// Where each residual of a branch comes from: an input, a result, or (after these) a place.
  void add(const LinearizeResult &parts) {
    SmallVector<int64_t> &from = sources.emplace_back();
    SmallVector<bool> taken(types.size());
    func::FuncOp fwd = parts.fwd;
    OperandRange returned = fwd.getBody().front().getTerminator()->getOperands();
    for (Value v : returned.drop_front(numOuts)) {
      auto argument = dyn_cast<BlockArgument>(v);
      unsigned out = llvm::find(returned.take_front(numOuts), v) - returned.begin();
      if (argument || (takesOuts && out < numOuts)) {
        from.push_back(argument ? argument.getArgNumber() : numInputs + out);
        isInputUsed[from.back()] = true;
        continue;
      }
      unsigned place = 0;
      while (place < taken.size() && (taken[place] || types[place] != v.getType()))
        ++place;
      if (place == types.size()) {
        types.push_back(v.getType());
        taken.push_back(false);
      }
      taken[place] = true;
      from.push_back(static_cast<int64_t>(isInputUsed.size()) + place);
    }
  }

  unsigned numInputs, numOuts;
  bool takesOuts;
  Types types;
  SmallVector<SmallVector<int64_t>> sources;
  /// By input, then by result.
  SmallVector<bool> isInputUsed;
};
} // namespace

/// The forward function of one branch, with every place filled.
static FailureOr<func::FuncOp> forwardBranch(Derivations &derivations, const LinearizeResult &parts,
                                             const Residuals &residuals, unsigned branch, unsigned numOuts) {
  func::FuncOp fwd = parts.fwd;
  return derivations.define(fwd, fwd.getName(), fwd.getArgumentTypes(),
                            [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
                              Values results = derivations.apply(b, fwd, arguments);
                              Values outs(ArrayRef<Value>(results).take_front(numOuts)), places(residuals.types.size());
                              int64_t numInputs = residuals.isInputUsed.size();
                              for (auto [k, from] : llvm::enumerate(residuals.sources[branch]))
                                if (from >= numInputs)
                                  places[from - numInputs] = results[numOuts + k];
                              for (auto [place, type] : llvm::zip(places, residuals.types))
                                outs.push_back(place ? place : zeroOf(b, fwd.getLoc(), type));
                              return outs;
                            });
}

/// The linear function of one branch: `(inputs and results that are residuals, places, tangents) -> tangents`;
/// `inputs`: the types of inputs and results.
static FailureOr<func::FuncOp> linearBranch(Derivations &derivations, const LinearizeResult &parts,
                                            const Residuals &residuals, unsigned branch, TypeRange inputs) {
  func::FuncOp lin = parts.lin;
  Types types;
  SmallVector<unsigned> positionOf(inputs.size());
  for (auto [i, isUsed] : llvm::enumerate(residuals.isInputUsed))
    if (isUsed) {
      positionOf[i] = types.size();
      types.push_back(inputs[i]);
    }
  unsigned firstPlace = types.size();
  llvm::append_range(types, residuals.types);
  unsigned firstTangent = types.size();
  llvm::append_range(types, lin.getArgumentTypes().drop_front(parts.numResiduals));
  return derivations.define(lin, lin.getName(), types, [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
    Values operands;
    for (int64_t from : residuals.sources[branch])
      operands.push_back(from < int64_t(inputs.size()) ? arguments[positionOf[from]]
                                                       : arguments[firstPlace + from - inputs.size()]);
    llvm::append_range(operands, arguments.drop_front(firstTangent));
    return derivations.apply(b, lin, operands);
  });
}

static FailureOr<WithTangents> jvpApart(CondOp op, ArrayRef<func::FuncOp> branches, Derivations &derivations,
                                        OpBuilder &builder, ValueRange operands, ArrayRef<Value> tangents) {
  SmallVector<int64_t> wrt = positionsOf(tangents);
  unsigned numOuts = op.getNumResults();
  ValueRange inputs = operands.drop_front();
  // A result that one branch needs takes a place less only if the others do not need the place.
  Residuals residuals(inputs.size(), numOuts, true), separate(inputs.size(), numOuts, false);
  SmallVector<LinearizeResult> parts;
  Mask active;
  for (func::FuncOp f : branches) {
    FailureOr<LinearizeResult> split = derivations.linearize(f, wrt);
    if (failed(split))
      return failure();
    parts.push_back(*split);
    residuals.add(*split);
    separate.add(*split);
    orInto(active, split->active);
  }
  if (separate.size() < residuals.size())
    residuals = separate;
  Functions forward, linear;
  Types available(inputs.getTypes());
  llvm::append_range(available, op.getResultTypes());
  for (auto [k, split] : llvm::enumerate(parts)) {
    FailureOr<func::FuncOp> fwd = forwardBranch(derivations, split, residuals, k, numOuts);
    FailureOr<func::FuncOp> lin = failed(fwd) ? fwd : linearBranch(derivations, split, residuals, k, available);
    if (failed(lin))
      return failure();
    forward.push_back(*fwd);
    linear.push_back(*lin);
  }
  ValueRange results = createCond(op, builder, operands.front(), forward, inputs);
  Values linearInputs = chosen(join({inputs, results.take_front(numOuts)}), residuals.isInputUsed);
  llvm::append_range(linearInputs, results.drop_front(numOuts));
  llvm::append_range(linearInputs, presentIn(tangents));
  ValueRange moving = createCond(op, builder, operands.front(), linear, linearInputs);
  return WithTangents{Values(results.take_front(numOuts)), spreadTangents(moving, op.getResultTypes(), active)};
}

FailureOr<WithTangents> CondOp::jvpRule(Derivations &derivations, OpBuilder &builder, ValueRange operands,
                                        ArrayRef<Value> tangents, bool split) {
  FailureOr<Functions> branches = branchesOf(*this, derivations);
  if (failed(branches))
    return failure();
  auto rule = split ? jvpApart : jvpTogether;
  return rule(*this, *branches, derivations, builder, operands, tangents.drop_front());
}

//===----------------------------------------------------------------------===//
// Transpose
//===----------------------------------------------------------------------===//

FailureOr<SmallVector<Value>> CondOp::transposeRule(Derivations &derivations, OpBuilder &builder,
                                                    ArrayRef<Value> operands, ArrayRef<Value> cts) {
  if (!operands.front())
    return emitOpError() << "cannot be transposed: it is not linear in its index";
  FailureOr<Functions> branches = branchesOf(*this, derivations);
  if (failed(branches))
    return failure();
  ArrayRef<Value> inputs = operands.drop_front();
  Mask linear = llvm::map_to_vector(inputs, [](Value v) { return !v; });
  Mask given = llvm::map_to_vector(cts, [](Value v) { return bool(v); });
  Functions transposed;
  Mask active;
  for (func::FuncOp f : *branches) {
    FailureOr<TransposeResult> result = derivations.transpose(f, linear, given);
    if (failed(result))
      return failure();
    transposed.push_back(result->fn);
    orInto(active, result->active);
  }
  Values arguments = presentIn(inputs);
  llvm::append_range(arguments, presentIn(cts));
  ValueRange results = createCond(*this, builder, operands.front(), transposed, arguments);
  Values out{Value()};
  unsigned next = 0;
  for (bool isLinear : linear) {
    out.push_back(isLinear && active[next] ? results[next] : Value());
    next += isLinear;
  }
  return out;
}

//===----------------------------------------------------------------------===//
// Batching
//===----------------------------------------------------------------------===//

/// Where the index names branch `k` of `count`, as bools of the shape of the index.
static Expr names(RuleBuilder &b, const Expr &index, int64_t k, int64_t count) {
  Expr number = full(b, index.tensorType(), static_cast<double>(k));
  return k + 1 < count ? eq(index, number) : ge(index, number);
}

/// One index for each example: all branches run, each example selects.
static WithBatch selectBranch(CondOp op, ArrayRef<BatchResult> branches, Derivations &derivations, OpBuilder &builder,
                              ValueRange operands, int64_t size) {
  RuleBuilder b(builder, op.getLoc());
  b.setBatch(size, {});
  int64_t count = branches.size();
  SmallVector<Values> results;
  for (const BatchResult &branch : branches)
    results.push_back(derivations.apply(builder, branch.fn, operands.drop_front()));
  WithBatch out;
  for (unsigned i = 0; i < op->getNumResults(); ++i) {
    // What all branches hand on is the same for all examples.
    auto handsOn = [&](auto pair) {
      auto [k, branch] = pair;
      return !branch.batched[i] && results[k][i] == results.front()[i];
    };
    out.batched.push_back(!llvm::all_of(llvm::enumerate(branches), handsOn));
    if (!out.batched.back()) {
      out.outs.push_back(results.front()[i]);
      continue;
    }
    Expr chosen;
    for (auto [k, branch] : llvm::enumerate(branches)) {
      Expr x = branch.batched[i] ? Expr(b, results[k][i]) : b.addBatch(Expr(b, results[k][i]));
      chosen =
          k == 0 ? x : select(spread(names(b, Expr(b, operands.front()), k, count), x.shape(), ints(0)), x, chosen);
    }
    out.outs.push_back(chosen.get());
  }
  return out;
}

/// One index for each example: a scan over the examples, each of which runs its branch.
static FailureOr<WithBatch> eachBranch(CondOp op, ArrayRef<func::FuncOp> branches, Derivations &derivations,
                                       OpBuilder &builder, ValueRange operands, ArrayRef<bool> batched, int64_t size) {
  ScanLoop loop(op.getLoc(), size);
  for (auto [v, isBatched] : llvm::zip_equal(operands, batched))
    (isBatched ? loop.xs : loop.consts).push_back(v);
  func::FuncOp first = branches.front();
  auto step = derivations.define(
      first, first.getName() + ".each", loop.bodyTypes(), [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
        ValueRange consts = arguments.take_front(loop.consts.size()), xs = arguments.drop_front(loop.consts.size());
        Values all;
        for (bool isBatched : batched) {
          ValueRange &from = isBatched ? xs : consts;
          all.push_back(from.front());
          from = from.drop_front();
        }
        return Values(createCond(op, b, all.front(), branches, ArrayRef(all).drop_front()));
      });
  if (failed(step))
    return failure();
  loop.body = *step;
  Values outs(loop.run(builder)[1]);
  return WithBatch{outs, Mask(outs.size(), true)};
}

FailureOr<WithBatch> CondOp::batchRule(Derivations &derivations, OpBuilder &builder, ValueRange operands,
                                       ArrayRef<bool> batched, int64_t size) {
  FailureOr<Functions> branches = branchesOf(*this, derivations);
  if (failed(branches))
    return failure();
  if (batched.front() && getSequential())
    return eachBranch(*this, *branches, derivations, builder, operands, batched, size);
  SmallVector<BatchResult> results;
  Mask any;
  for (func::FuncOp f : *branches) {
    FailureOr<BatchResult> result = derivations.batch(f, batched.drop_front(), size);
    if (failed(result))
      return failure();
    results.push_back(*result);
    orInto(any, result->batched);
  }
  if (batched.front())
    return selectBranch(*this, results, derivations, builder, operands, size);
  Functions functions;
  for (BatchResult &result : results) {
    FailureOr<func::FuncOp> f = derivations.define(result.fn, result.fn.getName(), result.fn.getArgumentTypes(),
                                                   [&](OpBuilder &b, ValueRange arguments) {
                                                     Values outs = derivations.apply(b, result.fn, arguments);
                                                     for (auto [i, v] : llvm::enumerate(outs))
                                                       if (any[i] && !result.batched[i])
                                                         v = repeated(b, getLoc(), v, size);
                                                     return FailureOr<Values>(outs);
                                                   });
    if (failed(f))
      return failure();
    functions.push_back(*f);
  }
  return WithBatch{Values(createCond(*this, builder, operands.front(), functions, operands.drop_front())), any};
}
