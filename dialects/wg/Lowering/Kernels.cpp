// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which loops and branches become kernels, and the executables and dispatches in their place.

#include "wg/Lowering/Kernels.h"
#include "wg/Lowering/IreeDialects.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Arith/IR/ValueBoundsOpInterfaceImpl.h"
#include "mlir/Dialect/Arith/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Bufferization/IR/Bufferization.h"
#include "mlir/Dialect/Bufferization/Transforms/FuncBufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/IR/ValueBoundsOpInterfaceImpl.h"
#include "mlir/Dialect/Linalg/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Linalg/Transforms/SubsetInsertionOpInterfaceImpl.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/MemRef/IR/ValueBoundsOpInterfaceImpl.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/SCF/IR/ValueBoundsOpInterfaceImpl.h"
#include "mlir/Dialect/SCF/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/IR/ValueBoundsOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/Transforms/BufferizableOpInterfaceImpl.h"
#include "mlir/Dialect/Tensor/Transforms/SubsetInsertionOpInterfaceImpl.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;

namespace wg::lowering {

// Above it an op is worth a dispatch of its own, with IREE's code and all cores.
static constexpr int64_t kMostWork = 1 << 16;
// Of sums of products, which IREE tiles: 8 rows times 64 by 64 take 4.5 microseconds here and 3.4 there.
static constexpr int64_t kMostProducts = 1 << 14;
// Of values that a step does not make anew, such as what a loop fills.
static constexpr int64_t kMostCopied = 1 << 16;
// The runtime has 32 buffers for a dispatch.
static constexpr size_t kMostBuffers = 28;
// LLVM takes a second for some thousand.
static constexpr int64_t kMostOps = 20000;

void registerKernelDialects(DialectRegistry &registry) {
  registry.insert<bufferization::BufferizationDialect, memref::MemRefDialect>();
  arith::registerBufferizableOpInterfaceExternalModels(registry);
  bufferization::func_ext::registerBufferizableOpInterfaceExternalModels(registry);
  linalg::registerBufferizableOpInterfaceExternalModels(registry);
  linalg::registerSubsetOpInterfaceExternalModels(registry);
  scf::registerBufferizableOpInterfaceExternalModels(registry);
  tensor::registerBufferizableOpInterfaceExternalModels(registry);
  tensor::registerSubsetOpInterfaceExternalModels(registry);
  arith::registerValueBoundsOpInterfaceExternalModels(registry);
  linalg::registerValueBoundsOpInterfaceExternalModels(registry);
  memref::registerValueBoundsOpInterfaceExternalModels(registry);
  scf::registerValueBoundsOpInterfaceExternalModels(registry);
  tensor::registerValueBoundsOpInterfaceExternalModels(registry);
}

//===----------------------------------------------------------------------===//
// What fits
//===----------------------------------------------------------------------===//

static bool isNumber(Type type) { return isa<FloatType, ComplexType>(type) || type.isSignlessInteger(); }

static bool fitsType(Type type) {
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return tensor.hasStaticShape() && isNumber(tensor.getElementType());
  return isNumber(type) || type.isIndex();
}

static bool isNamed(Operation *op, StringRef name) { return op->getName().getStringRef() == name; }
static bool isBarrier(Operation *op) { return isNamed(op, "util.optimization_barrier"); }
static bool isStorage(Operation *op) { return isNamed(op, "flow.tensor.alloca"); }
static bool isBranching(Operation *op) { return isa<scf::ForOp, scf::WhileOp, scf::IfOp>(op); }
static bool isView(Operation *op) {
  return isa<tensor::ExtractSliceOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp>(op);
}

static bool fitsLinalg(linalg::LinalgOp op) {
  if (op->hasAttr("iree.opt.data_tiling"))
    return false;
  int64_t work = 1, most = linalg::isaContractionOpInterface(op) ? kMostProducts : kMostWork;
  for (int64_t range : op.getStaticLoopRanges()) {
    if (ShapedType::isDynamic(range))
      return false;
    work *= std::max<int64_t>(range, 1);
    if (work > most)
      return false;
  }
  return true;
}

/// Whether an op, with all that is in it, can be in a kernel.
static bool fits(Operation *op) {
  if (!llvm::all_of(op->getOperandTypes(), fitsType) || !llvm::all_of(op->getResultTypes(), fitsType))
    return false;
  if (isBranching(op)) {
    bool all = true;
    for (Region &region : op->getRegions())
      for (Block &block : region)
        all = all && llvm::all_of(block, [](Operation &inner) { return fits(&inner); });
    return all;
  }
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return fitsLinalg(linalgOp);
  if (isBarrier(op) || isStorage(op) || isView(op) || isa<scf::YieldOp, scf::ConditionOp>(op))
    return true;
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return insert.getSourceType().getNumElements() <= kMostCopied &&
           (isBranching(op->getParentOp()) || insert.getType().getNumElements() <= kMostCopied);
  if (isa<tensor::EmptyOp, tensor::ExtractOp, tensor::InsertOp, tensor::FromElementsOp, tensor::PadOp>(op))
    return llvm::all_of(op->getResultTypes(), [](Type type) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      return !tensor || tensor.getNumElements() <= kMostCopied;
    });
  if (isa<arith::ConstantOp>(op))
    return true;
  return isa<arith::ArithDialect, math::MathDialect, complex::ComplexDialect>(op->getDialect()) &&
         llvm::none_of(op->getResultTypes(), [](Type t) { return isa<RankedTensorType>(t); });
}

