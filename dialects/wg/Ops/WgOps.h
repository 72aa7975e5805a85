// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// All op classes.

#ifndef WG_OPS_WGOPS_H
#define WG_OPS_WGOPS_H

#include "wg/Ops/Collective.h"
#include "wg/Ops/Composite.h"
#include "wg/Ops/Contraction.h"
#include "wg/Ops/Convolution.h"
#include "wg/Ops/Elementwise.h"
#include "wg/Ops/Fft.h"
#include "wg/Ops/Host.h"
#include "wg/Ops/Indexing.h"
#include "wg/Ops/Linalg.h"
#include "wg/Ops/Random.h"
#include "wg/Ops/Reduction.h"
#include "wg/Ops/Shape.h"
#include "wg/Ops/Sorting.h"
#include "wg/Ops/Special.h"
#include "wg/Ops/Transform.h"
#include "wg/Ops/Window.h"

#endif // WG_OPS_WGOPS_H
