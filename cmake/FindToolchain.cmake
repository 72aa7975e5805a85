# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# MLIR 22: where -DMLIR_DIR points, or the wheels in the site-packages of the active Python.

find_package(Python3 3.11 COMPONENTS Interpreter Development.Module REQUIRED)
# nanobind asks for Python, MLIR for Python3: they must not find two.
set(Python_EXECUTABLE "${Python3_EXECUTABLE}" CACHE FILEPATH "the Python that is built for")
if(NOT MLIR_DIR)
  execute_process(
    COMMAND "${Python3_EXECUTABLE}" -c "import importlib.util as u; print(u.find_spec('mlir').submodule_search_locations[0])"
    OUTPUT_VARIABLE mlir_prefix OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE not_found)
  if(not_found)
    message(FATAL_ERROR "no MLIR: ${Python3_EXECUTABLE} has no toolchain wheels (`make build` installs them into .venv); "
                        "or pass -DMLIR_DIR=<prefix>/lib/cmake/mlir of any MLIR 22")
  endif()
  cmake_path(GET mlir_prefix PARENT_PATH site_packages)
  set(MLIR_DIR "${site_packages}/mlir/lib/cmake/mlir" CACHE PATH "MLIR's CMake files")
  set(LLVM_DIR "${site_packages}/llvm/lib/cmake/llvm" CACHE PATH "LLVM's CMake files")
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
