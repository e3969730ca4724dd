#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/common_options.h"
#include "cli/finding_export.h"
#include "cli/json_document.h"
#include "cli/regressions.h"
#include "cli/verbs.h"
#include "codec/json_codec.h"
#include "os/files.h"
#include "targets/registry.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

struct PromoteVerb {
  CommonOptions common;
  std::string finding;
  std::vector<std::string> fixed;
  std::string folder;
};

constexpr const char* kFormat = "straylane-promote/1";

// Gives the folder that has been written.
Expected<fs::path> promote(const PromoteVerb& verb) {
  const fs::path corpus = verb.folder.empty() ? regressions_folder() : fs::path(verb.folder);
  if (corpus.empty())
    return make_error(ErrorCode::kStorage, "corpus/regressions is not beside this program: --out DIR");
  const auto input = load_finding(verb.finding, verb.common.bytes);
  if (!input) return tl::unexpected(input.error());
  const TargetKind* kind = find_target_kind(input->value.target);
  if (!verb.fixed.empty() && (kind == nullptr || kind->exports != "pytest")) {
    return make_error(ErrorCode::kUsage, fmt::format("--fixed: {} is a finding of target {}, which has no versions",
                                                     verb.finding, input->value.target));
  }
  auto target = open_target(input->value.target, verb.common.target_options());
  if (!target) return tl::unexpected(target.error());
  const auto finding = replay_finding(**target, *input, verb.finding);
  if (!finding) return tl::unexpected(finding.error());
  const fs::path folder = corpus / finding->bucket;
  nlohmann::ordered_json fixed = nlohmann::ordered_json::object();
  if (!verb.fixed.empty()) {
    const auto made = export_pytest(*finding, verb.common.python, verb.fixed);
    if (!made) return tl::unexpected(made.error());
    for (const auto& [digest, versions] : made->fixed) fixed[digest] = versions;
  }
  const auto written =
      write_new_folder(folder, {{"case.json", to_json(finding->run.recorded, (*target)->info().program.schema)}, {"fixed.json", fixed.dump(2) + "\n"}});
  if (!written) return tl::unexpected(written.error());
  if (!*written) {
    return make_error(ErrorCode::kStorage,
                      fmt::format("{}: is there already, and is not overwritten", folder.string()));
  }
  return folder;
}

ExitCode run_promote(const PromoteVerb& verb) {
  const auto folder = promote(verb);
  if (verb.common.json) {
    auto document = folder ? nlohmann::ordered_json{{"format", kFormat}, {"status", "ran"}, {"reason", ""}}
                           : error_document(kFormat, folder.error());
    document["folder"] = folder ? folder->string() : "";
    print_document(document);
  } else if (folder) {
    fmt::print("{}\n", folder->string());
  }
  return folder ? ExitCode::kClean : report_error(folder.error());
}

}  // namespace

Run add_promote(CLI::App& app) {
  auto verb = std::make_shared<PromoteVerb>();
  app.add_option("finding", verb->finding, "FINDING: its folder in findings/, its min.json, or TOKEN")->required();
  app.add_option("--python", verb->common.python, "interpreter whose numba has the failure")->capture_default_str();
  app.add_option("--fixed", verb->fixed, "interpreter whose numba has it fixed: it must pass there");
  app.add_option("--out", verb->folder, "another folder than corpus/regressions");
  add_bytes_option(app, verb->common);
  add_output_options(app, verb->common);
  return [verb] { return run_promote(*verb); };
}

}  // namespace straylane
