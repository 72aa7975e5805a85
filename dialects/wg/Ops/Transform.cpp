// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/Ops/Transform.h"
#include "wg/IR/TypeRules.h"

#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace wg;

#define GET_OP_CLASSES
#include "wg/Ops/Transform.cpp.inc"

void WgDialect::registerTransformOps() {
  addOperations<
#define GET_OP_LIST
#include "wg/Ops/Transform.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Types
//===----------------------------------------------------------------------===//

bool wg::hasTangent(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() && isa<FloatType, ComplexType>(tensor.getElementType()) &&
         !isStorage(tensor.getElementType());
}

LogicalResult wg::checkWrt(TypeRange arguments, ArrayRef<int64_t> wrt, function_ref<InFlightDiagnostic()> error) {
  SmallVector<bool> seen(arguments.size());
  for (int64_t i : wrt) {
    if (i < 0 || i >= static_cast<int64_t>(arguments.size()))
      return error() << "wrt names argument " << i << ", but the function has " << arguments.size() << " arguments";
    if (seen[i])
      return error() << "wrt names argument " << i << " twice";
    seen[i] = true;
    if (!hasTangent(arguments[i]))
      return error() << "expected arguments of float or complex type in wrt but argument " << i << " has type "
                     << arguments[i] << "; leave it out of wrt or convert it to a float";
  }
  return success();
}

namespace {
/// Checks of one transform op against its callee; every method reports what it refuses.
struct TransformTypes {
  ArrayRef<Type> args, results;
  function_ref<InFlightDiagnostic()> error;

  LogicalResult checkOperands(StringRef what, TypeRange given, ArrayRef<Type> expected) {
    if (given.size() != expected.size())
      return error() << "expected " << expected.size() << " " << what << "s but got " << given.size();
    for (auto [i, got, want] : llvm::enumerate(given, expected))
      if (got != want)
        return error() << "expected " << what << " " << i << " of type " << want << " but got " << got;
    return success();
  }

  LogicalResult checkSplit(StringRef second, ArrayRef<Type> types, TypeRange given) {
    if (given.size() != args.size() + types.size())
      return error() << "expected " << args.size() << " arguments and " << types.size() << " " << second << "s but got "
                     << given.size() << " operands";
    if (failed(checkOperands("argument", given.take_front(args.size()), args)))
      return failure();
    return checkOperands(second, given.drop_front(args.size()), types);
  }

  SmallVector<Type> select(ArrayRef<int64_t> positions) {
    return llvm::map_to_vector(positions, [&](int64_t i) { return args[i]; });
  }
  SmallVector<Type> inexactResults() { return llvm::to_vector(llvm::make_filter_range(results, hasTangent)); }

  FailureOr<SmallVector<Type>> jvp(ArrayRef<int64_t> wrt, TypeRange operands) {
    if (failed(checkWrt(args, wrt, error)) || failed(checkSplit("tangent", select(wrt), operands)))
      return failure();
    SmallVector<Type> types(results);
    llvm::append_range(types, inexactResults());
    return types;
  }

  FailureOr<SmallVector<Type>> vjp(ArrayRef<int64_t> wrt, TypeRange operands) {
    if (failed(checkWrt(args, wrt, error)) || failed(checkSplit("cotangent", inexactResults(), operands)))
      return failure();
    SmallVector<Type> types(results);
    llvm::append_range(types, select(wrt));
    return types;
  }

  FailureOr<SmallVector<Type>> vmap(ArrayRef<int64_t> inAxes, ArrayRef<int64_t> outAxes, int64_t size,
                                    TypeRange operands) {
    FailureOr<SmallVector<Type>> ins = addAxes("in_axes", args, inAxes, size);
    FailureOr<SmallVector<Type>> outs = failed(ins) ? ins : addAxes("out_axes", results, outAxes, size);
    if (failed(outs) || failed(checkOperands("argument", operands, *ins)))
      return failure();
    return outs;
  }

  /// The types with the batch dimension at their axis.
  FailureOr<SmallVector<Type>> addAxes(StringRef what, ArrayRef<Type> types, ArrayRef<int64_t> axes, int64_t size) {
    if (size < 0)
      return error() << "expected a batch size of 0 or more but got " << size;
    if (types.size() != axes.size())
      return error() << "expected " << types.size() << " entries in " << what << " but got " << axes.size();
    SmallVector<Type> batched(types);
    for (auto [i, type, axis] : llvm::enumerate(batched, axes)) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      if (axis == VmapOp::kUnbatched || !tensor)
        continue;
      if (axis < 0 || axis > tensor.getRank())
        return error() << "expected entry " << i << " of " << what << " from 0 to " << tensor.getRank()
                       << " or - but got " << axis;
      int64_t count = size;
      for (int64_t dim : tensor.getShape())
        if (llvm::MulOverflow(count, std::max<int64_t>(dim, 1), count))
          return error() << "a batch of " << size << " times " << tensor << " has too many elements";
      SmallVector<int64_t> shape(tensor.getShape());
      shape.insert(shape.begin() + axis, size);
      type = RankedTensorType::get(shape, tensor.getElementType());
    }
    return batched;
  }
};
} // namespace

