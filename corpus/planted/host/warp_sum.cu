// The lanes of a warp add up their values. Each thread that goes on learns how many there are, and writes 1.
#include "kernel_abi.cuh"

extern "C" __device__ void straylane_kernel_body(float* buffer, float* output, int i) {
  buffer[0] = 1;
  unsigned lanes = __activemask();
  int sum = 1;
  for (int distance = 16; distance > 0; distance /= 2) sum += __shfl_xor_sync(0xffffffff, sum, distance);
  output[i] = sum == 32 && lanes == 0xffffffff ? buffer[0] : 0;
}

extern "C" __global__ void straylane_kernel(float* output, int array_size, int n_threads) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n_threads) return;
  straylane_allocate(output, i);
}
