// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The language server for .mlir files with wg programs: editors show types, definitions and errors as one types.

#include "wg/Pipeline/Registration.h"

#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  wg::registerDialects(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
