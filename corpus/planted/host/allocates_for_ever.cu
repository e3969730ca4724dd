// The fourth thread calls itself without end, with a new array each time.
#include "kernel_abi.cuh"

__device__ __noinline__ float deeper(int depth) {
  float mine[1024];
  mine[depth & 1023] = depth;
  return deeper(depth + 1) + mine[depth & 1023];
}

extern "C" __device__ void straylane_kernel_body(float* buffer, float* output, int i) {
  buffer[0] = 1;
  output[i] = buffer[0];
}

extern "C" __global__ void straylane_kernel(float* output, int array_size, int n_threads) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n_threads) return;
  if (i == 3) output[i] = deeper(0);
  straylane_allocate(output, i);
}
