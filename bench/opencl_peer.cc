// straylane_bench_opencl SECONDS BUILDS FIRST_BUFFER_SIZE: runs the factory kernel on the OpenCL implementation that
// OCL_ICD_VENDORS names. Prints one JSON document: the name of the implementation, the number of launches, their wall
// and processor seconds, and the seconds of each build. The loader is opened at run time, so OpenCL is not needed to
// build this program.

#include <dlfcn.h>
#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "bench/stopwatch.h"

// A build with sanitizers calls this. PoCL does not free everything that it allocates.
extern "C" const char* __asan_default_options() { return "detect_leaks=0"; }

namespace straylane {
namespace {

// From the OpenCL 1.2 specification.
using Handle = void*;
constexpr std::uint64_t kDeviceTypeAll = 0xFFFFFFFF;
constexpr std::uint32_t kPlatformName = 0x0902;
constexpr std::uint32_t kPlatformVersion = 0x0901;
constexpr std::uint64_t kMemReadWrite = 1;
constexpr std::uint32_t kBlocking = 1;

// The sources of src/program/factory/device in OpenCL C: the allocator owns the array and calls the kernel's body.
constexpr const char* kSource = R"(
void straylane_kernel_body(float* buffer, __global float* output, int i) {
  buffer[0] = 1;
  output[i] = buffer[0];
}
void straylane_allocate(__global float* output, int i) {
  float buffer[BUFFER_SIZE];
  straylane_kernel_body(buffer, output, i);
}
__kernel void straylane_kernel(__global float* output, int array_size, int n_threads) {
  int i = get_group_id(0) * get_local_size(0) + get_local_id(0);
  if (i >= n_threads) return;
  straylane_allocate(output, i);
}
)";

constexpr std::int32_t kArraySize = 10;
constexpr std::int32_t kThreads = 7;

void check(std::int32_t status, const char* what) {
  if (status != 0) throw std::runtime_error(fmt::format("{} gave {}", what, status));
}

class Loader {
 public:
  Loader() : library_(dlopen("libOpenCL.so.1", RTLD_NOW)) {
    if (library_ == nullptr) throw std::runtime_error("package ocl-icd-libopencl1 is missing");
  }

  // Calls the function `name`, which returns a status.
  template <class... Arguments>
  void call(const char* name, Arguments... arguments) const {
    check(find<std::int32_t(Arguments...)>(name)(arguments...), name);
  }
  // Calls the function `name`, which returns a handle and has the status as its last argument.
  template <class... Arguments>
  Handle make(const char* name, Arguments... arguments) const {
    std::int32_t status = 0;
    const Handle made = find<Handle(Arguments..., std::int32_t*)>(name)(arguments..., &status);
    check(status, name);
    return made;
  }

 private:
  template <class F>
  F* find(const char* name) const {
    void* function = dlsym(library_, name);
    if (function == nullptr) throw std::runtime_error(fmt::format("libOpenCL.so.1 has no {}", name));
    return reinterpret_cast<F*>(function);
  }

  void* library_;
};

class Peer {
 public:
  Peer() {
    std::uint32_t count = 0;
    cl_.call("clGetPlatformIDs", std::uint32_t{1}, &platform_, &count);
    if (count == 0) throw std::runtime_error("no OpenCL platform");
    cl_.call("clGetDeviceIDs", platform_, kDeviceTypeAll, std::uint32_t{1}, &device_, &count);
    context_ = cl_.make("clCreateContext", Handle{}, std::uint32_t{1}, &device_, Handle{}, Handle{});
    queue_ = cl_.make("clCreateCommandQueue", context_, device_, std::uint64_t{0});
    output_ = cl_.make("clCreateBuffer", context_, kMemReadWrite, kArraySize * sizeof(float), Handle{});
  }

