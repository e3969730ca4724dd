#include "codec/strict_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <iterator>
#include <optional>
#include <vector>

#include "codec/one_line.h"

namespace straylane {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kDetailLengthMax = 240;
constexpr std::size_t kKeyLengthMax = 64;

// Builds the value from the parser's events. Every event returns false to stop; `problem` then says why.
class ValueBuilder final : public nlohmann::json_sax<ordered_json> {
 public:
  explicit ValueBuilder(const JsonBounds& bounds) : bounds_(bounds) {}

  bool null() override { return add(nullptr) != nullptr; }
  bool boolean(bool value) override { return add(value) != nullptr; }
  bool number_integer(number_integer_t value) override { return add(value) != nullptr; }
  bool number_unsigned(number_unsigned_t value) override { return add(value) != nullptr; }
  bool number_float(number_float_t value, const string_t& /*text*/) override { return add(value) != nullptr; }
  bool string(string_t& value) override { return add(std::move(value)) != nullptr; }
  bool binary(binary_t& /*value*/) override { return stop("binary value"); }

  bool start_object(std::size_t /*elements*/) override { return open(ordered_json::object()); }
  bool start_array(std::size_t /*elements*/) override { return open(ordered_json::array()); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool key(string_t& key) override {
    ordered_json& object = *open_.back();
    if (object.size() == bounds_.keys_max) return stop(fmt::format("more than {} keys in one object", object.size()));
    if (object.contains(key)) return stop(fmt::format("key \"{}\" twice in one object", one_line(key, kKeyLengthMax)));
    slot_ = &object[key];
    return true;
  }

  bool parse_error(std::size_t /*position*/, const std::string& /*last_token*/,
                   const nlohmann::detail::exception& error) override {
    std::string_view what = error.what();
    // The parser's own prefix: "[json.exception.parse_error.101] parse error at line 1, column 2: ".
    if (const auto end = what.find("] "); end != std::string_view::npos) what.remove_prefix(end + 2);
    if (what.starts_with("parse error at ")) what.remove_prefix(std::min(what.size(), what.find(": ") + 2));
    return stop(std::string(what));
  }

  ordered_json take() { return std::move(root_); }
  const std::optional<std::string>& problem() const { return problem_; }

 private:
  bool stop(std::string problem) {
    problem_ = std::move(problem);
    return false;
  }

  ordered_json* add(ordered_json&& value) {
    if (++values_ > bounds_.values_max) {
      stop(fmt::format("more than {} values", bounds_.values_max));
      return nullptr;
    }
    ordered_json* place = &root_;
    if (!open_.empty()) {
      if (open_.back()->is_array()) {
        open_.back()->push_back(nullptr);
        place = &open_.back()->back();
      } else {
        place = slot_;
      }
    }
    *place = std::move(value);
    return place;
  }

  // The addresses on the stack stay valid: a container grows only while it is the innermost.
  bool open(ordered_json&& empty) {
    if (open_.size() == bounds_.depth_max) return stop(fmt::format("nested deeper than {}", bounds_.depth_max));
    ordered_json* place = add(std::move(empty));
    if (place == nullptr) return false;
    open_.push_back(place);
    return true;
  }

  bool close() {
    open_.pop_back();
    return true;
  }

  const JsonBounds& bounds_;
  ordered_json root_;
  std::vector<ordered_json*> open_;
  ordered_json* slot_ = nullptr;
  std::size_t values_ = 0;
  std::optional<std::string> problem_;
};

// Counts what the parser has taken: its own positions are missing from some errors, and from what the builder refuses.
class CountingIterator {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  CountingIterator(const char* at, const char** furthest) : at_(at), furthest_(furthest) {}
  reference operator*() const { return *at_; }
  CountingIterator& operator++() {
    *furthest_ = ++at_;
    return *this;
  }
  CountingIterator operator++(int) {
    CountingIterator before = *this;
    ++*this;
    return before;
  }
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }
  bool operator!=(const CountingIterator& other) const { return at_ != other.at_; }

 private:
  const char* at_;
  const char** furthest_;
};

// Line and column of the `position`-th byte (from 1), both from 1.
std::string line_and_column(std::string_view text, std::size_t position) {
  const std::string_view before = text.substr(0, position == 0 ? 0 : position - 1);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto last_newline = before.rfind('\n');
  const auto column = before.size() - (last_newline == std::string_view::npos ? 0 : last_newline + 1) + 1;
  return fmt::format("line {}, column {}", line, column);
}

}  // namespace

Expected<ordered_json> parse_strict_json(std::string_view text, const std::string& place, const JsonBounds& bounds) {
  const std::string prefix = one_line_place(place) + ": ";
  if (text.size() > bounds.bytes_max) {
    return make_error(ErrorCode::kMalformed,
                      fmt::format("{}{} bytes, must be at most {}", prefix, text.size(), bounds.bytes_max));
  }
  ValueBuilder builder(bounds);
  const char* furthest = text.data();
  std::string problem = "not JSON";
  try {
    if (ordered_json::sax_parse(CountingIterator(text.data(), &furthest),
                                CountingIterator(text.data() + text.size(), &furthest), &builder)) {
      return builder.take();
    }
    problem = builder.problem().value_or(problem);
  } catch (const std::exception& error) {  // such as no memory
    problem = error.what();
  }
  const auto taken = static_cast<std::size_t>(furthest - text.data());
  return make_error(ErrorCode::kMalformed,
                    fmt::format("{}{}: {}", prefix, line_and_column(text, std::min(taken, text.size())),
                                one_line(problem, kDetailLengthMax)));
}

}  // namespace straylane
