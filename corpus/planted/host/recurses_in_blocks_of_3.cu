// In blocks of three threads, calls itself until the stack is used up. The process dies.
#include "kernel_abi.cuh"

extern "C" __device__ __noinline__ int straylane_depth(int n) {
  return n <= 0 ? 0 : straylane_depth(n + 1) ^ straylane_depth(n + 2);
}

extern "C" __device__ void straylane_kernel_body(float* buffer, float* output, int i) {
  buffer[0] = 1;
  output[i] = buffer[0];
}

extern "C" __global__ void straylane_kernel(float* output, int array_size, int n_threads) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n_threads) return;
  if (blockDim.x == 3 && straylane_depth(1) == 1) return;
  straylane_allocate(output, i);
}
