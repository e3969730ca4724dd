// A correct kernel: each thread below n_threads writes a 1 to its own element. The allocator is the factory's.
#include "kernel_abi.cuh"

extern "C" __device__ void straylane_kernel_body(float* buffer, float* output, int i) {
  buffer[0] = 1;
  output[i] = buffer[0];
}

extern "C" __global__ void straylane_kernel(float* output, int array_size, int n_threads) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n_threads) return;
  straylane_allocate(output, i);
}
