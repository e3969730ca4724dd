#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "domain/error.h"

namespace straylane {

// What a JSON text may hold. Reaching a bound is an error that names the bound.
struct JsonBounds {
  std::size_t bytes_max = std::size_t{16} << 20;
  std::size_t depth_max = 16;          // nested objects and arrays
  std::size_t keys_max = 64;           // of one object, because the object type searches its keys linearly
  std::size_t values_max = 2'000'000;  // in the whole text
};

// Parses one JSON text (RFC 8259) with nothing after it. It is stricter than the underlying parser: a key that occurs
// twice in an object is an error. Errors are kMalformed and one line of bounded length. They start with `place` and
// name the line and the column, both from 1 and in bytes. No exception escapes.
Expected<nlohmann::ordered_json> parse_strict_json(std::string_view text, const std::string& place,
                                                   const JsonBounds& bounds = {});

// Reads one value inside a JSON text strictly, and knows its path ("calls[0].width"). All readers of a text share one
// `problem`, which keeps the first thing that is refused. From then on every read does nothing and gives an empty
// value, so the code that reads needs no branches for errors.
class JsonReader {
 public:
  using Problem = std::optional<Error>;

  JsonReader(const nlohmann::ordered_json& value, Problem& problem) : JsonReader(&value, "", problem) {}

  bool failed() const { return problem_->has_value(); }
  // Keeps "<path>: <what>" as the problem, made fit for one line. Does nothing if there is a problem already.
  void refuse(ErrorCode code, const std::string& what) const;
  // The value as it is in the text, cut to a bounded length.
  std::string quoted() const;

  // Checks that the value is an object with all keys of `required` and no others but those of `optional`.
  void keys(std::initializer_list<const char*> required, std::initializer_list<const char*> optional = {}) const {
    keys(Names(required.begin(), required.size()), Names(optional.begin(), optional.size()));
  }
  void keys(const std::vector<const char*>& required) const { keys(Names(required), Names()); }
  bool has(const char* key) const;
  JsonReader at(const std::string& key) const;  // a reader of null if the key is missing

  // Checks that the value is an array of count_min to count_max items, and calls `read` for each.
  void each(std::size_t count_min, std::size_t count_max, const std::function<void(const JsonReader&)>& read) const;

  std::string text() const;
  std::int64_t integer(std::int64_t min, std::int64_t max) const;
  std::uint64_t unsigned_integer() const;
  double number() const;
  bool boolean() const;
  bool is_null() const { return value_->is_null(); }  // also if the key is missing

 private:
  using Names = std::span<const char* const>;

  void keys(Names required, Names optional) const;
  // The value as a T if it `has_type`; otherwise refuses it.
  template <class T>
  T read(bool has_type, const char* must_be) const;
  JsonReader(const nlohmann::ordered_json* value, std::string path, Problem& problem)
      : value_(value), path_(std::move(path)), problem_(&problem) {}

  const nlohmann::ordered_json* value_;
  std::string path_;
  Problem* problem_;
};

}  // namespace straylane
