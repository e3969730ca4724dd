#pragma once

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "targets/worker/protocol.h"

namespace straylane {

// The main function of a worker program: NAME SOCKET FOLDER PROGRAM [FILE.cu]. Starts a Runner with the folder, the
// program and the user's file, and serves cases with it. Returns the exit status.
template <class Runner>
int worker_main(int argc, char** argv) {
  if (argc != 4 && argc != 5) {
    std::fprintf(stderr, "%s is started by straylane\n", argv[0]);
    return 1;
  }
  try {
    Runner runner;
    serve(std::atoi(argv[1]), runner.start(argv[2], argv[3], argc == 5 ? argv[4] : ""),
          [&runner](const Case& c, const RunOptions& options) { return runner.run(c, options); });
  } catch (const std::exception& error) {
    std::fprintf(stderr, "worker: %s\n", error.what());
    return 1;
  }
  return 0;
}

}  // namespace straylane
