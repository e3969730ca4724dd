// The part of CUDA C++ that target host supports. It is included before the first line of every device source that is
// built for the CPU. Anything else (cooperative groups, dynamic shared memory, textures, printf) does not compile.
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

// The indexes of the running thread, which the runtime sets at every switch.
struct straylane_indexes {
  uint3 thread, block, block_dim, grid_dim;
};
extern "C" extern __device__ const straylane_indexes __straylane_indexes;
#define threadIdx (__straylane_indexes.thread)
#define blockIdx (__straylane_indexes.block)
#define blockDim (__straylane_indexes.block_dim)
#define gridDim (__straylane_indexes.grid_dim)

// memory_accesses_pass replaces the argument with the number of the site.
extern "C" __device__ void __straylane_barrier(unsigned site);
#define __syncthreads() __straylane_barrier(0)

// Atomics and barriers order threads. An atomic does so even without a fence, which is more than CUDA promises.
#define __threadfence() ((void)0)
#define __threadfence_block() ((void)0)
#define __threadfence_system() ((void)0)

// Warp functions, with the numbers of WarpFunction in warp_calls.h. `nodebug` makes their line that of the call.
#define warpSize 32
#define __trap() __builtin_trap()
#define STRAYLANE_INLINE static inline __device__ __attribute__((always_inline, nodebug))
extern "C" __device__ unsigned long long __straylane_warp(unsigned site, unsigned function, unsigned mask,
                                                          unsigned long long value, int lane, int width);
STRAYLANE_INLINE void __syncwarp(unsigned mask = 0xffffffff) { __straylane_warp(0, 0, mask, 0, 0, 32); }
STRAYLANE_INLINE unsigned __ballot_sync(unsigned mask, int predicate) {
  return static_cast<unsigned>(__straylane_warp(0, 5, mask, predicate != 0, 0, 32));
}
STRAYLANE_INLINE int __any_sync(unsigned mask, int predicate) {
  return static_cast<int>(__straylane_warp(0, 6, mask, predicate != 0, 0, 32));
}
STRAYLANE_INLINE int __all_sync(unsigned mask, int predicate) {
  return static_cast<int>(__straylane_warp(0, 7, mask, predicate != 0, 0, 32));
}
STRAYLANE_INLINE unsigned __activemask() { return static_cast<unsigned>(__straylane_warp(0, 8, 0, 0, 0, 32)); }
#define STRAYLANE_SHUFFLE(name, number, type, bits)                                                              \
  STRAYLANE_INLINE type name(unsigned mask, type value, int lane, int width = 32) {                              \
    const unsigned long long word = __builtin_bit_cast(bits, value);                                             \
    return __builtin_bit_cast(type, static_cast<bits>(__straylane_warp(0, number, mask, word, lane, width)));    \
  }
#define STRAYLANE_SHUFFLES(name, number)                                \
  STRAYLANE_SHUFFLE(name, number, int, unsigned)                        \
  STRAYLANE_SHUFFLE(name, number, unsigned, unsigned)                   \
  STRAYLANE_SHUFFLE(name, number, float, unsigned)                      \
  STRAYLANE_SHUFFLE(name, number, long, unsigned long)                  \
  STRAYLANE_SHUFFLE(name, number, unsigned long, unsigned long)         \
  STRAYLANE_SHUFFLE(name, number, long long, unsigned long long)        \
  STRAYLANE_SHUFFLE(name, number, unsigned long long, unsigned long long) \
  STRAYLANE_SHUFFLE(name, number, double, unsigned long long)
STRAYLANE_SHUFFLES(__shfl_sync, 1)
STRAYLANE_SHUFFLES(__shfl_up_sync, 2)
STRAYLANE_SHUFFLES(__shfl_down_sync, 3)
STRAYLANE_SHUFFLES(__shfl_xor_sync, 4)
#undef STRAYLANE_SHUFFLES
#undef STRAYLANE_SHUFFLE

