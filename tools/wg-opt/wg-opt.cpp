// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// mlir-opt for wg programs.

#include "wg/Pipeline/Registration.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  wg::registerDialects(registry);
  wg::registerPasses();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "wengert optimizer\n", registry));
}
