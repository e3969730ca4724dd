#!/usr/bin/env bash
# Builds the fuzz targets into $OUT, as ClusterFuzzLite and OSS-Fuzz ask for it: for each a binary that runs from wherever the
# folder is copied to, NAME_seed_corpus.zip, NAME.dict and NAME.options, and in lib/ the libraries they share.
#
#   SRC                 has this project in straylane/
#   OUT                 what is built, WORK  where
#   LIB_FUZZING_ENGINE  a library, or a flag such as -fsanitize=fuzzer
#   CXX, CXXFLAGS       compiler and flags, sanitizers among them
#   STRAYLANE_JOBS      compilers at a time (default: one a processor)
#
# Built again in the same WORK, only what has changed is compiled.
set -euo pipefail
: "${SRC:?}" "${OUT:?}" "${WORK:?}" "${LIB_FUZZING_ENGINE:?}"

source=$SRC/straylane
build=$WORK
jobs=${STRAYLANE_JOBS:-$(nproc)}
targets=(fuzz_codec fuzz_host)

# LLVM and the other libraries are the distribution's, built with libstdc++: two C++ libraries do not go together.
export CXXFLAGS=${CXXFLAGS-}
CXXFLAGS=${CXXFLAGS//-stdlib=libc++/}

cmake -S "$source" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DLIB_FUZZING_ENGINE="$LIB_FUZZING_ENGINE" >/dev/null
for target in "${targets[@]}"; do
  ninja -C "$build" -t query "$target" >/dev/null 2>&1 || {
    echo "build.sh: $target cannot be built: LLVM 19, clang-19 or a fuzzing engine is missing (see .ci/packages)" >&2
    exit 1
  }
done
ninja -C "$build" -j "$jobs" "${targets[@]}"
for target in "${targets[@]}"; do
  cmake -DBINARY="$build/fuzz/$target" -DFOLDER="$OUT" -DSOURCE="$source" -P "$source/fuzz/package.cmake"
done
