#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "cli/common_options.h"
#include "cli/finding_export.h"
#include "cli/json_document.h"
#include "cli/mwe_sources.h"
#include "cli/settings_input.h"
#include "cli/verbs.h"
#include "os/files.h"
#include "report/gtest_export.h"
#include "program/factory/factory_program.h"
#include "program/factory/mwe_package.h"
#include "report/pytest_export.h"
#include "targets/registry.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;

struct ExportVerb {
  CommonOptions common;
  std::string folder;
  std::string settings;
  std::string finding;
  std::vector<std::string> fixed;
};

constexpr const char* kFormat = "straylane-export/1";

// "out/" and "out" are one folder, which has a name and a parent.
fs::path folder_of(const std::string& text) {
  std::error_code error;
  fs::path path = fs::absolute(text, error).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

ExitCode finish(const ExportVerb& verb, const char* what, const Expected<Files>& written) {
  if (!written) {
    if (verb.common.json) {
      auto document = error_document(kFormat, written.error());
      document["what"] = what;
      document["files"] = nlohmann::ordered_json::array();
      print_document(document);
    }
    return report_error(written.error());
  }
  nlohmann::ordered_json paths = nlohmann::ordered_json::array();
  for (const auto& [name, text] : *written) paths.push_back((fs::path(verb.folder) / name).lexically_normal().string());
  if (verb.common.json) {
    print_document({{"format", kFormat}, {"status", "ran"}, {"reason", ""}, {"what", what}, {"files", paths}});
  } else {
    for (const auto& path : paths) fmt::print("{}\n", path.get<std::string>());
  }
  return ExitCode::kClean;
}

ExitCode export_mwe(const ExportVerb& verb) {
  const auto written =
      parse_settings(verb.settings, factory_program().schema)
          .and_then([](const Settings& settings) {
            return mwe_sources().and_then([&](const Files& sources) { return render_mwe_package(sources, settings); });
          })
          .and_then([&](const Files& files) {
            return write_into_empty_folder(folder_of(verb.folder), files).map([&] { return files; });
          });
  return finish(verb, "mwe", written);
}

// kUsage where findings of the input's target cannot be exported in this form.
Expected<void> check_export(const CaseInput& input, const ExportVerb& verb, const char* form) {
  const TargetKind* kind = find_target_kind(input.value.target);
  const std::string exports = kind == nullptr ? "" : kind->exports;
  if (exports == form) return {};
  return make_error(ErrorCode::kUsage,
                    fmt::format("{}: a finding of target {}, which {}", verb.finding, input.value.target,
                                exports.empty() ? "has no export" : "exports as " + exports));
}

Expected<Files> pytest_file(const ExportVerb& verb) {
  const auto input = load_finding(verb.finding, verb.common.bytes);
  if (!input) return tl::unexpected(input.error());
  if (auto ok = check_export(*input, verb, "pytest"); !ok) return tl::unexpected(ok.error());
  auto target = open_target(input->value.target, verb.common.target_options());
  if (!target) return tl::unexpected(target.error());
  const auto finding = replay_finding(**target, *input, verb.finding);
  if (!finding) return tl::unexpected(finding.error());
  return export_pytest(*finding, verb.common.python, verb.fixed).map([&](const PytestExport& made) {
    return Files{{pytest_name(finding->bucket) + ".py", made.text}};
  });
}

ExitCode export_finding(const ExportVerb& verb) {
  const fs::path folder = folder_of(verb.folder);
  auto files = pytest_file(verb);
  if (!files) return finish(verb, "pytest", files);
  for (const auto& [name, text] : *files) {
    if (auto written = write_new_file(folder / name, text); !written) {
      return finish(verb, "pytest", tl::unexpected(written.error()));
    }
  }
  return finish(verb, "pytest", files);
}

Expected<Files> gtest_files(const ExportVerb& verb) {
  const auto input = load_finding(verb.finding, verb.common.bytes);
  if (!input) return tl::unexpected(input.error());
  if (auto ok = check_export(*input, verb, "gtest"); !ok) return tl::unexpected(ok.error());
  auto target = open_target(input->value.target, {});
  if (!target) return tl::unexpected(target.error());
  const Schema& schema = (*target)->info().program.schema;
  return replay_finding(**target, *input, verb.finding)
      .map([&schema](const Replayed& f) { return render_gtest(f.run.recorded, schema, *f.run.verdict.failure, f.bucket); })
      .and_then([&](const Files& files) {
        return write_into_empty_folder(folder_of(verb.folder), files).map([&] { return files; });
      });
}

}  // namespace

Run add_export(CLI::App& app) {
  auto verb = std::make_shared<ExportVerb>();
  CLI::App* mwe = app.add_subcommand("mwe", "the working example numba_mwe: a package with its pytest suite");
  mwe->add_option("folder", verb->folder, "DIR to write to: not there yet, or empty")->required();
  mwe->add_option("--settings", verb->settings,
                  "NAME=NUMBER,..: other settings than " + factory_program().schema.describe(factory_program().schema.usual()));
  mwe->footer(fmt::format("Example: straylane export mwe /tmp/example --settings {}=100", factory_program().schema[0].name));
  add_output_options(*mwe, verb->common);
  CLI::App* pytest = app.add_subcommand("pytest", "a finding as one Python file with a test, for numba's own suite");
  pytest->add_option("finding", verb->finding, "FINDING: its folder in findings/, its min.json, or TOKEN")->required();
  pytest->add_option("folder", verb->folder, "DIR to write the file into; nothing is overwritten")->required();
  pytest->add_option("--python", verb->common.python, "interpreter whose numba has the failure")->capture_default_str();
  pytest->add_option("--fixed", verb->fixed, "interpreter whose numba has it fixed: the test must pass there, too");
  pytest->footer(
      "Example: straylane export pytest findings/attributeerror-* tests --fixed "
      ".straylane/envs/numba-cuda-0.30.4/bin/python");
  add_bytes_option(*pytest, verb->common);
  add_output_options(*pytest, verb->common);
  CLI::App* gtest = app.add_subcommand("gtest", "a finding of target host as a CMake project with one C++ test");
  gtest->add_option("finding", verb->finding, "FINDING: its folder in findings/, its min.json, or TOKEN")->required();
  gtest->add_option("folder", verb->folder, "DIR to write to: not there yet, or empty")->required();
  gtest->footer("Example: straylane export gtest findings/data-race-* /tmp/race");
  add_bytes_option(*gtest, verb->common);
  add_output_options(*gtest, verb->common);
  app.require_subcommand(1);
  return [verb, mwe, gtest] {
    if (gtest->parsed()) return finish(*verb, "gtest", gtest_files(*verb));
    return mwe->parsed() ? export_mwe(*verb) : export_finding(*verb);
  };
}

}  // namespace straylane
