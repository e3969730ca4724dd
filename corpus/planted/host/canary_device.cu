// The canaries of target host, see src/campaign/canary_check.h. Around an access an update is lost where a thread is
// preempted at it. Behind a call at which threads meet, the one that arrived last goes on first, and without a choice that
// is thread 2, then 1, then 2 again: another is first only where the schedule chooses so. Both are seen in the output.
// For three threads.
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
