// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Derivatives of factorisations: M. Giles, Collected matrix derivative results (2008), and what the records cite.

#include "wg/Ops/Linalg.h"
#include "wg/IR/Assembly.h"
#include "wg/IR/TypeRulesLinalg.h"
#include "wg/Ops/Functions.h"

using namespace mlir;
using namespace wg;

#define GET_OP_CLASSES
#include "wg/Ops/Linalg.cpp.inc"

void WgDialect::registerLinalgOps() {
  addOperations<
#define GET_OP_LIST
#include "wg/Ops/Linalg.cpp.inc"
      >();
}

//===----------------------------------------------------------------------===//
// Matrices in the last two dimensions
//===----------------------------------------------------------------------===//

static int64_t rows(const Expr &x) { return x.dim(x.rank() - 2); }
static int64_t columns(const Expr &x) { return x.dim(x.rank() - 1); }
static Ints batchOf(const Expr &x, int64_t last) { return pick(x.shape(), range(x.rank() - last)); }
static bool isComplex(const Expr &x) { return isa<ComplexType>(x.dtype()); }

static Expr conjugate(const Expr &x) { return isComplex(x) ? wg::detail::build("wg.conj", {x}) : x; }
// The real parts in the type of x.
static Expr realPart(const Expr &x) { return isComplex(x) ? 0.5 * (x + conjugate(x)) : x; }
static Expr transposed(const Expr &x) {
  int64_t r = x.rank();
  return transpose(x, concat(range(r - 2), ints(r - 1, r - 2)));
}
static Expr adjoint(const Expr &x) { return conjugate(transposed(x)); }
static Expr matmul(const Expr &x, const Expr &y) {
  int64_t r = x.rank();
  return dot_general(x, y, ints(r - 1), ints(r - 2), range(r - 2), range(r - 2));
}

static Expr indices(const Expr &x, const Ints &shape, int64_t fromLast) {
  Type i32 = IntegerType::get(x.dtype().getContext(), 32);
  return iota_like(x, shape, static_cast<int64_t>(shape.size()) - fromLast, i32);
}
static Expr rowIndex(const Expr &x) { return indices(x, x.shape(), 2); }
static Expr columnIndex(const Expr &x) { return indices(x, x.shape(), 1); }
// The triangle of columns up to row + k, and that of columns from row + k.
static Expr lowerTriangle(const Expr &x, int64_t k = 0) { return select(columnIndex(x) <= rowIndex(x) + k, x, 0); }
static Expr upperTriangle(const Expr &x, int64_t k = 0) { return select(columnIndex(x) >= rowIndex(x) + k, x, 0); }
static Expr onDiagonal(const Expr &x) { return select(columnIndex(x) == rowIndex(x), x, 0); }
// Ones on the diagonal from row `first`, in the program and of the type of x.
static Expr identityFrom(const Expr &x, int64_t n, int64_t first) {
  Ints shape = concat(batchOf(x, 2), ints(n, n));
  Expr row = indices(x, shape, 2), diagonal = indices(x, shape, 1) == row;
  return converted(first ? bitwise_and(diagonal, row >= first) : diagonal, x.dtype());
}
// Rows [r0, r1) and columns [c0, c1) of each matrix.
static Expr block(const Expr &x, int64_t r0, int64_t r1, int64_t c0, int64_t c1) {
  Ints batch = batchOf(x, 2);
  return slice(x, concat(repeat(0, batch.size()), ints(r0, c0)), concat(batch, ints(r1, c1)), repeat(1, x.rank()));
}
static Expr padded(const Expr &x, int64_t moreRows, int64_t moreColumns) {
  if (!moreRows && !moreColumns)
    return x;
  Ints zeros = repeat(0, x.rank()), high = concat(repeat(0, x.rank() - 2), ints(moreRows, moreColumns));
  return pad(x, 0, zeros, high, zeros);
}

// A whole matrix from one triangle of a Hermitian one, of whose diagonal the real part counts.
static Expr hermitian(const Expr &x, bool lower) {
  Expr strict = lower ? lowerTriangle(x, -1) : upperTriangle(x, 1);
  return strict + adjoint(strict) + onDiagonal(realPart(x));
}

