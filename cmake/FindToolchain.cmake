# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# MLIR 22: where -DMLIR_DIR points, or the wheels in the site-packages of the active Python.

find_package(Python3 3.11 COMPONENTS Interpreter Development.Module REQUIRED)
if(NOT MLIR_DIR)
  execute_process(
    COMMAND "${Python3_EXECUTABLE}" -c "import sysconfig; print(sysconfig.get_path('purelib'))"
    OUTPUT_VARIABLE site_packages OUTPUT_STRIP_TRAILING_WHITESPACE)
  set(MLIR_DIR "${site_packages}/mlir/lib/cmake/mlir" CACHE PATH "MLIR's CMake files")
  set(LLVM_DIR "${site_packages}/llvm/lib/cmake/llvm" CACHE PATH "LLVM's CMake files")
endif()
find_package(MLIR REQUIRED CONFIG) # its config file carries no version to ask for
if(NOT LLVM_VERSION_MAJOR EQUAL 22)
  message(FATAL_ERROR "wengert needs MLIR 22 but MLIR_DIR (${MLIR_DIR}) is MLIR ${LLVM_VERSION_MAJOR}; install the pinned "
                      "wheels of pyproject.toml or pass -DMLIR_DIR and -DLLVM_DIR")
endif()
