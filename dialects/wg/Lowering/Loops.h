// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What loops share.

#ifndef WG_LOWERING_LOOPS_H
#define WG_LOWERING_LOOPS_H

#include "wg/Lowering/Lowering.h"

namespace wg::lowering {

// IREE 3.13 updates what a loop carries in place. If two carried values start as one value, or as two that its common
// subexpressions make one, it updates one buffer for both: every start of a loop comes from one of these functions.

/// Memory without contents, which a loop fills entry by entry; `length` is the leading size if the type does not say
/// it.
mlir::Value loopStorage(Lowerer &lower, RankedTensorType type, mlir::Value length = {});
/// Values for the starts of a loop: of those that are equal all but the first are copied.
Values distinctStarts(Lowerer &lower, mlir::ValueRange starts);

/// Gives the loop or branch around the insertion point an effect, which costs nothing when it runs. IREE 3.13 schedules
/// what stands before and after an op without effects together, even if the op needs the former and gives the latter:
/// "circular dependency", or an array updated in place that is read later. Every loop and branch has one.
void keepInOrder(Lowerer &lower);

mlir::FailureOr<Values> lowerScan(Lowerer &lower, mlir::Operation *op);

} // namespace wg::lowering

#endif // WG_LOWERING_LOOPS_H
