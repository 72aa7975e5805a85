// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The attributes of a convolution, which go together through its rules.

#ifndef WG_IR_CONVNUMBERS_H
#define WG_IR_CONVNUMBERS_H

#include "wg/IR/Expr.h"

namespace wg {

/// In the order of the attributes of conv_general_dilated. A spec lists dimensions: batch, feature, spatial ones (of
/// rhs output feature, input feature, spatial ones).
struct ConvNumbers {
  Ints strides, low, high, lhsDilation, rhsDilation;
  Ints lhsSpec, rhsSpec, outSpec;
  int64_t featureGroups = 1, batchGroups = 1;

  int64_t groups() const { return featureGroups * batchGroups; }
  /// The number of spatial dimensions.
  int64_t rank() const { return strides.size(); }
};

/// The size of n elements with zeros between them.
inline int64_t dilated(int64_t n, int64_t dilation) { return n ? (n - 1) * dilation + 1 : 0; }

} // namespace wg

#endif // WG_IR_CONVNUMBERS_H