//===----------------------------------------------------------------------===//
// Outlining
//===----------------------------------------------------------------------===//

namespace {
/// Ops that follow one another, with a loop or a branch among them.
class Outlining {
public:
  Outlining(ArrayRef<Operation *> ops, unsigned number)
      : ops(ops), module(ops.front()->getParentOfType<ModuleOp>()), b(ops.front()->getLoc(), module.getContext()),
        name("wg_kernel_" + std::to_string(number)), entryName("run_" + std::to_string(number)) {}

  bool run();

private:
  void findBoundary();
  bool isInside(Operation *op) const {
    while (op && op->getBlock() != ops.front()->getBlock())
      op = op->getParentOp();
    return op && members.contains(op);
  }
  /// The type of what a buffer holds: bytes for booleans, 64 bits for an index.
  RankedTensorType stored(Type type);
  Value toStored(Value v);
  Value fromStored(Value v, Type type);
  Value converted(Value tensor, Type element);
  func::FuncOp makeFunction();
  void cloneInto(IRMapping &map, Operation *op);
  void cloneBlock(IRMapping &map, Block &from, Block &to);
  void makeExecutable(func::FuncOp kernel);
  void makeDispatch();
  Attribute layout();

  ArrayRef<Operation *> ops;
  DenseSet<Operation *> members;
  ModuleOp module;
  ImplicitLocOpBuilder b;
  std::string name;
  /// IREE puts all executables into one library: distinct too.
  std::string entryName;
  llvm::SetVector<Value> inputs, copied, results;
  /// What the kernel works in.
  SmallVector<Type> scratch;
};
} // namespace

void Outlining::findBoundary() {
  members.insert(ops.begin(), ops.end());
  auto isCheap = [](Value v) {
    Operation *op = v.getDefiningOp();
    if (auto constant = dyn_cast_or_null<arith::ConstantOp>(op))
      return !isa<RankedTensorType>(v.getType()) || cast<DenseElementsAttr>(constant.getValue()).isSplat();
    return op && (isa<tensor::EmptyOp>(op) || (isStorage(op) && op->getNumOperands() == 0));
  };
  for (Operation *op : ops) {
    op->walk([&](Operation *inner) {
      for (Value v : inner->getOperands()) {
        Operation *owner = v.getParentBlock()->getParentOp();
        bool isOutside = v.getDefiningOp() ? !isInside(v.getDefiningOp()) : !isInside(owner);
        if (isOutside)
          (isCheap(v) ? copied : inputs).insert(v);
      }
    });
    for (Value v : op->getResults())
      for (Operation *user : v.getUsers())
        if (!isInside(user))
          results.insert(v);
  }
}

RankedTensorType Outlining::stored(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  Type element = tensor ? tensor.getElementType() : type;
  if (element.isInteger(1))
    element = b.getI8Type();
  if (element.isIndex())
    element = b.getI64Type();
  return RankedTensorType::get(tensor ? tensor.getShape() : ArrayRef<int64_t>(), element);
}

