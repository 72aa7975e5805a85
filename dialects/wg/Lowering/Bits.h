// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Types for storage, which IREE sees as i8: a float of 8 bits by its bits, an integer of 2 or 4 bits in the low ones.

#ifndef WG_LOWERING_BITS_H
#define WG_LOWERING_BITS_H

#include "wg/Lowering/Scalar.h"

namespace wg::lowering {

/// The type that a stored value computes in: f32, i8 or ui8; other types are their own.
mlir::Type unpackedType(mlir::Type element);
/// A stored value in unpackedType(element); a value of any other element type is unchanged.
Scalar unpack(const Scalar &stored, mlir::Type element);
/// The inverse: an f32 is rounded to nearest even, an i8 keeps its low bits.
Scalar pack(const Scalar &value, mlir::Type element);

/// Numbers of bits, on signless integers.
Scalar populationCount(const Scalar &x);
Scalar countLeadingZeros(const Scalar &x);
/// On any float type, by its bits.
Scalar nextAfter(const Scalar &x, const Scalar &y);
Scalar reducePrecision(const Scalar &x, int64_t exponentBits, int64_t mantissaBits);

} // namespace wg::lowering

#endif // WG_LOWERING_BITS_H
