#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "campaign/artifact_folder.h"
#include "cli/common_options.h"
#include "cli/json_document.h"
#include "cli/mwe_sources.h"
#include "cli/settings_input.h"
#include "cli/verbs.h"
#include "report/mwe_package.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;
using Files = std::map<std::string, std::string>;

struct ExportVerb {
  CommonOptions common;
  std::string folder;
  std::string settings;
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
      parse_settings(verb.settings)
          .and_then([](const Settings& settings) {
            return mwe_sources().and_then([&](const Files& sources) { return render_mwe_package(sources, settings); });
          })
          .and_then([&](const Files& files) {
            return write_into_empty_folder(folder_of(verb.folder), files).map([&] { return files; });
          });
  return finish(verb, "mwe", written);
}

}  // namespace

Run add_export(CLI::App& app) {
  auto verb = std::make_shared<ExportVerb>();
  CLI::App* mwe = app.add_subcommand("mwe", "the working example numba_mwe: a package with its pytest suite");
  mwe->add_option("folder", verb->folder, "DIR to write to: not there yet, or empty")->required();
  mwe->add_option("--settings", verb->settings,
                  "array_size=..,buffer_size=..,n_threads=..,block_size=..: defaults other than 10, 5, 7, 32");
  mwe->footer("Example: straylane export mwe /tmp/example --settings array_size=100,n_threads=70");
  add_output_options(*mwe, verb->common);
  app.require_subcommand(1);
  return [verb] { return export_mwe(*verb); };
}

}  // namespace straylane
