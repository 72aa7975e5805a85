// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "wg/IR/Expr.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace wg {

//===----------------------------------------------------------------------===//
// Ints
//===----------------------------------------------------------------------===//

Ints range(int64_t n) { return range(0, n); }
Ints range(int64_t begin, int64_t end) {
  Ints r;
  for (int64_t i = begin; i < end; ++i)
    r.push_back(i);
  return r;
}
Ints repeat(int64_t v, int64_t n) { return Ints(SmallVector<int64_t>(n, v)); }
Ints concat(const Ints &a, const Ints &b) {
  Ints r = a;
  for (int64_t v : b)
    r.push_back(v);
  return r;
}
Ints shift(const Ints &a, int64_t k) {
  Ints r = a;
  for (size_t i = 0; i < r.size(); ++i)
    r[i] += k;
  return r;
}
Ints prepend(int64_t v, const Ints &a) { return concat(Ints({v}), a); }
Ints complement(const Ints &a, int64_t n) {
  Ints r;
  for (int64_t i = 0; i < n; ++i)
    if (!llvm::is_contained(a, i))
      r.push_back(i);
  return r;
}
Ints invert(const Ints &p) {
  Ints r = p;
  for (size_t i = 0; i < p.size(); ++i)
    r[p[i]] = i;
  return r;
}
Ints pick(const Ints &a, const Ints &indices) {
  Ints r;
  for (int64_t i : indices)
    r.push_back(a[i]);
  return r;
}

//===----------------------------------------------------------------------===//
// Expr
//===----------------------------------------------------------------------===//

Value Expr::get() const {
  if (!hasValue() && b)
    b->fail("a rule uses the value of an operand that it only knows by type");
  return value;
}

bool isStorage(Type element) {
  if (!element.isIntOrFloat())
    return false;
  unsigned width = element.getIntOrFloatBitWidth();
  if (auto integer = dyn_cast<IntegerType>(element))
    return !integer.isSigned() && (width == 2 || width == 4);
  return width == 8;
}

bool Expr::isInexact() const { return hasType() && isa<FloatType, ComplexType>(dtype()) && !isStorage(dtype()); }

static Expr binary(StringRef op, const Expr &x, const Expr &y) { return detail::build(op, {x, y}); }

static bool isSplat(const Expr &x, double v) {
  DenseElementsAttr value;
  if (!x.hasValue() || !x.isInexact() || !matchPattern(x.get(), m_Constant(&value)) || !value.isSplat())
    return false;
  auto is = [](APFloat number, double expected) {
    bool losesInfo;
    number.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &losesInfo);
    return number.convertToDouble() == expected;
  };
  if (!isa<ComplexType>(x.dtype()))
    return is(value.getSplatValue<APFloat>(), v);
  auto number = value.getSplatValue<std::complex<APFloat>>();
  return is(number.real(), v) && is(number.imag(), 0);
}

