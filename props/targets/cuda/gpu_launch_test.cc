// The launch half in this process, on the stand-in driver. It has never run on a GPU.

#include <gtest/gtest.h>

#include <algorithm>

#include "props/targets/cuda/cuda_fixture.h"
#include "targets/cuda/worker/gpu.h"

namespace straylane {
namespace {

const Cubin kCubin = {'\x7f', 'E', 'L', 'F', 0, 0, 0, 0};

Driver opened() {
  auto driver = Driver::open();
  if (!driver) throw std::runtime_error(driver.error().message);
  return std::move(*driver);
}

// A launch with everything around it. Any misuse of the driver is a failure.
tl::expected<GpuLaunch, DriverError> launched(const std::string& planted, const FactorySettings& settings,
                                              const Cubin& cubin = kCubin) {
  const StandIn stand_in(planted);
  const Driver driver = opened();
  const auto context = CudaContext::retain(driver, 0);
  if (!context) return tl::unexpected(context.error());
  auto launch = launch_on_gpu(driver, cubin, device_call(settings));
  EXPECT_EQ(stand_in.misuse(), "");
  return launch;
}

TEST(GpuLaunch, GivesTheOutputAndCallsTheDriverInOrder) {
  const StandIn stand_in;
  {
    const Driver driver = opened();
    const auto context = CudaContext::retain(driver, 0);
    ASSERT_TRUE(context);
    const auto launch = launch_on_gpu(driver, kCubin, device_call(FactorySettings{10, 5, 7, 4}));
    ASSERT_TRUE(launch) << launch.error().message;
    EXPECT_EQ(launch->output, (std::vector<float>{1, 1, 1, 1, 1, 1, 1, 0, 0, 0}));
    EXPECT_FALSE(launch->stray_write) << *launch->stray_write;
  }
  EXPECT_EQ(stand_in.misuse(), "");
  EXPECT_EQ(stand_in.calls(),
            "cuInit;cuDriverGetVersion;cuDevicePrimaryCtxRetain;cuCtxSetCurrent;"
            "cuModuleLoadData;cuModuleGetFunction;cuMemAlloc;cuMemsetD32;cuMemsetD32;cuLaunchKernel;cuCtxSynchronize;"
            "cuMemcpyDtoH;cuMemFree;cuModuleUnload;cuCtxSetCurrent;cuDevicePrimaryCtxRelease;");
}

TEST(GpuLaunch, TheLargestSettingsAndTheSmallest) {
  using Of = FactorySettings;
  for (const Of& s : {Of{kArraySizeMax, 5, kArraySizeMax - 1, 1'024}, Of{kArraySizeMax, 5, 1, 1}, Of{1, 1, 0, 1'024},
                      Of{1, 1, 1, 1}}) {
    const auto launch = launched("", s);
    ASSERT_TRUE(launch) << launch.error().message;
    ASSERT_EQ(std::ssize(launch->output), s.array_size);
    EXPECT_EQ(std::count(launch->output.begin(), launch->output.end(), 1.0F), s.n_threads);
  }
}

TEST(GpuLaunch, AWriteBesideTheOutputIsSeenOnBothSides) {
  const auto behind = launched("write-behind", {10, 5, 7, 32});
  const auto before = launched("write-before", {10, 5, 7, 32});
  ASSERT_TRUE(behind && before);
  EXPECT_EQ(behind->stray_write, "write outside of output: index 10, size 10");
  EXPECT_EQ(before->stray_write, "write outside of output: index -1, size 10");
}

// Whichever call fails, the error names it, and everything is freed. A leak would be misuse of the stand-in.
TEST(GpuLaunch, EveryErrorOfTheDriverIsNamedAndNothingLeaks) {
  for (const char* function : {"cuDevicePrimaryCtxRetain", "cuCtxSetCurrent", "cuModuleLoadData", "cuModuleGetFunction",
                               "cuMemAlloc", "cuMemsetD32", "cuLaunchKernel", "cuCtxSynchronize", "cuMemcpyDtoH"}) {
    const StandIn stand_in(std::string(function) + "=700");
    {
      const Driver driver = opened();
      const auto context = CudaContext::retain(driver, 0);
      const auto launch =
          context ? launch_on_gpu(driver, kCubin, device_call(FactorySettings{})) : tl::unexpected(context.error());
      ASSERT_FALSE(launch) << function;
      EXPECT_EQ(launch.error().code, 700);
      EXPECT_EQ(launch.error().message,
                std::string(function) + ": CUDA_ERROR_ILLEGAL_ADDRESS (700): an illegal memory access was encountered");
    }
    EXPECT_EQ(stand_in.misuse(), "") << function;
  }
}

TEST(GpuLaunch, AnErrorThatTheDriverDoesNotKnowIsSaidSo) {
  const auto launch = launched("cuLaunchKernel=999", {});
  ASSERT_FALSE(launch);
  EXPECT_EQ(launch.error().message, "cuLaunchKernel: error without a name (999): not known to the driver");
}

TEST(GpuLaunch, WithoutADeviceTheReasonIsGiven) {
  {
    const StandIn stand_in("cuInit=34");
    const auto driver = Driver::open();
    ASSERT_FALSE(driver);
    EXPECT_EQ(driver.error().code, ErrorCode::kUnsupported);
    EXPECT_NE(driver.error().message.find("cuInit: CUDA_ERROR_STUB_LIBRARY (34)"), std::string::npos);
  }
  {
    const StandIn stand_in("no-device");
    const auto gpu = find_gpu(opened());
    ASSERT_FALSE(gpu);
    EXPECT_EQ(gpu.error().message, "no GPU: the driver shows none");
  }
  const StandIn stand_in("cuDeviceGetCount=100");
  const auto gpu = find_gpu(opened());
  ASSERT_FALSE(gpu);
  EXPECT_NE(gpu.error().message.find("cuDeviceGetCount: CUDA_ERROR_NO_DEVICE (100)"), std::string::npos);
}

TEST(GpuLaunch, TheGpuIsDescribed) {
  const StandIn stand_in("arch=121");
  const auto gpu = find_gpu(opened());
  ASSERT_TRUE(gpu) << gpu.error().message;
  EXPECT_EQ(gpu->name, "stand-in");
  EXPECT_EQ(gpu->arch, 121);
}

// --- the stand-in itself reports misuse

TEST(StandInDriver, AskedWithoutAContextItComplains) {
  const StandIn stand_in;
  const Driver driver = opened();
  EXPECT_FALSE(launch_on_gpu(driver, kCubin, device_call(FactorySettings{})));
  EXPECT_EQ(stand_in.misuse(), "cuModuleLoadData without a current context\n");
}

TEST(StandInDriver, WhatIsNoCubinItComplainsAbout) {
  const StandIn stand_in;
  const Driver driver = opened();
  const auto context = CudaContext::retain(driver, 0);
  EXPECT_FALSE(launch_on_gpu(driver, Cubin(8, 'x'), device_call(FactorySettings{})));
  EXPECT_EQ(stand_in.misuse(), "cuModuleLoadData: not a cubin\n");
}

TEST(StandInDriver, AnotherFunctionNameItComplainsAbout) {
  const StandIn stand_in;
  const Driver driver = opened();
  const auto context = CudaContext::retain(driver, 0);
  const auto module = load_module(driver, kCubin);
  ASSERT_TRUE(module);
  EXPECT_FALSE(find_kernel(driver, *module, "kernel"));
  EXPECT_EQ(stand_in.misuse(), "cuModuleGetFunction: no function kernel\n");
}

TEST(StandInDriver, WhatOutlivesItsContextItComplainsAbout) {
  const StandIn stand_in;
  const Driver driver = opened();
  auto context = CudaContext::retain(driver, 0);
  const auto module = load_module(driver, kCubin);
  const auto memory = DeviceMemory::allocate(driver, 4);
  ASSERT_TRUE(context && module && memory);
  context->reset();
  EXPECT_EQ(stand_in.misuse(),
            "cuDevicePrimaryCtxRelease with a module loaded\ncuDevicePrimaryCtxRelease with memory allocated\n");
}

TEST(StandInDriver, AccessesOutsideOfAnAllocationItComplainsAbout) {
  const StandIn stand_in;
  const Driver driver = opened();
  const auto context = CudaContext::retain(driver, 0);
  const auto memory = DeviceMemory::allocate(driver, 4);
  ASSERT_TRUE(context && memory);
  std::vector<std::uint32_t> words(5);
  EXPECT_TRUE((*memory)->fill(0, 4, 1));
  EXPECT_FALSE((*memory)->fill(1, 4, 1));
  EXPECT_FALSE((*memory)->copy_to(words));
  EXPECT_EQ(stand_in.misuse(),
            "cuMemsetD32: outside of what was allocated\ncuMemcpyDtoH: outside of what was allocated\n");
}

// The calls of launch_on_gpu, each time with one mistake.
TEST(StandInDriver, WrongArgumentsOfALaunchItComplainsAbout) {
  struct Wrong {
    const char* misuse;
    unsigned grid = 3;
    unsigned block = 4;
    unsigned grid_y = 1;
    unsigned shared_bytes = 0;
    int array_size = 10;
    int n_threads = 7;
    std::size_t offset = 0;
    std::uint32_t fill = 0;
    bool copy_unsynchronised = false;
  };
  for (const Wrong& w :
       {Wrong{.misuse = ""}, Wrong{.misuse = "cuLaunchKernel: the grid is not that of array_size\n", .grid = 2},
        Wrong{.misuse = "cuLaunchKernel: grid or block out of bounds\n", .grid = 1, .block = 1'025},
        Wrong{.misuse = "cuLaunchKernel: one dimension\n", .grid_y = 2},
        Wrong{.misuse = "cuLaunchKernel: shared, stream, extra\n", .shared_bytes = 4},
        Wrong{.misuse = "cuLaunchKernel: arguments\n", .n_threads = 11},
        Wrong{.misuse = "cuLaunchKernel: output is not allocated\n", .offset = 1},
        Wrong{.misuse = "cuLaunchKernel: output is not zero\n", .fill = 1},
        Wrong{.misuse = "cuMemcpyDtoH before cuCtxSynchronize\n", .copy_unsynchronised = true}}) {
    const StandIn stand_in;
    const Driver driver = opened();
    const auto context = CudaContext::retain(driver, 0);
    const auto module = load_module(driver, kCubin);
    const auto memory = DeviceMemory::allocate(driver, 10);
    ASSERT_TRUE(context && module && memory);
    const auto function = find_kernel(driver, *module, "straylane_kernel");
    ASSERT_TRUE(function && (*memory)->fill(0, 10, w.fill));
    driver_api::DevicePointer output = (*memory)->at(w.offset);
    int array_size = w.array_size;
    int n_threads = w.n_threads;
    void* arguments[] = {&output, &array_size, &n_threads};
    driver.functions.launch_kernel(*function, w.grid, w.grid_y, 1, w.block, 1, 1, w.shared_bytes, nullptr, arguments,
                                   nullptr);
    if (!w.copy_unsynchronised) {
      EXPECT_TRUE(driver.check(driver.functions.context_synchronize(), "cuCtxSynchronize"));
    }
    std::vector<std::uint32_t> words(10);
    EXPECT_TRUE((*memory)->copy_to(words));
    EXPECT_EQ(stand_in.misuse(), w.misuse);
    (void)driver.functions.context_synchronize();
  }
}

}  // namespace
}  // namespace straylane
