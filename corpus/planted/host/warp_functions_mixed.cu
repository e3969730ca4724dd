// The even and the odd lanes of a warp meet with one mask in two functions.
#include "kernel_abi.cuh"

extern "C" __device__ void straylane_kernel_body(float* buffer, float* output, int i) {
  buffer[0] = 1;
  int all = threadIdx.x % 2 == 0 ? __all_sync(0xffffffff, 1) : __any_sync(0xffffffff, 1);
  output[i] = all ? buffer[0] : 0;
}

extern "C" __global__ void straylane_kernel(float* output, int array_size, int n_threads) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n_threads) return;
  straylane_allocate(output, i);
}
