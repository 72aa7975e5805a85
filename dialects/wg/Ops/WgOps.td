// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// All ops: what tools/dev/gen_from_ops.py reads.

include "wg/Ops/Elementwise.td"
include "wg/Ops/Shape.td"
include "wg/Ops/Contraction.td"
include "wg/Ops/Reduction.td"
include "wg/Ops/Indexing.td"
include "wg/Ops/Sorting.td"
include "wg/Ops/Random.td"
include "wg/Ops/Composite.td"
include "wg/Ops/Transform.td"
