#!/usr/bin/env python3
"""What AddressSanitizer finds in the planted CUDA programs, beside what target host says of them.

    address_sanitizer.py [STRAYLANE]     default: build/release/straylane; needs clang++-19

Builds each program of corpus/planted/host that breaks something with clang and -fsanitize=address. Every CUDA thread is
a thread of the operating system, blocks run one after another, and the output is on the heap. Then replays the program
on target host under the default schedule. Prints a Markdown table; exit status 1 if target host misses a program.
"""
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PLANTED = ROOT / "corpus" / "planted" / "host"
DEVICE = ROOT / "src" / "factory" / "device"
# program: array_size, buffer_size, n_threads, block_size
CASES = [("guard_off_by_one", 10, 5, 10, 32), ("guard_off_by_one", 10, 5, 7, 32), ("guard_missing", 10, 5, 7, 32),
         ("writes_beside", 10, 5, 10, 32), ("clears_too_much", 10, 5, 7, 32), ("end_of_buffer", 10, 5, 7, 32),
         ("shared_overflow", 64, 5, 64, 64), ("null_write", 10, 5, 7, 32), ("uninitialised_read", 10, 5, 7, 32),
         ("racy_counter", 10, 5, 7, 32), ("barrier_missing", 70, 5, 65, 32), ("barrier_divergent", 10, 5, 7, 32)]
SHIM = """
#include <pthread.h>
struct Index { unsigned x, y = 0, z = 0; };
inline thread_local Index threadIdx{0}, blockIdx{0};
inline Index blockDim{1}, gridDim{1};
inline pthread_barrier_t barrier;
inline void __syncthreads() { pthread_barrier_wait(&barrier); }
#define __global__
#define __device__
#define __shared__ static
"""
MAIN = """
#include <cstdlib>
#include <thread>
#include <vector>
extern "C" void straylane_kernel(float* output, int array_size, int n_threads);
int main(int, char** argv) {
  const int array_size = std::atoi(argv[1]), n_threads = std::atoi(argv[2]), block_size = std::atoi(argv[3]);
  float* output = static_cast<float*>(std::calloc(array_size, sizeof(float)));
  blockDim.x = block_size;
  gridDim.x = (array_size + block_size - 1) / block_size;
  for (unsigned block = 0; block < gridDim.x; ++block) {
    pthread_barrier_init(&barrier, nullptr, block_size);
    std::vector<std::thread> threads;
    for (int thread = 0; thread < block_size; ++thread)
      threads.emplace_back([=] {
        threadIdx.x = thread;
        blockIdx.x = block;
        straylane_kernel(output, array_size, n_threads);
      });
    for (std::thread& thread : threads) thread.join();
  }
  std::free(output);
}
"""


def by_address_sanitizer(folder, program, array_size, buffer_size, n_threads, block_size):
    parts = {"kernel.cu": PLANTED / f"{program}.cu", "allocator.cu": PLANTED / f"{program}_allocator.cu"}
    sources = [path if path.exists() else DEVICE / name for name, path in parts.items()]
    binary = folder / program
    subprocess.run(["clang++-19", "-std=c++20", "-O1", "-g", "-w", "-fsanitize=address", f"-DBUFFER_SIZE={buffer_size}",
                    f"-I{DEVICE}", "-include", folder / "shim.h", "-x", "c++", *sources, folder / "main.cc", "-o", binary,
                    "-pthread"], check=True)
    try:
        run = subprocess.run([binary, *map(str, (array_size, n_threads, block_size))], capture_output=True, text=True,
                             timeout=60)
    except subprocess.TimeoutExpired:
        return "hangs"
    found = re.search(r"AddressSanitizer: (\S+)", run.stderr)
    return found[1] if found else "nothing"


def by_target_host(straylane, folder, program, *settings):
    names = ("array_size", "buffer_size", "n_threads", "block_size")
    case = folder / "case.json"
    case.write_text(json.dumps({"format": "straylane-case/2", "target": "host", "program": program,
                                "calls": [dict(zip(names, settings))], "schedule": []}))
    run = subprocess.run([straylane, "replay", case], capture_output=True, text=True)
    if run.returncode not in (2, 3):
        sys.exit(f"{program}: {run.stdout}{run.stderr}")
    found = re.search("OutOfBounds|UninitialisedRead|DataRace|BarrierDivergence|went on behind the guard", run.stdout)
    return found[0] if found else "nothing"


def main():
    straylane = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "build/release/straylane").resolve()
    missed = False
    print("| program | settings | AddressSanitizer | target host |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "shim.h").write_text(SHIM)
        (folder / "main.cc").write_text(MAIN)
        for program, *settings in CASES:
            ours = by_target_host(straylane, folder, program, *settings)
            missed |= ours == "nothing"
            theirs = by_address_sanitizer(folder, program, *settings)
            print(f"| {program} | {'/'.join(map(str, settings))} | {theirs} | {ours} |", flush=True)
    sys.exit(missed)


if __name__ == "__main__":
    main()