// What solves with a matrix that has no batch dimension does for a batch of right sides: all of them as columns
// (as rows if the matrix is on the right).
static Expr solveTogether(const Expr &b, int64_t size, bool left, llvm::function_ref<Expr(const Expr &)> solveOne) {
  int64_t r = b.rank();
  Ints order = left ? concat(range(1, r - 1), ints(0, r - 1)) : concat(range(1, r - 2), ints(0, r - 2, r - 1));
  Expr moved = transpose(b, order);
  Ints shape = pick(b.shape(), range(1, r));
  shape[r - (left ? 2 : 3)] *= size;
  return transpose(reshape(solveOne(reshape(moved, shape)), moved.shape()), invert(order));
}

//===----------------------------------------------------------------------===//
// Triangles
//===----------------------------------------------------------------------===//

Exprs CholeskyOp::jvpRule(RuleBuilder &b, const Exprs &tangents) {
  Expr l = b.bind(getOut()), s = hermitian(tangents[0], /*lower=*/true);
  Expr x = triangular_solve(l, s, false, true, true, true, false);
  x = triangular_solve(l, x, true, true, false, false, false);
  return {matmul(l, lowerTriangle(x, -1) + 0.5 * onDiagonal(x))};
}

bool TriangularSolveOp::isLinearIn(unsigned i) { return i == 1; }

Exprs TriangularSolveOp::jvpRule(RuleBuilder &b, const Exprs &tangents) {
  Expr a = b.bind(getA()), out = b.bind(getOut()), da = tangents[0], rhs = tangents[1];
  if (!da.isNone()) {
    int64_t k = getUnitDiagonal() ? 1 : 0;
    Expr m = getLower() ? lowerTriangle(da, -k) : upperTriangle(da, k);
    m = getTransposeA() ? transposed(m) : m;
    m = getConjugateA() ? conjugate(m) : m;
    rhs = rhs - (getLeftSide() ? matmul(m, out) : matmul(out, m));
  }
  return {triangular_solve(a, rhs, getLeftSide(), getLower(), getTransposeA(), getConjugateA(), getUnitDiagonal())};
}
Exprs TriangularSolveOp::transposeRule(RuleBuilder &b, const Exprs &cts) {
  if (cts[0].isNone() || !b.wants(1))
    return Exprs(2);
  return {Expr(), triangular_solve(b.bind(getA()), cts[0], getLeftSide(), getLower(), !getTransposeA(), getConjugateA(),
                                   getUnitDiagonal())};
}
Exprs TriangularSolveOp::batchRule(RuleBuilder &b) {
  if (b.isBatched(0))
    return b.batchElementwise(*this);
  return {solveTogether(b.bind(getB()), b.batchSize(), getLeftSide(), [&](const Expr &columns) {
    return triangular_solve(b.bind(getA()), columns, getLeftSide(), getLower(), getTransposeA(), getConjugateA(),
                            getUnitDiagonal());
  })};
}

//===----------------------------------------------------------------------===//
// LU
//===----------------------------------------------------------------------===//

// Row i of the result is row permutation[i] of x, as a product: it transposes to a product again.
static Expr permuteRows(const Expr &x, const Expr &permutation) {
  Ints shape = concat(batchOf(x, 2), ints(rows(x), rows(x)));
  Expr from = spread(permutation, shape, range(permutation.rank()));
  return matmul(converted(from == indices(from, shape, 1), x.dtype()), x);
}

Exprs LuOp::jvpRule(RuleBuilder &b, const Exprs &tangents) {
  Expr lu = b.bind(getLu()), dx = permuteRows(tangents[0], b.bind(getPermutation()));
  int64_t m = rows(lu), n = columns(lu), k = std::min(m, n);
  Expr l = padded(lowerTriangle(block(lu, 0, m, 0, k), -1), 0, m - k) + identityFrom(lu, m, 0);
  Expr u = padded(upperTriangle(block(lu, 0, k, 0, n)), n - k, 0);
  if (n > k)
    u = u + identityFrom(lu, n, k);
  Expr x = triangular_solve(l, dx, true, true, false, false, true);
  x = triangular_solve(u, x, false, false, false, false, false);
  return {matmul(l, lowerTriangle(x, -1)) + matmul(upperTriangle(x), u), Expr(), Expr()};
}

