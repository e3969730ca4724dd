#pragma once

#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "codec/strict_json.h"
#include "domain/campaign_records.h"
#include "domain/finding.h"

namespace straylane {

// A type has one list of its members, which is used both for writing JSON and for reading it. Whatever is written is
// therefore also read:
//
//   void members(auto& field, Replays& value) {
//     field("traces", value.traces_distinct);
//     STRAYLANE_FIELDS(times, reproduced)                         // keys that are named as the members of `value`
//     field.derived("all", value.reproduced == value.times);      // for readers of the document; not read back
//   }
//
// STRAYLANE_MEMBERS is such a list of STRAYLANE_FIELDS alone. `members` is found by the type of its argument, so it
// must be in this namespace and not in an unnamed one. An optional value that is absent is null.
#define STRAYLANE_FIELD(name) field(#name, value.name);
#define STRAYLANE_FIELDS(...) NLOHMANN_JSON_PASTE(STRAYLANE_FIELD, __VA_ARGS__)
#define STRAYLANE_MEMBERS(Type, ...) \
  void members(auto& field, Type& value) { STRAYLANE_FIELDS(__VA_ARGS__) }

class JsonFieldWriter {
 public:
  template <class T, class... More>
  void operator()(const char* name, const T& value, const More&... more) {
    json_[name] = value_of(value);
    if constexpr (sizeof...(more) > 0) (*this)(more...);
  }
  void derived(const char* name, const auto& value) { json_[name] = value_of(value); }
  nlohmann::ordered_json take() { return std::move(json_); }

  template <class T>
  static nlohmann::ordered_json value_of(const T& value) {
    if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
      return value;
    } else {
      JsonFieldWriter writer;
      members(writer, const_cast<T&>(value));  // the list also serves for reading; a writer changes nothing
      return writer.take();
    }
  }
  static nlohmann::ordered_json value_of(const ThreadId& thread) { return to_string(thread); }
  static nlohmann::ordered_json value_of(const Confirmed& confirmed) { return to_string(confirmed); }
  template <class T>
  static nlohmann::ordered_json value_of(const std::optional<T>& value) {
    return value ? value_of(*value) : nlohmann::ordered_json(nullptr);
  }
  template <class T>
  static nlohmann::ordered_json value_of(const std::vector<T>& values) {
    auto list = nlohmann::ordered_json::array();
    for (const T& value : values) list.push_back(value_of(value));
    return list;
  }

 private:
  nlohmann::ordered_json json_ = nlohmann::ordered_json::object();
};

class JsonFieldReader {
 public:
  explicit JsonFieldReader(const JsonReader& in) : in_(in) {}

  template <class T, class... More>
  void operator()(const char* name, T& value, More&... more) {
    read(in_.at(name), value);
    if constexpr (sizeof...(more) > 0) (*this)(more...);
  }
  void derived(const char*, const auto&) {}

  template <class T>
  static void read(const JsonReader& in, T& value) {
    if constexpr (std::is_same_v<T, bool>) {
      value = in.boolean();
    } else if constexpr (std::is_same_v<T, std::uint64_t>) {
      value = in.unsigned_integer();
    } else if constexpr (std::is_integral_v<T>) {
      value = static_cast<T>(in.integer(std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
    } else if constexpr (std::is_floating_point_v<T>) {
      value = in.number();
    } else {
      JsonFieldReader reader(in);
      members(reader, value);
    }
  }
  static void read(const JsonReader& in, std::string& value) { value = in.text(); }
  static void read(const JsonReader& in, ThreadId& value) {
    const std::string text = in.text();
    if (in.failed()) return;
    const auto thread = parse_thread_id(text);
    if (!thread) return in.refuse(ErrorCode::kMalformed, thread.error().message);
    value = *thread;
  }
  static void read(const JsonReader& in, Confirmed& value) {
    const std::string text = in.text();
    for (const Confirmed c : {Confirmed::kStock, Confirmed::kNo, Confirmed::kNotTried}) {
      if (text == to_string(c)) return void(value = c);
    }
    in.refuse(ErrorCode::kMalformed, "is " + in.quoted() + ", must be stock, no or not-tried");
  }
  template <class T>
  static void read(const JsonReader& in, std::optional<T>& value) {
    if (!in.is_null()) read(in, value.emplace());
  }
  template <class T>
  static void read(const JsonReader& in, std::vector<T>& values) {
    in.each(0, std::numeric_limits<std::size_t>::max(),
            [&](const JsonReader& item) { read(item, values.emplace_back()); });
  }

 private:
  JsonReader in_;
};

// Reads a value from one JSON text, with `read`. The error starts with `place`.
template <class T>
Expected<T> value_from_json(std::string_view text, const std::string& place, const JsonBounds& bounds = {},
                            void (*read)(const JsonReader&, T&) = &JsonFieldReader::read<T>) {
  const auto parsed = parse_strict_json(text, place, bounds);
  if (!parsed) return tl::unexpected(parsed.error());
  T value;
  JsonReader::Problem problem;
  read(JsonReader(*parsed, problem), value);
  if (problem) return make_error(problem->code, place + ": " + problem->message);
  return value;
}

// Both findings and targets have one.
void members(auto& field, HypothesisCheck& check) {
  field("name", check.hypothesis.name, "fact", check.hypothesis.fact, "question", check.hypothesis.question);
  field("holds", check.hypothesis.holds, "fails", check.hypothesis.fails, "counted", check.hypothesis.counted);
  field("failing", check.count.failing, "holding", check.count.holding);
}

// Campaigns write these, and reports read them. A line of stats.ndjson also has the workers.
STRAYLANE_MEMBERS(WorkerTick, job, pid, executions, executions_per_s, state)

STRAYLANE_MEMBERS(CampaignTick, time_s, executions, executions_per_s, corpus, features, edges, schedules, findings,
                  buckets, new_behaviour, restarts)

}  // namespace straylane
