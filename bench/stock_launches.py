"""Launches the factory kernel as a user does: stock interpreter, stock simulator, real threads, nothing of Straylane.

    stock_launches.py ARRAY_SIZE BUFFER_SIZE N_THREADS BLOCK_SIZE SECONDS

Every launch builds fresh factories. Prints one JSON object: launches, seconds, python, numba, and what a launch raised,
which ends the measurement, since the simulator's modules may then be left changed.
"""
import json
import os
import sys
import time
from pathlib import Path

os.environ["NUMBA_ENABLE_CUDASIM"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src" / "program" / "factory"))

import numba
import numpy as np
from numba_mwe.allocator_factory import AllocatorFactory
from numba_mwe.kernel_factory import KernelFactory


def launch(array_size, buffer_size, n_threads, block_size):
    kernel = KernelFactory(AllocatorFactory(buffer_size)).build()
    output = np.zeros(array_size, dtype=np.float32)
    kernel[((array_size + block_size - 1) // block_size,), (block_size,)](output, n_threads)


def main():
    settings = [int(a) for a in sys.argv[1:5]]
    seconds = float(sys.argv[5])
    launch(*settings)  # some work is done at the first launch only
    launches, raised = 0, ""
    start = now = time.perf_counter()
    while now - start < seconds and not raised:
        try:
            launch(*settings)
        except Exception as error:
            raised = f"{type(error).__name__}: {error}"
        launches += 1
        now = time.perf_counter()
    print(json.dumps({"launches": launches, "seconds": now - start, "raised": raised,
                      "python": sys.version.split()[0], "numba": numba.__version__}))


if __name__ == "__main__":
    main()