/// What a `select` between a value and zero is made of.
struct Mask {
  Expr pred, value;
  bool zeroFirst;
};
static std::optional<Mask> directMaskOf(const Expr &x) {
  Operation *op = x.hasValue() ? x.get().getDefiningOp() : nullptr;
  if (!op || !x.isInexact())
    return {};
  auto operand = [&](unsigned i) { return Expr(*x.builder(), op->getOperand(i)); };
  if (op->getName().getStringRef() != "wg.select")
    return {};
  if (isSplat(operand(2), 0))
    return Mask{operand(0), operand(1), false};
  if (isSplat(operand(1), 0))
    return Mask{operand(0), operand(2), true};
  return {};
}
/// A predicate that is the same along `axes`, because a broadcast has made it so or their size is 1, without them;
/// `shape` is the shape of what is left.
static std::optional<Expr> withoutAxes(const Expr &pred, ArrayRef<int64_t> axes, ArrayRef<int64_t> shape) {
  ArrayRef<int64_t> sizes = pred.tensorType().getShape();
  if (llvm::all_of(axes, [&](int64_t axis) { return sizes[axis] == 1; }))
    return detail::build("wg.reshape", {pred}, {{"shape", Ints(shape)}});
  Operation *op = pred.get().getDefiningOp();
  if (!op || op->getName().getStringRef() != "wg.broadcast_in_dim")
    return {};
  Ints left;
  for (int64_t dim : op->getAttrOfType<DenseI64ArrayAttr>("broadcast_dimensions").asArrayRef()) {
    if (llvm::is_contained(axes, dim))
      return {};
    left.push_back(dim - llvm::count_if(axes, [&](int64_t axis) { return axis < dim; }));
  }
  return spread(Expr(*pred.builder(), op->getOperand(0)), Ints(shape), left);
}
/// Also the mask of a branch of fewer elements, which a broadcast or a reshape has spread over more, or of one that is
/// the same for all terms of a sum.
static std::optional<Mask> maskOf(const Expr &x) {
  Operation *op = x.hasValue() ? x.get().getDefiningOp() : nullptr;
  if (!op || !x.isInexact())
    return {};
  StringRef name = op->getName().getStringRef();
  if (name == "wg.reduce_sum") {
    std::optional<Mask> mask = directMaskOf(Expr(*x.builder(), op->getOperand(0)));
    auto axes = op->getAttrOfType<DenseI64ArrayAttr>("axes");
    std::optional<Expr> pred =
        mask ? withoutAxes(mask->pred, axes.asArrayRef(), x.tensorType().getShape()) : std::nullopt;
    return pred ? std::optional<Mask>({*pred, x.builder()->rebuild(op, {mask->value}).front(), mask->zeroFirst})
                : std::nullopt;
  }
  if (name != "wg.broadcast_in_dim" && name != "wg.reshape")
    return directMaskOf(x);
  std::optional<Mask> mask = maskOf(Expr(*x.builder(), op->getOperand(0)));
  if (!mask)
    return {};
  auto spread = [&](const Expr &e) { return x.builder()->rebuild(op, {e}).front(); };
  return Mask{spread(mask->pred), spread(mask->value), mask->zeroFirst};
}
static Expr applyMask(const Mask &mask, const Expr &value) {
  Expr zero = full(*value.builder(), value.tensorType(), 0);
  return mask.zeroFirst ? detail::build("wg.select", {mask.pred, zero, value})
                        : detail::build("wg.select", {mask.pred, value, zero});
}
/// Whether two values are the same, or made by equal ops of the same values: rules make an op anew where they need it.
static bool isSame(Value x, Value y) {
  if (x == y)
    return true;
  Operation *a = x.getDefiningOp(), *b = y.getDefiningOp();
  return a && b && a->getName() == b->getName() && a->getNumResults() == 1 && b->getNumResults() == 1 &&
         x.getType() == y.getType() && a->getAttrDictionary() == b->getAttrDictionary() &&
         a->getOperands() == b->getOperands();
}
/// `x` without a mask of the same predicate, if it has one, also inside of others.
static std::optional<Expr> withoutMask(const Expr &x, const Mask &mask) {
  std::optional<Mask> own = maskOf(x);
  if (!own)
    return {};
  if (own->zeroFirst == mask.zeroFirst && isSame(own->pred.get(), mask.pred.get()))
    return own->value;
  std::optional<Expr> inner = withoutMask(own->value, mask);
  return inner ? std::optional<Expr>(applyMask(*own, *inner)) : std::nullopt;
}

