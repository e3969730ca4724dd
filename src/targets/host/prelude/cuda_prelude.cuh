// What the device sources find without including it when they are built for the CPU: the part of CUDA C++ that the host
// target has. Anything else (cooperative groups, dynamic shared memory, textures, printf) does not compile.
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

// Order between threads comes from atomics and barriers; that an atomic orders without a fence is more than CUDA says.
#define __threadfence() ((void)0)
#define __threadfence_block() ((void)0)
#define __threadfence_system() ((void)0)

// Warp functions: the numbers are those of WarpFunction in warp_calls.h. The place is that of the call.
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

// The second argument of an atomic is converted to the type of the first, as by the overloads of CUDA.
template <class T>
struct straylane_as_is {
  typedef T type;
};
// Atomics are one access each, and so one yield point; the line is that of the call.
template <class T>
STRAYLANE_INLINE T atomicAdd(T* p, typename straylane_as_is<T>::type v) {
  return __atomic_fetch_add(p, v, __ATOMIC_RELAXED);
}
template <class T>
STRAYLANE_INLINE T atomicMax(T* p, typename straylane_as_is<T>::type v) {
  return __atomic_fetch_max(p, v, __ATOMIC_RELAXED);
}
template <class T>
STRAYLANE_INLINE T atomicMin(T* p, typename straylane_as_is<T>::type v) {
  return __atomic_fetch_min(p, v, __ATOMIC_RELAXED);
}
STRAYLANE_INLINE int atomicExch(int* p, int v) { return __atomic_exchange_n(p, v, __ATOMIC_RELAXED); }
STRAYLANE_INLINE float atomicExch(float* p, float v) {
  return __builtin_bit_cast(float, __atomic_exchange_n(reinterpret_cast<unsigned*>(p), __builtin_bit_cast(unsigned, v),
                                                       __ATOMIC_RELAXED));
}
STRAYLANE_INLINE unsigned atomicExch(unsigned* p, unsigned v) { return __atomic_exchange_n(p, v, __ATOMIC_RELAXED); }
STRAYLANE_INLINE int atomicCAS(int* p, int compare, int v) {
  __atomic_compare_exchange_n(p, &compare, v, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  return compare;
}
STRAYLANE_INLINE unsigned atomicCAS(unsigned* p, unsigned compare, unsigned v) {
  __atomic_compare_exchange_n(p, &compare, v, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  return compare;
}
template <class T>
STRAYLANE_INLINE T atomicSub(T* p, typename straylane_as_is<T>::type v) {
  return __atomic_fetch_sub(p, v, __ATOMIC_RELAXED);
}
template <class T>
STRAYLANE_INLINE T atomicAnd(T* p, typename straylane_as_is<T>::type v) {
  return __atomic_fetch_and(p, v, __ATOMIC_RELAXED);
}
template <class T>
STRAYLANE_INLINE T atomicOr(T* p, typename straylane_as_is<T>::type v) {
  return __atomic_fetch_or(p, v, __ATOMIC_RELAXED);
}
template <class T>
STRAYLANE_INLINE T atomicXor(T* p, typename straylane_as_is<T>::type v) {
  return __atomic_fetch_xor(p, v, __ATOMIC_RELAXED);
}
STRAYLANE_INLINE unsigned long long atomicCAS(unsigned long long* p, unsigned long long compare, unsigned long long v) {
  __atomic_compare_exchange_n(p, &compare, v, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
  return compare;
}

// The functions that CUDA C++ has without an include; the mathematical ones are those of the C library.
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
#define STRAYLANE_MATH(name)             \
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
