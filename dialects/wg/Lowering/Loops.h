// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What loops share.

#ifndef WG_LOWERING_LOOPS_H
#define WG_LOWERING_LOOPS_H

#include "wg/Lowering/Lowering.h"

namespace wg::lowering {

// IREE 3.13 updates what a loop carries in place. If two carried values start as one value, or as two that its common
// subexpressions make one, it updates one buffer for both: every start of a loop comes from one of these functions.

/// Memory without contents, which a loop fills entry by entry.
mlir::Value loopStorage(Lowerer &lower, RankedTensorType type);
/// Values for the starts of a loop: of those that are equal all but the first are copied.
Values distinctStarts(Lowerer &lower, mlir::ValueRange starts);
/// The results of a loop over a number of steps that is never negative. IREE packs what a loop starts with into one
/// buffer, and where that buffer is used for the last time when the loop is entered, its virtual machine may move it to
/// one of the loop's arguments and leave the others without. So the first values have one more use, which never comes.
Values keepingStarts(Lowerer &lower, mlir::Value steps, mlir::ValueRange starts, mlir::ValueRange results);

mlir::FailureOr<Values> lowerScan(Lowerer &lower, mlir::Operation *op);

} // namespace wg::lowering

#endif // WG_LOWERING_LOOPS_H
