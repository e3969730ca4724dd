#include "campaign/fuzz_log.h"

#include <algorithm>
#include <charconv>
#include <utility>

namespace straylane {
namespace {

constexpr std::size_t kLineBytesMax = 64 * 1024;  // the middle of a longer line is lost
constexpr std::size_t kEndedByMax = 1'000;        // between two calls of take_ended_by

std::optional<std::string_view> after(std::string_view line, std::string_view key) {
  const std::size_t at = line.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  return line.substr(at + key.size());
}

// Gives the number that follows `key` and any spaces in `line`, whatever comes after it.
std::optional<std::uint64_t> number_after(std::string_view line, std::string_view key) {
  const std::string_view text = after(line, key).value_or("");
  const std::size_t digits = std::min(text.find_first_not_of(" \t"), text.size());
  std::uint64_t number = 0;
  const auto result = std::from_chars(text.data() + digits, text.data() + text.size(), number);
  return result.ec == std::errc() ? std::optional(number) : std::nullopt;
}

// Removes the first word and the space after it from `text`, and gives the word.
std::string_view take_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find(' '));
  text.remove_prefix(std::min(word.size() + 1, text.size()));
  return word;
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

// Removes the colours from a line of AFL++, which writes them even if its output is not a terminal.
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

void EngineFigures::add(const EngineFigures& other) {
  for (const auto count : {&EngineFigures::executions, &EngineFigures::new_inputs, &EngineFigures::schedules}) {
    this->*count += other.*count;
  }
  for (const auto most :
       {&EngineFigures::features, &EngineFigures::edges_reached, &EngineFigures::edges, &EngineFigures::files_read}) {
    this->*most = std::max(this->*most, other.*most);
  }
}

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
    if (std::ranges::find(artifacts_, *artifact) == artifacts_.end()) artifacts_.emplace_back(*artifact);
  } else if (const auto reached = number_after(line, "straylane: coverage ")) {
    figures_.edges_reached = *reached;
    figures_.edges = number_after(line, " of ").value_or(figures_.edges);
  } else if (const auto error = after(line, "straylane: error: ")) {
    error_ = *error;
  } else if (const auto abort = after(line, "PROGRAM ABORT : ")) {
    error_ = without_colours(*abort);
  } else if (const auto files = number_after(line, "INFO: seed corpus: files:")) {
    figures_.files_read = *files;
  } else if (const auto units = number_after(line, "stat::number_of_executed_units:")) {
    figures_.executions = std::max(figures_.executions, *units);
  } else if (!line.empty() && !line.starts_with("stat::")) {
    last_line_ = line;
  }
}

void FuzzLog::add_progress(std::string_view line) {
  ready_ = true;
  // libFuzzer's own count includes an empty input, which is not a case.
  const std::uint64_t executions = number_after(line, " executions ").value_or(0);
  figures_.executions = std::max(figures_.executions, earlier_.executions + executions);
  if (const auto schedules = number_after(line, " schedules ")) figures_.schedules = earlier_.schedules + *schedules;
  seen_.runs = number_after(line, " runs ").value_or(seen_.runs);
  seen_.classes = number_after(line, " classes ").value_or(seen_.classes);
  seen_.singletons = number_after(line, " singletons ").value_or(seen_.singletons);
  seen_.doubletons = number_after(line, " doubletons ").value_or(seen_.doubletons);
}

void FuzzLog::add_status(std::string_view line) {
  ready_ = true;
  figures_.executions = std::max(figures_.executions, number_after(line, "#").value_or(0));
  figures_.features = number_after(line, " ft:").value_or(figures_.features);
  if (after(line, "\tNEW ")) ++figures_.new_inputs;
}

// Reads "BUCKET COUNT HEX MESSAGE", where HEX is "-" without an input. A line of another form has been cut off and is
// left out.
void FuzzLog::add_failure(std::string_view told) {
  ToldFailure failure{.bucket = std::string(take_word(told)), .input = {}, .message = {}};
  const auto count = number_after(take_word(told), "");
  const std::string_view hex = take_word(told);
  if (!count || hex.empty()) return;
  if (hex != "-") {
    auto input = bytes_from_hex(hex);
    if (!input) return;
    failure.input = std::move(*input);
    failure.message = told;
  }
  std::uint64_t& counted = counts_[failure.bucket];
  failure.count = *count - std::min(counted, *count);
  counted += failure.count;
  failures_.push_back(std::move(failure));
}

// Reads "SIGNAL HEX".
void FuzzLog::add_ended_by(std::string_view told) {
  const auto signal = number_after(take_word(told), "");
  auto input = bytes_from_hex(told);
  if (!signal || !input || input->empty() || ended_by_.size() >= kEndedByMax) return;
  ended_by_.push_back({static_cast<int>(*signal), std::move(*input)});
}

void FuzzLog::begin_process() {
  earlier_ = figures_;
  seen_ = {};
  counts_.clear();
}

void FuzzLog::add_from_file(const EngineFigures& figures) {
  for (const auto figure :
       {&EngineFigures::executions, &EngineFigures::features, &EngineFigures::new_inputs, &EngineFigures::files_read}) {
    figures_.*figure = std::max(figures_.*figure, figures.*figure);
  }
}

std::vector<EndedBy> FuzzLog::take_ended_by() { return std::exchange(ended_by_, {}); }

std::vector<ToldFailure> FuzzLog::take_failures() { return std::exchange(failures_, {}); }

}  // namespace straylane
