// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// wg.scan: its types and its rules.

#include "wg/Ops/Functions.h"
#include "wg/Ops/ScanRules.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace wg;

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

namespace {
/// The attributes of a scan that are there or not, before there is an op.
struct Counts {
  int64_t consts = -1, carry = -1, length = -1, unroll = -1;

  explicit Counts(DictionaryAttr attributes) {
    auto read = [&](StringRef name, int64_t &into) {
      if (auto number = attributes.getAs<IntegerAttr>(name))
        into = number.getInt();
    };
    read("num_consts", consts);
    read("num_carry", carry);
    read("length", length);
    read("unroll", unroll);
  }

  LogicalResult check(size_t numOperands, DiagnosticMaker error) const {
    constexpr int64_t most = std::numeric_limits<int32_t>::max();
    if (length < 0 || length > most)
      return error() << "expected a length from 0 to " << most << " but got " << length;
    if (unroll < 1 || unroll > most)
      return error() << "expected to unroll by 1 or more but got " << unroll;
    if (consts < 0 || carry < 0 || consts > most || carry > most || size_t(consts + carry) > numOperands)
      return error() << "expected num_consts and num_carry from 0, together at most " << numOperands << ", but got "
                     << consts << " and " << carry;
    return success();
  }
};
} // namespace

/// The types of one x of each of the arrays that a scan runs over.
static LogicalResult appendElements(TypeRange xs, int64_t length, Types &types, DiagnosticMaker error) {
  for (auto [i, type] : llvm::enumerate(xs)) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || tensor.getRank() == 0 || tensor.getDimSize(0) != length)
      return error() << "expected xs with " << length << " entries but entry " << i << " of them has type " << type;
    types.push_back(elementOf(type));
  }
  return success();
}

FailureOr<SmallVector<Type>> ScanOp::inferResultTypes(DictionaryAttr attributes, TypeRange operands,
                                                      function_ref<FunctionType(StringRef)> typeOf,
                                                      DiagnosticMaker error) {
  auto symbol = attributes.getAs<FlatSymbolRefAttr>("callee");
  FunctionType body = symbol ? typeOf(symbol.getValue()) : FunctionType();
  if (!body)
    return error() << "expected a function but " << (symbol ? "@" + symbol.getValue() : Twine("nothing"))
                   << " names none";
  Counts counts(attributes);
  if (failed(counts.check(operands.size(), error)))
    return failure();
  Types expected(operands.take_front(counts.consts + counts.carry));
  if (failed(appendElements(operands.drop_front(expected.size()), counts.length, expected, error)) ||
      failed(checkArguments(symbol.getValue(), body.getInputs(), expected, error)))
    return failure();
  TypeRange carry = operands.slice(counts.consts, counts.carry), results = body.getResults();
  if (results.size() < carry.size())
    return error() << "expected @" << symbol.getValue() << " to return " << carry.size()
                   << " carried values but it returns " << results.size() << " values";
  for (auto [i, want, got] : llvm::enumerate(carry, results.take_front(carry.size())))
    if (want != got)
      return error() << "expected @" << symbol.getValue() << " to return carried value " << i << " as it got it, "
                     << want << ", but it returns " << got;
  for (Type type : results)
    if (!isa<RankedTensorType>(type))
      return error() << "expected @" << symbol.getValue() << " to return tensors but it returns " << type;
  return loopTypes(results, counts.carry, counts.length);
}

LogicalResult ScanOp::verify() {
  return Counts((*this)->getAttrDictionary()).check(getNumOperands(), [&] { return emitOpError(); });
}

//===----------------------------------------------------------------------===//
// Helpers
//===----------------------------------------------------------------------===//

Types ScanLoop::bodyTypes() const {
  Types types;
  for (Value v : llvm::concat<const Value>(consts, carry))
    types.push_back(v.getType());
  for (Value v : xs)
    types.push_back(elementOf(v.getType()));
  return types;
}

SmallVector<ValueRange> ScanLoop::run(OpBuilder &builder) {
  auto op = ScanOp::create(builder, loc, loopTypes(body.getResultTypes(), carry.size(), length), body.getName(),
                           join({consts, carry, xs}), consts.size(), carry.size(), length, reverse, unroll);
  return cut(op.getOuts(), {carry.size(), op.getNumResults() - carry.size()});
}

FailureOr<func::FuncOp> wg::bodyOf(ScanOp op, Derivations &derivations) {
  FailureOr<func::FuncOp> body = derivations.lookup(op.getCallee(), op.getLoc());
  return failed(body) ? body : derivations.flatten(*body);
}

static Types typesOf(ArrayRef<Value> values) {
  return llvm::map_to_vector(values, [](Value v) { return v.getType(); });
}

