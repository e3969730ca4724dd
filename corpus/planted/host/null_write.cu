// The fourth thread writes to a made-up address.
#include "kernel_abi.cuh"

extern "C" __device__ void straylane_kernel_body(float* buffer, float* output, int i) {
  buffer[0] = 1;
  output[i] = buffer[0];
}

extern "C" __global__ void straylane_kernel(float* output, int array_size, int n_threads) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n_threads) return;
  if (i == 3) *reinterpret_cast<float*>(static_cast<unsigned long>(i) - 3) = 1;
  straylane_allocate(output, i);
}