/// A tensor of booleans as bytes, and back.
Value Outlining::converted(Value tensor, Type element) {
  auto type = cast<RankedTensorType>(tensor.getType());
  if (type.getElementType() == element)
    return tensor;
  AffineMap map = b.getMultiDimIdentityMap(type.getRank());
  Value empty = tensor::EmptyOp::create(b, type.getShape(), element);
  SmallVector<utils::IteratorType> iterators(type.getRank(), utils::IteratorType::parallel);
  auto generic = linalg::GenericOp::create(
      b, TypeRange{empty.getType()}, ValueRange{tensor}, ValueRange{empty}, ArrayRef<AffineMap>{map, map}, iterators,
      [&](OpBuilder &inner, Location loc, ValueRange arguments) {
        Value x = element.isInteger(1) ? arith::TruncIOp::create(inner, loc, element, arguments[0])
                                       : arith::ExtUIOp::create(inner, loc, element, arguments[0]).getResult();
        linalg::YieldOp::create(inner, loc, x);
      });
  return generic.getResult(0);
}

Value Outlining::toStored(Value v) {
  RankedTensorType type = stored(v.getType());
  if (isa<RankedTensorType>(v.getType()))
    return converted(v, type.getElementType());
  if (v.getType().isIndex())
    v = arith::IndexCastOp::create(b, type.getElementType(), v);
  else if (v.getType().isInteger(1))
    v = arith::ExtUIOp::create(b, type.getElementType(), v);
  return tensor::FromElementsOp::create(b, type, v);
}

Value Outlining::fromStored(Value v, Type type) {
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return converted(v, tensor.getElementType());
  v = tensor::ExtractOp::create(b, v, ValueRange{});
  if (type.isIndex())
    return arith::IndexCastOp::create(b, type, v);
  return type.isInteger(1) ? arith::TruncIOp::create(b, type, v).getResult() : v;
}

void Outlining::cloneBlock(IRMapping &map, Block &from, Block &to) {
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(&to);
  for (Operation &op : from)
    cloneInto(map, &op);
}

/// A copy without barriers: nothing is rearranged here.
void Outlining::cloneInto(IRMapping &map, Operation *op) {
  if (isBarrier(op)) {
    for (auto [result, operand] : llvm::zip(op->getResults(), op->getOperands()))
      map.map(result, map.lookup(operand));
    return;
  }
  if (isStorage(op)) {
    auto type = cast<RankedTensorType>(op->getResult(0).getType());
    map.map(op->getResult(0), tensor::EmptyOp::create(b, type.getShape(), type.getElementType()).getResult());
    return;
  }
  if (!isBranching(op)) {
    b.clone(*op, map);
    return;
  }
  Operation *copy = op->cloneWithoutRegions(map);
  b.insert(copy);
  for (auto [from, to] : llvm::zip(op->getRegions(), copy->getRegions()))
    for (Block &block : from) {
      Block *into = new Block();
      to.push_back(into);
      for (BlockArgument argument : block.getArguments())
        map.map(argument, into->addArgument(argument.getType(), argument.getLoc()));
      cloneBlock(map, block, *into);
    }
}

func::FuncOp Outlining::makeFunction() {
  SmallVector<Type> types;
  for (Value v : llvm::concat<const Value>(inputs.getArrayRef(), results.getArrayRef())) {
    RankedTensorType type = stored(v.getType());
    types.push_back(MemRefType::get(type.getShape(), type.getElementType()));
  }
  b.setInsertionPointToEnd(module.getBody());
  auto kernel = func::FuncOp::create(b, name, b.getFunctionType(types, {}));
  kernel.setPrivate();
  Block *body = kernel.addEntryBlock();
  b.setInsertionPointToEnd(body);
  IRMapping map;
  for (auto [v, buffer] : llvm::zip(inputs, body->getArguments())) {
    Value tensor = bufferization::ToTensorOp::create(b, stored(v.getType()), buffer, /*restrict=*/true);
    map.map(v, fromStored(tensor, v.getType()));
  }
  for (Value v : copied)
    cloneInto(map, v.getDefiningOp());
  for (Operation *op : ops)
    cloneInto(map, op);
  for (auto [v, buffer] : llvm::zip(results, body->getArguments().drop_front(inputs.size())))
    bufferization::MaterializeInDestinationOp::create(b, TypeRange{}, toStored(map.lookup(v)), buffer,
                                                      /*restrict=*/false, /*writable=*/true);
  func::ReturnOp::create(b);
  return kernel;
}

