// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The Fourier transform and its form without a library. That form works on real and imaginary parts: a dimension of
// length n1 * n2 is transformed by a product with the n1 x n1 matrix, a product with n1 * n2 roots of unity, and the
// transform of length n2 (Cooley and Tukey); what has no factors is a convolution of a length that has (Bluestein).

#include "wg/Ops/Fft.h"
#include "wg/IR/Assembly.h"
#include "wg/IR/TypeRules.h"
#include "wg/Ops/Functions.h"

#include <cmath>

using namespace mlir;
using namespace wg;

#define GET_OP_CLASSES
#include "wg/Ops/Fft.cpp.inc"

void WgDialect::registerFftOps() {
  addOperations<
#define GET_OP_LIST
#include "wg/Ops/Fft.cpp.inc"
      >();
}

static int64_t product(const Ints &v) {
  int64_t n = 1;
  for (int64_t d : v)
    n *= d;
  return n;
}
static int64_t lastOf(const Ints &v) { return v[v.size() - 1]; }
static Ints without(const Ints &v, size_t last) { return pick(v, range(v.size() - last)); }
static Type i32(const Expr &x) { return IntegerType::get(x.dtype().getContext(), 32); }

/// x[..., begin : end]
static Expr sliceLast(const Expr &x, int64_t begin, int64_t end) {
  Ints start, limit(x.shape()), strides;
  for (int64_t d = 0; d < x.rank(); ++d) {
    start.push_back(0);
    strides.push_back(1);
  }
  start[start.size() - 1] = begin;
  limit[limit.size() - 1] = end;
  return slice(x, start, limit, strides);
}
static Expr padLast(const Expr &x, int64_t after) {
  Ints zero, high;
  for (int64_t d = 0; d < x.rank(); ++d) {
    zero.push_back(0);
    high.push_back(0);
  }
  high[high.size() - 1] = after;
  return after ? pad(x, 0, zero, high, zero) : x;
}

//===----------------------------------------------------------------------===//
// Transposes
//===----------------------------------------------------------------------===//

/// 1 for the entries of half a spectrum that stand for themselves, 2 for those that stand for their conjugate as well.
static Expr halfWeights(const Expr &like, int64_t n) {
  Expr at = iota_like(like, like.shape(), like.rank() - 1, i32(like));
  Expr single = at == 0;
  if (n % 2 == 0)
    single = bitwise_or(single, at == n / 2);
  RankedTensorType type = RankedTensorType::get(like.shape(), real(like).dtype());
  return select(single, full(*like.builder(), type, 1), full(*like.builder(), type, 2));
}

Expr wg::fft_transpose(const Expr &ct, StringRef type, const Ints &lengths) {
  if (type == "RFFT") // of the real part of the transform of all entries
    return real(fft(padLast(ct, lastOf(lengths) - lastOf(ct.shape())), "FFT", lengths));
  if (type == "IRFFT") {
    Expr spectrum = fft(ct, "RFFT", lengths), weight = halfWeights(spectrum, lastOf(lengths)) / product(lengths);
    return complex(real(spectrum) * weight, -(imag(spectrum) * weight));
  }
  return fft(ct, type, lengths);
}

//===----------------------------------------------------------------------===//
// Roots of unity
//===----------------------------------------------------------------------===//

namespace {
/// Real and imaginary parts; no imaginary part: zero.
struct Parts {
  Expr re, im;
};

/// The transform of the last dimension. `sign` is -1 for the transform, 1 for the inverse one without its factor.
class LastDimension {
public:
  LastDimension(RuleBuilder &b, Type element, int sign) : b(b), element(element), sign(sign) {}

  Parts run(const Parts &x);

private:
  RankedTensorType tensor(const Ints &shape) { return RankedTensorType::get(shape, element); }
  Expr constant(const Ints &shape, ArrayRef<double> values);
  Parts roots(const Ints &shape, int64_t n, llvm::function_ref<int64_t(int64_t)> power);
  Parts computedRoots(const Expr &power, int64_t n);
  Parts matrix(int64_t rows, int64_t columns, int64_t n);
  Parts multiply(const Parts &x, const Parts &y);
  Parts direct(const Parts &x);
  Parts split(const Parts &x, int64_t n1);
  Parts convolved(const Parts &x);

  RuleBuilder &b;
  Type element;
  int sign;
};
} // namespace

// What may travel in the text of a program (wg-prepare-iree refuses more).
constexpr int64_t kMostLiterals = 4096;
// Products with matrices up to this size, and at most with those of a prime up to the second number.
constexpr int64_t kLargestFactor = 32, kLargestPrime = 256;

Expr LastDimension::constant(const Ints &shape, ArrayRef<double> values) {
  SmallVector<APFloat> floats;
  auto type = cast<FloatType>(element);
  for (double v : values) {
    APFloat f(v);
    bool lost;
    f.convert(type.getFloatSemantics(), APFloat::rmNearestTiesToEven, &lost);
    floats.push_back(f);
  }
  Attribute value = DenseElementsAttr::get(tensor(shape), ArrayRef<APFloat>(floats));
  return b.create("wg.constant", {}, {{"value", value}}).front();
}