// The folding of weak constants is what keeps derivatives readable: 1 * e, e + 0, e * -1.
Expr operator+(const Expr &x, const Expr &y) {
  if (x.isNone() || x.isWeak(0))
    return y;
  if (y.isNone() || y.isWeak(0))
    return x;
  if (x.isWeak() && y.isWeak())
    return Expr(x.weakNumber() + y.weakNumber());
  // A mask that both have stays a mask.
  Expr inside = x;
  for (std::optional<Mask> mask = maskOf(inside); mask; mask = maskOf(inside = mask->value))
    if (std::optional<Expr> rest = withoutMask(y, *mask))
      return applyMask(*mask, *withoutMask(x, *mask) + *rest);
  return binary("wg.add", x, y);
}
Expr operator-(const Expr &x, const Expr &y) {
  if (y.isNone() || y.isWeak(0))
    return x;
  if (x.isNone() || x.isWeak(0))
    return -y;
  if (x.isWeak() && y.isWeak())
    return Expr(x.weakNumber() - y.weakNumber());
  return binary("wg.sub", x, y);
}
Expr operator*(const Expr &x, const Expr &y) {
  if (x.isNone() || y.isNone())
    return Expr();
  if (x.isWeak() && y.isWeak())
    return Expr(x.weakNumber() * y.weakNumber());
  if (x.isWeak(1))
    return y;
  if (y.isWeak(1))
    return x;
  if (x.isWeak(-1))
    return -y;
  if (y.isWeak(-1))
    return -x;
  // Mask last: the cotangent of the branch that a `select` did not take is zero, and stays so if the partial is
  // infinite.
  if (std::optional<Mask> mask = maskOf(y))
    return applyMask(*mask, x * mask->value);
  if (std::optional<Mask> mask = maskOf(x); mask && isSplat(mask->value, 1))
    return applyMask(*mask, y);
  return binary("wg.mul", x, y);
}
Expr operator/(const Expr &x, const Expr &y) {
  if (x.isNone() || y.isWeak(1))
    return x;
  if (x.isWeak() && y.isWeak())
    return Expr(x.weakNumber() / y.weakNumber());
  if (std::optional<Mask> mask = maskOf(x)) // last, as for products
    return applyMask(*mask, mask->value / y);
  return binary("wg.div", x, y);
}
Expr operator-(const Expr &x) {
  if (x.isNone())
    return x;
  if (x.isWeak())
    return Expr(-x.weakNumber());
  if (std::optional<Mask> mask = maskOf(x))
    return applyMask(*mask, -mask->value);
  return detail::build("wg.neg", {x});
}
Expr operator==(const Expr &x, const Expr &y) { return binary("wg.eq", x, y); }
Expr operator!=(const Expr &x, const Expr &y) { return binary("wg.ne", x, y); }
Expr operator<(const Expr &x, const Expr &y) { return binary("wg.lt", x, y); }
Expr operator<=(const Expr &x, const Expr &y) { return binary("wg.le", x, y); }
Expr operator>(const Expr &x, const Expr &y) { return binary("wg.gt", x, y); }
Expr operator>=(const Expr &x, const Expr &y) { return binary("wg.ge", x, y); }

static DenseElementsAttr splat(RankedTensorType type, double v) {
  Type element = type.getElementType();
  if (auto floatType = dyn_cast<FloatType>(element))
    return DenseElementsAttr::get(type, FloatAttr::get(floatType, v).getValue());
  if (auto complex = dyn_cast<ComplexType>(element)) {
    APFloat re = FloatAttr::get(complex.getElementType(), v).getValue();
    return DenseElementsAttr::get(type, std::complex<APFloat>(re, APFloat::getZero(re.getSemantics())));
  }
  auto integer = cast<IntegerType>(element);
  return DenseElementsAttr::get(type, APInt(integer.getWidth(), static_cast<int64_t>(v), /*isSigned=*/true,
                                            /*implicitTrunc=*/true));
}

Expr full(RuleBuilder &b, RankedTensorType type, double v) {
  return b.create("wg.constant", {}, {{"value", Attribute(splat(type, v))}}).front();
}
Expr like(const Expr &x, double v) { return full(*x.builder(), x.tensorType(), v); }
Expr spread(const Expr &x, const Ints &shape, const Ints &dims) {
  return detail::build("wg.broadcast_in_dim", {x}, {{"shape", shape}, {"broadcast_dimensions", dims}});
}

//===----------------------------------------------------------------------===//
// RuleBuilder
//===----------------------------------------------------------------------===//

Expr RuleBuilder::bind(Value v) {
  if (!bindings)
    return Expr(*this, v);
  auto it = bindings->find(v);
  return it == bindings->end() ? Expr(*this, v.getType()) : it->second;
}
Exprs RuleBuilder::bind(ValueRange values) {
  Exprs r;
  for (Value v : values)
    r.push_back(bind(v));
  return r;
}

void RuleBuilder::fail(const Twine &message) {
  if (!hasFailed)
    emitError(loc) << message;
  hasFailed = true;
}

