#include "targets/host/worker/in_process_target.h"

#include <exception>
#include <utility>

#include "program/programs.h"
#include "targets/worker/observe.h"

namespace straylane {

Expected<std::unique_ptr<Target>> InProcessTarget::open(HostCaseRunner::Options options, const std::string& folder,
                                                        const std::string& program, const std::string& user_file) {
  std::unique_ptr<InProcessTarget> target(new InProcessTarget(std::move(options)));
  worker_protocol::Hello hello = target->runner_.start(folder, program, user_file);
  if (!hello.error.empty()) return make_error(ErrorCode::kUnsupported, hello.error);
  target->info_.name = "host";
  target->info_.program = program_named(program);
  target->info_.program.name = program;
  target->info_.program.schema = std::move(hello.schema);
  target->info_.sees_accesses = true;
  target->info_.system = std::move(hello.system);
  target->info_.system.path.clear();  // there is no worker program
  target->info_.notes = {"device code runs in the process of the fuzzing engine"};
  return target;
}

Expected<std::vector<Observation>> InProcessTarget::run(std::span<const Case> cases, const RunOptions& options) {
  std::vector<Observation> observations;
  observations.reserve(cases.size());
  try {
    for (const Case& c : cases) observations.push_back(observe(runner_.run(c, options), sites_));
  } catch (const std::exception& error) {
    return make_error(ErrorCode::kInternal, error.what());
  }
  return observations;
}

}  // namespace straylane
