#include "report/held_schedule.h"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

#include "explain/turns.h"
#include "report/templates.h"

namespace straylane {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t kTurnsInLine = 12;

// JSON lists, objects, numbers and strings are Python literals too; here with the spaces that Python has.
std::string literal(const json& value) {
  if (!value.is_structured()) return value.dump();
  std::string out;
  for (const auto& [key, element] : value.items()) {
    out += (out.empty() ? "" : ", ") + (value.is_object() ? json(key).dump() + ": " : "") + literal(element);
  }
  return value.is_object() ? "{" + out + "}" : "[" + out + "]";
}

// `count` elements a line.
std::string lines_of(const json& list, std::size_t count = 1) {
  std::string out = "[\n";
  for (std::size_t i = 0; i < list.size(); ++i) {
    const bool last = i % count == count - 1 || i + 1 == list.size();
    out += (i % count == 0 ? "    " : "") + literal(list[i]) + (last ? ",\n" : ", ");
  }
  return out + "]";
}

// A Python dictionary with one entry a line.
std::string lines_of_object(const json& object) {
  std::string out = "{\n";
  for (const auto& [key, value] : object.items()) out += "    " + json(key).dump() + ": " + literal(value) + ",\n";
  return out + "}";
}

std::string in_docstring(std::string text) {
  replace_all(text, "\\", "\\\\");
  replace_all(text, "\"", "'");
  return text;
}

bool can_be_held(const Site& site) {
  constexpr std::array<std::string_view, 6> kKinds = {"entry", "enter", "call", "resume", "loop", "while"};
  for (const auto kind : kKinds) {
    if (site.kind == kind) return true;
  }
  return false;
}

}  // namespace

void replace_all(std::string& text, std::string_view name, const std::string& value) {
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size())) {
    text.replace(at, name.size(), value);
  }
}

Expected<std::string> fill_held_schedule(std::string text, const Case& c, const Observation& traced,
                                         const Failure& failure) {
  if (c.program != "factory") {
    return make_error(ErrorCode::kUnsupported,
                      fmt::format("repro.py launches the factory kernel, and this is program {}", c.program));
  }
  if (c.granularity != Granularity::kSwitch) {
    return make_error(
        ErrorCode::kUnsupported,
        fmt::format("at granularity {} a schedule may be impossible on a stock interpreter", to_string(c.granularity)));
  }
  const Turns turns = turns_of(traced);
  json launches = json::array();
  for (const Settings& s : c.launches) {
    launches.push_back({{"array_size", s.array_size},
                        {"buffer_size", s.buffer_size},
                        {"n_threads", s.n_threads},
                        {"block_size", s.block_size},
                        {"blocks", s.blocks()}});
  }
  json places = json::array();
  for (const Site& s : turns.places) {
    if (!can_be_held(s)) {
      return make_error(ErrorCode::kUnsupported,
                        fmt::format("{}, {}: \"{}\" ({}) is no place where a stock interpreter can be held", s.file,
                                    s.function, s.statement, s.kind));
    }
    places.push_back({s.file, s.function, s.statement, s.occurrence, s.kind, s.line});
  }
  json order = json::array();
  for (const ThreadId thread : turns.order) order.push_back(to_string(thread));
  json holds = json::object();
  for (const auto& [thread, list] : turns.holds) {
    json entries = json::array();
    for (const Hold& hold : list) entries.push_back({hold.turn, hold.place, hold.visit});
    holds[to_string(thread)] = std::move(entries);
  }
  // What is itself a piece of the text comes first: the others may stand in it.
  replace_all(text, "@THREAD_HOLDING@", kThreadHolding);
  replace_all(
      text, "@TITLE@",
      in_docstring(fmt::format("{}: {}", failure.exception_type.empty() ? failure.oracle : failure.exception_type,
                               failure.message)));
  replace_all(text, "@LAUNCHES@", lines_of(launches));
  replace_all(text, "@PLACES@", lines_of(places));
  replace_all(text, "@TURNS@", lines_of(order, kTurnsInLine));
  replace_all(text, "@HOLDS@", lines_of_object(holds));
  replace_all(text, "@EXPECTED@", json(failure.message).dump());
  return text;
}

}  // namespace straylane