static Attribute toAttribute(Builder &b, const RuleBuilder::Attr &attr) {
  struct Visitor {
    Builder &b;
    Attribute operator()(const Ints &v) { return b.getDenseI64ArrayAttr(v); }
    Attribute operator()(int64_t v) { return b.getI64IntegerAttr(v); }
    Attribute operator()(bool v) { return b.getBoolAttr(v); }
    Attribute operator()(double v) { return b.getF64FloatAttr(v); }
    Attribute operator()(StringRef v) { return b.getStringAttr(v); }
    Attribute operator()(Type v) { return TypeAttr::get(v); }
    Attribute operator()(Attribute v) { return v; }
  };
  return std::visit(Visitor{b}, attr);
}

/// The result types of an op that is not built yet; its type rule reports what is wrong with it.
static LogicalResult inferTypes(Location loc, const OperationState &state, SmallVectorImpl<Type> &types) {
  auto registered = state.name.getRegisteredInfo();
  auto *rule = registered ? registered->getInterface<InferTypeOpInterface>() : nullptr;
  if (!rule)
    return emitError(loc) << "a rule builds the unknown op '" << state.name << "'";
  MLIRContext *context = loc.getContext();
  DictionaryAttr attributes = state.attributes.getDictionary(context);
  // The rule reads attributes from properties, which an op has once it is built: make them for the moment.
  size_t size = registered->getOpPropertyByteSize();
  SmallVector<std::max_align_t, 8> storage(llvm::divideCeil(size, sizeof(std::max_align_t)));
  OpaqueProperties properties(size ? storage.data() : nullptr);
  if (size) {
    registered->initOpProperties(properties, OpaqueProperties(nullptr));
    (void)registered->setOpPropertiesFromAttribute(state.name, properties, attributes, [&] { return emitError(loc); });
  }
  LogicalResult result = rule->inferReturnTypes(context, loc, state.operands, attributes, properties, {}, types);
  if (size)
    registered->destroyOpProperties(properties);
  return result;
}

/// Creates `state` with inferred result types; `numResults` without value after an error.
static Exprs createInferred(RuleBuilder &b, OperationState &state, size_t numResults) {
  if (!b.failed() && failed(inferTypes(b.loc, state, state.types)))
    b.fail("a derivative or batching rule builds an invalid '" + state.name.getStringRef() + "'");
  if (b.failed())
    return Exprs(numResults);
  Exprs results;
  for (Value v : b.builder.create(state)->getResults())
    results.push_back(Expr(b, v));
  return results;
}

Exprs RuleBuilder::create(StringRef op, const Exprs &operands, ArrayRef<std::pair<StringRef, Attr>> attributes) {
  OperationState state(loc, op);
  for (const Expr &e : operands)
    state.addOperands(e.get());
  for (auto &[name, attr] : attributes)
    if (const Type *type = std::get_if<Type>(&attr); !type || *type)
      state.addAttribute(name, toAttribute(builder, attr));
  return createInferred(*this, state, std::max<size_t>(operands.size(), 2));
}

Exprs RuleBuilder::rebuild(Operation *op, const Exprs &operands) {
  OperationState state(loc, op->getName());
  for (const Expr &e : operands)
    state.addOperands(e.get());
  state.addAttributes(llvm::to_vector(op->getAttrDictionary()));
  return createInferred(*this, state, op->getNumResults());
}

Expr RuleBuilder::materialize(const Expr &x, RankedTensorType like) {
  return x.isWeak() ? full(*this, like, x.weakNumber()) : x;
}

Expr RuleBuilder::addBatch(const Expr &x) { return spread(x, prepend(size, x.shape()), range(1, x.rank() + 1)); }

Exprs RuleBuilder::bindBatched(unsigned i, ValueRange values) {
  Exprs r;
  for (auto [k, v] : llvm::enumerate(values))
    r.push_back(bindBatched(i + k, v));
  return r;
}

static Expr convertTo(const Expr &x, Type element) {
  return x.dtype() == element ? x : detail::build("wg.convert", {x}, {{"dtype", element}});
}
Expr RuleBuilder::bindWide(Value v) {
  Expr x = bind(v);
  bool half = x.hasValue() && isa<FloatType>(x.dtype()) && x.dtype().getIntOrFloatBitWidth() < 32;
  return half ? convertTo(x, builder.getF32Type()) : x;
}
Expr RuleBuilder::narrow(const Expr &x, Type type) {
  return x.hasValue() ? convertTo(x, cast<RankedTensorType>(type).getElementType()) : x;
}

