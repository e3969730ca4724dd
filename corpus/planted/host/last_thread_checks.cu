// Each thread counts itself with an atomic operation after it has written. The last one reads what the others wrote.
// The counter orders the accesses, also between blocks.
#include "kernel_abi.cuh"

__device__ int done;

extern "C" __device__ void straylane_kernel_body(float* buffer, float* output, int i) {
  buffer[0] = 1;
  output[i] = buffer[0];
}

extern "C" __global__ void straylane_kernel(float* output, int array_size, int n_threads) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n_threads) return;
  straylane_allocate(output, i);
  __threadfence();
  if (atomicAdd(&done, 1) != n_threads - 1) return;
  float sum = 0;
  for (int k = 0; k < n_threads; ++k) sum += output[k];
  if (sum != n_threads) output[i] = sum;
}