/// exp(sign 2 pi i power(k) / n) for the k-th element.
Parts LastDimension::roots(const Ints &shape, int64_t n, llvm::function_ref<int64_t(int64_t)> power) {
  SmallVector<double> re, im;
  for (int64_t k = 0, size = product(shape); k < size; ++k) {
    int64_t m = power(k) % n;
    double angle = 2 * M_PI * static_cast<double>(m) / static_cast<double>(n);
    // Exact where the value is: products with 0 and 1 then are.
    bool isAxis = 4 * m % n == 0;
    re.push_back(isAxis ? std::round(std::cos(angle)) : std::cos(angle));
    im.push_back(sign * (isAxis ? std::round(std::sin(angle)) : std::sin(angle)));
  }
  return {constant(shape, re), constant(shape, im)};
}

/// The same for powers from 0 to n - 1 that are computed: sine and cosine of an eighth of a turn at most, so that no
/// digits are lost.
Parts LastDimension::computedRoots(const Expr &power, int64_t n) {
  Expr quarter = (power * 8 + n) / (2 * n); // the nearest multiple of n / 4, rounded down as it is positive
  Expr angle = converted(power * 4 - quarter * n, element) * (M_PI_2 / static_cast<double>(n));
  Expr c = cos(angle), s = sin(angle);
  Expr q = bitwise_and(quarter, 3);
  Expr isOdd = q == 1, isHalf = q == 2, isThree = q == 3;
  Expr re = select(isOdd, -s, select(isHalf, -c, select(isThree, s, c)));
  Expr im = select(isOdd, c, select(isHalf, -s, select(isThree, -c, s)));
  return {re, sign < 0 ? -im : im};
}

/// exp(sign 2 pi i j k / n) in row j and column k; j * k stays below 2^27 squared only for what run() asks for.
Parts LastDimension::matrix(int64_t rows, int64_t columns, int64_t n) {
  Ints shape = ints(rows, columns);
  if (rows * columns <= kMostLiterals)
    return roots(shape, n, [&](int64_t k) { return (k / columns) * (k % columns); });
  Expr any = full(b, tensor(shape), 0);
  Expr power = iota_like(any, shape, 0, i32(any)) * iota_like(any, shape, 1, i32(any));
  return computedRoots(rows == n ? rem(power, full(b, RankedTensorType::get(shape, i32(any)), n)) : power, n);
}

//===----------------------------------------------------------------------===//
// The transform of the last dimension
//===----------------------------------------------------------------------===//

static int64_t largestFactor(int64_t n) {
  for (int64_t d = std::min(n, kLargestFactor); d > 1; --d)
    if (n % d == 0)
      return d;
  for (int64_t d = kLargestFactor + 1; d <= kLargestPrime && d <= n; ++d)
    if (n % d == 0)
      return d;
  return 0;
}

Parts LastDimension::multiply(const Parts &x, const Parts &y) {
  if (x.im.isNone())
    return {x.re * y.re, x.re * y.im};
  return {x.re * y.re - x.im * y.im, x.re * y.im + x.im * y.re};
}

Parts LastDimension::run(const Parts &x) {
  int64_t n = lastOf(x.re.shape()), n1 = largestFactor(n);
  if (n == 1)
    return {x.re, x.im.isNone() ? like(x.re, 0) : x.im};
  if (n1 == n)
    return direct(x);
  return n1 ? split(x, n1) : convolved(x);
}

/// The product with the n x n matrix.
Parts LastDimension::direct(const Parts &x) {
  int64_t n = lastOf(x.re.shape()), last = x.re.rank() - 1;
  Parts f = matrix(n, n, n);
  auto dot = [&](const Expr &v, const Expr &m) { return dot_general(v, m, ints(last), ints(0), {}, {}); };
  if (x.im.isNone())
    return {dot(x.re, f.re), dot(x.re, f.im)};
  return {dot(x.re, f.re) - dot(x.im, f.im), dot(x.re, f.im) + dot(x.im, f.re)};
}

/// n = n1 * n2, input j1 * n2 + j2, output k1 + n1 * k2.
Parts LastDimension::split(const Parts &x, int64_t n1) {
  int64_t n = lastOf(x.re.shape()), n2 = n / n1;
  Ints outer = without(x.re.shape(), 1);
  int64_t batch = product(outer);
  Parts f = matrix(n1, n1, n1);
  auto dot = [&](const Expr &m, const Expr &v) { // over j1: (k1, batch, j2)
    return dot_general(m, reshape(v, ints(batch, n1, n2)), ints(1), ints(1), {}, {});
  };
  Parts y;
  if (x.im.isNone())
    y = {dot(f.re, x.re), dot(f.im, x.re)};
  else
    y = {dot(f.re, x.re) - dot(f.im, x.im), dot(f.re, x.im) + dot(f.im, x.re)};
  Parts twiddles = matrix(n1, n2, n);
  Ints shape = ints(n1, batch, n2);
  twiddles = {spread(twiddles.re, shape, ints(0, 2)), spread(twiddles.im, shape, ints(0, 2))};
  Parts z = run(multiply(y, twiddles)); // (k1, batch, k2)
  auto ordered = [&](const Expr &v) { return reshape(transpose(v, ints(1, 2, 0)), concat(outer, ints(n))); };
  return {ordered(z.re), ordered(z.im)};
}