Values wg::filled(OpBuilder &builder, Location loc, ArrayRef<Value> values, ArrayRef<bool> mask, TypeRange types) {
  Values all;
  for (auto [v, isSet, type] : llvm::zip_equal(values, mask, types))
    if (isSet)
      all.push_back(v ? v : zeroOf(builder, loc, type));
  return all;
}

/// Derives the body for the operands in `active` and the carries that become active on the way, which are added.
template <typename Derive>
static auto deriveActive(const ScanSizes &sizes, Mask &active, Derive derive) -> decltype(derive(Mask())) {
  while (true) {
    auto derived = derive(active);
    if (failed(derived))
      return failure();
    bool isNew = false;
    for (size_t i = 0; i < sizes.carry; ++i)
      if (derived->active[i] && !active[sizes.consts + i])
        active[sizes.consts + i] = isNew = true;
    if (!isNew)
      return derived;
  }
}

//===----------------------------------------------------------------------===//
// Derivative
//===----------------------------------------------------------------------===//

namespace {
/// A scan with its tangents.
class ScanJvp {
public:
  ScanJvp(ScanOp op, func::FuncOp body, Derivations &derivations, OpBuilder &builder, ValueRange operands,
          ArrayRef<Value> tangents)
      : op(op), body(body), derivations(derivations), builder(builder), sizes(op), operands(operands),
        tangents(tangents), active(presence(tangents)) {}

  FailureOr<WithTangents> together();
  FailureOr<WithTangents> apart();

private:
  /// Where the linear part finds a residual: among the operands of the scan, its results, or what is saved for it.
  struct Source {
    enum Kind { Const, Xs, Ys, Saved, Computed } kind;
    size_t index;
  };

  Values tangentsOf(size_t first, size_t number) {
    TypeRange types = operands.getTypes();
    return filled(builder, op.getLoc(), ArrayRef(tangents).slice(first, number), ArrayRef(active).slice(first, number),
                  SmallVector<Type>(types.slice(first, number)));
  }
  Values constTangents() { return tangentsOf(0, sizes.consts); }
  Values carryTangents() { return tangentsOf(sizes.consts, sizes.carry); }
  Values xsTangents() { return tangentsOf(sizes.consts + sizes.carry, sizes.xs); }
  WithTangents results(ValueRange outs, ValueRange carryTangents, ValueRange ysTangents, ArrayRef<bool> outActive);
  /// Of the tangents that a derived body gives: those of active carries, then those of active ys.
  Values moving(ValueRange given, ArrayRef<bool> outActive);

  SmallVector<Source> sourcesOf(const LinearizeResult &parts);
  bool isInvariant(Value v);
  Value outsideLoop(Value v, IRMapping &map);
  FailureOr<func::FuncOp> forwardBody(func::FuncOp fwd, ArrayRef<Source> sources);

  ScanOp op;
  func::FuncOp body;
  Derivations &derivations;
  OpBuilder &builder;
  ScanSizes sizes;
  ValueRange operands;
  ArrayRef<Value> tangents;
  Mask active;
  DenseMap<Value, bool> invariants;
};
} // namespace

WithTangents ScanJvp::results(ValueRange outs, ValueRange carryTangents, ValueRange ysTangents,
                              ArrayRef<bool> outActive) {
  WithTangents all{Values(outs), Values(sizes.carry + sizes.ys)};
  for (size_t i = 0; i < sizes.carry; ++i)
    if (active[sizes.consts + i]) {
      all.tangents[i] = carryTangents.front();
      carryTangents = carryTangents.drop_front();
    }
  for (size_t i = 0; i < sizes.ys; ++i)
    if (outActive[sizes.carry + i]) {
      all.tangents[sizes.carry + i] = ysTangents.front();
      ysTangents = ysTangents.drop_front();
    }
  return all;
}

Values ScanJvp::moving(ValueRange given, ArrayRef<bool> outActive) {
  Values spread = spreadTangents(given, body.getResultTypes(), Mask(sizes.carry + sizes.ys, true));
  Mask wanted(outActive);
  llvm::copy(sizes.ofCarry(ArrayRef<bool>(active)), wanted.begin());
  return chosen(spread, wanted);
}

