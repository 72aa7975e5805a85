// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The code of a kernel: from linalg on tensors to loops over memory that LLVM makes vectors of.

#include "wg/Lowering/Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/OneShotAnalysis.h"
#include "mlir/Dialect/Bufferization/Transforms/Transforms.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/IR/Dominance.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Interfaces/ViewLikeInterface.h"
#include "mlir/Transforms/CSE.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;

namespace wg::lowering {

// Arrays of up to so many bytes are not worth sharing memory.
static constexpr int64_t kInRegisters = 64;
// What is larger is memory of the program's.
static constexpr int64_t kMostOnStack = 4096;
// Beside it in compiler.py: the limit that IREE is told.
static constexpr int64_t kStackBytes = 131072;

//===----------------------------------------------------------------------===//
// Tensors
//===----------------------------------------------------------------------===//

/// Constants of equal elements as fills: the others are arguments.
static LogicalResult constantsToFills(func::FuncOp kernel) {
  SmallVector<arith::ConstantOp> constants;
  kernel.walk([&](arith::ConstantOp op) {
    if (isa<RankedTensorType>(op.getType()))
      constants.push_back(op);
  });
  for (arith::ConstantOp op : constants) {
    ImplicitLocOpBuilder b(op.getLoc(), op);
    auto type = cast<RankedTensorType>(op.getType());
    auto value = dyn_cast<DenseElementsAttr>(op.getValue());
    if (!value || !value.isSplat() || isa<ComplexType>(type.getElementType()))
      return failure();
    Value element = arith::ConstantOp::create(b, value.getSplatValue<TypedAttr>());
    Value empty = tensor::EmptyOp::create(b, type.getShape(), type.getElementType());
    op.replaceAllUsesWith(linalg::FillOp::create(b, ValueRange{element}, ValueRange{empty}).getResult(0));
    op.erase();
  }
  return success();
}

/// Elementwise ops into their only readers.
static LogicalResult fuse(func::FuncOp kernel) {
  RewritePatternSet patterns(kernel.getContext());
  linalg::populateElementwiseOpsFusionPatterns(patterns, [](OpOperand *operand) { return operand->get().hasOneUse(); });
  linalg::populateDecomposePadPatterns(patterns);
  tensor::populateFoldTensorEmptyPatterns(patterns, false);
  return applyPatternsGreedily(kernel, std::move(patterns));
}

/// How bad a loop is as the innermost one: neighbours in memory should be neighbours in time, and independent.
static std::tuple<int64_t, bool, bool> costAsInnermost(linalg::GenericOp op, unsigned loop) {
  int64_t strided = 0;
  for (AffineMap map : op.getIndexingMapsArray())
    for (auto [i, e] : llvm::enumerate(map.getResults()))
      strided += e.isFunctionOfDim(loop) && i + 1 < map.getNumResults();
  return {strided, op.getStaticLoopRanges()[loop] < 4,
          op.getIteratorTypesArray()[loop] != utils::IteratorType::parallel};
}

static unsigned bestInnermost(linalg::GenericOp op) {
  unsigned best = op.getNumLoops() - 1;
  for (unsigned loop = op.getNumLoops() - 1; loop-- > 0;)
    if (costAsInnermost(op, loop) < costAsInnermost(op, best))
      best = loop;
  return best;
}

/// Sums along memory as so many sums side by side, which LLVM makes a vector of: it does not reorder a sum, and IREE
/// takes the flag from it that would let it.
static LogicalResult splitSums(func::FuncOp kernel) {
  IRRewriter rewriter(kernel.getContext());
  SmallVector<linalg::LinalgOp> ops;
  kernel.walk([&](linalg::LinalgOp op) { ops.push_back(op); });
  for (linalg::LinalgOp op : ops) {
    rewriter.setInsertionPoint(op);
    FailureOr<linalg::GenericOp> generic = isa<linalg::GenericOp>(op)
                                               ? FailureOr(cast<linalg::GenericOp>(op.getOperation()))
                                               : linalg::generalizeNamedOp(rewriter, op);
    if (failed(generic))
      return failure();
    if (generic->getNumReductionLoops() != 1 || generic->getNumDpsInits() != 1)
      continue;
    unsigned best = bestInnermost(*generic);
    if (generic->getIteratorTypesArray()[best] == utils::IteratorType::parallel)
      continue;
    int64_t length = generic->getStaticLoopRanges()[best], width = length % 16 ? 8 : 16;
    if (length % width || length < 2 * width)
      continue;
    unsigned rank = cast<RankedTensorType>(generic->getResult(0).getType()).getRank();
    rewriter.setInsertionPoint(*generic);
    (void)linalg::splitReduction(rewriter, *generic, [&](linalg::LinalgOp) {
      return linalg::SplitReductionOptions{width, rank, /*innerParallel=*/true};
    });
  }
  return success();
}

/// Where the memory of a value comes from, if everything is updated in place.
static Value rootOf(Value v) {
  while (Operation *op = v.getDefiningOp()) {
    if (auto view = dyn_cast<tensor::ExtractSliceOp>(op))
      v = view.getSource();
    else if (isa<tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op))
      v = op->getOperand(0);
    else if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
      v = insert.getDest();
    else if (auto insert = dyn_cast<tensor::InsertOp>(op))
      v = insert.getDest();
    else if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
      v = linalgOp.getDpsInits()[cast<OpResult>(v).getResultNumber()];
    else
      break;
  }
  return v;
}

