// The worker of the cuda target: straylane_cuda_worker SOCKET FOLDER PROGRAM [FILE.cu], or straylane_cuda_worker
// --probe, which prints a line about the toolkit and one about the GPU, each "ok" or "missing", a tab, and the detail.

#include <fmt/format.h>

#include <cstdlib>
#include <exception>
#include <string_view>

#include "targets/cuda/worker/cuda_case_runner.h"
#include "targets/worker/serve.h"

namespace straylane {
namespace {

void print(bool there, const std::string& detail) { fmt::print("{}\t{}\n", there ? "ok" : "missing", detail); }

void probe() {
  const auto toolkit = Toolkit::open();
  print(toolkit.has_value(),
        toolkit ? fmt::format("{} at {}", toolkit->describe(), toolkit->nvrtc_path()) : toolkit.error().message);
  const auto driver = Driver::open();
  const auto gpu = driver.and_then(find_gpu);
  print(gpu.has_value(),
        gpu ? fmt::format("{}, {} (sm_{})", driver->describe(), gpu->name, gpu->arch) : gpu.error().message);
}

}  // namespace
}  // namespace straylane

int main(int argc, char** argv) {
  using namespace straylane;
  if (argc == 2 && std::string_view(argv[1]) == "--probe") {
    probe();
    return 0;
  }
  if (argc != 4 && argc != 5) {
    fmt::print(stderr, "straylane_cuda_worker is started by straylane\n");
    return 1;
  }
  try {
    CudaCaseRunner runner;
    serve(std::atoi(argv[1]), runner.start(argv[2], argv[3], argc == 5 ? argv[4] : ""),
          [&runner](const Case& c, const RunOptions&) { return runner.run(c); });
  } catch (const std::exception& error) {
    fmt::print(stderr, "worker: {}\n", error.what());
    return 1;
  }
  return 0;
}