FailureOr<WithTangents> ScanJvp::together() {
  auto jvp = deriveActive(sizes, active, [&](const Mask &mask) { return derivations.jvp(body, positionsIn(mask)); });
  if (failed(jvp))
    return failure();
  ScanLoop loop(op);
  ValueRange consts = operands.take_front(sizes.consts), carry = operands.slice(sizes.consts, sizes.carry),
             xs = operands.take_back(sizes.xs);
  Values dconsts = constTangents(), dcarry = carryTangents(), dxs = xsTangents();
  loop.consts = join({consts, dconsts});
  loop.carry = join({carry, dcarry});
  loop.xs = join({xs, dxs});
  auto body = derivations.define(
      jvp->fn, jvp->fn.getName(), loop.bodyTypes(), [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
        auto p = cut(arguments, {consts.size(), dconsts.size(), carry.size(), dcarry.size(), xs.size(), dxs.size()});
        Values all = derivations.apply(b, jvp->fn, join({p[0], p[2], p[4], p[1], p[3], p[5]}));
        auto r = cut(all, {sizes.carry, sizes.ys, all.size() - sizes.carry - sizes.ys});
        Values moved = moving(r[2], jvp->active);
        auto m = cut(moved, {dcarry.size(), moved.size() - dcarry.size()});
        return join({r[0], m[0], r[1], m[1]});
      });
  if (failed(body))
    return failure();
  loop.body = *body;
  auto outs = loop.run(builder);
  auto carries = cut(outs[0], {sizes.carry, dcarry.size()});
  auto stacked = cut(outs[1], {sizes.ys, outs[1].size() - sizes.ys});
  return results(join({carries[0], stacked[0]}), carries[1], stacked[1], jvp->active);
}

/// Whether a value of the forward body is the same in every step, and can be computed outside.
bool ScanJvp::isInvariant(Value v) {
  if (auto argument = dyn_cast<BlockArgument>(v))
    return argument.getArgNumber() < sizes.consts;
  auto [it, isNew] = invariants.try_emplace(v, false);
  if (!isNew)
    return it->second;
  Operation *definition = v.getDefiningOp();
  bool is = !isa<func::CallOp>(definition) && isMemoryEffectFree(definition) &&
            llvm::all_of(definition->getOperands(), [&](Value operand) { return isInvariant(operand); });
  return invariants[v] = is;
}

Value ScanJvp::outsideLoop(Value v, IRMapping &map) {
  if (Value known = map.lookupOrNull(v))
    return known;
  if (auto argument = dyn_cast<BlockArgument>(v))
    return operands[argument.getArgNumber()];
  Operation *definition = v.getDefiningOp();
  for (Value operand : definition->getOperands())
    map.map(operand, outsideLoop(operand, map));
  builder.clone(*definition, map);
  return map.lookup(v);
}

SmallVector<ScanJvp::Source> ScanJvp::sourcesOf(const LinearizeResult &parts) {
  func::FuncOp fwd = parts.fwd;
  OperandRange returned = fwd.getBody().front().getTerminator()->getOperands();
  auto ys = returned.slice(sizes.carry, sizes.ys), residuals = returned.drop_front(sizes.carry + sizes.ys);
  SmallVector<Source> sources;
  size_t numSaved = 0;
  for (auto [k, v] : llvm::enumerate(residuals)) {
    auto argument = dyn_cast<BlockArgument>(v);
    size_t place = argument ? argument.getArgNumber() : 0;
    auto y = llvm::find(ys, v);
    if (argument && place < sizes.consts)
      sources.push_back({Source::Const, place});
    else if (argument && place >= sizes.consts + sizes.carry)
      sources.push_back({Source::Xs, place - sizes.consts - sizes.carry});
    else if (isInvariant(v))
      sources.push_back({Source::Computed, k});
    else if (y != ys.end())
      sources.push_back({Source::Ys, static_cast<size_t>(y - ys.begin())});
    else
      sources.push_back({Source::Saved, numSaved++});
  }
  return sources;
}

/// The body that returns, of the residuals, those that have to be saved in each step.
FailureOr<func::FuncOp> ScanJvp::forwardBody(func::FuncOp fwd, ArrayRef<Source> sources) {
  return derivations.define(fwd, fwd.getName(), fwd.getArgumentTypes(),
                            [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
                              Values all = derivations.apply(b, fwd, arguments);
                              Values outs(ArrayRef<Value>(all).take_front(sizes.carry + sizes.ys));
                              for (auto [k, source] : llvm::enumerate(sources))
                                if (source.kind == Source::Saved)
                                  outs.push_back(all[sizes.carry + sizes.ys + k]);
                              return outs;
                            });
}

