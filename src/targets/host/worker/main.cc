// The worker of the host target: straylane_host_worker SOCKET FOLDER PROGRAM [FILE.cu].

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "targets/host/worker/host_case_runner.h"
#include "targets/worker/serve.h"

// Asked by a build with sanitizers. A crash of device code is a finding, and its signal says which: the process dies of it.
extern "C" const char* __asan_default_options() { return "handle_segv=0:handle_sigbus=0:handle_sigfpe=0"; }

int main(int argc, char** argv) {
  using namespace straylane;
  if (argc != 4 && argc != 5) {
    std::fprintf(stderr, "straylane_host_worker is started by straylane\n");
    return 1;
  }
  try {
    HostCaseRunner runner;
    serve(std::atoi(argv[1]), runner.start(argv[2], argv[3], argc == 5 ? argv[4] : ""),
          [&runner](const Case& c, const RunOptions& options) { return runner.run(c, options); });
  } catch (const std::exception& error) {
    std::fprintf(stderr, "worker: %s\n", error.what());
    return 1;
  }
  return 0;
}
