// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// mlir-opt for wg programs.

#include "wg/Pipeline/Registration.h"
#include "wg/Pipeline/SourceCheck.h"

#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/ToolOutputFile.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  wg::registerDialects(registry);
  wg::registerPasses();
  auto [input, output] = mlir::registerAndParseCLIOptions(argc, argv, "wengert optimizer\n", registry);
  auto config = mlir::MlirOptMainConfig::createFromCLOptions();
  if (config.shouldShowDialects() || config.shouldListPasses())
    return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, input, output, registry));

  std::string error;
  std::unique_ptr<llvm::MemoryBuffer> text = mlir::openInputFile(input, &error);
  std::unique_ptr<llvm::ToolOutputFile> file = text ? mlir::openOutputFile(output, &error) : nullptr;
  if (!file) {
    llvm::errs() << error << "\n";
    return 1;
  }
  if (auto problem = wg::checkSource(text->getBuffer())) {
    llvm::errs() << input << ":" << problem->line << ":" << problem->column << ": error: " << problem->message << "\n";
    return 1;
  }
  mlir::LogicalResult result = mlir::MlirOptMain(file->os(), std::move(text), registry, config);
  if (mlir::succeeded(result))
    file->keep();
  return mlir::asMainReturnCode(result);
}