FailureOr<WithTangents> ScanJvp::apart() {
  auto parts = deriveActive(sizes, active, [&](const Mask &m) { return derivations.linearize(body, positionsIn(m)); });
  if (failed(parts))
    return failure();
  SmallVector<Source> sources = sourcesOf(*parts);
  FailureOr<func::FuncOp> forward = forwardBody(parts->fwd, sources);
  if (failed(forward))
    return failure();
  ScanLoop loop(op);
  loop.body = *forward;
  loop.consts = Values(operands.take_front(sizes.consts));
  loop.carry = Values(operands.slice(sizes.consts, sizes.carry));
  loop.xs = Values(operands.take_back(sizes.xs));
  auto outs = loop.run(builder);
  auto stacked = cut(outs[1], {sizes.ys, outs[1].size() - sizes.ys});

  // The residuals as consts or xs of the linear scan.
  func::FuncOp fwd = parts->fwd;
  IRMapping outside;
  Values fixed, changing;
  SmallVector<bool> isFixed;
  for (auto [k, source] : llvm::enumerate(sources)) {
    isFixed.push_back(source.kind == Source::Const || source.kind == Source::Computed);
    if (source.kind == Source::Computed)
      fixed.push_back(
          outsideLoop(fwd.getBody().front().getTerminator()->getOperand(sizes.carry + sizes.ys + k), outside));
    else if (source.kind == Source::Const)
      fixed.push_back(loop.consts[source.index]);
    else
      changing.push_back(source.kind == Source::Xs   ? loop.xs[source.index]
                         : source.kind == Source::Ys ? stacked[0][source.index]
                                                     : stacked[1][source.index]);
  }
  Values dconsts = constTangents(), dcarry = carryTangents(), dxs = xsTangents();
  ScanLoop linear(op);
  linear.consts = join({fixed, dconsts});
  linear.carry = dcarry;
  linear.xs = join({changing, dxs});
  func::FuncOp lin = parts->lin;
  auto linearBody = derivations.define(
      lin, lin.getName(), linear.bodyTypes(), [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
        auto p = cut(arguments, {fixed.size(), dconsts.size(), dcarry.size(), changing.size(), dxs.size()});
        Values residuals;
        size_t nextFixed = 0, nextChanging = 0;
        for (bool is : isFixed)
          residuals.push_back(is ? p[0][nextFixed++] : p[3][nextChanging++]);
        Values moved = derivations.apply(b, lin, join({residuals, p[1], p[2], p[4]}));
        return moving(moved, parts->active);
      });
  if (failed(linearBody))
    return failure();
  linear.body = *linearBody;
  auto moved = linear.run(builder);
  return results(join({outs[0], stacked[0]}), moved[0], moved[1], parts->active);
}

FailureOr<WithTangents> ScanOp::jvpRule(Derivations &derivations, OpBuilder &builder, ValueRange operands,
                                        ArrayRef<Value> tangents, bool split) {
  FailureOr<func::FuncOp> body = bodyOf(*this, derivations);
  if (failed(body))
    return failure();
  ScanJvp jvp(*this, *body, derivations, builder, operands, tangents);
  return split ? jvp.apart() : jvp.together();
}

//===----------------------------------------------------------------------===//
// Batching
//===----------------------------------------------------------------------===//

FailureOr<WithBatch> ScanOp::batchRule(Derivations &derivations, OpBuilder &builder, ValueRange operands,
                                       ArrayRef<bool> batched, int64_t size) {
  FailureOr<func::FuncOp> body = bodyOf(*this, derivations);
  if (failed(body))
    return failure();
  ScanSizes sizes(*this);
  Mask mask(batched);
  FailureOr<BatchResult> result;
  for (bool isNew = true; isNew;) {
    isNew = false;
    result = derivations.batch(*body, mask, size);
    if (failed(result))
      return failure();
    for (size_t i = 0; i < sizes.carry; ++i)
      if (result->batched[i] && !mask[sizes.consts + i])
        mask[sizes.consts + i] = isNew = true;
  }
  func::FuncOp fn = result->fn;
  ScanLoop loop(*this);
  loop.consts = Values(operands.take_front(sizes.consts));
  for (size_t i = sizes.consts; i < sizes.consts + sizes.carry; ++i)
    loop.carry.push_back(mask[i] && !batched[i] ? repeated(builder, getLoc(), operands[i], size) : operands[i]);
  for (size_t i = sizes.consts + sizes.carry; i < operands.size(); ++i)
    loop.xs.push_back(mask[i] ? exchanged(builder, getLoc(), operands[i]) : operands[i]);
  auto step = derivations.define(fn, fn.getName(), fn.getArgumentTypes(),
                                 [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
                                   Values outs = derivations.apply(b, fn, arguments);
                                   for (size_t i = 0; i < sizes.carry; ++i)
                                     if (mask[sizes.consts + i] && !result->batched[i])
                                       outs[i] = repeated(b, getLoc(), outs[i], size);
                                   return outs;
                                 });
  if (failed(step))
    return failure();
  loop.body = *step;
  auto outs = loop.run(builder);
  WithBatch all{Values(outs[0]), Mask(sizes.ofCarry(ArrayRef<bool>(mask)))};
  for (auto [i, v] : llvm::enumerate(outs[1])) {
    bool isBatched = result->batched[sizes.carry + i];
    all.outs.push_back(isBatched ? exchanged(builder, getLoc(), v) : v);
    all.batched.push_back(isBatched);
  }
  return all;
}
