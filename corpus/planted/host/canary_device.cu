// The canaries of target host, see src/hunt/canary_check.h, for three threads. An update around an access is lost if a
// thread is preempted at that access. After a call at which threads meet, the one that arrived last goes on first. By
// default that is thread 2, then 1, then 2 again; another one is first only if the schedule makes a choice there. The
// output shows both.
#include "kernel_abi.cuh"

__device__ int taken, counted, first[4];

extern "C" __device__ void straylane_kernel_body(float* buffer, float* output, int) { buffer[0] = output[0]; }

__device__ int is_first_and_not(int place, int i, int thread) { return atomicAdd(&first[place], 1) == 0 && i != thread; }

extern "C" __global__ void straylane_kernel(float* output, int array_size, int n_threads) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n_threads) return;

  int seen = atomicAdd(&counted, 0);
  output[i] = 0;
  atomicAdd(&taken, 1);
  atomicExch(&counted, seen + 1);

  __syncthreads();
  int wrong = is_first_and_not(0, i, 2);
  __syncwarp();
  wrong += is_first_and_not(1, i, 1);
  __shfl_sync(0xffffffff, i, 0);
  wrong += is_first_and_not(2, i, 2);
  __ballot_sync(0xffffffff, i);
  wrong += is_first_and_not(3, i, 1);
  output[i] = wrong == 0 && atomicAdd(&counted, 0) == n_threads;
}
