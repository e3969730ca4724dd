# What is called: the kernel that the factories build, launched once with the settings of a call.

# One thread. It calls the allocator, unless one that goes on may not come back.
# only: no end
WARM_UP = {"array_size": 1, "buffer_size": 1, "n_threads": 0, "block_size": 1}
# end
# only: an end
WARM_UP = {"array_size": 1, "buffer_size": 1, "n_threads": 1, "block_size": 1}
# end


def index_of(thread, settings):
    return thread.blockIdx.x * settings["block_size"] + thread.threadIdx.x


# only: guard
def should_have_returned(settings, index):
    return index >= settings["n_threads"]


# end
def call(settings):
    import numpy as np
    # only: factory
    from numba_mwe.allocator_factory import AllocatorFactory
    from numba_mwe.kernel_factory import KernelFactory

    kernel = KernelFactory(AllocatorFactory(settings["buffer_size"])).build()
    # end
    # only: planted
    from @MODULE@ import build

    kernel = build(settings["buffer_size"])
    # end
    array_size, n_threads, block_size = (settings[name] for name in ("array_size", "n_threads", "block_size"))
    output = np.zeros(array_size, dtype=np.float32)
    kernel[((array_size + block_size - 1) // block_size,), (block_size,)](output, n_threads)
    expected = np.zeros(array_size, dtype=np.float32)
    expected[:n_threads] = 1
    wrong = [i for i in range(array_size) if output[i] != expected[i]]
    assert not wrong, f"output[{wrong[0]}] is {output[wrong[0]]:g}, must be {expected[wrong[0]]:g}"
