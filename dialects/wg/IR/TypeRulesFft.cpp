// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Type rule of the Fourier transforms.

#include "wg/IR/TypeRules.h"

using namespace mlir;

namespace wg {

/// The shape that a transform with these lengths takes, given the dimensions before them.
static Ints operandShape(TensorType x, StringRef type, const Ints &lengths) {
  Ints shape(x.getShape());
  size_t before = shape.size() - lengths.size();
  for (size_t i = 0; i < lengths.size(); ++i)
    shape[before + i] = lengths[i];
  if (type == "IRFFT")
    shape[shape.size() - 1] = lengths[lengths.size() - 1] / 2 + 1;
  return shape;
}

TensorType TypeRules::fft(TensorType x, StringRef type, const Ints &lengths) {
  if (!llvm::is_contained({"FFT", "IFFT", "RFFT", "IRFFT"}, type))
    return error("expected an fft_type of FFT, IFFT, RFFT, IRFFT but got '" + type + "'");
  if (lengths.empty() || lengths.size() > 3 || static_cast<int64_t>(lengths.size()) > x.getRank())
    return error("expected one to three fft_lengths, for the last dimensions of the operand, but got " + str(lengths) +
                 " for " + str(x));
  if (llvm::any_of(lengths, [](int64_t n) { return n < 1 || n > (int64_t(1) << 27); }))
    return error("expected fft_lengths from 1 to 2^27 but got " + str(lengths));
  bool wantsReal = type == "RFFT";
  auto complex = dyn_cast<ComplexType>(x.getElementType());
  if (wantsReal == static_cast<bool>(complex))
    return error(Twine("expected ") + (wantsReal ? "real" : "complex") + " numbers for " + type + " but got " + str(x) +
                 (wantsReal ? "; use FFT" : "; use RFFT, or convert them"));
  Ints wanted = operandShape(x, type, lengths), shape(x.getShape());
  if (!(shape == wanted))
    return error("expected an operand of shape " + str(wanted) + " for " + type + " of lengths " + str(lengths) +
                 " but got " + str(shape) + "; slice or pad it");
  if (type == "RFFT") {
    shape[shape.size() - 1] = lengths[lengths.size() - 1] / 2 + 1;
    return RankedTensorType::get(shape, ComplexType::get(x.getElementType()));
  }
  if (type == "IRFFT") {
    shape[shape.size() - 1] = lengths[lengths.size() - 1];
    return RankedTensorType::get(shape, complex.getElementType());
  }
  return x;
}

} // namespace wg
