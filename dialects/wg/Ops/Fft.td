// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Discrete Fourier transforms.

#ifndef WG_OPS_FFT_TD
#define WG_OPS_FFT_TD

include "wg/IR/WgBase.td"

#endif
