# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# MLIR 22: where -DMLIR_DIR points, or the wheels in the site-packages of the active Python.

find_package(Python3 3.11 COMPONENTS Interpreter Development.Module REQUIRED)
# nanobind asks for Python, MLIR for Python3: they must not find two.
set(Python_EXECUTABLE "${Python3_EXECUTABLE}" CACHE FILEPATH "the Python that is built for")
if(NOT MLIR_DIR)
  execute_process(
    COMMAND "${Python3_EXECUTABLE}" -c "import sys; print(';'.join(p for p in sys.path if '-packages' in p))"
    OUTPUT_VARIABLE site_packages OUTPUT_STRIP_TRAILING_WHITESPACE)
  list(TRANSFORM site_packages APPEND "/mlir/lib/cmake/mlir" OUTPUT_VARIABLE candidates)
  find_path(WENGERT_MLIR_WHEEL MLIRConfig.cmake PATHS ${candidates} NO_DEFAULT_PATH)
  if(NOT WENGERT_MLIR_WHEEL)
    message(FATAL_ERROR "no MLIR: ${Python3_EXECUTABLE} has no toolchain wheels (`make build` installs them into .venv); "
                        "or pass -DMLIR_DIR=<prefix>/lib/cmake/mlir of any MLIR 22")
  endif()
  set(MLIR_DIR "${WENGERT_MLIR_WHEEL}" CACHE PATH "MLIR's CMake files")
  cmake_path(SET llvm_dir NORMALIZE "${WENGERT_MLIR_WHEEL}/../../../../llvm/lib/cmake/llvm")
  set(LLVM_DIR "${llvm_dir}" CACHE PATH "LLVM's CMake files")
endif()
find_package(MLIR REQUIRED CONFIG) # its config file carries no version to ask for
if(NOT LLVM_VERSION_MAJOR EQUAL 22)
  message(FATAL_ERROR "wengert needs MLIR 22 but MLIR_DIR (${MLIR_DIR}) is MLIR ${LLVM_VERSION_MAJOR}; install the pinned "
                      "wheels of pyproject.toml or pass -DMLIR_DIR and -DLLVM_DIR")
endif()

# MLIR's static libraries may be exported as needing the shared libLLVM. Its static components serve as well, and the
# products then depend on no toolchain.
if(LLVM_LINK_LLVM_DYLIB AND TARGET LLVMSupport)
  set(LLVM_LINK_LLVM_DYLIB OFF)
  set(MLIR_LINK_MLIR_DYLIB OFF)
  foreach(target ${MLIR_EXPORTED_TARGETS})
    foreach(property INTERFACE_LINK_LIBRARIES MLIR_AGGREGATE_DEP_LIBS_IMPORTED)
      get_target_property(libraries ${target} ${property})
      if("LLVM" IN_LIST libraries)
        list(TRANSFORM libraries REPLACE "^LLVM$" "LLVMCore;LLVMSupport")
        set_property(TARGET ${target} PROPERTY ${property} "${libraries}")
      endif()
    endforeach()
  endforeach()
endif()
