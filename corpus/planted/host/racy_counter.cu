// Each thread takes a number from a counter, but not atomically, so two threads may take the same.
#include "kernel_abi.cuh"

__device__ int taken;

extern "C" __device__ void straylane_kernel_body(float* buffer, float* output, int) {
  buffer[0] = 1;
  int mine = taken;
  taken = mine + 1;
  output[mine] = buffer[0];
}

extern "C" __global__ void straylane_kernel(float* output, int array_size, int n_threads) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n_threads) return;
  straylane_allocate(output, i);
}
