#include "campaign/fuzz_options.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

#include "campaign/campaign_folders.h"
#include "domain/enum_names.h"
#include "program/program.h"
#include "targets/registry.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEngines[] = {"libfuzzer", "afl"};

// Makes the path of an interpreter absolute. A bare name stays, to be looked up in PATH each time.
std::string absolute_program(const std::string& program) {
  std::error_code error;
  return program.find('/') == std::string::npos ? program : fs::absolute(program, error).lexically_normal().string();
}

template <class Number>
bool parse(const std::string& text, Number& number) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

using Kept = std::function<std::string(const char* key)>;

tl::unexpected<Error> another(const char* key, const std::string& said, const FuzzOptions& options,
                              const std::string& kept) {
  return make_error(ErrorCode::kUsage,
                    fmt::format("--{} is {}, and the campaign in {} has {}", key, said, options.folder, kept));
}

// Restores target, program and kernel. If the campaign was moved away from its kernel, the kernel must be named.
Expected<void> restore_identity(const Kept& value, const std::set<std::string>& named, FuzzOptions& options) {
  if (named.contains("target") && options.target != value("target")) {
    return another("target", options.target, options, value("target"));
  }
  options.target = value("target");
  if (value("program") != options.program) return another("program", options.program, options, value("program"));
  const std::string kernel = path_kept(options.folder, value("kernel"));
  if (!named.contains("kernel")) {
    options.kernel = kernel;
  } else if (fs::path(options.kernel).filename() != fs::path(kernel).filename()) {
    return another("kernel", options.kernel, options, kernel.empty() ? "none" : kernel);
  }
  return {};
}

// Restores what is run and what is written to. A campaign may come from somebody else, so all of that must be named on
// this command line or lie in the folder of the campaign.
Expected<void> restore_paths(const Kept& value, const std::set<std::string>& named, FuzzOptions& options) {
  if (named.contains("python") && absolute_program(options.python) != value("python")) {
    return another("python", options.python, options, value("python"));
  }
  std::string unnamed;
  if (options.python != value("python") && !named.contains("python")) unnamed = " --python " + value("python");
  const std::pair<const char*, std::string*> folders[] = {
      {"corpus", &options.corpus}, {"out", &options.out}, {"sync", &options.sync}};
  for (const auto& [key, folder] : folders) {
    const std::string kept = path_kept(options.folder, value(key));
    const bool inside = !kept.empty() && is_in_campaign(options.folder, kept);
    const bool is_corpus = folder == &options.corpus;
    if (named.contains(key)) {
      // A corpus outside the campaign may have been moved.
      const bool differs = is_corpus && inside && path_to_keep(options.folder, *folder) != value(key);
      if (differs) return another(key, *folder, options, kept);
    } else if (inside || (kept.empty() && is_corpus)) {
      *folder = kept;
    } else if (!kept.empty()) {
      unnamed += fmt::format(" --{} {}", key, kept);
    }
  }
  if (unnamed.empty()) return {};
  return make_error(ErrorCode::kUsage, fmt::format("{}: the campaign was run with{}: name that again to resume it",
                                                   options.folder, unnamed));
}

}  // namespace

const char* to_string(Engine engine) { return enum_name(kEngines, engine); }

Expected<Engine> engine_from(const std::string& name) {
  return enum_value<Engine>(kEngines, "--engine", name).map_error([](const Error& error) {
    return Error{ErrorCode::kUsage, error.message};
  });
}

const Program& program_of(const FuzzOptions& options) {
  const TargetKind* kind = find_target_kind(options.target);
  return program_named(options.program.empty() && kind != nullptr ? kind->program : options.program);
}

std::map<std::string, std::string> options_to_keep(const FuzzOptions& options) {
  return {{"engine", to_string(options.engine)},
          {"target", options.target},
          {"program", options.program},
          {"python", absolute_program(options.python)},
          {"kernel", path_to_keep(options.folder, options.kernel)},
          {"corpus", path_to_keep(options.folder, options.corpus)},
          {"out", options.out == FuzzOptions().out ? "" : path_to_keep(options.folder, options.out)},
          {"sync", path_to_keep(options.folder, options.sync)},
          {"time", fmt::format("{}", options.time_s)},
          {"jobs", std::to_string(options.jobs)},
          {"stop-after", std::to_string(options.stop_after)},
          {"plateau", options.stop_at_plateau ? "yes" : ""},
          {"runs", std::to_string(options.runs_max)},
          {"seed", std::to_string(options.seed)},
          {"min-free", options.min_free ? std::to_string(*options.min_free) : ""}};
}

Expected<void> restore_options(const std::map<std::string, std::string>& kept, const std::set<std::string>& named,
                               double time_passed_s, FuzzOptions& options) {
  const auto value = [&kept](const char* key) {
    const auto there = kept.find(key);
    return there == kept.end() ? std::string() : there->second;
  };
  const auto restored =
      restore_identity(value, named, options).and_then([&] { return restore_paths(value, named, options); });
  if (!restored) return restored;
  if (!named.contains("engine")) {  // campaigns of earlier versions have none
    if (const auto engine = engine_from(value("engine"))) options.engine = *engine;
  }
  const auto restore_number = [&](const char* key, auto& number) {
    return !named.contains(key) && parse(value(key), number);
  };
  restore_number("jobs", options.jobs);
  restore_number("stop-after", options.stop_after);
  restore_number("runs", options.runs_max);
  restore_number("seed", options.seed);
  if (std::uint64_t bytes = 0; restore_number("min-free", bytes)) options.min_free = bytes;
  if (!named.contains("plateau")) options.stop_at_plateau = !value("plateau").empty();
  if (named.contains("time")) return {};
  restore_number("time", options.time_s);
  if (options.time_s == 0) return {};
  options.time_s -= time_passed_s;
  if (options.time_s > 0) return {};
  return make_error(ErrorCode::kUsage,
                    fmt::format("{}: the campaign's time is over, after {:.0f} s; --time gives it more", options.folder,
                                time_passed_s));
}

}  // namespace straylane
