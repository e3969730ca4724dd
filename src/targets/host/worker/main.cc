// The worker of the host target: straylane_host_worker SOCKET FOLDER PROGRAM [FILE.cu].

#include "targets/host/worker/host_case_runner.h"
#include "targets/worker/worker_main.h"

// A build with sanitizers asks for these options. A crash of device code is a finding, so the process must die of its
// signal.
extern "C" const char* __asan_default_options() { return "handle_segv=0:handle_sigbus=0:handle_sigfpe=0"; }

int main(int argc, char** argv) { return straylane::worker_main<straylane::HostCaseRunner>(argc, argv); }