  std::string text(std::uint32_t what) const {
    std::vector<char> text(1'024);
    cl_.call("clGetPlatformInfo", platform_, what, text.size() - 1, static_cast<void*>(text.data()), Handle{});
    return text.data();
  }

  // Builds the kernel, so that it can be launched. Drops the kernel that was built before.
  void build(std::int64_t buffer_size) {
    const char* source = kSource;
    const Handle program = cl_.make("clCreateProgramWithSource", context_, std::uint32_t{1}, &source, Handle{});
    const std::string options = fmt::format("-DBUFFER_SIZE={}", buffer_size);
    cl_.call("clBuildProgram", program, std::uint32_t{1}, &device_, options.c_str(), Handle{}, Handle{});
    if (kernel_ != nullptr) cl_.call("clReleaseKernel", kernel_);
    kernel_ = cl_.make("clCreateKernel", program, "straylane_kernel");
    cl_.call("clReleaseProgram", program);
    const std::int32_t array_size = kArraySize;
    const std::int32_t n_threads = kThreads;
    cl_.call("clSetKernelArg", kernel_, std::uint32_t{0}, sizeof output_, static_cast<const void*>(&output_));
    cl_.call("clSetKernelArg", kernel_, std::uint32_t{1}, sizeof array_size, static_cast<const void*>(&array_size));
    cl_.call("clSetKernelArg", kernel_, std::uint32_t{2}, sizeof n_threads, static_cast<const void*>(&n_threads));
  }

  void launch() const {
    const std::size_t threads = kArraySize;  // in one block
    cl_.call("clEnqueueNDRangeKernel", queue_, kernel_, std::uint32_t{1}, static_cast<const std::size_t*>(nullptr),
             &threads, &threads, std::uint32_t{0}, Handle{}, Handle{});
    cl_.call("clFinish", queue_);
  }

  void check_output() const {
    std::vector<float> values(kArraySize);
    cl_.call("clEnqueueWriteBuffer", queue_, output_, kBlocking, std::size_t{0}, values.size() * sizeof(float),
             static_cast<const void*>(values.data()), std::uint32_t{0}, Handle{}, Handle{});
    launch();
    cl_.call("clEnqueueReadBuffer", queue_, output_, kBlocking, std::size_t{0}, values.size() * sizeof(float),
             static_cast<void*>(values.data()), std::uint32_t{0}, Handle{}, Handle{});
    for (std::int32_t i = 0; i < kArraySize; ++i) {
      if (values[static_cast<std::size_t>(i)] != (i < kThreads ? 1.0F : 0.0F)) {
        throw std::runtime_error(fmt::format("output[{}] is {}", i, values[static_cast<std::size_t>(i)]));
      }
    }
  }

 private:
  Loader cl_;
  Handle platform_ = nullptr;
  Handle device_ = nullptr;
  Handle context_ = nullptr;
  Handle queue_ = nullptr;
  Handle output_ = nullptr;
  Handle kernel_ = nullptr;
};

nlohmann::ordered_json measure(double seconds, int builds, std::int64_t first_buffer_size) {
  constexpr int kWarmUp = 10;
  Peer peer;
  std::vector<double> build_seconds;
  for (int i = 0; i < builds; ++i) {
    const Stopwatch watch;
    peer.build(first_buffer_size + i);
    peer.launch();  // an implementation may put off the work until the first launch
    build_seconds.push_back(watch.seconds());
  }
  peer.check_output();
  for (int i = 0; i < kWarmUp; ++i) peer.launch();
  std::uint64_t launches = 0;
  const Stopwatch watch;
  for (; watch.seconds() < seconds; ++launches) peer.launch();
  return {{"name", peer.text(kPlatformName)},
          {"version", peer.text(kPlatformVersion)},
          {"launches", launches},
          {"seconds", watch.seconds()},
          {"processor_seconds", watch.processor_seconds()},
          {"build_seconds", build_seconds}};
}

}  // namespace
}  // namespace straylane

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "usage: straylane_bench_opencl SECONDS BUILDS FIRST_BUFFER_SIZE\n");
    return 1;
  }
  try {
    fmt::print("{}\n", straylane::measure(std::atof(argv[1]), std::atoi(argv[2]), std::atoll(argv[3])).dump());
  } catch (const std::exception& error) {
    fmt::print("{}\n", nlohmann::ordered_json{{"error", error.what()}}.dump());
    return 5;
  }
  return 0;
}
