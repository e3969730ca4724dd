#include "codec/strict_json.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "codec/one_line.h"

namespace straylane {
namespace {

using nlohmann::ordered_json;

// Longest quotations in messages, in characters.
constexpr std::size_t kDetailLengthMax = 240;
constexpr std::size_t kKeyLengthMax = 64;
constexpr std::size_t kQuotedLengthMax = 80;
constexpr std::size_t kMessageLengthMax = 400;

// Builds the value from the parser's events. An event returns false to stop the parser; `problem` then says why.
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
    // Remove the parser's own prefix: "[json.exception.parse_error.101] parse error at line 1, column 2: ".
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
    if (open_.empty()) return &(root_ = std::move(value));
    if (open_.back()->is_object()) return &(*slot_ = std::move(value));
    return &open_.back()->emplace_back(std::move(value));
  }

  // The addresses on the stack stay valid, because a container grows only while it is the innermost one.
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

// Records how far the parser has read. Some of the parser's errors have no position, and neither has what the builder
// refuses.
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
  bool operator==(const CountingIterator& other) const { return at_ == other.at_; }

 private:
  const char* at_;
  const char** furthest_;
};

// The line and column of the `position`-th byte. All three count from 1.
std::string line_and_column(std::string_view text, std::size_t position) {
  const std::string_view before = text.substr(0, position == 0 ? 0 : position - 1);
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const auto last_newline = before.rfind('\n');
  const auto column = before.size() - (last_newline == std::string_view::npos ? 0 : last_newline + 1) + 1;
  return fmt::format("line {}, column {}", line, column);
}

const ordered_json& null_value() {
  static const ordered_json null;
  return null;
}

bool contains(std::span<const char* const> names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
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
  } catch (const std::exception& error) {  // such as out of memory
    problem = error.what();
  }
  const auto taken = static_cast<std::size_t>(furthest - text.data());
  return make_error(ErrorCode::kMalformed,
                    fmt::format("{}{}: {}", prefix, line_and_column(text, std::min(taken, text.size())),
                                one_line(problem, kDetailLengthMax)));
}

void JsonReader::refuse(ErrorCode code, const std::string& what) const {
  if (failed()) return;
  const std::string message = path_.empty() ? what : path_ + ": " + what;
  *problem_ = Error{code, one_line(message, kMessageLengthMax)};
}

std::string JsonReader::quoted() const {
  if (value_->is_object()) return "an object";
  if (value_->is_array()) return "an array";
  return one_line(value_->dump(-1, ' ', false, ordered_json::error_handler_t::replace), kQuotedLengthMax);
}

void JsonReader::keys(Names required, Names optional) const {
  if (failed()) return;
  if (!value_->is_object()) return refuse(ErrorCode::kMalformed, fmt::format("is {}, must be an object", quoted()));
  for (const auto& [key, item] : value_->items()) {
    if (!contains(required, key) && !contains(optional, key)) {
      return refuse(ErrorCode::kMalformed, fmt::format("unknown key \"{}\"", one_line(key, kKeyLengthMax)));
    }
  }
  for (const char* key : required) {
    if (!value_->contains(key)) return refuse(ErrorCode::kMalformed, fmt::format("key \"{}\" is missing", key));
  }
}

bool JsonReader::has(const char* key) const { return value_->is_object() && value_->contains(key); }

JsonReader JsonReader::at(const std::string& key) const {
  const ordered_json* item = &null_value();
  if (value_->is_object()) {
    if (const auto found = value_->find(key); found != value_->end()) item = &*found;
  }
  return {item, path_.empty() ? key : path_ + '.' + key, *problem_};
}

void JsonReader::each(std::size_t count_min, std::size_t count_max,
                      const std::function<void(const JsonReader&)>& read) const {
  if (failed()) return;
  if (!value_->is_array()) return refuse(ErrorCode::kMalformed, fmt::format("is {}, must be an array", quoted()));
  if (value_->size() < count_min || value_->size() > count_max) {
    const std::string bound =
        count_min == count_max ? fmt::format("{}", count_min) : fmt::format("{}..{}", count_min, count_max);
    return refuse(ErrorCode::kOutOfRange, fmt::format("has {} entries, must have {}", value_->size(), bound));
  }
  for (std::size_t i = 0; i < value_->size() && !failed(); ++i) {
    read({&(*value_)[i], fmt::format("{}[{}]", path_, i), *problem_});
  }
}

template <class T>
T JsonReader::read(bool has_type, const char* must_be) const {
  if (failed()) return {};
  if (has_type) return value_->get<T>();
  refuse(ErrorCode::kMalformed, fmt::format("is {}, must be {}", quoted(), must_be));
  return {};
}

std::string JsonReader::text() const { return read<std::string>(value_->is_string(), "a string"); }
double JsonReader::number() const { return read<double>(value_->is_number(), "a number"); }
bool JsonReader::boolean() const { return read<bool>(value_->is_boolean(), "true or false"); }

std::int64_t JsonReader::integer(std::int64_t min, std::int64_t max) const {
  if (failed()) return {};
  const bool beyond =
      value_->is_number_unsigned() &&
      value_->get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (value_->is_number_integer() && !beyond) {
    const auto number = value_->get<std::int64_t>();
    if (number >= min && number <= max) return number;
  }
  refuse(value_->is_number() ? ErrorCode::kOutOfRange : ErrorCode::kMalformed,
         fmt::format("is {}, must be a whole number {}..{}", quoted(), min, max));
  return {};
}

std::uint64_t JsonReader::unsigned_integer() const {
  if (failed()) return {};
  if (value_->is_number_unsigned()) return value_->get<std::uint64_t>();
  refuse(value_->is_number() ? ErrorCode::kOutOfRange : ErrorCode::kMalformed,
         fmt::format("is {}, must be a whole number 0..{}", quoted(), std::numeric_limits<std::uint64_t>::max()));
  return {};
}

}  // namespace straylane
