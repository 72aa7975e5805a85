// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Sums that a scan carries, most of them gradients of what all steps share. Products are summed by one product after
// the scan: c + sum over t of a[t] @ b[t] is c + a @ b with the steps as one more contracted dimension, far faster than
// a thin product in each step. What is summed within a step is summed element by element over the steps and as a whole
// after them.

#include "wg/Ops/Contraction.h"
#include "wg/Ops/Elementwise.h"
#include "wg/Ops/Functions.h"
#include "wg/Ops/Reduction.h"
#include "wg/Ops/ScanRules.h"
#include "wg/Ops/Shape.h"

#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace wg;

namespace {
/// A carry that is a sum over the steps: of a product, transposed or not, or of the sums of something.
struct Sum {
  size_t carry;
  Operation *term;
  TransposeOp transposed;
  /// Whether the scan goes on summing, the elements by themselves.
  bool isCarried = false;
};

class ScanSums {
public:
  ScanSums(ScanOp op, func::FuncOp body, Derivations &derivations, OpBuilder &builder)
      : op(op), body(body), block(body.getBody().front()), derivations(derivations), builder(builder), sizes(op) {}

  std::optional<Values> run();

private:
  ValueRange returned() { return block.getTerminator()->getOperands(); }
  bool isX(Value v) {
    auto argument = dyn_cast<BlockArgument>(v);
    return argument && argument.getArgNumber() >= sizes.consts + sizes.carry;
  }
  bool isStacked(Value v) {
    return isX(v) || llvm::is_contained(returned().drop_front(sizes.carry), v) || llvm::is_contained(added, v);
  }
  bool isConst(Value v) {
    auto argument = dyn_cast<BlockArgument>(v);
    return !v.getDefiningOp() && argument.getArgNumber() < sizes.consts;
  }
  std::optional<Sum> sumOf(size_t carry);
  void findProducts();
  void findReductions();
  const Sum *sumAt(size_t carry) const;
  int64_t bytesOfXs();
  FailureOr<func::FuncOp> newBody(const ScanLoop &loop);
  Expr after(RuleBuilder &b, const Sum &sum, llvm::function_ref<Value(Value)> stackOf);

  ScanOp op;
  func::FuncOp body;
  Block &block;
  Derivations &derivations;
  OpBuilder &builder;
  ScanSizes sizes;
  SmallVector<Sum> sums;
  /// What has to be stacked for them and is not yet.
  SmallVector<Value> added;
};
} // namespace

static int64_t bytesOf(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  Type element = tensor.getElementType();
  auto complex = dyn_cast<ComplexType>(element);
  int64_t bits = complex ? 2 * complex.getElementType().getIntOrFloatBitWidth() : element.getIntOrFloatBitWidth();
  return tensor.getNumElements() * ((bits + 7) / 8);
}

/// The carry, if all that a step does with it is to add something of a product or a sum to it.
std::optional<Sum> ScanSums::sumOf(size_t carry) {
  BlockArgument before = block.getArgument(sizes.consts + carry);
  auto add = returned()[carry].getDefiningOp<AddOp>();
  if (!add || !add->hasOneUse() || !before.hasOneUse() || !llvm::is_contained(add->getOperands(), before))
    return std::nullopt;
  Value term = add->getOperand(0) == before ? add->getOperand(1) : add->getOperand(0);
  Sum sum{carry, term.getDefiningOp(), term.getDefiningOp<TransposeOp>()};
  if (sum.transposed)
    sum.term = sum.transposed.getX().getDefiningOp();
  if (!sum.term || op.getResult(carry).use_empty())
    return std::nullopt;
  return sum;
}

int64_t ScanSums::bytesOfXs() {
  int64_t bytes = 0;
  for (Value v : op.getXs())
    bytes += bytesOf(v.getType());
  return bytes;
}

/// Products whose operands take no more memory, stacked, than what the scan reads.
void ScanSums::findProducts() {
  int64_t budget = bytesOfXs();
  for (size_t i = 0; i < sizes.carry; ++i) {
    std::optional<Sum> sum = sumOf(i);
    auto dot = sum ? dyn_cast<DotGeneralOp>(sum->term) : DotGeneralOp();
    if (!dot || isConst(dot.getLhs()) || isConst(dot.getRhs()))
      continue;
    SmallVector<Value> more;
    int64_t perStep = bytesOf(dot.getLhs().getType()) + bytesOf(dot.getRhs().getType()), bytes = 0;
    for (Value v : {dot.getLhs(), dot.getRhs()})
      if (!isStacked(v) && !llvm::is_contained(more, v)) {
        more.push_back(v);
        bytes += bytesOf(v.getType()) * static_cast<int64_t>(op.getLength());
      }
    // A step that sums what is smaller than what it is made of is better off as it is.
    if (bytes > budget || perStep > bytesOf(dot.getType()))
      continue;
    budget -= bytes;
    llvm::append_range(added, more);
    sums.push_back(*sum);
  }
}

/// Sums within each step.
void ScanSums::findReductions() {
  constexpr int64_t kMaxBytes = 1 << 20;
  for (size_t i = 0; i < sizes.carry; ++i) {
    std::optional<Sum> sum = sumOf(i);
    auto reduction = sum ? dyn_cast<ReduceSumOp>(sum->term) : ReduceSumOp();
    if (!reduction || sum->transposed)
      continue;
    // Beside products after the scan, of what is stacked in any case.
    sum->isCarried = sums.empty() || !isStacked(reduction.getX());
    if (!sum->isCarried || bytesOf(reduction.getX().getType()) <= kMaxBytes)
      sums.push_back(*sum);
  }
}

