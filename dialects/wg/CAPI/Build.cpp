// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "wg/CAPI/Build.h"

#include "wg/Interfaces/ControlFlowInterface.h"
#include "wg/Ops/Transform.h"
#include "wg/Pipeline/Registration.h"

#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Support.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "llvm/ADT/ScopeExit.h"

using namespace mlir;

//===----------------------------------------------------------------------===//
// Context and names
//===----------------------------------------------------------------------===//

MlirContext wgContextCreate() {
  DialectRegistry registry;
  wg::registerDialects(registry);
  auto *context = new MLIRContext(registry, MLIRContext::Threading::DISABLED);
  context->printOpOnDiagnostic(false); // the message names op and types; a large op would bury it
  context->loadDialect<wg::WgDialect, func::FuncDialect>();
  return wrap(context);
}

static bool isTransform(OperationName name) {
  TypeID id = name.getTypeID();
  return id == TypeID::get<wg::JvpOp>() || id == TypeID::get<wg::VjpOp>() || id == TypeID::get<wg::VmapOp>();
}

template <unsigned... n>
static void findCount(OperationName op, WgOpName &name, std::integer_sequence<unsigned, n...>) {
  auto exactly = [&](bool has, intptr_t count) {
    if (has)
      name.minOperands = name.maxOperands = count;
  };
  auto atLeast = [&](bool has, intptr_t count) {
    if (has)
      name.minOperands = count;
  };
  (exactly(op.hasTrait<OpTrait::NOperands<n + 2>::template Impl>(), n + 2), ...);
  (atLeast(op.hasTrait<OpTrait::AtLeastNOperands<n + 1>::template Impl>(), n + 1), ...);
  exactly(op.hasTrait<OpTrait::OneOperand>(), 1);
  exactly(op.hasTrait<OpTrait::ZeroOperands>(), 0);
}

WgOpName wgOpNameGet(MlirContext context, MlirStringRef text) {
  WgOpName name{nullptr, 0, INTPTR_MAX, false};
  std::optional<RegisteredOperationName> info = RegisteredOperationName::lookup(unwrap(text), unwrap(context));
  if (!info)
    return name;
  name.isCall = info->getTypeID() == TypeID::get<func::CallOp>() || isTransform(*info) ||
                info->hasInterface<wg::ControlFlowOpInterface>();
  bool isPlain = info->hasTrait<OpTrait::ZeroRegions>() && info->hasTrait<OpTrait::ZeroSuccessors>() &&
                 info->getDialectNamespace() == wg::WgDialect::getDialectNamespace() &&
                 info->hasInterface<InferTypeOpInterface>();
  if (name.isCall || isPlain)
    name.ptr = info->getAsOpaquePointer();
  findCount(*info, name, std::make_integer_sequence<unsigned, 8>());
  return name;
}

//===----------------------------------------------------------------------===//
// Checks before an op exists: an accessor that meets a missing operand would abort the process
//===----------------------------------------------------------------------===//

static LogicalResult checkCount(const WgOpName &name, Location loc, intptr_t given) {
  if (given >= name.minOperands && given <= name.maxOperands)
    return success();
  return emitError(loc) << OperationName::getFromOpaquePointer(name.ptr) << ": expected "
                        << (name.maxOperands == INTPTR_MAX ? "at least " : "") << name.minOperands
                        << " operands but got " << given;
}

/// No size in a program may be larger: sums and products of a few of them stay in 64 bits, in type rules and in passes.
constexpr int64_t kMaxSize = (int64_t(1) << 31) - 1, kMaxElements = int64_t(1) << 48;

static LogicalResult checkInts(OperationName name, Location loc, const MlirNamedAttribute &given) {
  auto ints = dyn_cast<DenseI64ArrayAttr>(unwrap(given.attribute));
  if (!ints)
    return success();
  for (int64_t v : ints.asArrayRef())
    if ((v > kMaxSize || v < -kMaxSize) && v != wg::VmapOp::kUnbatched)
      return emitError(loc) << name << ": expected integers of 32 bits in '"
                            << cast<StringAttr>(unwrap(given.name)).getValue() << "' but got " << v;
  return success();
}

