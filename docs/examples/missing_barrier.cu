// Wrong: a thread reads what another one writes into shared memory, without waiting for the write.
#include "kernel_abi.cuh"

extern "C" __device__ void straylane_kernel_body(float* buffer, float* output, int i) {
  buffer[0] = 1;
  output[i] = buffer[0];
}

extern "C" __global__ void straylane_kernel(float* output, int array_size, int n_threads) {
  __shared__ float tile[1024];
  tile[threadIdx.x] = 1;
  // __syncthreads() belongs here.
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n_threads) return;
  if (tile[blockDim.x - 1 - threadIdx.x] == 1) straylane_allocate(output, i);
}
