#include "campaign/fuzz_log.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace straylane {
namespace {

constexpr std::size_t kLineBytesMax = 64 * 1024;  // beyond it the middle of a line is lost
constexpr std::size_t kEndedByMax = 1'000;       // between two times that they are taken

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

std::optional<std::vector<std::uint8_t>> bytes_from_hex(std::string_view hex) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    unsigned byte = 0;
    const char* end = hex.data() + std::min(i + 2, hex.size());
    const auto result = std::from_chars(hex.data() + i, end, byte, 16);
    if (result.ec != std::errc() || result.ptr != hex.data() + i + 2) return std::nullopt;
    bytes.push_back(static_cast<std::uint8_t>(byte));
  }
  return bytes;
}

// Without the colours that AFL++ has in its lines, wherever they go to.
std::string without_colours(std::string_view line) {
  std::string text;
  while (!line.empty()) {
    const std::size_t escape = std::min(line.find('\x1b'), line.size());
    text += line.substr(0, escape);
    line.remove_prefix(escape);
    const std::size_t end = line.find('m');
    line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
  }
  return text;
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
  } else if (const auto failing = after(line, "straylane: failing ")) {
    add_failure(*failing);
  } else if (line.starts_with("straylane: progress ")) {
    add_progress(line);
  } else if (const auto ended_by = after(line, "straylane: input ended it: signal ")) {
    add_ended_by(*ended_by);
  } else if (line.starts_with("straylane: begins")) {
    begin_process();
  } else if (const auto status = number_after(line, "straylane: exit status ")) {
    exit_status_ = static_cast<int>(*status);
  } else if (const auto artifact = after(line, "Test unit written to ")) {
    add_once(artifacts_, *artifact);
  } else if (const auto reached = number_after(line, "straylane: coverage ")) {
    edges_reached_ = *reached;
    edges_ = number_after(line, " of ").value_or(edges_);
  } else if (const auto error = after(line, "straylane: error: ")) {
    error_ = *error;
  } else if (const auto abort = after(line, "PROGRAM ABORT : ")) {
    error_ = without_colours(*abort);
  } else if (const auto files = number_after(line, "INFO: seed corpus: files:")) {
    files_read_ = *files;
  } else if (const auto units = number_after(line, "stat::number_of_executed_units:")) {
    executions_ = std::max(executions_, *units);
  } else if (!line.empty() && !line.starts_with("stat::")) {
    last_line_ = line;
  }
}

void FuzzLog::add_progress(std::string_view line) {
  ready_ = true;
  // The engine counts the input without content, too, which is none.
  executions_ = std::max(executions_, executions_before_ + number_after(line, " executions ").value_or(0));
  if (const auto schedules = number_after(line, " schedules ")) schedules_ = schedules_before_ + *schedules;
  seen_.runs = number_after(line, " runs ").value_or(seen_.runs);
  seen_.classes = number_after(line, " classes ").value_or(seen_.classes);
  seen_.singletons = number_after(line, " singletons ").value_or(seen_.singletons);
  seen_.doubletons = number_after(line, " doubletons ").value_or(seen_.doubletons);
}

void FuzzLog::add_status(std::string_view line) {
  ready_ = true;
  executions_ = std::max(executions_, number_after(line, "#").value_or(0));
  features_ = number_after(line, " ft:").value_or(features_);
  corpus_size_ = number_after(line, " corp:").value_or(corpus_size_);
  if (after(line, "\tNEW ")) ++new_inputs_;
}

// "BUCKET COUNT HEX MESSAGE"; what is not of this form has been cut off and is left out.
void FuzzLog::add_failure(std::string_view told) {
  const std::size_t bucket_end = told.find(' ');
  if (bucket_end == std::string_view::npos) return;
  const auto count = number_after(told.substr(bucket_end), " ");
  const std::size_t hex_at = told.find(' ', bucket_end + 1);
  if (!count || hex_at == std::string_view::npos) return;
  ToldFailure failure{std::string(told.substr(0, bucket_end)), 0, {}, {}};
  const std::string_view rest = told.substr(hex_at + 1);
  const std::size_t hex_end = std::min(rest.find(' '), rest.size());
  if (rest != "-") {
    auto input = bytes_from_hex(rest.substr(0, hex_end));
    if (!input) return;
    failure.input = std::move(*input);
    failure.message = rest.substr(std::min(hex_end + 1, rest.size()));
  }
  counts_[failure.bucket] = *count;
  failure.count = counts_before_[failure.bucket] + *count;
  failures_.push_back(std::move(failure));
}

// "SIGNAL HEX"
void FuzzLog::add_ended_by(std::string_view told) {
  EndedBy ended;
  const auto result = std::from_chars(told.data(), told.data() + told.size(), ended.signal);
  const std::size_t hex_at = told.find(' ');
  if (result.ec != std::errc() || hex_at == std::string_view::npos || ended_by_.size() >= kEndedByMax) return;
  auto input = bytes_from_hex(told.substr(hex_at + 1));
  if (!input || input->empty()) return;
  ended.input = std::move(*input);
  ended_by_.push_back(std::move(ended));
}

void FuzzLog::begin_process() {
  executions_before_ = executions_;
  schedules_before_ = schedules_;
  seen_ = {};
  for (auto& [bucket, count] : counts_) counts_before_[bucket] += std::exchange(count, 0);
}

void FuzzLog::take_figures(std::uint64_t executions, std::uint64_t features, std::uint64_t new_inputs,
                           std::uint64_t files_read) {
  executions_ = std::max(executions_, executions);
  features_ = std::max(features_, features);
  new_inputs_ = std::max(new_inputs_, new_inputs);
  files_read_ = std::max(files_read_, files_read);
}

std::vector<EndedBy> FuzzLog::take_ended_by() { return std::exchange(ended_by_, {}); }

std::vector<ToldFailure> FuzzLog::take_failures() { return std::exchange(failures_, {}); }

}  // namespace straylane