namespace {
/// A loop that keeps the arrays it carries in memory of their own, from before its first step to after its last, and
/// carries numbers alone. One-shot bufferization would do so only where it sees that nothing reads an array after it is
/// updated, and it does not see that of the two regions of a while.
class LoopInMemory {
public:
  explicit LoopInMemory(LoopLikeOpInterface loop) : loop(loop), b(loop.getLoc(), loop) {}

  LogicalResult run() {
    for (OpOperand &init : loop.getInitsMutable())
      buffers.push_back(isa<RankedTensorType>(init.get().getType()) ? bufferFor(init.get()) : Value());
    if (llvm::none_of(buffers, [](Value v) { return bool(v); }))
      return success();
    auto whileLoop = dyn_cast<scf::WhileOp>(loop.getOperation());
    return whileLoop ? change(whileLoop) : change(cast<scf::ForOp>(loop.getOperation()));
  }

private:
  /// What the loop carries an array in, filled with what it starts from.
  Value bufferFor(Value start) {
    auto type = cast<RankedTensorType>(start.getType());
    // The memory of a loop around this one, where that hands it on.
    if (auto outer = start.getDefiningOp<bufferization::ToTensorOp>())
      if (outer.getWritable() && outer->hasOneUse())
        return outer.getBuffer();
    auto function = loop->getParentOfType<func::FuncOp>();
    OpBuilder atEntry = OpBuilder::atBlockBegin(&function.getBody().front());
    Value buffer =
        memref::AllocOp::create(atEntry, loop.getLoc(), MemRefType::get(type.getShape(), type.getElementType()));
    if (!start.getDefiningOp<tensor::EmptyOp>())
      store(start, buffer);
    return buffer;
  }
  Value load(Value buffer) {
    auto type = cast<MemRefType>(buffer.getType());
    return bufferization::ToTensorOp::create(b, RankedTensorType::get(type.getShape(), type.getElementType()), buffer,
                                             /*restrict=*/true, /*writable=*/true);
  }
  void store(Value v, Value buffer) {
    bufferization::MaterializeInDestinationOp::create(b, TypeRange{}, v, buffer, /*restrict=*/false,
                                                      /*writable=*/true);
  }
  SmallVector<Value> numbersOf(ValueRange values) {
    SmallVector<Value> numbers;
    for (auto [v, buffer] : llvm::zip_equal(values, buffers))
      if (!buffer)
        numbers.push_back(v);
    return numbers;
  }
  /// Has the arguments of a block that are arrays read from memory.
  void loadArguments(Block &block, ValueRange arguments) {
    b.setInsertionPointToStart(&block);
    given.clear();
    for (auto [v, buffer] : llvm::zip_equal(arguments, buffers)) {
      given.push_back(buffer ? load(buffer) : v);
      if (buffer)
        v.replaceAllUsesWith(given.back());
    }
  }
  void eraseArguments(Block &block, unsigned first) {
    for (unsigned i = buffers.size(); i-- > 0;)
      if (buffers[i])
        block.eraseArgument(first + i);
  }
  /// Whether the value may be in the memory of another one that the loop carries, or in another part of its own.
  bool isShared(Value v, Value own) {
    Operation *op = v.getDefiningOp(), *root = rootOf(v).getDefiningOp();
    auto memory = dyn_cast_or_null<bufferization::ToTensorOp>(root);
    if (!memory)
      return !isa_and_nonnull<tensor::EmptyOp>(root);
    bool isOwn = memory.getBuffer() == own.getDefiningOp<bufferization::ToTensorOp>().getBuffer();
    return isOwn ? isa<tensor::ExtractSliceOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op)
                 : llvm::is_contained(buffers, memory.getBuffer());
  }
  void storeYielded(Operation *yield) {
    b.setInsertionPoint(yield);
    SmallVector<Value> next(yield->getOperands());
    for (auto [v, own, buffer] : llvm::zip_equal(next, given, buffers))
      if (buffer && v != own && isShared(v, own))
        v = bufferization::AllocTensorOp::create(b, cast<RankedTensorType>(v.getType()), ValueRange{}, v);
    for (auto [v, own, buffer] : llvm::zip_equal(next, given, buffers))
      if (buffer && v != own)
        store(v, buffer);
    yield->setOperands(numbersOf(next));
  }
  void replace(Operation *changed) {
    b.setInsertionPointAfter(changed);
    ResultRange numbers = changed->getResults();
    for (auto [old, buffer] : llvm::zip_equal(loop->getResults(), buffers)) {
      old.replaceAllUsesWith(buffer ? load(buffer) : numbers.front());
      numbers = numbers.drop_front(!buffer);
    }
    loop->erase();
  }

