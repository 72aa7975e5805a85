// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The language in which the records of Ops/*.td write their rules: expressions over values, folded while they are
// built.

#ifndef WG_IR_EXPR_H
#define WG_IR_EXPR_H

#include "wg/Interfaces/RuleInterfaces.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Operation.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"

#include <variant>

namespace wg {

/// A list of integers (a shape, axes, a permutation) with the few operations that rules need.
class Ints {
public:
  Ints() = default;
  Ints(llvm::ArrayRef<int64_t> values) : values(values.begin(), values.end()) {}
  Ints(std::initializer_list<int64_t> values) : values(values) {}
  operator llvm::ArrayRef<int64_t>() const { return values; }
  int64_t operator[](size_t i) const { return values[i]; }
  int64_t &operator[](size_t i) { return values[i]; }
  size_t size() const { return values.size(); }
  bool empty() const { return values.empty(); }
  bool operator==(const Ints &other) const { return values == other.values; }
  auto begin() const { return values.begin(); }
  auto end() const { return values.end(); }
  void push_back(int64_t v) { values.push_back(v); }

private:
  llvm::SmallVector<int64_t, 6> values;
};

/// (v...) as a list.
template <typename... T>
Ints ints(T... v) {
  return Ints({static_cast<int64_t>(v)...});
}
/// 0, 1, ..., n - 1.
Ints range(int64_t n);
/// begin, ..., end - 1.
Ints range(int64_t begin, int64_t end);
/// n times v.
Ints repeat(int64_t v, int64_t n);
/// a then b.
Ints concat(const Ints &a, const Ints &b);
/// Every entry plus k: dimension numbers after a batch dimension was added in front.
Ints shift(const Ints &a, int64_t k);
/// v before the list.
Ints prepend(int64_t v, const Ints &a);
/// The numbers below n that are not in a, ascending.
Ints complement(const Ints &a, int64_t n);
/// The permutation p^-1.
Ints invert(const Ints &p);
/// a[i] for i in indices.
Ints pick(const Ints &a, const Ints &indices);

class RuleBuilder;

/// A value of the program under construction, a weak constant (a number that takes its partner's type), a type whose
/// value is not available (a linear operand in a transpose rule), or none (a symbolic zero).
class Expr {
public:
  Expr() = default;
  Expr(double number) : kind(Kind::Weak), number(number) {}
  Expr(int number) : Expr(static_cast<double>(number)) {}
  Expr(int64_t number) : Expr(static_cast<double>(number)) {}
  Expr(RuleBuilder &b, mlir::Value value) : kind(Kind::Value), b(&b), value(value), type(value.getType()) {}
  Expr(RuleBuilder &b, mlir::Type type) : kind(Kind::TypeOnly), b(&b), type(type) {}

  bool isNone() const { return kind == Kind::None; }
  bool isWeak() const { return kind == Kind::Weak; }
  bool isWeak(double v) const { return isWeak() && number == v; }
  bool hasValue() const { return kind == Kind::Value; }
  bool hasType() const { return kind == Kind::Value || kind == Kind::TypeOnly; }
  double weakNumber() const { return number; }
  /// The value; reports a broken rule (and marks the builder as failed) if there is none.
  mlir::Value get() const;

  RuleBuilder *builder() const { return b; }
  mlir::RankedTensorType tensorType() const { return mlir::cast<mlir::RankedTensorType>(type); }
  mlir::Type dtype() const { return tensorType().getElementType(); }
  Ints shape() const { return Ints(tensorType().getShape()); }
  int64_t dim(int64_t i) const { return tensorType().getDimSize(i); }
  int64_t rank() const { return tensorType().getRank(); }
  /// Whether the element type is a float or complex type.
  bool isInexact() const;

private:
  enum class Kind { None, Weak, TypeOnly, Value };
  Kind kind = Kind::None;
  RuleBuilder *b = nullptr;
  mlir::Value value;
  mlir::Type type;
  double number = 0;
};

Expr operator+(const Expr &x, const Expr &y);
Expr operator-(const Expr &x, const Expr &y);
Expr operator*(const Expr &x, const Expr &y);
Expr operator/(const Expr &x, const Expr &y);
Expr operator-(const Expr &x);
Expr operator==(const Expr &x, const Expr &y);
Expr operator!=(const Expr &x, const Expr &y);
Expr operator<(const Expr &x, const Expr &y);
Expr operator<=(const Expr &x, const Expr &y);
Expr operator>(const Expr &x, const Expr &y);
Expr operator>=(const Expr &x, const Expr &y);

/// A constant of x's type, every element v.
Expr like(const Expr &x, double v);
/// A constant of this type, every element v.
Expr full(RuleBuilder &b, mlir::RankedTensorType type, double v);
/// x broadcast over new dimensions: dimension i of x becomes dimension dims[i] of shape.
Expr spread(const Expr &x, const Ints &shape, const Ints &dims);

/// What builds the ops of a rule, and what the names in a rule are bound to.
class RuleBuilder {
public:
  RuleBuilder(mlir::OpBuilder &builder, mlir::Location loc) : builder(builder), loc(loc) {}

