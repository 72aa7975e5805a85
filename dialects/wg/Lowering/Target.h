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
  bool hasComplex() const { return backend != "vulkan-spirv"; }
  /// Arrays of them; a kernel may compute in 64 bits anywhere.
  bool hasI64() const { return backend != "vulkan-spirv"; }

  /// Unsigned arithmetic below 32 bits, which IREE does not emulate there.
  bool hasSmallUnsigned() const { return backend != "vulkan-spirv"; }

  bool supports(mlir::Type element) const {
    if (element.isUnsignedInteger() && element.getIntOrFloatBitWidth() < 32 && !hasSmallUnsigned())
      return false;
    if (mlir::isa<mlir::ComplexType>(element) && !hasComplex())
      return false;
    return (hasF64() || !element.isF64()) && (hasBF16() || !element.isBF16()) && (hasI64() || !element.isInteger(64));
  }
  /// What to do about an element type that the target does not support.
  llvm::StringRef remedyFor(mlir::Type element) const {
    if (element.isF64())
      return "use float32 (x.astype('float32')), or the target llvm-cpu";
    if (mlir::isa<mlir::ComplexType>(element))
      return "keep real and imaginary parts as two float arrays, or use the target llvm-cpu";
    if (element.isBF16())
      return "use float16 or float32, or the target llvm-cpu";
    if (element.isUnsignedInteger())
      return "use uint32 or int32, or the target llvm-cpu";
    return "use a 32-bit type, or the target llvm-cpu";
  }
};

} // namespace wg::lowering

#endif // WG_LOWERING_TARGET_H
