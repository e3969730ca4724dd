#include "campaign/fuzz_options.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>
#include <functional>

#include "campaign/kept_path.h"
#include "program/programs.h"
#include "targets/registry.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

// A path to an interpreter as it was meant, wherever we stand; a bare name is looked up in PATH each time.
std::string absolute_program(const std::string& program) {
  std::error_code error;
  return program.find('/') == std::string::npos ? program : fs::absolute(program, error).lexically_normal().string();
}

template <class Number>
bool parse(const std::string& text, Number& number) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

}  // namespace

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

namespace {

using Kept = std::function<std::string(const char* key)>;

tl::unexpected<Error> another(const char* key, const std::string& said, const FuzzOptions& options,
                              const std::string& kept) {
  return make_error(ErrorCode::kUsage,
                    fmt::format("--{} is {}, and the campaign in {} has {}", key, said, options.folder, kept));
}

// What a campaign is about. One that was moved away from its kernel has to be told where that is now.
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

// What is run and what is written to is named on this command line, or lies in the folder of the campaign: where the
// campaign comes from somebody else, it says neither.
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
      // A corpus elsewhere may have been moved.
      if (is_corpus && inside && path_to_keep(options.folder, *folder) != value(key))
        return another(key, *folder, options, kept);
      continue;
    }
    if (inside || (kept.empty() && is_corpus)) *folder = kept;
    if (!inside && !kept.empty()) unnamed += fmt::format(" --{} {}", key, kept);
  }
  if (unnamed.empty()) return {};
  return make_error(ErrorCode::kUsage, fmt::format("{}: the campaign was run with{}: name that again to resume it",
                                                   options.folder, unnamed));
}

}  // namespace

Expected<void> restore_options(const std::map<std::string, std::string>& kept, const std::set<std::string>& named,
                               double time_passed_s, FuzzOptions& options) {
  const auto value = [&kept](const char* key) {
    const auto there = kept.find(key);
    return there == kept.end() ? std::string() : there->second;
  };
  const auto restored =
      restore_identity(value, named, options).and_then([&] { return restore_paths(value, named, options); });
  if (!restored) return restored;
  if (!named.contains("engine")) {  // campaigns from before there was a choice have none
    if (const auto engine = engine_from(value("engine"))) options.engine = *engine;
  }
  if (!named.contains("jobs")) parse(value("jobs"), options.jobs);
  if (!named.contains("stop-after")) parse(value("stop-after"), options.stop_after);
  if (!named.contains("plateau")) options.stop_at_plateau = !value("plateau").empty();
  if (!named.contains("runs")) parse(value("runs"), options.runs_max);
  if (!named.contains("seed")) parse(value("seed"), options.seed);
  if (std::uint64_t bytes = 0; !named.contains("min-free") && parse(value("min-free"), bytes)) options.min_free = bytes;
  if (named.contains("time")) return {};
  parse(value("time"), options.time_s);
  if (options.time_s == 0) return {};
  options.time_s -= time_passed_s;
  if (options.time_s > 0) return {};
  return make_error(ErrorCode::kUsage,
                    fmt::format("{}: the campaign's time is over, after {:.0f} s; --time says how much longer",
                                options.folder, time_passed_s));
}

}  // namespace straylane