// a^-1 b by the factors of a.
static Expr solveByLu(RuleBuilder &builder, const Expr &a, const Expr &b) {
  Exprs factors = lu(a);
  if (builder.failed())
    return b;
  Expr x = triangular_solve(factors[0], permuteRows(b, factors[2]), true, true, false, false, true);
  return triangular_solve(factors[0], x, true, false, false, false, false);
}

bool SolveOp::isLinearIn(unsigned i) { return i == 1; }

Exprs SolveOp::jvpRule(RuleBuilder &b, const Exprs &tangents) {
  Expr rhs = tangents[1];
  if (!tangents[0].isNone())
    rhs = rhs - matmul(tangents[0], b.bind(getOut()));
  return {solveByLu(b, b.bind(getA()), rhs)};
}
Exprs SolveOp::transposeRule(RuleBuilder &b, const Exprs &cts) {
  if (cts[0].isNone() || !b.wants(1))
    return Exprs(2);
  return {Expr(), solve(transposed(b.bind(getA())), cts[0])};
}
Exprs SolveOp::decomposeRule(RuleBuilder &b) { return {solveByLu(b, b.bind(getA()), b.bind(getB()))}; }
Exprs SolveOp::batchRule(RuleBuilder &b) {
  if (b.isBatched(0))
    return b.batchElementwise(*this);
  return {solveTogether(b.bind(getB()), b.batchSize(), true,
                        [&](const Expr &columns) { return solve(b.bind(getA()), columns); })};
}

//===----------------------------------------------------------------------===//
// QR
//===----------------------------------------------------------------------===//

// Square or tall x = q r with as many columns in q as in x: dq = q (o - c) + dx r^-1, dr = (c - o) r with
// c = q^H dx r^-1 and the skew-Hermitian o that makes c - o an upper triangle with a real diagonal.
static std::pair<Expr, Expr> thinQrJvp(const Expr &q, const Expr &r, const Expr &dx) {
  Expr dxr = triangular_solve(r, dx, false, false, false, false, false), c = matmul(adjoint(q), dxr);
  Expr strict = lowerTriangle(c, -1), o = strict - adjoint(strict);
  if (isComplex(c))
    o = o + onDiagonal(c - realPart(c));
  return {matmul(q, o - c) + dxr, matmul(c - o, r)};
}

// The tangent of the columns that full_matrices adds to q, as Householder reflections choose them.
static Expr extraColumnsJvp(const Expr &q, const Expr &dq, int64_t n) {
  int64_t m = rows(q);
  Expr thin = block(q, 0, m, 0, n), extra = block(q, 0, m, n, m);
  Expr top = block(thin, 0, n, 0, n) - identityFrom(q, n, 0), bottom = block(thin, n, m, 0, n);
  // z = bottom (top - 1)^-1, as its adjoint
  Expr z = adjoint(solve(adjoint(top), adjoint(bottom)));
  Expr turned = block(dq, n, m, 0, n) - matmul(z, block(dq, 0, n, 0, n));
  return matmul(dq, adjoint(z)) - matmul(thin + matmul(extra, z), adjoint(turned));
}

Exprs QrOp::jvpRule(RuleBuilder &b, const Exprs &tangents) {
  Expr q = b.bind(getQ()), r = b.bind(getR()), dx = tangents[0];
  int64_t m = rows(dx), n = columns(dx), last = dx.rank() - 1;
  if (m < n) {
    Expr x2 = block(b.bind(getX()), 0, m, m, n);
    auto [dq, dr1] = thinQrJvp(q, block(r, 0, m, 0, m), block(dx, 0, m, 0, m));
    Expr dr2 = matmul(adjoint(dq), x2) + matmul(adjoint(q), block(dx, 0, m, m, n));
    return {dq, concatenate({dr1, dr2}, last)};
  }
  auto [dq, dr] = thinQrJvp(block(q, 0, m, 0, n), block(r, 0, n, 0, n), dx);
  if (!getFullMatrices() || m == n)
    return {dq, dr};
  return {concatenate({dq, extraColumnsJvp(q, dq, n)}, last), padded(dr, m - n, 0)};
}

//===----------------------------------------------------------------------===//
// Bands
//===----------------------------------------------------------------------===//

