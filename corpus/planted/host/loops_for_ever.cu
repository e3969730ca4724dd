// Waits for a variable of its own, which nothing changes.
#include "kernel_abi.cuh"

extern "C" __device__ void straylane_kernel_body(float* buffer, float* output, int i) {
  buffer[0] = 1;
  while (buffer[0] != static_cast<float>(i % 2)) {
  }
  output[i] = buffer[0];
}

extern "C" __global__ void straylane_kernel(float* output, int array_size, int n_threads) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n_threads) return;
  straylane_allocate(output, i);
}
