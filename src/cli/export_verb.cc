#include <fmt/format.h>

#include <filesystem>
#include <memory>
#include <string_view>

#include "cli/finding_files.h"
#include "cli/next_steps.h"
#include "cli/shipped_files.h"
#include "cli/verbs.h"
#include "os/files.h"
#include "program/factory/factory_export.h"
#include "program/factory/factory_program.h"
#include "report/exports.h"
#include "report/report_text.h"
#include "targets/registry.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;

struct ExportVerb : CommonOptions {
  std::string folder;
  std::string settings;
  std::vector<std::string> fixed;
};

constexpr const char* kFinding = "FINDING: its folder in findings/, its min.json, or TOKEN";

// Returns the path of the folder with a name and a parent: "out/" and "out" are the same folder.
fs::path folder_of(const std::string& text) {
  std::error_code error;
  fs::path path = fs::absolute(text, error).lexically_normal();
  return path.has_filename() ? path : path.parent_path();
}

// Returns the command that runs what was exported.
std::string test_command(const ExportVerb& verb, std::string_view what, const std::string& file) {
  const std::string folder = shell_word(fs::path(verb.folder).lexically_normal().string());
  const std::string python = shell_word(verb.python);
  if (what == "mwe") return fmt::format("cd {} && NUMBA_ENABLE_CUDASIM=1 {} -m pytest numba_mwe", folder, python);
  if (what == "pytest") return fmt::format("{} -m pytest {}", python, shell_word(fs::path(verb.folder) / file));
  const std::string build = shell_word((fs::path(verb.folder) / "build").lexically_normal().string());
  std::error_code error;
  const fs::path checkout = fs::canonical(regressions_folder(), error).parent_path().parent_path();
  const std::string source = error ? "DIR" : shell_word(checkout.string());
  return fmt::format("cmake -S {0} -B {1} -DSTRAYLANE_SOURCE={2} && cmake --build {1} && ctest --test-dir {1}", folder,
                     build, source);
}

// Answers with the paths of the files that were written.
ExitCode finish(const ExportVerb& verb, const char* what, const Expected<Files>& written) {
  const auto answer = written.map([&](const Files& files) {
    Answer answer{{{"what", what}, {"files", nlohmann::ordered_json::array()}}};
    for (const auto& [name, text] : files) {
      const std::string path = (fs::path(verb.folder) / name).lexically_normal().string();
      answer.fields["files"].push_back(path);
      answer.text += path + "\n";
    }
    answer.text += next_lines({test_command(verb, what, files.begin()->first)});
    return answer;
  });
  return print_answer(answer, verb.json, "straylane-export/1",
                      {{"what", what}, {"files", nlohmann::ordered_json::array()}});
}

Expected<Files> write_folder(const ExportVerb& verb, const Files& files) {
  return write_into_empty_folder(folder_of(verb.folder), files).map([&] { return files; });
}

Expected<Files> export_mwe(const ExportVerb& verb) {
  const auto settings = parse_settings(verb.settings, factory_program().schema);
  if (!settings) return tl::unexpected(settings.error());
  return mwe_sources()
      .and_then([&](const Files& sources) { return render_mwe_package(sources, *settings); })
      .and_then([&](const Files& files) { return write_folder(verb, files); });
}

// Runs the finding once more. Fails with kUsage if findings of its target cannot be exported in this form.
Expected<Replayed> finding_for(const ExportVerb& verb, const char* form) {
  return replay_finding(verb, [&](const std::string& target, const TargetKind* kind) -> Expected<void> {
    const std::string exports = kind == nullptr ? "" : kind->exports;
    if (exports == form) return {};
    return make_error(ErrorCode::kUsage, fmt::format("{}: a finding of target {}, which {}", verb.input, target,
                                                     exports.empty() ? "has no export" : "exports as " + exports));
  });
}

Expected<Files> export_pytest_file(const ExportVerb& verb) {
  const auto finding = finding_for(verb, "pytest");
  if (!finding) return tl::unexpected(finding.error());
  const auto made = export_pytest(*finding, verb.python, verb.fixed);
  if (!made) return tl::unexpected(made.error());
  const std::string name = pytest_name(finding->bucket) + ".py";
  return write_new_file(folder_of(verb.folder) / name, made->text).map([&] { return Files{{name, made->text}}; });
}

Expected<Files> export_gtest(const ExportVerb& verb) {
  return finding_for(verb, "gtest").and_then([&](const Replayed& finding) {
    const auto& schema = finding.target->info().program.schema;
    const RunResult& run = finding.run;
    return write_folder(verb, render_gtest(run.recorded, schema, *run.verdict.failure, finding.bucket));
  });
}

}  // namespace

Run add_export(CLI::App& app) {
  auto verb = std::make_shared<ExportVerb>();
  CLI::App* mwe = app.add_subcommand("mwe", "the working example numba_mwe: a package with its pytest suite");
  mwe->add_option("folder", verb->folder, "DIR to write to: new or empty")->required();
  const Schema& schema = factory_program().schema;
  mwe->add_option("--settings", verb->settings,
                  "NAME=NUMBER,..: settings that differ from " + schema.describe(schema.usual()));
  mwe->footer(fmt::format("Example: straylane export mwe /tmp/example --settings {}=100", schema[0].name));
  add_output_options(*mwe, *verb);
  CLI::App* pytest = app.add_subcommand("pytest", "a finding as one Python file with a test, for numba's own suite");
  pytest->add_option("finding", verb->input, kFinding)->required();
  pytest->add_option("folder", verb->folder, "DIR to write the file into; nothing is overwritten")->required();
  pytest->add_option("--python", verb->python, "interpreter whose numba has the failure")->capture_default_str();
  pytest->add_option("--fixed", verb->fixed, "interpreter whose numba has the fix: the test must pass there");
  pytest->footer(
      "Example: straylane export pytest findings/attributeerror-* tests --fixed "
      ".straylane/envs/numba-cuda-0.30.4/bin/python");
  add_bytes_option(*pytest, *verb);
  add_output_options(*pytest, *verb);
  CLI::App* gtest = app.add_subcommand("gtest", "a finding of target host as a CMake project with one C++ test");
  gtest->add_option("finding", verb->input, kFinding)->required();
  gtest->add_option("folder", verb->folder, "DIR to write to: new or empty")->required();
  gtest->footer("Example: straylane export gtest findings/data-race-* /tmp/race");
  add_bytes_option(*gtest, *verb);
  add_output_options(*gtest, *verb);
  app.require_subcommand(1);
  return [verb, mwe, gtest] {
    if (gtest->parsed()) return finish(*verb, "gtest", export_gtest(*verb));
    return mwe->parsed() ? finish(*verb, "mwe", export_mwe(*verb)) : finish(*verb, "pytest", export_pytest_file(*verb));
  };
}

}  // namespace straylane
