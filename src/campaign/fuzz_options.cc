#include "campaign/fuzz_options.h"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

namespace straylane {
namespace {

namespace fs = std::filesystem;

std::string absolute(const std::string& path) {
  std::error_code error;
  return path.empty() ? path : fs::absolute(path, error).lexically_normal().string();
}

template <class Number>
bool parse(const std::string& text, Number& number) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

}  // namespace

std::map<std::string, std::string> options_to_keep(const FuzzOptions& options) {
  return {{"engine", to_string(options.engine)},
          {"target", options.target},
          {"program", options.program},
          {"python", options.python},
          {"kernel", absolute(options.kernel)},
          {"corpus", absolute(options.corpus)},
          {"out", absolute(options.out)},
          {"sync", absolute(options.sync)},
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
  const std::pair<const char*, std::string*> identity[] = {{"target", &options.target},
                                                           {"python", &options.python},
                                                           {"kernel", &options.kernel},
                                                           {"corpus", &options.corpus}};
  for (const auto& [key, field] : identity) {
    const bool is_path = field == &options.kernel || field == &options.corpus;
    if (named.contains(key) && (is_path ? absolute(*field) : *field) != value(key)) {
      return make_error(ErrorCode::kUsage, fmt::format("--{} is {}, and the campaign in {} has {}", key, *field,
                                                       options.folder, value(key)));
    }
    *field = value(key);
  }
  options.program = value("program");
  if (!named.contains("engine")) {  // campaigns from before there was a choice have none
    if (const auto engine = engine_from(value("engine"))) options.engine = *engine;
  }
  if (!named.contains("out")) options.out = value("out");
  if (!named.contains("sync")) options.sync = value("sync");
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