  /// From now on a bound value stands for its entry here; a value without entry is bound by its type only.
  void bindThrough(const llvm::DenseMap<mlir::Value, Expr> *newBindings) { bindings = newBindings; }
  Expr bind(mlir::Value v);
  Exprs bind(mlir::ValueRange values);
  Ints bind(llvm::ArrayRef<int64_t> v) { return Ints(v); }
  int64_t bind(int64_t v) { return v; }
  int64_t bind(uint64_t v) { return static_cast<int64_t>(v); }
  bool bind(bool v) { return v; }
  llvm::APFloat bind(llvm::APFloat v) { return v; }
  llvm::StringRef bind(llvm::StringRef v) { return v; }
  mlir::Type bind(mlir::Type v) { return v; }
  mlir::ElementsAttr bind(mlir::ElementsAttr v) { return v; }
  template <typename T, typename = std::enable_if_t<std::is_base_of_v<mlir::Value, T>>>
  Expr bind(T v) {
    return bind(mlir::Value(v));
  }

  /// Which operands a derivative or transpose is wanted for; all if never set.
  void setWanted(llvm::ArrayRef<bool> mask) { wanted.assign(mask.begin(), mask.end()); }
  bool wants(unsigned i) const { return i >= wanted.size() || wanted[i]; }

  /// Batching: the size of the batch dimension and which operands have it.
  void setBatch(int64_t newSize, llvm::ArrayRef<bool> mask) {
    size = newSize;
    batched.assign(mask.begin(), mask.end());
  }
  int64_t batchSize() const { return size; }
  bool isBatched(unsigned i) const { return i < batched.size() && batched[i]; }
  /// x with the batch dimension in front, broadcast if it has none.
  Expr addBatch(const Expr &x);

  /// An operand as addBatch gives it, whether it is batched or not.
  Expr bindBatched(unsigned i, mlir::Value v) { return isBatched(i) ? bind(v) : addBatch(bind(v)); }
  Exprs bindBatched(unsigned i, mlir::ValueRange values);
  /// An operand in f32 if it is of a half type, and a result converted back.
  Expr bindWide(mlir::Value v);
  Expr narrow(const Expr &x, mlir::Type type);

  /// Builds an op by name with inferred result types; poison (type-less) results and failed() after an error.
  using Attr = std::variant<Ints, int64_t, bool, double, llvm::StringRef, mlir::Type, mlir::Attribute>;
  Exprs create(llvm::StringRef op, const Exprs &operands,
               llvm::ArrayRef<std::pair<llvm::StringRef, Attr>> attributes = {});
  /// The same op and attributes on other operands; result types are inferred anew.
  Exprs rebuild(mlir::Operation *op, const Exprs &operands);
  /// A weak constant becomes a constant of type `like`; anything else is unchanged.
  Expr materialize(const Expr &x, mlir::RankedTensorType like);

  // The kinds of ops call these from the bodies that WgBase.td generates.
  Exprs sumOfPartials(mlir::Operation *op, const Exprs &partials, const Exprs &tangents);
  Exprs scalePartials(const Exprs &partials, const Expr &ct);
  Exprs applyLinear(mlir::Operation *op, const Exprs &tangents, llvm::function_ref<bool(unsigned)> isLinearIn);
  Exprs applyBilinear(mlir::Operation *op, const Exprs &tangents);
  Exprs batchElementwise(mlir::Operation *op);

  bool failed() const { return hasFailed; }
  void fail(const llvm::Twine &message);

  mlir::OpBuilder &builder;
  mlir::Location loc;

private:
  const llvm::DenseMap<mlir::Value, Expr> *bindings = nullptr;
  llvm::SmallVector<bool, 4> wanted, batched;
  int64_t size = 0;
  bool hasFailed = false;
};

/// The scalar op name for an element type (see ElementwiseOpInterface::scalarOp).
llvm::StringRef pickScalar(mlir::Type element, llvm::StringRef f, llvm::StringRef c, llvm::StringRef i,
                           llvm::StringRef u);

namespace detail {
/// The builder of the first operand that has one.
RuleBuilder *builderOf(llvm::ArrayRef<const Expr *> operands);
inline void append(Exprs &operands, const Expr &x) { operands.push_back(x); }
inline void append(Exprs &operands, const Exprs &xs) { operands.insert(operands.end(), xs.begin(), xs.end()); }
/// The operands, lists among them, as one list.
template <typename... T>
Exprs pack(const T &...operands) {
  Exprs packed;
  (append(packed, operands), ...);
  return packed;
}
/// Builds `op`; weak operands take the type of the first typed operand, rank 0 where `scalarMask` has a bit.
Expr build(llvm::StringRef op, const Exprs &operands,
           llvm::ArrayRef<std::pair<llvm::StringRef, RuleBuilder::Attr>> attributes = {}, uint64_t scalarMask = 0);
Exprs buildMany(llvm::StringRef op, const Exprs &operands,
                llvm::ArrayRef<std::pair<llvm::StringRef, RuleBuilder::Attr>> attributes = {}, uint64_t scalarMask = 0);
} // namespace detail

} // namespace wg

#endif // WG_IR_EXPR_H