// Each atomic is one access, and so one yield point, with the line of the call. Its second argument is converted to the
// type of the first, as by CUDA's overloads.
template <class T>
struct straylane_as_is {
  typedef T type;
};
#define STRAYLANE_ATOMIC(name, operation)                                    \
  template <class T>                                                         \
  STRAYLANE_INLINE T name(T* p, typename straylane_as_is<T>::type v) {       \
    return operation(p, v, __ATOMIC_RELAXED);                                \
  }
STRAYLANE_ATOMIC(atomicAdd, __atomic_fetch_add)
STRAYLANE_ATOMIC(atomicSub, __atomic_fetch_sub)
STRAYLANE_ATOMIC(atomicMax, __atomic_fetch_max)
STRAYLANE_ATOMIC(atomicMin, __atomic_fetch_min)
STRAYLANE_ATOMIC(atomicAnd, __atomic_fetch_and)
STRAYLANE_ATOMIC(atomicOr, __atomic_fetch_or)
STRAYLANE_ATOMIC(atomicXor, __atomic_fetch_xor)
#undef STRAYLANE_ATOMIC
STRAYLANE_INLINE int atomicExch(int* p, int v) { return __atomic_exchange_n(p, v, __ATOMIC_RELAXED); }
STRAYLANE_INLINE float atomicExch(float* p, float v) {
  return __builtin_bit_cast(float, __atomic_exchange_n(reinterpret_cast<unsigned*>(p), __builtin_bit_cast(unsigned, v),
                                                       __ATOMIC_RELAXED));
}
STRAYLANE_INLINE unsigned atomicExch(unsigned* p, unsigned v) { return __atomic_exchange_n(p, v, __ATOMIC_RELAXED); }
#define STRAYLANE_ATOMIC_CAS(type)                                                                       \
  STRAYLANE_INLINE type atomicCAS(type* p, type compare, type v) {                                       \
    __atomic_compare_exchange_n(p, &compare, v, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);              \
    return compare;                                                                                      \
  }
STRAYLANE_ATOMIC_CAS(int)
STRAYLANE_ATOMIC_CAS(unsigned)
STRAYLANE_ATOMIC_CAS(unsigned long long)
#undef STRAYLANE_ATOMIC_CAS

// The functions that CUDA C++ has without an include. The mathematical ones come from the C library.
template <class T>
STRAYLANE_INLINE T min(T a, T b) {
  return b < a ? b : a;
}
template <class T>
STRAYLANE_INLINE T max(T a, T b) {
  return a < b ? b : a;
}
STRAYLANE_INLINE int abs(int a) { return a < 0 ? -a : a; }
STRAYLANE_INLINE int __popc(unsigned a) { return __builtin_popcount(a); }
STRAYLANE_INLINE int __clz(int a) { return a == 0 ? 32 : __builtin_clz(static_cast<unsigned>(a)); }
STRAYLANE_INLINE int __ffs(int a) { return __builtin_ffs(a); }
#define STRAYLANE_MATH(name)                  \
  extern "C" __device__ float name##f(float); \
  extern "C" __device__ double name(double);
STRAYLANE_MATH(sqrt)
STRAYLANE_MATH(fabs)
STRAYLANE_MATH(floor)
STRAYLANE_MATH(ceil)
STRAYLANE_MATH(exp)
STRAYLANE_MATH(log)
STRAYLANE_MATH(sin)
STRAYLANE_MATH(cos)
STRAYLANE_MATH(tanh)
#undef STRAYLANE_MATH
extern "C" __device__ float fminf(float, float);
extern "C" __device__ float fmaxf(float, float);
extern "C" __device__ float fmodf(float, float);
extern "C" __device__ float powf(float, float);
extern "C" __device__ double fmin(double, double);
extern "C" __device__ double fmax(double, double);
extern "C" __device__ double fmod(double, double);
extern "C" __device__ double pow(double, double);
#undef STRAYLANE_INLINE
