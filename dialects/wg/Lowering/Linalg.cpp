// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Factorisations as loops over columns, for programs that have no LAPACK beside them: each step is a few kernels on
// whole rows, columns and the matrix, so that their number does not grow with the batch. Right-looking: what follows a
// column is updated at once.

#include "wg/Lowering/Linalg.h"
#include "wg/Lowering/Loops.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;

namespace wg::lowering {

//===----------------------------------------------------------------------===//
// Loops and batches
//===----------------------------------------------------------------------===//

static int64_t product(ArrayRef<int64_t> shape) {
  int64_t n = 1;
  for (int64_t d : shape)
    n *= d;
  return n;
}
// x with all but its last dimensions made one.
static Value flatBatch(Lowerer &lower, Value x, int64_t last) {
  ArrayRef<int64_t> shape = tensorType(x).getShape();
  SmallVector<int64_t> flat{product(shape.drop_back(last))};
  llvm::append_range(flat, shape.take_back(last));
  return lower.reshape(x, flat);
}
static Value withShapeOf(Lowerer &lower, Value x, Value original) {
  return lower.reshape(x, tensorType(original).getShape());
}

using Step = llvm::function_ref<Values(const Scalar &index, ValueRange carried)>;

// The step for the indices from 0 below count, or from count - 1 down to 0.
static Values repeatStep(Lowerer &lower, int64_t count, ValueRange carried, Step step, bool downwards = false) {
  ImplicitLocOpBuilder &b = lower.b;
  auto loop = scf::ForOp::create(b, lower.index(0), lower.index(count), lower.index(1), carried);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(loop.getBody());
  keepInOrder(lower);
  Scalar index(b, loop.getInductionVar());
  if (downwards)
    index = Scalar(b, lower.index(count - 1)) - index;
  scf::YieldOp::create(b, step(index, loop.getRegionIterArgs()));
  return Values(loop.getResults());
}

static Scalar loopScalar(Lowerer &lower, int64_t dimension) { return Scalar(lower.b, lower.loopIndex(dimension)); }
static Input whole(Lowerer &lower, Value x) { return {x, lower.identity(tensorType(x).getRank()), {}}; }
// x read in `rank` loops, its dimensions along `loops`.
static Input along(Lowerer &lower, Value x, int64_t rank, ArrayRef<int64_t> loops) {
  return {x, lower.project(rank, loops), {}};
}
static int64_t size(Value x, int64_t dimension) { return tensorType(x).getDimSize(dimension); }

// Kernels over (batch, i) and (batch, i, k), in the element type of x; the body gets the loops' indices.
static Value vectors(Lowerer &lower, Value x, int64_t n, llvm::function_ref<Scalar(const Scalar &i)> body) {
  return lower.elementwise({}, lower.tensor({size(x, 0), n}, elementType(x)),
                           [&](ArrayRef<Scalar>) { return body(loopScalar(lower, 1)); });
}
static Scalar batchAt(Lowerer &lower, Value x, ArrayRef<Scalar> at) {
  Values indices{lower.loopIndex(0)};
  for (const Scalar &i : at)
    indices.push_back(i.get());
  return lower.at(x, indices);
}
// Of complex matrices.
static Scalar conj(const Scalar &x) { return x.isComplex() ? complex(x.re(), -x.im()) : x; }
static Scalar real(const Scalar &x) { return x.isComplex() ? x.re() : x; }
// A real number in the type of x.
static Scalar likeReal(const Scalar &x, const Scalar &real) {
  return x.isComplex() ? complex(real, real.like(0)) : real;
}
static Scalar notANumber(const Scalar &x) { return likeReal(x, real(x).nan()); }
static Type realType(Value x) {
  auto complexType = dyn_cast<ComplexType>(elementType(x));
  return complexType ? complexType.getElementType() : elementType(x);
}

// The sum over i of conj(x(batch, i)) y(batch, i, k) for each (batch, k). Of complex numbers each part for itself: IREE
// fills memory with no pattern of 128 bits, and lets two sums share, and overwrite, zeros that a loop has made.
static Value sumOverRows(Lowerer &lower, Value x, Value y) {
  int64_t batch = size(x, 0), m = size(x, 1), n = size(y, 2);
  bool isComplex = isa<ComplexType>(elementType(x));
  Values zeros(isComplex ? 2 : 1, lower.full(lower.tensor({batch, n}, realType(x)), 0.0));
  SmallVector<Input> inputs{along(lower, x, 3, {0, 1}), whole(lower, y)};
  Values sums = lower.reduce(inputs, {batch, m, n}, {1}, zeros, [&](ArrayRef<Scalar> v) {
    Scalar product = conj(v[0]) * v[1];
    return isComplex ? Scalars{product.re() + v[2], product.im() + v[3]} : Scalars{product + v[2]};
  });
  if (!isComplex)
    return sums.front();
  return lower.elementwise({whole(lower, sums[0]), whole(lower, sums[1])}, lower.tensor({batch, n}, elementType(x)),
                           [](ArrayRef<Scalar> v) { return complex(v[0], v[1]); });
}

//===----------------------------------------------------------------------===//
// Cholesky
//===----------------------------------------------------------------------===//

// The column j of the factor, then the matrix without its product. What fails makes nan of all that follows, so the
// last pivot tells.
static FailureOr<Values> lowerCholesky(Lowerer &lower, Operation *op) {
  Value x = flatBatch(lower, lower.get(op->getOperand(0)), 2);
  int64_t n = size(x, 1);
  auto step = [&](const Scalar &j, ValueRange carried) {
    Value a = carried.front();
    Value column = vectors(lower, a, n, [&](const Scalar &i) {
      Scalar root = sqrt(real(batchAt(lower, a, {j, j}))), v = batchAt(lower, a, {i, j});
      v = v.isComplex() ? complex(v.re() / root, select(i == j, root.like(0), v.im() / root)) : v / root;
      return select(i < j, v.like(0), v);
    });
    SmallVector<Input> inputs{whole(lower, a), along(lower, column, 3, {0, 1}), along(lower, column, 3, {0, 2})};
    return Values{lower.elementwise(inputs, tensorType(a), [&](ArrayRef<Scalar> v) {
      Scalar k = loopScalar(lower, 2);
      return select(k == j, v[1], select(k > j, v[0] - v[1] * conj(v[2]), v[0]));
    })};
  };
  Value l = repeatStep(lower, n, x, step).front();
  Scalar last(lower.b, lower.index(n - 1));
  Value out = lower.elementwise({whole(lower, l)}, tensorType(l), [&](ArrayRef<Scalar> v) {
    Scalar failed = isNan(batchAt(lower, l, {last, last}));
    return select(loopScalar(lower, 2) > loopScalar(lower, 1), v[0].like(0), select(failed, notANumber(v[0]), v[0]));
  });
  return Values{withShapeOf(lower, out, op->getOperand(0))};
}

//===----------------------------------------------------------------------===//
// Triangular solve
//===----------------------------------------------------------------------===//

namespace {
/// Which equation triangular_solve solves, x on the right of the matrix.
struct Triangle {
  bool lower, transposed, conjugated, unit;
};
} // namespace

// Substitution: the row j of the solution, then the right side without what it contributes.
static Value substitute(Lowerer &lower, Value a, Value b, Triangle triangle) {
  int64_t n = size(b, 1);
  bool forwards = triangle.lower != triangle.transposed;
  auto entry = [&](const Scalar &i, const Scalar &k) {
    Scalar v = triangle.transposed ? batchAt(lower, a, {k, i}) : batchAt(lower, a, {i, k});
    return triangle.conjugated ? conj(v) : v;
  };
  auto step = [&](const Scalar &j, ValueRange carried) {
    Value x = carried.front();
    Value row = vectors(lower, x, size(x, 2), [&](const Scalar &k) {
      Scalar v = batchAt(lower, x, {j, k});
      return triangle.unit ? v : v / entry(j, j);
    });
    Value column = vectors(lower, x, n, [&](const Scalar &i) { return entry(i, j); });
    SmallVector<Input> inputs{whole(lower, x), along(lower, column, 3, {0, 1}), along(lower, row, 3, {0, 2})};
    return Values{lower.elementwise(inputs, tensorType(x), [&](ArrayRef<Scalar> v) {
      Scalar i = loopScalar(lower, 1), later = forwards ? i > j : i < j;
      return select(i == j, v[2], select(later, v[0] - v[1] * v[2], v[0]));
    })};
  };
  return repeatStep(lower, n, b, step, /*downwards=*/!forwards).front();
}

static FailureOr<Values> lowerTriangularSolve(Lowerer &lower, Operation *op) {
  Value a = flatBatch(lower, lower.get(op->getOperand(0)), 2), b = flatBatch(lower, lower.get(op->getOperand(1)), 2);
  bool left = boolAttr(op, "left_side");
  Triangle triangle{boolAttr(op, "lower"), boolAttr(op, "transpose_a") == left, boolAttr(op, "conjugate_a"),
                    boolAttr(op, "unit_diagonal")};
  if (!left)
    b = lower.transpose(b, {0, 2, 1});
  Value x = substitute(lower, a, b, triangle);
  if (!left)
    x = lower.transpose(x, {0, 2, 1});
  return Values{withShapeOf(lower, x, op->getOperand(1))};
}

//===----------------------------------------------------------------------===//
// LU
//===----------------------------------------------------------------------===//

static Value integers(Lowerer &lower, int64_t batch, int64_t n) {
  Type i32 = lower.b.getI32Type();
  return lower.elementwise({}, lower.tensor({batch, n}, i32),
                           [&](ArrayRef<Scalar>) { return lower.indexToInteger(lower.loopIndex(1), i32); });
}

// What LAPACK compares: of complex numbers the sum of the sizes of the parts.
static Scalar pivotSize(const Scalar &x) { return x.isComplex() ? abs(x.re()) + abs(x.im()) : abs(x); }

// The row from j on whose entry in column j is the largest, the first of equals; j if none is a number.
static Value pivotRow(Lowerer &lower, Value a, const Scalar &j) {
  ImplicitLocOpBuilder &b = lower.b;
  int64_t batch = size(a, 0), m = size(a, 1);
  Type i32 = b.getI32Type();
  Value least = lower.full(lower.tensor({batch}, realType(a)), -1.0);
  Value none = lower.full(lower.tensor({batch}, i32), static_cast<double>(m));
  Value column = lower.elementwise({}, lower.tensor({batch, m}, realType(a)), [&](ArrayRef<Scalar>) {
    return pivotSize(batchAt(lower, a, {loopScalar(lower, 1), j}));
  });
  Value found = lower.reduce({whole(lower, column)}, {batch, m}, {1}, {least, none}, [&](ArrayRef<Scalar> s) {
    Scalar i = loopScalar(lower, 1), row = lower.indexToInteger(i.get(), i32);
    Scalar better = (i >= j) & ((s[0] > s[1]) | ((s[0] == s[1]) & (row < s[2])));
    return Scalars{select(better, s[0], s[1]), select(better, row, s[2])};
  })[1];
  return lower.elementwise({whole(lower, found)}, tensorType(found), [&](ArrayRef<Scalar> v) {
    return select(v[0] == v[0].likeInt(m), lower.indexToInteger(j.get(), i32), v[0]);
  });
}

// The entry of a permutation that stands for 0, 1, 2, ... before the first step: as a value of its own, which several
// loops would share, IREE finds no order for what fills it.
static Scalar permutedRow(Lowerer &lower, Value permutation, const Scalar &from, const Scalar &j) {
  Scalar first = j == Scalar(lower.b, lower.index(0));
  return select(first, lower.indexToInteger(from.get(), lower.b.getI32Type()), batchAt(lower, permutation, {from}));
}

// Rows j and `pivot` exchanged: where the row i comes from.
static Scalar exchanged(const Scalar &i, const Scalar &j, const Scalar &pivot) {
  return select(i == j, pivot, select(i == pivot, j, i));
}

static Values luStep(Lowerer &lower, const Scalar &j, Value a, Value permutation, Value pivots) {
  ImplicitLocOpBuilder &b = lower.b;
  int64_t batch = size(a, 0), m = size(a, 1), n = size(a, 2);
  Value chosen = pivotRow(lower, a, j);
  auto pivot = [&] { return Scalar(b, lower.integerToIndex(batchAt(lower, chosen, {}))); };
  Values rows =
      lower.map_({}, SmallVector<RankedTensorType>(2, lower.tensor({batch, n}, elementType(a))), [&](ArrayRef<Scalar>) {
        Scalar k = loopScalar(lower, 1);
        return Scalars{batchAt(lower, a, {pivot(), k}), batchAt(lower, a, {j, k})};
      });
  Value column = vectors(lower, a, m, [&](const Scalar &i) {
    Scalar v = batchAt(lower, a, {exchanged(i, j, pivot()), j}), p = batchAt(lower, a, {pivot(), j});
    return select(p == 0.0, v, v / p);
  });
  SmallVector<Input> inputs{whole(lower, a), along(lower, rows[0], 3, {0, 2}), along(lower, rows[1], 3, {0, 2}),
                            along(lower, column, 3, {0, 1}), along(lower, chosen, 3, {0})};
  Value next = lower.elementwise(inputs, tensorType(a), [&](ArrayRef<Scalar> v) {
    Scalar i = loopScalar(lower, 1), k = loopScalar(lower, 2), p(b, lower.integerToIndex(v[4]));
    Scalar x = select(i == j, v[1], select(i == p, v[2], v[0]));
    return select(i > j, select(k == j, v[3], select(k > j, x - v[3] * v[1], x)), x);
  });
  Values swaps =
      lower.map_({whole(lower, pivots)}, {tensorType(permutation), tensorType(pivots)}, [&](ArrayRef<Scalar> v) {
        Scalar i = loopScalar(lower, 1), p = pivot();
        Scalar at = lower.indexToInteger(p.get(), b.getI32Type());
        return Scalars{permutedRow(lower, permutation, exchanged(i, j, p), j), select(i == j, at, v[0])};
      });
  return {next, swaps[0], swaps[1]};
}

static FailureOr<Values> lowerLu(Lowerer &lower, Operation *op) {
  Value x = flatBatch(lower, lower.get(op->getOperand(0)), 2);
  int64_t batch = size(x, 0), m = size(x, 1), k = std::min(m, size(x, 2));
  RankedTensorType rows = lower.tensor({batch, m}, lower.b.getI32Type());
  Values out = {x, k ? lower.full(rows, 0.0) : integers(lower, batch, m), lower.full(rows, 0.0)};
  if (k)
    out = repeatStep(lower, k, out, [&](const Scalar &j, ValueRange carried) {
      return luStep(lower, j, carried[0], carried[1], carried[2]);
    });
  Value pivots = lower.slice(out[2], {0, 0}, {batch, k});
  return Values{withShapeOf(lower, out[0], op->getResult(0)), withShapeOf(lower, pivots, op->getResult(1)),
                withShapeOf(lower, out[1], op->getResult(2))};
}

static FailureOr<Values> lowerPivotsToPermutation(Lowerer &lower, Operation *op) {
  ImplicitLocOpBuilder &b = lower.b;
  auto result = tensorType(op->getResult(0));
  int64_t n = result.getShape().back(), batch = result.getNumElements() / n;
  if (tensorType(op->getOperand(0)).getNumElements() == 0)
    return Values{lower.reshape(integers(lower, batch, n), result.getShape())};
  Value pivots = flatBatch(lower, lower.get(op->getOperand(0)), 1);
  Value none = lower.full(lower.tensor({batch, n}, b.getI32Type()), 0.0);
  auto step = [&](const Scalar &j, ValueRange carried) {
    Value old = carried.front();
    return Values{lower.elementwise({}, tensorType(old), [&](ArrayRef<Scalar>) {
      Scalar p = batchAt(lower, pivots, {j}), zero = p.likeInt(0), last = p.likeInt(n - 1);
      Scalar inside(b, lower.integerToIndex(select(p < zero, zero, select(p > last, last, p))));
      return permutedRow(lower, old, exchanged(loopScalar(lower, 1), j, inside), j);
    })};
  };
  Value out = repeatStep(lower, size(pivots, 1), none, step).front();
  return Values{lower.reshape(out, result.getShape())};
}

//===----------------------------------------------------------------------===//
// QR
//===----------------------------------------------------------------------===//

// beta (the entry of R), tau and the factor that makes the Householder vector of what is below the diagonal; `products`
// are those of that part of column j with all columns, its own square among them.
static Values reflector(Lowerer &lower, Value a, Value products, const Scalar &j) {
  RankedTensorType each = lower.tensor({size(a, 0)}, elementType(a));
  return lower.map_({}, {each, each, each}, [&](ArrayRef<Scalar>) {
    Scalar alpha = batchAt(lower, a, {j, j}), below = real(batchAt(lower, products, {j})), none = below == 0.0;
    Scalar square = real(alpha) * real(alpha) + below;
    if (alpha.isComplex()) { // beta is real: a phase is reflected away too
      none = none & (alpha.im() == 0.0);
      square = square + alpha.im() * alpha.im();
    }
    Scalar beta = likeReal(alpha, -copySign(sqrt(square), real(alpha))), zero = alpha.like(0);
    return Scalars{select(none, alpha, beta), select(none, zero, (beta - alpha) / beta),
                   select(none, zero, 1.0 / (alpha - beta))};
  });
}

// One reflection: column j becomes an entry of R and a vector, the columns after it are reflected.
static Values householderStep(Lowerer &lower, const Scalar &j, Value a, Value taus) {
  Value below = vectors(lower, a, size(a, 1), [&](const Scalar &i) {
    Scalar v = batchAt(lower, a, {i, j});
    return select(i > j, v, v.like(0));
  });
  Value products = sumOverRows(lower, below, a);
  Values parts = reflector(lower, a, products, j);
  Value row = vectors(lower, a, size(a, 2), [&](const Scalar &c) {
    Scalar w = batchAt(lower, a, {j, c}) + conj(batchAt(lower, parts[2], {})) * batchAt(lower, products, {c});
    return w * conj(batchAt(lower, parts[1], {}));
  });
  SmallVector<Input> inputs{whole(lower, a), along(lower, below, 3, {0, 1}), along(lower, row, 3, {0, 2}),
                            along(lower, parts[0], 3, {0}), along(lower, parts[2], 3, {0})};
  Value next = lower.elementwise(inputs, tensorType(a), [&](ArrayRef<Scalar> s) {
    Scalar i = loopScalar(lower, 1), c = loopScalar(lower, 2);
    Scalar v = select(i == j, s[1].like(1), s[1] * s[4]);
    Scalar column = select(i == j, s[3], select(i > j, v, s[0]));
    return select(c == j, column, select((c > j) & (i >= j), s[0] - v * s[2], s[0]));
  });
  Value newTaus = lower.elementwise({whole(lower, taus), along(lower, parts[1], 2, {0})}, tensorType(taus),
                                    [&](ArrayRef<Scalar> s) { return select(loopScalar(lower, 1) == j, s[1], s[0]); });
  return {next, newTaus};
}

// a with R above and the vectors below the diagonal, and the factors tau.
static Values householder(Lowerer &lower, Value x) {
  int64_t k = std::min(size(x, 1), size(x, 2));
  // Every entry is replaced. Zeros would do, but for those that several loops share IREE finds no order.
  Value taus = vectors(lower, x, k, [&](const Scalar &i) { return batchAt(lower, x, {i, i}); });
  return repeatStep(lower, k, {x, taus}, [&](const Scalar &j, ValueRange carried) {
    return householderStep(lower, j, carried[0], carried[1]);
  });
}

// The first `columns` columns of the product of the reflectors, from the last to the first.
static Value reflectorProduct(Lowerer &lower, Value a, Value taus, int64_t columns) {
  int64_t m = size(a, 1);
  RankedTensorType type = lower.tensor({size(a, 0), m, columns}, elementType(a));
  Value identity = lower.elementwise({}, type, [&](ArrayRef<Scalar>) {
    Scalar one(lower.b, lower.scalar(numberAttr(type.getElementType(), 1.0)));
    return select(loopScalar(lower, 1) == loopScalar(lower, 2), one, one.like(0));
  });
  auto step = [&](const Scalar &j, ValueRange carried) {
    Value q = carried.front();
    Value v = vectors(lower, a, m, [&](const Scalar &i) {
      Scalar below = batchAt(lower, a, {i, j});
      return select(i == j, below.like(1), select(i > j, below, below.like(0)));
    });
    Value w = sumOverRows(lower, v, q);
    SmallVector<Input> inputs{whole(lower, q), along(lower, v, 3, {0, 1}), along(lower, w, 3, {0, 2})};
    return Values{lower.elementwise(
        inputs, type, [&](ArrayRef<Scalar> s) { return s[0] - batchAt(lower, taus, {j}) * s[1] * s[2]; })};
  };
  if (tensorType(taus).getNumElements() == 0)
    return identity;
  return repeatStep(lower, size(taus, 1), identity, step, /*downwards=*/true).front();
}

static FailureOr<Values> lowerGeqrf(Lowerer &lower, Operation *op) {
  Values out = householder(lower, flatBatch(lower, lower.get(op->getOperand(0)), 2));
  return Values{withShapeOf(lower, out[0], op->getResult(0)), withShapeOf(lower, out[1], op->getResult(1))};
}

static FailureOr<Values> lowerHouseholderProduct(Lowerer &lower, Operation *op) {
  Value a = flatBatch(lower, lower.get(op->getOperand(0)), 2), taus = lower.get(op->getOperand(1));
  Value q =
      reflectorProduct(lower, a, tensorType(taus).getNumElements() ? flatBatch(lower, taus, 1) : taus, size(a, 2));
  return Values{withShapeOf(lower, q, op->getResult(0))};
}

static FailureOr<Values> lowerQr(Lowerer &lower, Operation *op) {
  auto q = tensorType(op->getResult(0)), r = tensorType(op->getResult(1));
  Value x = lower.get(op->getOperand(0));
  int64_t columns = q.getShape().back(), rank = q.getRank();
  if (tensorType(x).getNumElements() == 0) { // no column: the identity
    int64_t batch = q.getNumElements() / (columns * columns);
    Value a = lower.full(lower.tensor({batch, columns, columns}, q.getElementType()), 0.0);
    Value none = lower.full(lower.tensor({batch, 0}, q.getElementType()), 0.0);
    return Values{lower.reshape(reflectorProduct(lower, a, none, columns), q.getShape()), lower.full(r, 0.0)};
  }
  Values parts = householder(lower, flatBatch(lower, x, 2));
  Value a = parts[0];
  int64_t batch = size(a, 0), rows = r.getDimSize(rank - 2), n = size(a, 2);
  Value top = lower.slice(a, {0, 0, 0}, {batch, rows, n});
  Value upper = lower.elementwise({whole(lower, top)}, tensorType(top), [&](ArrayRef<Scalar> v) {
    return select(loopScalar(lower, 1) > loopScalar(lower, 2), v[0].like(0), v[0]);
  });
  Value product = reflectorProduct(lower, a, parts[1], columns);
  return Values{lower.reshape(product, q.getShape()), lower.reshape(upper, r.getShape())};
}

//===----------------------------------------------------------------------===//
// Bands
//===----------------------------------------------------------------------===//

// Row i of x (a slice of size 1 in dimension 1), and x with it replaced.
static Value insertRow(Lowerer &lower, Value row, Value into, const Scalar &i) {
  Builder &b = lower.b;
  RankedTensorType type = tensorType(row);
  SmallVector<OpFoldResult> offsets(type.getRank(), b.getIndexAttr(0)), ones(type.getRank(), b.getIndexAttr(1));
  offsets[1] = i.get();
  return tensor::InsertSliceOp::create(lower.b, row, into, offsets,
                                       getAsIndexOpFoldResult(b.getContext(), type.getShape()), ones);
}

// Elimination without pivoting (the algorithm of Thomas): c the upper diagonal of what is left, x the right side.
static FailureOr<Values> lowerTridiagonalSolve(Lowerer &lower, Operation *op) {
  Values given;
  for (unsigned i = 0; i < 4; ++i)
    given.push_back(flatBatch(lower, lower.get(op->getOperand(i)), i == 3 ? 2 : 1));
  Value dl = given[0], d = given[1], du = given[2], rhs = given[3];
  int64_t batch = size(rhs, 0), n = size(rhs, 1), columns = size(rhs, 2);
  Type element = elementType(rhs);
  Scalar zero(lower.b, lower.index(0));
  auto before = [&](const Scalar &i) { return select(i == zero, zero, i - Scalar(lower.b, lower.index(1))); };
  // dl[0] is not read: the first row has none before it.
  auto withoutBefore = [&](const Scalar &i, const Scalar &own, const Scalar &before) {
    return select(i == zero, own, own - batchAt(lower, dl, {i}) * before);
  };
  auto eliminate = [&](const Scalar &i, ValueRange carried) {
    Value c = carried[0], x = carried[1];
    auto pivot = [&] { return withoutBefore(i, batchAt(lower, d, {i}), batchAt(lower, c, {before(i)})); };
    Value newC = lower.elementwise({}, lower.tensor({batch, 1}, element),
                                   [&](ArrayRef<Scalar>) { return batchAt(lower, du, {i}) / pivot(); });
    Value row = lower.elementwise({}, lower.tensor({batch, 1, columns}, element), [&](ArrayRef<Scalar>) {
      Scalar k = loopScalar(lower, 2);
      return withoutBefore(i, batchAt(lower, rhs, {i, k}), batchAt(lower, x, {before(i), k})) / pivot();
    });
    return Values{insertRow(lower, newC, c, i), insertRow(lower, row, x, i)};
  };
  // Every row is replaced before it is read.
  Values reduced = repeatStep(lower, n, {du, rhs}, eliminate);
  auto substituteBack = [&](const Scalar &i, ValueRange carried) {
    Value x = carried.front();
    Scalar last(lower.b, lower.index(n - 1)), isLast = i == last;
    Scalar next = select(isLast, last, i + Scalar(lower.b, lower.index(1)));
    Value row = lower.elementwise({}, lower.tensor({batch, 1, columns}, element), [&](ArrayRef<Scalar>) {
      Scalar k = loopScalar(lower, 2), own = batchAt(lower, x, {i, k});
      return select(isLast, own, own - batchAt(lower, reduced[0], {i}) * batchAt(lower, x, {next, k}));
    });
    return Values{insertRow(lower, row, x, i)};
  };
  Value x = repeatStep(lower, n, reduced[1], substituteBack, /*downwards=*/true).front();
  return Values{withShapeOf(lower, x, op->getOperand(3))};
}

void addLinalg(OpLowerings &table) {
  table["wg.cholesky"] = lowerCholesky;
  table["wg.triangular_solve"] = lowerTriangularSolve;
  table["wg.lu"] = lowerLu;
  table["wg.lu_pivots_to_permutation"] = lowerPivotsToPermutation;
  table["wg.geqrf"] = lowerGeqrf;
  table["wg.householder_product"] = lowerHouseholderProduct;
  table["wg.qr"] = lowerQr;
  table["wg.tridiagonal_solve"] = lowerTridiagonalSolve;
}

} // namespace wg::lowering
