#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "cli/report_error.h"

namespace straylane {

// Each verb declares its options on `app` and gives what runs it once they have been read. One file per verb.
using Run = std::function<ExitCode()>;

Run add_hunt(CLI::App& app);
Run add_test(CLI::App& app);
Run add_props(CLI::App& app);
Run add_fuzz(CLI::App& app);
Run add_minimize(CLI::App& app);
Run add_replay(CLI::App& app);
Run add_explain(CLI::App& app);
Run add_export(CLI::App& app);
Run add_report(CLI::App& app);
Run add_promote(CLI::App& app);
Run add_env(CLI::App& app);
Run add_doctor(CLI::App& app);
Run add_version(CLI::App& app);

}  // namespace straylane
