// The worker of the cuda target.
//
//   straylane_cuda_worker SOCKET FOLDER PROGRAM [FILE.cu]   serves cases on the socket
//   straylane_cuda_worker --probe                           prints a line for the toolkit and a line for the GPU, each
//                                                           "ok" or "missing", a tab, and the details

#include <fmt/format.h>

#include <string_view>

#include "targets/cuda/worker/cuda_case_runner.h"
#include "targets/worker/worker_main.h"

using namespace straylane;

static void print(bool there, const std::string& detail) { fmt::print("{}\t{}\n", there ? "ok" : "missing", detail); }

static void probe() {
  const auto toolkit = Toolkit::open();
  print(toolkit.has_value(), toolkit ? fmt::format("{} at {}", toolkit->describe(), toolkit->nvrtc.library.path())
                                     : toolkit.error().message);
  const auto driver = Driver::open();
  const auto gpu = driver.and_then(find_gpu);
  print(gpu.has_value(),
        gpu ? fmt::format("{}, {} (sm_{})", driver->describe(), gpu->name, gpu->arch) : gpu.error().message);
}

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--probe") {
    probe();
    return 0;
  }
  return worker_main<CudaCaseRunner>(argc, argv);
}
