// What AllocatorFactory(BUFFER_SIZE) builds.
#include "kernel_abi.cuh"

extern "C" __device__ void straylane_allocate(float* output, int i) {
  float buffer[BUFFER_SIZE];
  straylane_kernel_body(buffer, output, i);
}