// Row i of the result is row i - by of x along `axis`, 0 outside.
static Expr shifted(const Expr &x, int64_t axis, int64_t by) {
  Ints zeros = repeat(0, x.rank()), low = zeros, high = zeros;
  low[axis] = by;
  high[axis] = -by;
  return pad(x, 0, low, high, zeros);
}

bool TridiagonalSolveOp::isLinearIn(unsigned i) { return i == 3; }

Exprs TridiagonalSolveOp::jvpRule(RuleBuilder &b, const Exprs &tangents) {
  Expr out = b.bind(getOut()), rhs = tangents[3];
  int64_t axis = out.rank() - 2;
  for (int64_t i = 0; i < 3; ++i)
    if (!tangents[i].isNone()) {
      Expr x = i == 1 ? out : shifted(out, axis, 1 - i);
      rhs = rhs - spread(tangents[i], out.shape(), range(axis + 1)) * x;
    }
  return {tridiagonal_solve(b.bind(getDl()), b.bind(getD()), b.bind(getDu()), rhs)};
}
Exprs TridiagonalSolveOp::transposeRule(RuleBuilder &b, const Exprs &cts) {
  Exprs result(4);
  if (cts[0].isNone() || !b.wants(3))
    return result;
  Expr dl = b.bind(getDl()), du = b.bind(getDu());
  int64_t axis = dl.rank() - 1;
  result[3] = tridiagonal_solve(shifted(du, axis, 1), b.bind(getD()), shifted(dl, axis, -1), cts[0]);
  return result;
}
Exprs TridiagonalSolveOp::batchRule(RuleBuilder &b) {
  if (b.isBatched(0) || b.isBatched(1) || b.isBatched(2))
    return b.batchElementwise(*this);
  return {solveTogether(b.bind(getB()), b.batchSize(), true, [&](const Expr &columns) {
    return tridiagonal_solve(b.bind(getDl()), b.bind(getD()), b.bind(getDu()), columns);
  })};
}

//===----------------------------------------------------------------------===//
// Eigenvalues and singular values
//===----------------------------------------------------------------------===//

// The diagonal of each matrix as a vector, its real part for complex ones.
static Expr diagonal(const Expr &x) { return reduce_sum(onDiagonal(x), ints(x.rank() - 1)); }
static Expr realDiagonal(const Expr &x) {
  Expr d = diagonal(x);
  return isComplex(d) ? wg::detail::build("wg.real", {d}) : d;
}
// A vector as every row, or as every column, of matrices of `shape`, in the type `dtype`.
static Expr asRows(const Expr &v, const Ints &shape, Type dtype) {
  return spread(converted(v, dtype), shape, concat(range(v.rank() - 1), ints(v.rank())));
}
static Expr asColumns(const Expr &v, const Ints &shape, Type dtype) {
  return spread(converted(v, dtype), shape, concat(range(v.rank() - 1), ints(v.rank() - 1)));
}
// 1 / x off the diagonal and 0 on it, where x has zeros.
static Expr reciprocalOff(const Expr &x) {
  Expr identity = identityFrom(x, columns(x), 0);
  return 1 / (x + identity) - identity;
}

Exprs EighOp::jvpRule(RuleBuilder &b, const Exprs &tangents) {
  Expr v = b.bind(getV()), w = b.bind(getW());
  Expr x = matmul(adjoint(v), matmul(hermitian(tangents[0], getLower()), v));
  Expr inverse = reciprocalOff(asRows(w, v.shape(), w.dtype()) - asColumns(w, v.shape(), w.dtype()));
  return {matmul(v, converted(inverse, v.dtype()) * x), realDiagonal(x)};
}

static Expr partOf(const char *op, const Expr &x) { return wg::detail::build(op, {x}); }

