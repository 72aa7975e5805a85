// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The names of IREE's dialects, so that their ops can stand in our modules in generic form without being defined here.

#ifndef WG_LOWERING_IREEDIALECTS_H
#define WG_LOWERING_IREEDIALECTS_H

#include "mlir/IR/Dialect.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/DialectRegistry.h"

namespace wg::lowering {

/// A dialect whose ops and attributes only IREE knows.
template <typename Concrete>
class OpaqueDialect : public mlir::Dialect {
public:
  explicit OpaqueDialect(mlir::MLIRContext *context)
      : mlir::Dialect(Concrete::getDialectNamespace(), context, mlir::TypeID::get<Concrete>()) {
    allowUnknownOperations();
  }

  mlir::Attribute parseAttribute(mlir::DialectAsmParser &parser, mlir::Type) const override {
    auto name = mlir::StringAttr::get(getContext(), getNamespace());
    return mlir::OpaqueAttr::get(name, parser.getFullSymbolSpec(), mlir::NoneType::get(getContext()));
  }
};

/// gather, scatter, sort, scan: better kernels than linalg's.
class IreeLinalgExtDialect : public OpaqueDialect<IreeLinalgExtDialect> {
public:
  using OpaqueDialect::OpaqueDialect;
  static constexpr llvm::StringLiteral getDialectNamespace() { return "iree_linalg_ext"; }
};

/// Memory of loops.
class FlowDialect : public OpaqueDialect<FlowDialect> {
public:
  using OpaqueDialect::OpaqueDialect;
  static constexpr llvm::StringLiteral getDialectNamespace() { return "flow"; }
};

/// Barriers to optimisation.
class UtilDialect : public OpaqueDialect<UtilDialect> {
public:
  using OpaqueDialect::OpaqueDialect;
  static constexpr llvm::StringLiteral getDialectNamespace() { return "util"; }
};

/// The place of an argument.
class HalDialect : public OpaqueDialect<HalDialect> {
public:
  using OpaqueDialect::OpaqueDialect;
  static constexpr llvm::StringLiteral getDialectNamespace() { return "hal"; }
};

} // namespace wg::lowering

#endif // WG_LOWERING_IREEDIALECTS_H