/// #hal.pipeline.layout of the inputs and results.
Attribute Outlining::layout() {
  std::string text = "pipeline.layout<bindings = [";
  for (size_t i = 0; i < inputs.size() + results.size() + scratch.size(); ++i)
    text +=
        std::string(i ? ", " : "") + "#hal.pipeline.binding<storage_buffer" + (i < inputs.size() ? ", ReadOnly>" : ">");
  return OpaqueAttr::get(b.getStringAttr("hal"), text + "]>", b.getNoneType());
}

static Operation *makeOp(OpBuilder &b, Location loc, StringRef name, TypeRange results, ValueRange operands,
                         ArrayRef<NamedAttribute> attributes, unsigned numRegions = 0) {
  OperationState state(loc, name);
  state.addTypes(results);
  state.addOperands(operands);
  state.addAttributes(attributes);
  for (unsigned i = 0; i < numRegions; ++i)
    state.addRegion();
  return b.create(state);
}

void Outlining::makeExecutable(func::FuncOp kernel) {
  b.setInsertionPointToStart(module.getBody());
  Attribute places = layout();
  auto attribute = [&](StringRef key, Attribute value) { return b.getNamedAttr(key, value); };
  auto symbol = [&](StringRef key) { return attribute("sym_name", b.getStringAttr(key)); };
  NamedAttribute isPrivate = attribute("sym_visibility", b.getStringAttr("private"));
  Operation *executable = makeOp(b, b.getLoc(), "hal.executable.source", {}, {}, {symbol(name), isPrivate}, 1);
  b.createBlock(&executable->getRegion(0));
  Operation *entry = makeOp(b, b.getLoc(), "hal.executable.export", {}, {},
                            {symbol(entryName), attribute("layout", places), attribute("ordinal", b.getIndexAttr(0)),
                             attribute("sym_visibility", b.getStringAttr("public"))},
                            2);
  auto inner = ModuleOp::create(b);
  makeOp(b, b.getLoc(), "hal.executable.source_end", {}, {}, {});
  auto device = OpaqueType::get(b.getStringAttr("hal"), "device");
  b.createBlock(&entry->getRegion(0), {}, TypeRange{device}, {b.getLoc()});
  Value one = arith::ConstantIndexOp::create(b, 1);
  makeOp(b, b.getLoc(), "hal.return", {}, {one, one, one}, {});
  kernel->moveBefore(inner.getBody(), inner.getBody()->end());
  Block &body = kernel.getBody().front();
  b.setInsertionPointToStart(&body);
  Value zero = arith::ConstantIndexOp::create(b, 0);
  for (BlockArgument buffer : body.getArguments()) {
    // A buffer may be a part of an array, at the address of any of its elements.
    Type element = getElementTypeOrSelf(buffer.getType());
    if (auto complex = dyn_cast<ComplexType>(element))
      element = complex.getElementType();
    int64_t alignment = llvm::divideCeil(element.getIntOrFloatBitWidth(), 8);
    Operation *binding = makeOp(
        b, b.getLoc(), "hal.interface.binding.subspan", {buffer.getType()}, {zero},
        {attribute("alignment", b.getIndexAttr(alignment)), attribute("binding", b.getIndexAttr(buffer.getArgNumber())),
         attribute("layout", places), attribute("operandSegmentSizes", b.getDenseI32ArrayAttr({1, 0}))});
    buffer.replaceAllUsesWith(binding->getResult(0));
  }
  body.eraseArguments(0, body.getNumArguments());
  kernel.setFunctionType(b.getFunctionType({}, {}));
  kernel.setName(entryName);
  kernel.setPublic();
}