// The tangents of eigenvalues w and right eigenvectors v, each of which has the norm 1 and a real largest entry: what
// the eigenvalue equation leaves open of dv, a multiple c v, follows from that.
static std::pair<Expr, Expr> eigenJvp(const Expr &w, const Expr &v, const Expr &dx, bool wantsVectors) {
  Expr m = solve(v, matmul(dx, v)), dw = diagonal(m);
  if (!wantsVectors)
    return {dw, Expr()};
  Ints shape = v.shape(), axis = ints(v.rank() - 2);
  Expr u = matmul(v, reciprocalOff(asRows(w, shape, w.dtype()) - asColumns(w, shape, w.dtype())) * m);
  // Entries of equal size are not confused: that with no imaginary part is the one.
  Expr size = abs(v), candidates = select(partOf("wg.imag", v) == 0, size, -1);
  Type i32 = IntegerType::get(v.dtype().getContext(), 32);
  Expr largest = spread(argmax(candidates, axis[0], i32), shape, concat(range(v.rank() - 2), ints(v.rank() - 1)));
  Expr isLargest = rowIndex(v) == largest;
  auto entry = [&](const Expr &x, const char *part) { return reduce_sum(select(isLargest, partOf(part, x), 0), axis); };
  Expr norm = reduce_sum(partOf("wg.real", conjugate(v) * u), axis);
  Expr phase = entry(u, "wg.imag") / entry(v, "wg.real");
  Expr c = wg::detail::build("wg.complex", {norm, phase});
  return {dw, u - v * asRows(c, shape, v.dtype())};
}

Exprs EigOp::jvpRule(RuleBuilder &b, const Exprs &tangents) {
  if (columns(tangents[0]) == 0) // there is no largest entry
    return Exprs(getNumResults());
  bool left = getComputeLeftEigenvectors(), right = getComputeRightEigenvectors();
  Exprs outs = left || right ? b.bind(getOuts()) : eig(b.bind(getX()), false, true);
  if (b.failed())
    return Exprs(getNumResults());
  Expr w = outs[0], dx = converted(tangents[0], w.dtype());
  Exprs result(getNumResults());
  if (left) { // the right ones of the adjoint, whose eigenvalues are the conjugate ones
    auto [dw, dv] = eigenJvp(conjugate(w), outs[1], adjoint(dx), true);
    result[0] = conjugate(dw);
    result[1] = dv;
  }
  if (right || !left) {
    auto [dw, dv] = eigenJvp(w, outs.back(), dx, right);
    result[0] = dw;
    if (right)
      result.back() = dv;
  }
  return result;
}

Exprs SvdOp::jvpRule(RuleBuilder &b, const Exprs &tangents) {
  Expr dx = tangents[0];
  int64_t m = rows(dx), n = columns(dx);
  if (getComputeUv() && getFullMatrices() && m != n) {
    b.fail("svd: expected full_matrices=False for the derivative of u and v of matrices that are not square but got " +
           str(dx.tensorType()) + " with full_matrices: the columns that it adds are not determined");
    return Exprs(3);
  }
  Exprs factors = getComputeUv() ? b.bind(getOuts()) : svd(b.bind(getX()), false, true);
  if (b.failed())
    return Exprs(getNumResults());
  Expr s = factors[0], u = factors[1], v = adjoint(factors[2]);
  Expr dxv = matmul(dx, v), ds = matmul(adjoint(u), dxv);
  if (!getComputeUv())
    return {realDiagonal(ds)};
  Ints shape = ds.shape();
  Expr row = asRows(s, shape, s.dtype()), column = asColumns(s, shape, s.dtype());
  Expr inverse = converted(reciprocalOff((row + column) * (row - column)), u.dtype());
  Expr right = asRows(s, shape, u.dtype()) * ds, left = asColumns(s, shape, u.dtype()) * ds;
  Expr du = inverse * (right + adjoint(right));
  if (isComplex(ds)) // the phase, which u takes
    du = du + onDiagonal(0.5 * (ds - adjoint(ds)) * converted(select(row == 0, 0, 1 / row), u.dtype()));
  du = matmul(u, du);
  Expr dv = matmul(v, inverse * (left + adjoint(left)));
  if (m > n)
    du = du + (dxv - matmul(u, ds)) / asRows(s, u.shape(), u.dtype());
  if (n > m)
    dv = dv + (matmul(adjoint(dx), u) - matmul(v, adjoint(ds))) / asRows(s, v.shape(), v.dtype());
  return {realDiagonal(ds), du, adjoint(dv)};
}

//===----------------------------------------------------------------------===//
// Determinants
//===----------------------------------------------------------------------===//

