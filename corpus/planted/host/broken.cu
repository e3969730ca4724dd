// Does not compile: the error is in line 4.
#include "kernel_abi.cuh"

extern "C" __device__ void straylane_kernel_body(float* buffer, float* output, int i) { output[i] = bufer[0]; }

extern "C" __global__ void straylane_kernel(float* output, int array_size, int n_threads) {}
