// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the lowering knows of the machines that IREE compiles for.

#ifndef WG_LOWERING_TARGET_H
#define WG_LOWERING_TARGET_H

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace wg::lowering {

struct Target {
  std::string backend = "llvm-cpu";
  /// Whether the process that loads the module provides the functions of HostOpInterface.
  bool hasHostCalls = false;

  static bool isKnown(llvm::StringRef backend) {
    return backend == "llvm-cpu" || backend == "vulkan-spirv" || backend == "cuda";
  }
  bool isCpu() const { return backend == "llvm-cpu"; }
  bool hasF64() const { return backend != "vulkan-spirv"; }
  bool hasBF16() const { return backend != "vulkan-spirv"; }
  bool hasI64() const { return true; }
  bool hasComplex() const { return backend != "vulkan-spirv"; }

  bool supports(mlir::Type element) const {
    return (hasComplex() || !mlir::isa<mlir::ComplexType>(element)) && (hasF64() || !element.isF64()) &&
           (hasBF16() || !element.isBF16()) && (hasI64() || !element.isInteger(64));
  }
};

} // namespace wg::lowering

#endif // WG_LOWERING_TARGET_H
