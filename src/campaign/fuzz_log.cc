#include "campaign/fuzz_log.h"

#include <charconv>
#include <optional>

namespace straylane {
namespace {

constexpr std::size_t kLineBytesMax = 64 * 1024;  // beyond it the middle of a line is lost

// The number that follows `key` in `line`, whatever stands behind it.
std::optional<std::uint64_t> number_after(std::string_view line, std::string_view key) {
  const std::size_t at = line.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  const std::size_t digits = line.find_first_not_of(" \t", at + key.size());
  if (digits == std::string_view::npos) return std::nullopt;
  std::uint64_t number = 0;
  const auto result = std::from_chars(line.data() + digits, line.data() + line.size(), number);
  if (result.ec != std::errc()) return std::nullopt;
  return number;
}

std::optional<std::string_view> after(std::string_view line, std::string_view key) {
  const std::size_t at = line.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  return line.substr(at + key.size());
}

void add_once(std::vector<std::string>& list, std::string_view item) {
  for (const std::string& there : list) {
    if (there == item) return;
  }
  list.emplace_back(item);
}

}  // namespace

void FuzzLog::add(std::string_view text) {
  for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    rest_ += text.substr(0, end);
    add_line(rest_);
    rest_.clear();
    text.remove_prefix(end + 1);
  }
  if (rest_.size() < kLineBytesMax) rest_ += text;
}

void FuzzLog::add_line(std::string_view line) {
  if (line.starts_with("#")) {
    add_status(line);
  } else if (const auto bucket = after(line, "straylane: finding ")) {
    add_once(buckets_, *bucket);
  } else if (const auto input = after(line, "straylane: input ")) {
    add_once(artifacts_, *input);
  } else if (const auto artifact = after(line, "Test unit written to ")) {
    add_once(artifacts_, *artifact);
  } else if (const auto reached = number_after(line, "straylane: coverage ")) {
    edges_reached_ = *reached;
    edges_ = number_after(line, " of ").value_or(edges_);
  } else if (const auto error = after(line, "straylane: error: ")) {
    error_ = *error;
  } else if (const auto units = number_after(line, "stat::number_of_executed_units:")) {
    executions_ = *units;
  } else if (!line.empty() && !line.starts_with("stat::")) {
    last_line_ = line;
  }
}

void FuzzLog::add_status(std::string_view line) {
  executions_ = number_after(line, "#").value_or(executions_);
  executions_per_s_ = number_after(line, " exec/s:").value_or(executions_per_s_);
  features_ = number_after(line, " ft:").value_or(features_);
  corpus_size_ = number_after(line, " corp:").value_or(corpus_size_);
}

}  // namespace straylane