/// With j k = (j^2 + k^2 - (k - j)^2) / 2 the transform is a convolution with roots of unity, which transforms of the
/// next power of two compute.
Parts LastDimension::convolved(const Parts &x) {
  int64_t n = lastOf(x.re.shape()), m = int64_t(llvm::PowerOf2Ceil(2 * n - 1));
  Ints shape = ints(n);
  Type i64 = IntegerType::get(element.getContext(), 64);
  Expr at = iota_like(x.re, shape, 0, i64);
  Expr square = rem(at * at, full(b, RankedTensorType::get(shape, i64), 2 * n));
  Parts chirp = computedRoots(square, 2 * n), inverse = {chirp.re, -chirp.im};
  auto over = [&](const Expr &v) { return spread(v, x.re.shape(), ints(x.re.rank() - 1)); };
  Parts a = multiply(x, {over(chirp.re), over(chirp.im)});
  a = {padLast(a.re, m - n), padLast(a.im, m - n)};
  auto around = [&](const Expr &v) { // v[|k|] for k from 0 to n - 1, zeros, then from -(n - 1) to -1
    Expr tail = reverse(sliceLast(v, 1, n), ints(0));
    return concatenate(Exprs{padLast(v, m - 2 * n + 1), tail}, 0);
  };
  Parts kernel = LastDimension(b, element, -1).run({around(inverse.re), around(inverse.im)});
  Parts spectrum = LastDimension(b, element, -1).run(a);
  auto overAll = [&](const Expr &v) { return spread(v, spectrum.re.shape(), ints(spectrum.re.rank() - 1)); };
  Parts y = LastDimension(b, element, 1).run(multiply(spectrum, {overAll(kernel.re), overAll(kernel.im)}));
  double scale = 1.0 / static_cast<double>(m);
  y = {sliceLast(y.re, 0, n) * scale, sliceLast(y.im, 0, n) * scale};
  return multiply(y, {over(chirp.re), over(chirp.im)});
}

//===----------------------------------------------------------------------===//
// The definition
//===----------------------------------------------------------------------===//

static Expr swapped(const Expr &x, int64_t dimension) {
  Ints order = range(x.rank());
  std::swap(order[dimension], order[x.rank() - 1]);
  return transpose(x, order);
}

/// The transform of another dimension.
static Parts alongDimension(RuleBuilder &b, Parts x, int64_t dimension, int sign) {
  Type element = x.re.dtype();
  if (dimension == x.re.rank() - 1)
    return LastDimension(b, element, sign).run(x);
  x = LastDimension(b, element, sign).run({swapped(x.re, dimension), swapped(x.im, dimension)});
  return {swapped(x.re, dimension), swapped(x.im, dimension)};
}

/// All n entries of a spectrum of which half is given: the others are conjugates, in reverse.
static Parts wholeSpectrum(const Parts &half, int64_t n) {
  int64_t last = half.re.rank() - 1;
  int64_t end = (n + 1) / 2; // entries from 1 to here have a mirror image
  if (end <= 1)
    return half;
  auto whole = [&](const Expr &x, const Expr &mirrored) {
    return concatenate(Exprs{x, reverse(sliceLast(mirrored, 1, end), ints(last))}, last);
  };
  return {whole(half.re, half.re), whole(half.im, -half.im)};
}

Exprs FftOp::decomposeRule(RuleBuilder &b) {
  StringRef type = getFftType();
  Ints lengths(getFftLengths());
  Expr x = b.bind(getX());
  int64_t rank = x.rank(), first = rank - static_cast<int64_t>(lengths.size());
  bool isReal = type == "RFFT", isInverse = type.starts_with("I");
  int sign = isInverse ? 1 : -1;
  Parts y = isReal ? Parts{x, Expr()} : Parts{real(x), imag(x)};
  if (type != "IRFFT") {
    y = alongDimension(b, y, rank - 1, sign);
    if (isReal)
      y = {sliceLast(y.re, 0, lastOf(lengths) / 2 + 1), sliceLast(y.im, 0, lastOf(lengths) / 2 + 1)};
  }
  for (int64_t d = rank - 2; d >= first; --d)
    y = alongDimension(b, y, d, sign);
  if (type == "IRFFT") {
    y = wholeSpectrum(y, lastOf(lengths));
    y = alongDimension(b, y, rank - 1, sign);
  }
  if (isInverse) {
    double scale = 1.0 / static_cast<double>(product(lengths));
    y = {y.re * scale, y.im * scale};
  }
  return {type == "IRFFT" ? y.re : complex(y.re, y.im)};
}
