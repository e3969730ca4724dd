// The fourth thread calls itself without end. The compiler turns that into a loop, so it takes no memory.
#include "kernel_abi.cuh"

extern "C" __device__ void straylane_kernel_body(float* buffer, float* output, int i) {
  buffer[0] = 1;
  output[i] = buffer[0];
}

__device__ __noinline__ int for_ever(int k) { return for_ever(k + 1); }

extern "C" __global__ void straylane_kernel(float* output, int array_size, int n_threads) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n_threads) return;
  if (i == 3) output[i] = for_ever(i);
  straylane_allocate(output, i);
}