  LogicalResult change(scf::ForOp old) {
    auto changed =
        scf::ForOp::create(b, old.getLowerBound(), old.getUpperBound(), old.getStep(), numbersOf(old.getInitArgs()));
    if (Block *block = changed.getBody(); block->mightHaveTerminator())
      block->getTerminator()->erase();
    loadArguments(*old.getBody(), old.getRegionIterArgs());
    storeYielded(old.getBody()->getTerminator());
    eraseArguments(*old.getBody(), 1);
    Block *into = changed.getBody();
    for (auto [from, to] : llvm::zip_equal(old.getBody()->getArguments(), into->getArguments()))
      from.replaceAllUsesWith(to);
    into->getOperations().splice(into->end(), old.getBody()->getOperations());
    replace(changed);
    return success();
  }

  LogicalResult change(scf::WhileOp old) {
    if (!llvm::equal(old.getConditionOp().getArgs(), old.getBeforeArguments()))
      return failure();
    SmallVector<Value> starts = numbersOf(old.getInits());
    auto changed = scf::WhileOp::create(b, ValueRange(starts).getTypes(), starts);
    SmallVector<Value> forwarded = numbersOf(old.getConditionOp().getArgs());
    loadArguments(*old.getBeforeBody(), old.getBeforeArguments());
    old.getConditionOp().getArgsMutable().assign(forwarded);
    loadArguments(*old.getAfterBody(), old.getAfterArguments());
    storeYielded(old.getYieldOp());
    eraseArguments(*old.getBeforeBody(), 0);
    eraseArguments(*old.getAfterBody(), 0);
    changed.getBefore().takeBody(old.getBefore());
    changed.getAfter().takeBody(old.getAfter());
    replace(changed);
    return success();
  }

