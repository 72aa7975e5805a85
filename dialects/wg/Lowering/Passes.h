// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef WG_LOWERING_PASSES_H
#define WG_LOWERING_PASSES_H

#include "wg/Lowering/IreeDialects.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

#include <memory>

namespace mlir {
namespace arith {
class ArithDialect;
}
namespace linalg {
class LinalgDialect;
}
namespace math {
class MathDialect;
}
namespace scf {
class SCFDialect;
}
namespace tensor {
class TensorDialect;
}
} // namespace mlir

namespace wg {

#define GEN_PASS_DECL
#include "wg/Lowering/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "wg/Lowering/Passes.h.inc"

} // namespace wg

#endif // WG_LOWERING_PASSES_H
