// Reads the left neighbour's element of shared memory after a barrier of the warp. Correct for one warp.
#include "kernel_abi.cuh"

extern "C" __device__ void straylane_kernel_body(float* buffer, float* output, int i) { buffer[0] = output[i]; }

extern "C" __global__ void straylane_kernel(float* output, int array_size, int n_threads) {
  __shared__ float tile[32];
  tile[threadIdx.x % 32] = 1;
  __syncwarp();  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n_threads) return;
  output[i] = threadIdx.x == 0 ? 1 : tile[threadIdx.x % 32 - 1];
  straylane_allocate(output, i);
}