FailureOr<FunctionType> wg::inferVmapType(FunctionType callee, ArrayRef<int64_t> inAxes, ArrayRef<int64_t> outAxes,
                                          int64_t size, function_ref<InFlightDiagnostic()> error) {
  TransformTypes rules{callee.getInputs(), callee.getResults(), error};
  FailureOr<SmallVector<Type>> ins = rules.addAxes("in_axes", callee.getInputs(), inAxes, size);
  FailureOr<SmallVector<Type>> outs = failed(ins) ? ins : rules.addAxes("out_axes", callee.getResults(), outAxes, size);
  if (failed(outs))
    return failure();
  return FunctionType::get(callee.getContext(), *ins, *outs);
}

FailureOr<SmallVector<Type>> wg::inferTransformTypes(StringRef op, DictionaryAttr attributes, TypeRange operands,
                                                     FunctionType callee, function_ref<InFlightDiagnostic()> error) {
  TransformTypes rules{callee.getInputs(), callee.getResults(), error};
  auto ints = [&](StringRef name) { return attributes.getAs<DenseI64ArrayAttr>(name); };
  if (op == VmapOp::getOperationName()) {
    auto size = attributes.getAs<IntegerAttr>("size");
    if (!ints("in_axes") || !ints("out_axes") || !size)
      return error() << "expected attributes in_axes, out_axes and size";
    return rules.vmap(ints("in_axes"), ints("out_axes"), size.getInt(), operands);
  }
  if (!ints("wrt"))
    return error() << "expected attribute wrt";
  return op == JvpOp::getOperationName() ? rules.jvp(ints("wrt"), operands) : rules.vjp(ints("wrt"), operands);
}

//===----------------------------------------------------------------------===//
// Verification
//===----------------------------------------------------------------------===//

static LogicalResult verifyTransform(Operation *op, FlatSymbolRefAttr callee, SymbolTableCollection &tables) {
  auto fn = tables.lookupNearestSymbolFrom<FunctionOpInterface>(op, callee);
  if (!fn)
    return op->emitOpError() << "expected a function but @" << callee.getValue() << " names none";
  auto type = dyn_cast<FunctionType>(fn.getFunctionType());
  if (!type)
    return op->emitOpError() << "expected a function of the func dialect but got @" << callee.getValue();
  auto types = inferTransformTypes(op->getName().getStringRef(), op->getAttrDictionary(), op->getOperandTypes(), type,
                                   [&] { return op->emitOpError() << "of @" << callee.getValue() << ": "; });
  if (failed(types))
    return failure();
  if (op->getNumResults() != types->size())
    return op->emitOpError() << "of @" << callee.getValue() << ": expected " << types->size() << " results but got "
                             << op->getNumResults();
  for (auto [i, got, want] : llvm::enumerate(op->getResultTypes(), *types))
    if (got != want)
      return op->emitOpError() << "of @" << callee.getValue() << ": expected result " << i << " of type " << want
                               << " but got " << got;
  return success();
}