static LogicalResult checkSize(ArrayRef<int64_t> shape, function_ref<InFlightDiagnostic()> error) {
  int64_t elements = 1;
  for (int64_t size : shape) {
    if (size < 0 || size > kMaxSize)
      return error() << "expected sizes from 0 to " << kMaxSize << " but got " << size;
    elements *= size; // at most 2^48 times 2^31 before the check
    if (elements > kMaxElements)
      return error() << "expected an array of at most " << kMaxElements << " elements but got more";
  }
  return success();
}

/// Splits what was given into the attributes that the op has and those that any op may have (`dialect.name`).
static LogicalResult splitAttributes(OperationName name, Location loc, ArrayRef<MlirNamedAttribute> given,
                                     DictionaryAttr &own, DictionaryAttr &others) {
  SmallVector<NamedAttribute, 6> ownList, otherList;
  ArrayRef<StringAttr> names = name.getRegisteredInfo()->getAttributeNames();
  for (const MlirNamedAttribute &attribute : given) {
    NamedAttribute entry(cast<StringAttr>(unwrap(attribute.name)), unwrap(attribute.attribute));
    if (failed(checkInts(name, loc, attribute)))
      return failure();
    if (llvm::is_contained(names, entry.getName())) {
      ownList.push_back(entry);
    } else if (entry.getName().getValue().starts_with("wg.")) {
      otherList.push_back(entry);
    } else {
      auto diagnostic = emitError(loc) << name << ": expected ";
      if (names.empty())
        return diagnostic << "no attributes but got '" << entry.getName().getValue() << "'";
      diagnostic << "attributes among ";
      llvm::interleaveComma(names, diagnostic, [&](StringAttr s) { diagnostic << "'" << s.getValue() << "'"; });
      return diagnostic << " but got '" << entry.getName().getValue() << "'";
    }
  }
  own = DictionaryAttr::get(loc.getContext(), ownList);
  others = DictionaryAttr::get(loc.getContext(), otherList);
  return success();
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

static LogicalResult inferCall(Location loc, TypeRange operands, FunctionType callee, SmallVectorImpl<Type> &types) {
  if (operands.size() != callee.getNumInputs())
    return emitError(loc) << "func.call: expected " << callee.getNumInputs() << " operands but got " << operands.size();
  for (auto [i, got, want] : llvm::enumerate(operands, callee.getInputs()))
    if (got != want)
      return emitError(loc) << "func.call: expected operand " << i << " of type " << want << " but got " << got;
  llvm::append_range(types, callee.getResults());
  return success();
}

static LogicalResult inferTypes(OperationName name, Location loc, ValueRange operands, DictionaryAttr attributes,
                                OpaqueProperties properties, function_ref<FunctionType(StringRef)> typeOf,
                                SmallVectorImpl<Type> &types) {
  if (auto *interface = name.getInterface<InferTypeOpInterface>())
    return interface->inferReturnTypes(loc.getContext(), loc, operands, attributes, properties, RegionRange(), types);
  auto error = [&] { return emitError(loc) << name << ": "; };
  FailureOr<SmallVector<Type>> inferred;
  if (auto *interface = name.getInterface<wg::ControlFlowOpInterface>()) {
    inferred = interface->inferResultTypes(attributes, operands.getTypes(), typeOf, error);
  } else {
    auto symbol = attributes.getAs<FlatSymbolRefAttr>("callee");
    if (!symbol)
      return error() << "expected the attribute 'callee'";
    FunctionType callee = typeOf(symbol.getValue());
    if (!callee)
      return error() << "expected a finished function of the module but got @" << symbol.getValue();
    if (!isTransform(name))
      return inferCall(loc, operands.getTypes(), callee, types);
    inferred = wg::inferTransformTypes(name.getStringRef(), attributes, operands.getTypes(), callee, error);
  }
  if (failed(inferred))
    return failure();
  types.append(inferred->begin(), inferred->end());
  return success();
}

static LogicalResult checkResultSizes(OperationName name, Location loc, ArrayRef<Type> types) {
  for (Type type : types)
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      if (failed(checkSize(tensor.getShape(), [&] { return emitError(loc) << name << ": "; })))
        return failure();
  return success();
}

MlirType wgTensorTypeGet(MlirLocation location, MlirType element, intptr_t rank, const int64_t *sizes) {
  ArrayRef<int64_t> shape(sizes, rank);
  if (failed(checkSize(shape, [&] { return emitError(unwrap(location)) << "shape: "; })))
    return {nullptr};
  return wrap(RankedTensorType::get(shape, unwrap(element)));
}

//===----------------------------------------------------------------------===//
// Ops and functions
//===----------------------------------------------------------------------===//

MlirOperation wgBuild(WgOpName wrapped, MlirLocation location, intptr_t numOperands, const MlirValue *operands,
                      intptr_t numAttributes, const MlirNamedAttribute *given, WgTypeOf typeOf, void *userData,
                      MlirBlock block) {
  OperationName name = OperationName::getFromOpaquePointer(wrapped.ptr);
  Location loc = unwrap(location);
  MLIRContext *context = loc.getContext();
  SmallVector<Value, 8> values;
  for (intptr_t i = 0; i < numOperands; ++i)
    values.push_back(unwrap(operands[i]));
  DictionaryAttr own = DictionaryAttr::get(context), others = own;
  if (failed(checkCount(wrapped, loc, numOperands)) ||
      (numAttributes && failed(splitAttributes(name, loc, ArrayRef(given, numAttributes), own, others))))
    return {nullptr};

  // The properties live here until the op exists, because its types are inferred from them.
  size_t size = name.getOpPropertyByteSize();
  alignas(std::max_align_t) char local[256];
  void *storage = size > sizeof(local) ? ::operator new(size) : local;
  OpaqueProperties properties(size ? storage : nullptr);
  if (size)
    name.initOpProperties(properties, nullptr);
  auto release = llvm::make_scope_exit([&] {
    if (size)
      name.destroyOpProperties(properties);
    if (storage != local)
      ::operator delete(storage);
  });
  if (!own.empty() && size &&
      failed(name.setOpPropertiesFromAttribute(name, properties, own, [&] { return emitError(loc) << name << ": "; })))
    return {nullptr};

  auto functionType = [&](StringRef symbol) {
    MlirAttribute type = typeOf(wrap(symbol), userData);
    return type.ptr ? cast<FunctionType>(cast<TypeAttr>(unwrap(type)).getValue()) : FunctionType();
  };
  SmallVector<Type, 4> types;
  if (failed(inferTypes(name, loc, values, own, properties, functionType, types)) ||
      failed(checkResultSizes(name, loc, types)))
    return {nullptr};
  Operation *op = Operation::create(loc, name, types, values, others, properties, BlockRange(), 0);
  unwrap(block)->push_back(op);
  if (failed(name.verifyInvariants(op))) {
    op->erase();
    return {nullptr};
  }
  return wrap(op);
}

MlirOperation wgFunctionCreate(MlirLocation location, MlirStringRef name, bool isPrivate) {
  Location loc = unwrap(location);
  auto function = func::FuncOp::create(loc, unwrap(name), FunctionType::get(loc.getContext(), {}, {}));
  if (isPrivate)
    function.setPrivate();
  function.addEntryBlock();
  return wrap(function.getOperation());
}

MlirValue wgFunctionAddArgument(MlirOperation function, MlirType type, MlirLocation location) {
  auto fn = cast<func::FuncOp>(unwrap(function));
  BlockArgument argument = fn.front().addArgument(unwrap(type), unwrap(location));
  return wrap(argument);
}

void wgFunctionFinish(MlirOperation function, MlirLocation location, intptr_t numResults, const MlirValue *results) {
  auto fn = cast<func::FuncOp>(unwrap(function));
  SmallVector<Value> values;
  for (intptr_t i = 0; i < numResults; ++i)
    values.push_back(unwrap(results[i]));
  OpBuilder builder = OpBuilder::atBlockEnd(&fn.front());
  func::ReturnOp::create(builder, unwrap(location), values);
  fn.setFunctionType(FunctionType::get(fn.getContext(), fn.front().getArgumentTypes(), TypeRange(ValueRange(values))));
}
