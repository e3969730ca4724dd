#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/finding_files.h"
#include "cli/shipped_files.h"
#include "cli/verbs.h"
#include "codec/json_codec.h"
#include "os/files.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

struct PromoteVerb : CommonOptions {
  std::vector<std::string> fixed;
  std::string folder;
};

Expected<Answer> promote(const PromoteVerb& verb) {
  const fs::path corpus = verb.folder.empty() ? regressions_folder() : fs::path(verb.folder);
  if (corpus.empty()) {
    return make_error(ErrorCode::kStorage, "corpus/regressions is not beside this program: --out DIR");
  }
  const auto check = [&](const std::string& target, const TargetKind* kind) -> Expected<void> {
    if (verb.fixed.empty() || (kind != nullptr && kind->exports == "pytest")) return {};
    return make_error(ErrorCode::kUsage,
                      fmt::format("--fixed: {} is a finding of target {}, which has no versions", verb.input, target));
  };
  const auto finding = replay_finding(verb, check);
  if (!finding) return tl::unexpected(finding.error());
  nlohmann::ordered_json fixed = nlohmann::ordered_json::object();
  if (!verb.fixed.empty()) {
    const auto made = export_pytest(*finding, verb.python, verb.fixed);
    if (!made) return tl::unexpected(made.error());
    fixed = made->fixed;
  }
  const fs::path folder = corpus / finding->bucket;
  const std::string recorded = to_json(finding->run.recorded, finding->target->info().program.schema);
  const auto written = write_new_folder(folder, {{"case.json", recorded}, {"fixed.json", fixed.dump(2) + "\n"}});
  if (!written) return tl::unexpected(written.error());
  if (*written) return Answer{{{"folder", folder.string()}}, folder.string() + "\n"};
  return make_error(ErrorCode::kStorage, folder.string() + ": exists already, and is not overwritten");
}

}  // namespace

Run add_promote(CLI::App& app) {
  auto verb = std::make_shared<PromoteVerb>();
  app.add_option("finding", verb->input, "FINDING: its folder in findings/, its min.json, or TOKEN")->required();
  app.add_option("--python", verb->python, "interpreter whose numba has the failure")->capture_default_str();
  app.add_option("--fixed", verb->fixed, "interpreter whose numba has the fix: the case must pass there");
  app.add_option("--out", verb->folder, "folder to write to instead of corpus/regressions");
  add_bytes_option(app, *verb);
  add_output_options(app, *verb);
  return [verb] { return print_answer(promote(*verb), verb->json, "straylane-promote/1", {{"folder", ""}}); };
}

}  // namespace straylane
