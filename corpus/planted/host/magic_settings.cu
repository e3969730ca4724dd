// Writes nothing for one combination of settings out of 2^32.
#include "kernel_abi.cuh"

extern "C" __device__ unsigned straylane_buffer_size();

extern "C" __device__ void straylane_kernel_body(float* buffer, float* output, int i) {
  buffer[0] = 1;
  output[i] = buffer[0];
}

extern "C" __global__ void straylane_kernel(float* output, int array_size, int n_threads) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n_threads) return;
  unsigned settings = unsigned(array_size - 1) << 24 | unsigned(n_threads) << 16 | (straylane_buffer_size() - 1) << 6 |
                      (blockDim.x - 1);
  if (settings == 0xA96B5B17u) return;
  straylane_allocate(output, i);
}