LogicalResult JvpOp::verifySymbolUses(SymbolTableCollection &tables) {
  return verifyTransform(*this, getCalleeAttr(), tables);
}
LogicalResult VjpOp::verifySymbolUses(SymbolTableCollection &tables) {
  return verifyTransform(*this, getCalleeAttr(), tables);
}
LogicalResult VmapOp::verifySymbolUses(SymbolTableCollection &tables) {
  return verifyTransform(*this, getCalleeAttr(), tables);
}

// What the accessors below rely on; the callee is checked with the symbols.
LogicalResult JvpOp::verify() {
  if (getWrt().size() > getInputs().size())
    return emitOpError() << "expected " << getWrt().size() << " tangents but got " << getInputs().size() << " operands";
  return success();
}
LogicalResult VjpOp::verify() {
  if (getWrt().size() > getNumResults())
    return emitOpError() << "expected a result for each entry of wrt but got " << getNumResults() << " results";
  if (getNumCotangents() > getInputs().size())
    return emitOpError() << "expected " << getNumCotangents() << " cotangents but got " << getInputs().size()
                         << " operands";
  return success();
}
LogicalResult VmapOp::verify() { return success(); }

unsigned VjpOp::getNumCotangents() {
  return llvm::count_if(getOuts().drop_back(getWrt().size()).getTypes(), hasTangent);
}

//===----------------------------------------------------------------------===//
// Assembly
//===----------------------------------------------------------------------===//

namespace {
using Operands = SmallVector<OpAsmParser::UnresolvedOperand>;
} // namespace

static ParseResult parseAxis(OpAsmParser &parser, SmallVectorImpl<int64_t> &axes) {
  int64_t axis = 0;
  bool minus = succeeded(parser.parseOptionalMinus());
  OptionalParseResult number = parser.parseOptionalInteger(axis);
  if (!number.has_value()) {
    if (!minus)
      return parser.emitError(parser.getCurrentLocation(), "expected an axis or -");
    axes.push_back(VmapOp::kUnbatched);
    return success();
  }
  axes.push_back(minus ? -axis : axis);
  return *number;
}

static ParseResult parseAxes(OpAsmParser &parser, StringRef keyword, NamedAttrList &attributes) {
  SmallVector<int64_t> axes;
  if (parser.parseKeyword(keyword) ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&] { return parseAxis(parser, axes); }))
    return failure();
  attributes.set(keyword, parser.getBuilder().getDenseI64ArrayAttr(axes));
  return success();
}

static void printAxes(OpAsmPrinter &p, StringRef keyword, ArrayRef<int64_t> axes) {
  p << ' ' << keyword << " [";
  llvm::interleaveComma(axes, p, [&](int64_t axis) {
    if (axis == VmapOp::kUnbatched)
      p << '-';
    else
      p << axis;
  });
  p << ']';
}

static ParseResult parseCallee(OpAsmParser &parser, OperationState &state, Operands &operands) {
  FlatSymbolRefAttr callee;
  return failure(parser.parseAttribute(callee, "callee", state.attributes) ||
                 parser.parseOperandList(operands, AsmParser::Delimiter::Paren));
}

static ParseResult parseTail(OpAsmParser &parser, OperationState &state, const Operands &operands) {
  FunctionType type;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseOptionalAttrDict(state.attributes) || parser.parseColon() || parser.parseType(type))
    return failure();
  state.addTypes(type.getResults());
  return parser.resolveOperands(operands, type.getInputs(), loc, state.operands);
}