// The diagonal of u with the signs of the row swaps: its product is the determinant.
static Expr signedDiagonal(const Exprs &factors) {
  Expr d = diagonal(factors[0]), pivots = factors[1];
  Expr stays = pivots == indices(pivots, pivots.shape(), 1);
  return select(stays, d, -d);
}

// The adjugate of x times dx is det x^-1 dx: by the factors, the last row without the last entry of u, which is what is
// zero for a matrix of rank n - 1.
Exprs DetOp::jvpRule(RuleBuilder &b, const Exprs &tangents) {
  Expr dx = tangents[0];
  int64_t n = columns(dx), last = dx.rank() - 2;
  if (n == 0)
    return Exprs(1);
  Exprs factors = lu(b.bind(getX()));
  if (b.failed())
    return Exprs(1);
  Expr lu = factors[0], d = signedDiagonal(factors);
  Expr row = rowIndex(lu), isLast = row == n - 1;
  Expr u = select(bitwise_and(isLast, columnIndex(lu) == row), 1, lu);
  // The product without the last entry of u, but with the sign of its swap.
  Expr index = indices(d, d.shape(), 1), signs = select(factors[1] == index, like(d, 1), -1);
  Expr partial = reduce_prod(select(index == n - 1, signs, d), ints(last));
  Expr scale =
      select(isLast, spread(partial, lu.shape(), range(last)), spread(b.bind(getOut()), lu.shape(), range(last)));
  Expr y = triangular_solve(lu, permuteRows(dx, factors[2]), true, true, false, false, true);
  return {reduce_sum(diagonal(triangular_solve(u, scale * y, true, false, false, false, false)), ints(last))};
}
Exprs DetOp::decomposeRule(RuleBuilder &b) {
  Exprs factors = lu(b.bind(getX()));
  if (b.failed())
    return Exprs(1);
  return {reduce_prod(signedDiagonal(factors), ints(factors[0].rank() - 2))};
}

Exprs SlogdetOp::jvpRule(RuleBuilder &b, const Exprs &tangents) {
  Expr d = diagonal(solveByLu(b, b.bind(getX()), tangents[0])), sign = b.bind(getSign());
  Expr sum = reduce_sum(d, ints(d.rank() - 1));
  if (!isComplex(sum))
    return {Expr(), sum};
  return {sign * (sum - realPart(sum)), wg::detail::build("wg.real", {sum})};
}
Exprs SlogdetOp::decomposeRule(RuleBuilder &b) {
  Exprs factors = lu(b.bind(getX()));
  if (b.failed())
    return Exprs(2);
  Expr d = signedDiagonal(factors), size = abs(d);
  Ints axis = ints(d.rank() - 1);
  Expr unit = isComplex(d) ? d / converted(select(size == 0, 1, size), d.dtype()) : sign(d);
  return {reduce_prod(unit, axis), reduce_sum(log(size), axis)};
}

//===----------------------------------------------------------------------===//
// Pseudo-inverse
//===----------------------------------------------------------------------===//

Exprs PinvOp::jvpRule(RuleBuilder &b, const Exprs &tangents) {
  Expr x = b.bind(getX()), p = b.bind(getOut()), dx = tangents[0], dxH = adjoint(dx), pH = adjoint(p);
  Expr left = identityFrom(x, rows(x), 0) - matmul(x, p), right = identityFrom(x, columns(x), 0) - matmul(p, x);
  return {matmul(matmul(p, matmul(pH, dxH)), left) + matmul(right, matmul(matmul(dxH, pH), p)) -
          matmul(p, matmul(dx, p))};
}
Exprs PinvOp::decomposeRule(RuleBuilder &b) {
  Expr x = b.bind(getX());
  Exprs factors = svd(x, false, true);
  if (b.failed())
    return Exprs(1);
  Expr s = factors[0], v = adjoint(factors[2]);
  int64_t axis = s.rank() - 1;
  Expr most = reduce_max(s, ints(axis)) * getRtol().convertToDouble();
  Expr kept = s > spread(most, s.shape(), range(axis)), inverse = select(kept, 1 / select(kept, s, 1), 0);
  return {matmul(v * asRows(inverse, v.shape(), v.dtype()), adjoint(factors[1]))};
}
