#pragma once

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

// A value inside a JSON text, with its path ("calls[0].width"), for reading it strictly. The first thing that is
// refused is kept in the `problem` that all readers of one text share; from then on every read gives an empty value
// and does nothing, so that code which reads needs no branches for errors.
class JsonReader {
 public:
  using Problem = std::optional<Error>;

  JsonReader(const nlohmann::ordered_json& value, Problem& problem) : JsonReader(&value, "", problem) {}

  bool failed() const { return problem_->has_value(); }
  // Keeps "<path>: <what>", made fit for one line; nothing where something was refused before.
  void refuse(ErrorCode code, const std::string& what) const;
  // The value as it stands in the text, cut to a bounded length.
  std::string quoted() const;

  // Is an object with all of `required`, and beside them only keys of `optional`.
  void keys(std::initializer_list<const char*> required, std::initializer_list<const char*> optional = {}) const {
    keys(Names(required.begin(), required.size()), Names(optional.begin(), optional.size()));
  }
  void keys(const std::vector<const char*>& required) const { keys(Names(required), Names()); }
  bool has(const char* key) const;
  JsonReader at(const std::string& key) const;  // of a key that is missing, a reader of null

  // Is an array of count_min to count_max items; `read` is called for each.
  void each(std::size_t count_min, std::size_t count_max, const std::function<void(const JsonReader&)>& read) const;

  std::string text() const;
  std::int64_t integer(std::int64_t min, std::int64_t max) const;
  std::uint64_t unsigned_integer() const;
  double number() const;
  bool boolean() const;
  bool is_null() const { return value_->is_null(); }  // also where its key is missing

 private:
  using Names = std::span<const char* const>;

  void keys(Names required, Names optional) const;
  JsonReader(const nlohmann::ordered_json* value, std::string path, Problem& problem)
      : value_(value), path_(std::move(path)), problem_(&problem) {}

  const nlohmann::ordered_json* value_;
  std::string path_;
  Problem* problem_;
};

}  // namespace straylane
