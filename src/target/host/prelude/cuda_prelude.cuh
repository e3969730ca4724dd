// What the device sources find without including it when they are built for the CPU: the part of CUDA C++ that the host
// target has. Anything else (warp functions, cooperative groups, dynamic shared memory, math functions) does not
// compile.
#pragma once

#define __global__ __attribute__((global))
#define __device__ __attribute__((device))
#define __host__ __attribute__((host))
#define __shared__ __attribute__((shared))
#define __constant__ __attribute__((constant))
#define __forceinline__ inline __attribute__((always_inline))
#define __noinline__ __attribute__((noinline))

struct uint3 {
  unsigned x, y, z;
};

// The indexes of the running thread; set by the runtime at every switch.
struct straylane_indexes {
  uint3 thread, block, block_dim, grid_dim;
};
extern "C" extern __device__ const straylane_indexes __straylane_indexes;
#define threadIdx (__straylane_indexes.thread)
#define blockIdx (__straylane_indexes.block)
#define blockDim (__straylane_indexes.block_dim)
#define gridDim (__straylane_indexes.grid_dim)

// The pass memory_accesses.cc puts the number of the site in.
extern "C" __device__ void __straylane_barrier(unsigned site);
#define __syncthreads() __straylane_barrier(0)

// Atomics are one access each, and so one yield point; the line is that of the call.
#define STRAYLANE_ATOMIC static inline __device__ __attribute__((always_inline, nodebug))
template <class T>
STRAYLANE_ATOMIC T atomicAdd(T* p, T v) {
  return __atomic_fetch_add(p, v, __ATOMIC_RELAXED);
}
template <class T>
STRAYLANE_ATOMIC T atomicMax(T* p, T v) {
  return __atomic_fetch_max(p, v, __ATOMIC_RELAXED);
}
template <class T>
STRAYLANE_ATOMIC T atomicMin(T* p, T v) {
  return __atomic_fetch_min(p, v, __ATOMIC_RELAXED);
}
STRAYLANE_ATOMIC int atomicExch(int* p, int v) { return __atomic_exchange_n(p, v, __ATOMIC_RELAXED); }
STRAYLANE_ATOMIC unsigned atomicExch(unsigned* p, unsigned v) { return __atomic_exchange_n(p, v, __ATOMIC_RELAXED); }
STRAYLANE_ATOMIC int atomicCAS(int* p, int compare, int v) {
  __atomic_compare_exchange_n(p, &compare, v, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  return compare;
}
STRAYLANE_ATOMIC unsigned atomicCAS(unsigned* p, unsigned compare, unsigned v) {
  __atomic_compare_exchange_n(p, &compare, v, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  return compare;
}
#undef STRAYLANE_ATOMIC
