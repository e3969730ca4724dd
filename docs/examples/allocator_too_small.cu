// Wrong: the allocator reserves one element less than it clears. The kernel is the factory's.
#include "kernel_abi.cuh"

extern "C" __device__ void straylane_allocate(float* output, int i) {
  float buffer[BUFFER_SIZE > 1 ? BUFFER_SIZE - 1 : 1];
  for (int k = 0; k < BUFFER_SIZE; ++k) buffer[k] = 0;
  straylane_kernel_body(buffer, output, i);
}