const Sum *ScanSums::sumAt(size_t carry) const {
  auto found = llvm::find_if(sums, [&](const Sum &s) { return s.carry == carry; });
  return found == sums.end() ? nullptr : &*found;
}

FailureOr<func::FuncOp> ScanSums::newBody(const ScanLoop &loop) {
  return derivations.define(
      body, body.getName(), loop.bodyTypes(), [&](OpBuilder &b, ValueRange arguments) -> FailureOr<Values> {
        IRMapping map;
        RuleBuilder rules(b, op.getLoc());
        DenseMap<size_t, Value> elements;
        for (BlockArgument argument : block.getArguments()) {
          size_t i = argument.getArgNumber();
          const Sum *sum = i < sizes.consts ? nullptr : sumAt(i - sizes.consts);
          if (sum)
            map.map(argument, zeroOf(b, op.getLoc(), argument.getType()));
          else
            map.map(argument, arguments.front());
          if (sum && sum->isCarried)
            elements[i - sizes.consts] = arguments.front();
          arguments = arguments.drop_front(!sum || sum->isCarried);
        }
        for (Operation &inner : block.without_terminator())
          b.clone(inner, map);
        Values outs;
        for (auto [i, v] : llvm::enumerate(returned())) {
          const Sum *sum = i < sizes.carry ? sumAt(i) : nullptr;
          if (!sum)
            outs.push_back(map.lookup(v));
          else if (sum->isCarried)
            outs.push_back(
                (Expr(rules, elements[i]) + Expr(rules, map.lookup(cast<ReduceSumOp>(sum->term).getX()))).get());
        }
        for (Value v : added)
          outs.push_back(map.lookup(v));
        return outs;
      });
}

/// The sum over all steps; `stackOf` gives the stack of a value, and what was carried for null.
Expr ScanSums::after(RuleBuilder &b, const Sum &sum, llvm::function_ref<Value(Value)> stackOf) {
  Expr total;
  if (sum.isCarried) {
    total = reduce_sum(Expr(b, stackOf(Value())), Ints(cast<ReduceSumOp>(sum.term).getAxes()));
  } else if (auto dot = dyn_cast<DotGeneralOp>(sum.term)) {
    auto contracting = [](ArrayRef<int64_t> dims) { return prepend(0, shift(Ints(dims), 1)); };
    total = dot_general(Expr(b, stackOf(dot.getLhs())), Expr(b, stackOf(dot.getRhs())),
                        contracting(dot.getLhsContracting()), contracting(dot.getRhsContracting()),
                        shift(Ints(dot.getLhsBatch()), 1), shift(Ints(dot.getRhsBatch()), 1),
                        cast<RankedTensorType>(dot.getType()).getElementType());
  } else {
    auto reduction = cast<ReduceSumOp>(sum.term);
    total = reduce_sum(Expr(b, stackOf(reduction.getX())), prepend(0, shift(Ints(reduction.getAxes()), 1)));
  }
  if (TransposeOp transposed = sum.transposed)
    total = transpose(total, Ints(transposed.getPermutation()));
  return Expr(b, op.getCarry()[sum.carry]) + total;
}

std::optional<Values> ScanSums::run() {
  // What is computed again to save memory is not to be stacked.
  if (llvm::none_of(block, [](Operation &inner) { return isa<OptimizationBarrierOp>(inner); }))
    findProducts();
  findReductions();
  if (sums.empty())
    return std::nullopt;
  ScanLoop loop(op);
  loop.consts = Values(op.getConsts());
  loop.xs = Values(op.getXs());
  for (auto [i, v] : llvm::enumerate(op.getCarry())) {
    const Sum *sum = sumAt(i);
    if (!sum)
      loop.carry.push_back(v);
    else if (sum->isCarried)
      loop.carry.push_back(zeroOf(builder, op.getLoc(), cast<ReduceSumOp>(sum->term).getX().getType()));
  }
  FailureOr<func::FuncOp> step = newBody(loop);
  if (failed(step))
    return std::nullopt;
  loop.body = *step;
  auto outs = loop.run(builder);
  ValueRange carries = outs[0], stacks = outs[1], ys = returned().drop_front(sizes.carry);
  RuleBuilder b(builder, op.getLoc());
  Values results;
  for (size_t i = 0; i < sizes.carry; ++i) {
    const Sum *sum = sumAt(i);
    Value carried = !sum || sum->isCarried ? carries.front() : Value();
    carries = carries.drop_front(carried ? 1 : 0);
    auto stackOf = [&](Value v) -> Value {
      if (!v)
        return carried;
      if (isX(v))
        return op.getXs()[cast<BlockArgument>(v).getArgNumber() - sizes.consts - sizes.carry];
      size_t place = llvm::find(ys, v) - ys.begin();
      return stacks[place < ys.size() ? place : ys.size() + (llvm::find(added, v) - added.begin())];
    };
    results.push_back(sum ? after(b, *sum, stackOf).get() : carried);
  }
  llvm::append_range(results, stacks.take_front(sizes.ys));
  return results;
}

std::optional<Values> wg::sumsAfter(ScanOp op, func::FuncOp body, Derivations &derivations, OpBuilder &builder) {
  return ScanSums(op, body, derivations, builder).run();
}