  LoopLikeOpInterface loop;
  ImplicitLocOpBuilder b;
  /// One for each array that the loop carries; null for numbers.
  SmallVector<Value> buffers;
  /// What a step is given.
  SmallVector<Value> given;
};
} // namespace

static LogicalResult keepInMemory(func::FuncOp kernel) {
  SmallVector<LoopLikeOpInterface> loops;
  kernel.walk<WalkOrder::PreOrder>([&](Operation *op) {
    if (isa<scf::ForOp, scf::WhileOp>(op))
      loops.push_back(cast<LoopLikeOpInterface>(op));
  });
  for (LoopLikeOpInterface loop : loops)
    if (failed(LoopInMemory(loop).run()))
      return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

/// Has loops fill the results of the kernel where these are to be.
static void keepInResults(func::FuncOp kernel) {
  SmallVector<bufferization::MaterializeInDestinationOp> ends;
  for (auto op : kernel.getBody().front().getOps<bufferization::MaterializeInDestinationOp>())
    if (isa<BlockArgument>(op.getDest()))
      ends.push_back(op);
  for (bufferization::MaterializeInDestinationOp op : ends) {
    auto last = op.getSource().getDefiningOp<bufferization::ToTensorOp>();
    auto alloc = last ? last.getBuffer().getDefiningOp<memref::AllocOp>() : memref::AllocOp();
    if (!alloc || alloc.getType() != op.getDest().getType())
      continue;
    alloc.replaceAllUsesWith(op.getDest());
    alloc.erase();
  }
}

/// Each reader its own: what is made for one is its memory to work in.
template <typename Op>
static void separate(func::FuncOp kernel) {
  SmallVector<Op> ops;
  kernel.walk([&](Op op) { ops.push_back(op); });
  for (Op op : ops) {
    SmallVector<OpOperand *> uses = llvm::map_to_vector(op->getUses(), [](OpOperand &use) { return &use; });
    for (OpOperand *use : uses) {
      OpBuilder b(use->getOwner());
      use->set(b.clone(*op)->getResult(0));
    }
    op.erase();
  }
}

static LogicalResult bufferize(func::FuncOp kernel) {
  bufferization::OneShotBufferizationOptions options;
  options.setFunctionBoundaryTypeConversion(bufferization::LayoutMapOption::IdentityLayoutMap);
  IRRewriter rewriter(kernel.getContext());
  if (failed(bufferization::eliminateEmptyTensors(rewriter, kernel)))
    return failure();
  bufferization::BufferizationState state;
  return bufferization::runOneShotBufferize(kernel, options, state);
}

static int64_t bytesOf(MemRefType type) {
  Type element = type.getElementType();
  int64_t bits = isa<ComplexType>(element) ? 2 * cast<ComplexType>(element).getElementType().getIntOrFloatBitWidth()
                                           : element.getIntOrFloatBitWidth();
  return type.getNumElements() * ((bits + 7) / 8);
}

/// The first and the last op of the block in which memory is reserved that use it, itself or through a view; nothing if
/// that is not known.
static std::optional<std::pair<Operation *, Operation *>> lifetime(memref::AllocOp alloc) {
  Operation *first = nullptr, *last = nullptr;
  SmallVector<Value> views{alloc.getResult()};
  while (!views.empty())
    for (Operation *user : views.pop_back_val().getUsers()) {
      if (isa<memref::SubViewOp, memref::CollapseShapeOp, memref::ExpandShapeOp, memref::CastOp>(user))
        views.push_back(user->getResult(0));
      else if (!isa<memref::LoadOp, memref::StoreOp>(user))
        return std::nullopt;
      Operation *here = alloc->getBlock()->findAncestorOpInBlock(*user);
      first = !first || here->isBeforeInBlock(first) ? here : first;
      last = !last || last->isBeforeInBlock(here) ? here : last;
    }
  return first ? std::optional(std::pair(first, last)) : std::nullopt;
}

/// One memory for several arrays of a block that live one after the other. Smaller ones LLVM keeps in registers.
static void share(func::FuncOp kernel) {
  struct Array {
    memref::AllocOp memory;
    Operation *first, *last;
  };
  llvm::MapVector<std::pair<Block *, Type>, SmallVector<Array>> groups;
  kernel.walk([&](memref::AllocOp op) {
    if (op.getType().hasStaticShape() && bytesOf(op.getType()) > kInRegisters)
      if (auto range = lifetime(op))
        groups[{op->getBlock(), op.getType()}].push_back({op, range->first, range->second});
  });
  for (auto &[key, arrays] : groups) {
    llvm::stable_sort(
        arrays, [](const Array &x, const Array &y) { return x.first != y.first && x.first->isBeforeInBlock(y.first); });
    SmallVector<Array> kept;
    for (Array &array : arrays) {
      auto place = llvm::find_if(kept, [&](Array &other) { return other.last->isBeforeInBlock(array.first); });
      if (place == kept.end()) {
        kept.push_back(array);
        continue;
      }
      array.memory.replaceAllUsesWith(place->memory.getResult());
      array.memory.erase();
      place->last = array.last;
    }
    for (Array &array : kept)
      array.memory->moveBefore(key.first, key.first->begin());
  }
}

/// All memory reserved once: small arrays on the stack, the others as arguments, of which there may be so many more.
static LogicalResult allocate(func::FuncOp kernel, size_t mostBuffers) {
  SmallVector<memref::AllocOp> allocs;
  kernel.walk([&](memref::AllocOp op) { allocs.push_back(op); });
  llvm::stable_sort(allocs,
                    [](memref::AllocOp x, memref::AllocOp y) { return bytesOf(x.getType()) > bytesOf(y.getType()); });
  int64_t bytes = 0;
  Block &body = kernel.getBody().front();
  OpBuilder b = OpBuilder::atBlockBegin(&body);
  for (memref::AllocOp op : allocs) {
    int64_t size = bytesOf(op.getType());
    Value memory;
    if (size > kMostOnStack && mostBuffers) {
      --mostBuffers;
      memory = body.addArgument(op.getType(), op.getLoc());
    } else {
      bytes += llvm::alignTo(size, 64);
      b.setInsertionPointToStart(&body);
      memory = memref::AllocaOp::create(b, op.getLoc(), op.getType());
    }
    op.replaceAllUsesWith(memory);
    op.erase();
  }
  kernel.setFunctionType(b.getFunctionType(body.getArgumentTypes(), {}));
  return success(bytes <= kStackBytes);
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// The op with the best loop innermost.
static linalg::GenericOp ordered(IRRewriter &rewriter, linalg::GenericOp op) {
  if (op.getNumLoops() < 2)
    return op;
  unsigned best = bestInnermost(op);
  if (best == op.getNumLoops() - 1)
    return op;
  SmallVector<unsigned> order;
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop)
    if (loop != best)
      order.push_back(loop);
  order.push_back(best);
  rewriter.setInsertionPoint(op);
  FailureOr<linalg::GenericOp> changed = linalg::interchangeGenericOp(rewriter, op, order);
  return succeeded(changed) ? *changed : op;
}

static LogicalResult simplify(func::FuncOp kernel) {
  MLIRContext *context = kernel.getContext();
  RewritePatternSet patterns(context);
  for (RegisteredOperationName name : context->getRegisteredOperations())
    if (isa<arith::ArithDialect, memref::MemRefDialect, scf::SCFDialect>(name.getDialect()))
      name.getCanonicalizationPatterns(patterns, context);
  if (failed(applyPatternsGreedily(kernel, std::move(patterns))))
    return failure();
  IRRewriter rewriter(context);
  DominanceInfo dominance(kernel);
  eliminateCommonSubExpressions(rewriter, dominance, kernel);
  return success();
}

static LogicalResult lowerToLoops(func::FuncOp kernel) {
  SmallVector<memref::CopyOp> copies;
  kernel.walk([&](memref::CopyOp op) { copies.push_back(op); });
  for (memref::CopyOp op : copies) {
    OpBuilder b(op);
    if (op.getSource() != op.getTarget())
      linalg::CopyOp::create(b, op.getLoc(), op.getSource(), op.getTarget());
    op.erase();
  }
  SmallVector<linalg::LinalgOp> ops;
  kernel.walk([&](linalg::LinalgOp op) { ops.push_back(op); });
  IRRewriter rewriter(kernel.getContext());
  for (linalg::LinalgOp op : ops) {
    rewriter.setInsertionPoint(op);
    if (!isa<linalg::GenericOp>(op)) { // copies
      FailureOr<linalg::GenericOp> generic = linalg::generalizeNamedOp(rewriter, op);
      if (failed(generic))
        return failure();
      op = *generic;
    }
    linalg::GenericOp generic = ordered(rewriter, cast<linalg::GenericOp>(op.getOperation()));
    rewriter.setInsertionPoint(generic);
    if (failed(linalg::linalgOpToLoops(rewriter, generic)))
      return failure();
    rewriter.eraseOp(generic);
  }
  return success();
}

/// Memory of booleans as memory of bytes, which is what IREE makes of arrays of booleans elsewhere.
static void storeBooleansAsBytes(func::FuncOp kernel) {
  Type byte = IntegerType::get(kernel.getContext(), 8), boolean = IntegerType::get(kernel.getContext(), 1);
  auto change = [&](Value v) {
    if (auto type = dyn_cast<MemRefType>(v.getType()))
      if (type.getElementType() == boolean)
        v.setType(MemRefType::get(type.getShape(), byte, type.getLayout(), type.getMemorySpace()));
  };
  kernel.walk([&](Operation *op) {
    for (Value v : op->getResults())
      change(v);
    for (Region &region : op->getRegions())
      for (Block &block : region)
        for (Value v : block.getArguments())
          change(v);
  });
  kernel.walk([&](Operation *op) {
    OpBuilder b(op);
    if (auto load = dyn_cast<memref::LoadOp>(op); load && load.getType() == boolean) {
      load.getResult().setType(byte);
      b.setInsertionPointAfter(op);
      auto bit = arith::TruncIOp::create(b, op->getLoc(), boolean, load.getResult());
      load.getResult().replaceAllUsesExcept(bit.getResult(), bit);
    } else if (auto store = dyn_cast<memref::StoreOp>(op); store && store.getValueToStore().getType() == boolean) {
      store.getValueMutable().set(arith::ExtUIOp::create(b, op->getLoc(), byte, store.getValueToStore()));
    }
  });
}

LogicalResult toKernelCode(func::FuncOp kernel, size_t mostBuffers) {
  if (failed(fuse(kernel)) || failed(constantsToFills(kernel)) || failed(splitSums(kernel)))
    return failure();
  separate<linalg::FillOp>(kernel);
  separate<tensor::EmptyOp>(kernel);
  if (failed(keepInMemory(kernel)))
    return failure();
  keepInResults(kernel);
  if (failed(bufferize(kernel)) || failed(simplify(kernel)) || failed(simplify(kernel)) || failed(lowerToLoops(kernel)))
    return failure();
  share(kernel);
  if (failed(allocate(kernel, mostBuffers)))
    return failure();
  storeBooleansAsBytes(kernel);
  return simplify(kernel);
}

} // namespace wg::lowering