/// @f(arguments) word(operands) wrt [..] : type
static ParseResult parseDerivative(OpAsmParser &parser, OperationState &state, StringRef word, size_t &numSecond) {
  Operands operands, second;
  if (parseCallee(parser, state, operands) || parser.parseKeyword(word) ||
      parser.parseOperandList(second, AsmParser::Delimiter::Paren) || parseAxes(parser, "wrt", state.attributes))
    return failure();
  numSecond = second.size();
  llvm::append_range(operands, second);
  return parseTail(parser, state, operands);
}

static void printDerivative(OpAsmPrinter &p, Operation *op, StringRef callee, StringRef word, OperandRange first,
                            OperandRange second, ArrayRef<int64_t> wrt) {
  p << ' ';
  p.printSymbolName(callee);
  p << '(' << first << ") " << word << '(' << second << ')';
  printAxes(p, "wrt", wrt);
  p.printOptionalAttrDict(op->getAttrs(), {"callee", "wrt"});
  p << " : ";
  p.printFunctionalType(op);
}

static size_t wrtSize(const OperationState &state) {
  return cast<DenseI64ArrayAttr>(state.attributes.get("wrt")).size();
}

ParseResult JvpOp::parse(OpAsmParser &parser, OperationState &state) {
  size_t tangents;
  SMLoc loc = parser.getCurrentLocation();
  if (parseDerivative(parser, state, "tangents", tangents))
    return failure();
  if (tangents != wrtSize(state))
    return parser.emitError(loc, "expected a tangent for each of the ")
           << wrtSize(state) << " entries of wrt but got " << tangents;
  return success();
}
void JvpOp::print(OpAsmPrinter &p) {
  printDerivative(p, *this, getCallee(), "tangents", getPrimals(), getTangents(), getWrt());
}

ParseResult VjpOp::parse(OpAsmParser &parser, OperationState &state) {
  size_t cotangents;
  SMLoc loc = parser.getCurrentLocation();
  if (parseDerivative(parser, state, "cotangents", cotangents))
    return failure();
  if (wrtSize(state) > state.types.size())
    return parser.emitError(loc, "expected a result for each of the ") << wrtSize(state) << " entries of wrt";
  size_t wanted = llvm::count_if(ArrayRef<Type>(state.types).drop_back(wrtSize(state)), hasTangent);
  if (cotangents != wanted)
    return parser.emitError(loc, "expected a cotangent for each of the ")
           << wanted << " results of float or complex type but got " << cotangents;
  return success();
}
void VjpOp::print(OpAsmPrinter &p) {
  printDerivative(p, *this, getCallee(), "cotangents", getPrimals(), getCotangents(), getWrt());
}

ParseResult VmapOp::parse(OpAsmParser &parser, OperationState &state) {
  Operands operands;
  int64_t size;
  if (parseCallee(parser, state, operands) || parseAxes(parser, "in_axes", state.attributes) ||
      parseAxes(parser, "out_axes", state.attributes) || parser.parseKeyword("size") || parser.parseInteger(size))
    return failure();
  state.addAttribute("size", parser.getBuilder().getI64IntegerAttr(size));
  // Without a type the colon behind the name is the op's.
  StringAttr name;
  if (succeeded(parser.parseOptionalKeyword("axis")) &&
      parser.parseAttribute(name, NoneType::get(parser.getContext()), "axis_name", state.attributes))
    return failure();
  return parseTail(parser, state, operands);
}
void VmapOp::print(OpAsmPrinter &p) {
  p << ' ';
  p.printSymbolName(getCallee());
  p << '(' << getInputs() << ')';
  printAxes(p, "in_axes", getInAxes());
  printAxes(p, "out_axes", getOutAxes());
  p << " size " << getSize();
  if (getAxisName())
    p << " axis " << getAxisNameAttr();
  p.printOptionalAttrDict((*this)->getAttrs(), {"callee", "in_axes", "out_axes", "size", "axis_name"});
  p << " : ";
  p.printFunctionalType(*this);
}
