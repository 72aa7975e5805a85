// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// All ops: what tools/dev/gen_from_ops.py reads.

include "wg/Ops/Elementwise.td"
include "wg/Ops/Special.td"
include "wg/Ops/Shape.td"
include "wg/Ops/Contraction.td"
include "wg/Ops/Convolution.td"
include "wg/Ops/Reduction.td"
include "wg/Ops/Window.td"
include "wg/Ops/Indexing.td"
include "wg/Ops/Sorting.td"
include "wg/Ops/Random.td"
include "wg/Ops/Linalg.td"
include "wg/Ops/Fft.td"
include "wg/Ops/Host.td"
include "wg/Ops/ControlFlow.td"
include "wg/Ops/Composite.td"
include "wg/Ops/Transform.td"
