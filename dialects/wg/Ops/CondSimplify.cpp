// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Simplification of wg.cond: a known branch, and what the branches take and return in vain.

#include "wg/Ops/ControlFlow.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace wg;

namespace {
/// Rewrites one op; `changed` says whether the new one is any different.
class CondSimplifier {
public:
  CondSimplifier(CondOp op, ArrayRef<func::FuncOp> branches, Derivations &derivations, OpBuilder &builder)
      : op(op), branches(branches), derivations(derivations), builder(builder) {}

  std::optional<Values> run();

private:
  Value returned(func::FuncOp f, unsigned result) { return f.getBody().front().getTerminator()->getOperand(result); }
  Value known(unsigned result);
  void readResults();
  void readInputs();
  FailureOr<func::FuncOp> define(func::FuncOp branch);

  CondOp op;
  SmallVector<func::FuncOp> branches;
  Derivations &derivations;
  OpBuilder &builder;
  bool changed = false;
  /// For each result: its value outside, or the number of the result that stands for it; neither if nobody uses it.
  Values values;
  SmallVector<int64_t> places;
  /// The results that the new op has, in places of the old one, and its inputs.
  SmallVector<unsigned> kept;
  Values inputs;
  SmallVector<bool> isSunk;
};
} // namespace

/// What every branch returns, if that is one input or one constant.
Value CondSimplifier::known(unsigned result) {
  Value first = returned(branches.front(), result);
  if (auto argument = dyn_cast<BlockArgument>(first)) {
    unsigned i = argument.getArgNumber();
    bool same = llvm::all_of(branches, [&](func::FuncOp f) { return returned(f, result) == f.getArgument(i); });
    return same ? op.getInputs()[i] : Value();
  }
  DenseElementsAttr constant, other;
  if (!matchPattern(first, m_Constant(&constant)) || !constant.isSplat())
    return Value();
  for (func::FuncOp f : branches)
    if (!matchPattern(returned(f, result), m_Constant(&other)) || other != constant)
      return Value();
  return builder.clone(*first.getDefiningOp())->getResult(0);
}

void CondSimplifier::readResults() {
  values.resize(op.getNumResults());
  places.assign(op.getNumResults(), -1);
  for (unsigned i = 0; i < op.getNumResults(); ++i) {
    if (op.getResult(i).use_empty())
      continue;
    if ((values[i] = known(i)))
      continue;
    auto equal = llvm::find_if(kept, [&](unsigned k) {
      return llvm::all_of(branches, [&](func::FuncOp f) { return returned(f, i) == returned(f, k); });
    });
    places[i] = equal - kept.begin();
    if (equal == kept.end())
      kept.push_back(i);
  }
  changed |= kept.size() < op.getNumResults();
}

void CondSimplifier::readInputs() {
  for (auto [i, v] : llvm::enumerate(op.getInputs())) {
    DenseElementsAttr constant;
    bool isRead = llvm::any_of(branches, [&](func::FuncOp f) { return !f.getArgument(i).use_empty(); });
    isSunk.push_back(isRead && matchPattern(v, m_Constant(&constant)) && constant.isSplat());
    if (isRead && !isSunk.back() && !llvm::is_contained(inputs, v))
      inputs.push_back(v);
  }
  changed |= inputs.size() < op.getInputs().size();
}

FailureOr<func::FuncOp> CondSimplifier::define(func::FuncOp branch) {
  Types types = llvm::map_to_vector(inputs, [](Value v) { return v.getType(); });
  return derivations.define(branch, branch.getName(), types,
                            [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
                              Values all;
                              for (auto [v, isConstant] : llvm::zip_equal(op.getInputs(), isSunk)) {
                                auto place = llvm::find(inputs, v);
                                if (isConstant)
                                  all.push_back(b.clone(*v.getDefiningOp())->getResult(0));
                                else
                                  all.push_back(place == inputs.end() ? zeroOf(b, op.getLoc(), v.getType())
                                                                      : arguments[place - inputs.begin()]);
                              }
                              Values results = derivations.apply(b, branch, all);
                              return llvm::map_to_vector(kept, [&](unsigned i) { return results[i]; });
                            });
}

std::optional<Values> CondSimplifier::run() {
  readResults();
  readInputs();
  if (!changed)
    return std::nullopt;
  SmallVector<func::FuncOp> simpler;
  for (func::FuncOp branch : branches) {
    FailureOr<func::FuncOp> f = define(branch);
    if (failed(f))
      return std::nullopt;
    simpler.push_back(*f);
  }
  ValueRange outs = CondOp::create(builder, op.getLoc(), simpler.front().getResultTypes(), op.getIndex(),
                                   symbolsAttr(builder, simpler), inputs, op.getSequential())
                        .getOuts();
  for (auto [value, place] : llvm::zip_equal(values, places))
    if (place >= 0)
      value = outs[place];
  return values;
}

/// An index that is known now names its branch.
static std::optional<int64_t> knownBranch(CondOp op) {
  DenseElementsAttr index;
  int64_t last = static_cast<int64_t>(op.getBranches().size()) - 1;
  if (last == 0)
    return 0;
  if (!matchPattern(op.getIndex(), m_Constant(&index)))
    return std::nullopt;
  return std::clamp<int64_t>((*index.value_begin<APInt>()).getSExtValue(), 0, last);
}

std::optional<Values> CondOp::simplifyRule(Derivations &derivations, OpBuilder &builder) {
  SmallVector<func::FuncOp> branches;
  for (auto symbol : getBranches().getAsRange<FlatSymbolRefAttr>()) {
    FailureOr<func::FuncOp> f = derivations.lookup(symbol.getValue(), getLoc());
    if (failed(f))
      return std::nullopt;
    branches.push_back(*f);
  }
  if (std::optional<int64_t> chosen = knownBranch(*this))
    return derivations.apply(builder, branches[*chosen], getInputs());
  return CondSimplifier(*this, branches, derivations, builder).run();
}