Exprs RuleBuilder::sumOfPartials(Operation *op, const Exprs &partials, const Exprs &tangents) {
  Expr sum;
  for (size_t i = 0; i < partials.size(); ++i)
    if (!tangents[i].isNone() && !partials[i].isNone() && !partials[i].isWeak(0))
      sum = sum + partials[i] * tangents[i];
  // A real function of complex numbers (abs).
  bool takesReal = sum.hasValue() && isa<ComplexType>(sum.dtype()) &&
                   !isa<ComplexType>(getElementTypeOrSelf(op->getResult(0).getType()));
  return {takesReal ? detail::build("wg.real", {sum}) : sum};
}

Exprs RuleBuilder::scalePartials(const Exprs &partials, const Expr &ct) {
  Exprs cts;
  for (const Expr &d : partials)
    cts.push_back(d.isNone() || d.isWeak(0) || ct.isNone() ? Expr() : d * ct);
  return cts;
}

Exprs RuleBuilder::applyLinear(Operation *op, const Exprs &tangents, llvm::function_ref<bool(unsigned)> isLinearIn) {
  auto isDiscrete = [](Type t) { return isa<IntegerType>(cast<RankedTensorType>(t).getElementType()); };
  if (llvm::all_of(tangents, [](const Expr &t) { return t.isNone(); }) ||
      llvm::all_of(op->getResultTypes(), isDiscrete))
    return Exprs(op->getNumResults());
  Exprs operands;
  for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
    Expr primal = bind(operand);
    if (!isLinearIn(i))
      operands.push_back(primal);
    else
      operands.push_back(tangents[i].isNone() ? like(primal, 0) : tangents[i]);
  }
  return rebuild(op, operands);
}

Exprs RuleBuilder::applyBilinear(Operation *op, const Exprs &tangents) {
  Expr sum, lhs = bind(op->getOperand(0)), rhs = bind(op->getOperand(1));
  if (!tangents[0].isNone())
    sum = sum + rebuild(op, {tangents[0], rhs}).front();
  if (!tangents[1].isNone())
    sum = sum + rebuild(op, {lhs, tangents[1]}).front();
  return {sum};
}

Exprs RuleBuilder::batchElementwise(Operation *op) {
  Exprs operands;
  for (auto [i, operand] : llvm::enumerate(op->getOperands()))
    operands.push_back(isBatched(i) ? bind(operand) : addBatch(bind(operand)));
  return rebuild(op, operands);
}

StringRef pickScalar(Type element, StringRef f, StringRef c, StringRef i, StringRef u) {
  if (isa<FloatType>(element))
    return f;
  if (isa<ComplexType>(element))
    return c;
  return element.isUnsignedInteger() || element.isInteger(1) ? u : i;
}

//===----------------------------------------------------------------------===//
// detail
//===----------------------------------------------------------------------===//

namespace detail {

RuleBuilder *builderOf(ArrayRef<const Expr *> operands) {
  for (const Expr *e : operands)
    if (e->builder())
      return e->builder();
  return nullptr;
}

Exprs buildMany(StringRef op, const Exprs &operands, ArrayRef<std::pair<StringRef, RuleBuilder::Attr>> attributes,
                uint64_t scalarMask) {
  // The predicate of a select says nothing about the type of its branches.
  const Expr *typed = nullptr;
  for (const Expr &e : operands)
    if (e.hasType() && (!typed || typed->dtype().isInteger(1)))
      typed = &e;
  if (!typed)
    return Exprs(std::max<size_t>(operands.size(), 2)); // what is left after an error
  RuleBuilder &b = *typed->builder();
  Exprs values;
  for (auto [i, e] : llvm::enumerate(operands)) {
    RankedTensorType type = typed->tensorType();
    if (scalarMask >> i & 1)
      type = RankedTensorType::get({}, type.getElementType());
    values.push_back(b.materialize(e, type));
  }
  return b.create(op, values, attributes);
}

Expr build(StringRef op, const Exprs &operands, ArrayRef<std::pair<StringRef, RuleBuilder::Attr>> attributes,
           uint64_t scalarMask) {
  return buildMany(op, operands, attributes, scalarMask).front();
}

} // namespace detail
} // namespace wg