void Outlining::makeDispatch() {
  b.setInsertionPoint(ops.front());
  SmallVector<Value> operands;
  for (Value v : inputs)
    operands.push_back(toStored(v));
  SmallVector<Type> types;
  for (Value v : results)
    types.push_back(stored(v.getType()));
  types.append(scratch);
  auto entry = SymbolRefAttr::get(b.getContext(), name, {FlatSymbolRefAttr::get(b.getContext(), entryName)});
  int32_t count = operands.size();
  Operation *dispatch = makeOp(b, b.getLoc(), "flow.dispatch", types, operands,
                               {b.getNamedAttr("entry_points", b.getArrayAttr({entry})),
                                b.getNamedAttr("operandSegmentSizes", b.getDenseI32ArrayAttr({0, count, 0, 0}))});
  for (size_t i = 0; i < results.size(); ++i) {
    Value v = results[i];
    v.replaceAllUsesWith(fromStored(dispatch->getResult(i), v.getType()));
  }
  for (Operation *op : llvm::reverse(ops))
    op->erase();
  for (Value v : copied)
    if (isStorage(v.getDefiningOp()) && v.use_empty())
      v.getDefiningOp()->erase();
}

bool Outlining::run() {
  findBoundary();
  if (results.empty() || inputs.size() + results.size() > kMostBuffers)
    return false;
  func::FuncOp kernel = makeFunction();
  ScopedDiagnosticHandler quiet(b.getContext(), [](Diagnostic &) { return success(); });
  if (failed(toKernelCode(kernel, kMostBuffers - inputs.size() - results.size()))) {
    kernel.erase();
    return false;
  }
  for (Type type : TypeRange(kernel.getArgumentTypes()).drop_front(inputs.size() + results.size())) {
    auto memory = cast<MemRefType>(type);
    scratch.push_back(RankedTensorType::get(memory.getShape(), memory.getElementType()));
  }
  makeExecutable(kernel);
  makeDispatch();
  return true;
}

//===----------------------------------------------------------------------===//
// Selection
//===----------------------------------------------------------------------===//

namespace {
class Kernels {
public:
  explicit Kernels(ModuleOp module)
      : number(llvm::count_if(*module.getBody(), [](Operation &op) { return isNamed(&op, "hal.executable.source"); })) {
  }

  void visit(Block &block) {
    SmallVector<Operation *> run;
    for (Operation &op : llvm::make_early_inc_range(block.without_terminator())) {
      // Stays where it is: a kernel has its own, or is given it, and what comes after does not wait for the kernel.
      if (isa<arith::ConstantOp>(op))
        continue;
      if (fits(&op)) {
        run.push_back(&op);
        continue;
      }
      finish(run);
      if (isBranching(&op))
        for (Region &region : op.getRegions())
          for (Block &inner : region)
            visit(inner);
    }
    finish(run);
  }

private:
  void finish(SmallVector<Operation *> &run) {
    ArrayRef<Operation *> ops = run;
    auto isWork = [](Operation *op) { return isBranching(op) || isa<linalg::LinalgOp>(op); };
    // Slices of what is there, and of what is made, are no work.
    ops = ops.drop_until(isWork);
    while (!ops.empty() && !isWork(ops.back()))
      ops = ops.drop_back();
    int64_t count = 0;
    for (Operation *op : ops)
      op->walk([&](Operation *) { ++count; });
    if (llvm::any_of(ops, isBranching) && count <= kMostOps && Outlining(ops, number).run())
      ++number;
    run.clear();
  }

  unsigned number;
};
} // namespace

/// Literals to the start of the function: a kernel gets them as arguments.
static void hoistLiterals(func::FuncOp function) {
  SmallVector<Operation *> literals;
  function.walk([&](arith::ConstantOp op) {
    auto value = dyn_cast<DenseElementsAttr>(op.getValue());
    if (value && !value.isSplat())
      literals.push_back(op);
  });
  for (Operation *op : llvm::reverse(literals))
    op->moveBefore(&function.getBody().front(), function.getBody().front().begin());
}

void makeKernels(func::FuncOp function) {
  hoistLiterals(function);
  Kernels(function->getParentOfType<ModuleOp>()).visit(function.getBody().front());
}

} // namespace wg::lowering
