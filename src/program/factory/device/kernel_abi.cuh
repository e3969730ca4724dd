// The contract between the two separately built parts of the factory kernel.
//
// A device function cannot return its local array: the array ends with the function. So the parts are bound as a
// continuation: the kernel calls the allocator, which owns the array and calls the kernel's body with it.
//
//   output     array_size floats in global memory, zero before the launch
//   i          global thread index, below n_threads
//   buffer     BUFFER_SIZE floats in the thread's local memory, uninitialised
//   array_size elements of output
//   n_threads  threads with an index below it write a 1; 0 to array_size
#pragma once

// allocator.cu: calls straylane_kernel_body with a fresh buffer.
extern "C" __device__ void straylane_allocate(float* output, int i);

// kernel.cu: what the kernel does with its buffer.
extern "C" __device__ void straylane_kernel_body(float* buffer, float* output, int i);

// kernel.cu: the kernel that is launched, with ceil(array_size / block_size) blocks.
extern "C" __global__ void straylane_kernel(float* output, int array_size, int n_threads);
