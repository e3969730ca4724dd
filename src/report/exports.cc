#include "report/exports.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <set>

#include "codec/json_codec.h"
#include "explain/turns.h"
#include "report/finding_sentences.h"
#include "report/templates.h"

namespace straylane {
namespace {

using json = nlohmann::ordered_json;

constexpr std::size_t kTurnsInLine = 12;

// Replaces each `name` in `text` by `value`.
void replace_all(std::string& text, std::string_view name, const std::string& value) {
  for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + value.size())) {
    text.replace(at, name.size(), value);
  }
}

// JSON lists, objects, numbers and strings are Python literals, too. Writes them with the spaces that Python has.
std::string literal(const json& value) {
  if (!value.is_structured()) return value.dump();
  std::string out;
  for (const auto& [key, element] : value.items()) {
    out += (out.empty() ? "" : ", ") + (value.is_object() ? json(key).dump() + ": " : "") + literal(element);
  }
  return value.is_object() ? "{" + out + "}" : "[" + out + "]";
}

// A Python list with `count` elements a line.
std::string lines_of(const json& list, std::size_t count = 1) {
  std::string out = "[\n";
  for (std::size_t i = 0; i < list.size(); ++i) {
    const bool last = i % count == count - 1 || i + 1 == list.size();
    out += (i % count == 0 ? "    " : "") + literal(list[i]) + (last ? ",\n" : ", ");
  }
  return out + "]";
}

// A Python dictionary with one entry a line.
std::string dictionary(const auto& entries, const auto& rendered) {
  std::string out = "{\n";
  for (const auto& [key, value] : entries) out += fmt::format("    {}: {},\n", json(key).dump(), rendered(value));
  return out + "}";
}

// A text of several lines as a Python literal: a readable one if it can be.
std::string text_literal(const std::string& text) {
  if (text.find("'''") != std::string::npos || text.find('\\') != std::string::npos) return json(text).dump();
  return "'''\\\n" + text + "'''";
}

std::string in_docstring(std::string text) {
  replace_all(text, "\\", "\\\\");
  replace_all(text, "\"", "'");
  return text;
}

// The number of yield points of granularity "line" before `site` in its statement. A stock interpreter does not have
// them.
std::uint32_t lines_before(const Site& site, const std::vector<Site>& sites) {
  return static_cast<std::uint32_t>(std::count_if(sites.begin(), sites.end(), [&site](const Site& s) {
    return s.kind == "line" && s.file == site.file && s.function == site.function && s.statement == site.statement &&
           s.occurrence < site.occurrence;
  }));
}

bool can_be_held(const Site& site) {
  static const std::set<std::string> kKinds = {"entry", "enter", "call", "resume", "loop", "while", "with", "exit"};
  return kKinds.count(site.kind) != 0;
}

constexpr std::string_view kOnly = "# only: ";
constexpr std::string_view kEnd = "# end";

// Keeps what a template has between the lines "# only: NAME" and "# end" if NAME is one of `parts`, and removes it
// otherwise. Works from the innermost pair outwards.
void keep_parts(std::string& text, const std::set<std::string>& parts) {
  const auto line_begin = [&](std::size_t at) { return text.rfind('\n', at) + 1; };
  const auto after_line = [&](std::size_t at) { return std::min(text.find('\n', at), text.size() - 1) + 1; };
  for (auto end = text.find(kEnd); end != std::string::npos; end = text.find(kEnd)) {
    const auto only = text.rfind(kOnly, end);
    const auto name = text.substr(only + kOnly.size(), text.find('\n', only) - only - kOnly.size());
    const auto begin = line_begin(only);
    if (parts.count(name) == 0) {
      text.erase(begin, after_line(end) - begin);
      continue;
    }
    text.erase(line_begin(end), after_line(end) - line_begin(end));
    text.erase(begin, after_line(only) - begin);
  }
}

// The parts of a template that this program, schedule and failure need. The failure's oracle names one of them.
std::set<std::string> parts_for(const HeldProgram& program, const Turns& turns, const Failure& failure) {
  std::set<std::string> parts = program.parts;
  parts.insert(failure.oracle);
  const bool no_end = failure.oracle == "deadlock" || failure.oracle == "step-limit";
  parts.insert(no_end ? "no end" : "an end");
  if (turns.moved > 0) parts.insert("moved");
  for (const Site& s : turns.places) {
    if (s.kind == "with" || s.kind == "exit") parts.insert("with");
  }
  return parts;
}

json calls_of(const Case& c, const Schema& schema) {
  json calls = json::array();
  for (const Settings& settings : c.calls) {
    json& call = calls.emplace_back(json::object());
    for (std::size_t i = 0; i < schema.size(); ++i) call[schema[i].name] = settings[i];
  }
  return calls;
}

// Fills a Python template: puts the schedule, the code that holds real threads in it (thread_holding.py) and the code
// that calls the program in place of the names between '@', and keeps the parts that are needed.
Expected<std::string> fill_held_schedule(std::string text, const HeldProgram& program, const Case& c,
                                         const Observation& traced, const Failure& failure) {
  if (c.granularity == Granularity::kOpcode) {
    return make_error(
        ErrorCode::kUnsupported,
        "at granularity opcode threads take turns between two instructions, where a stock interpreter does "
        "not hand over");
  }
  const Turns turns = turns_of(traced);
  if (turns.order.size() > kHeldTurnsMax) {
    return make_error(ErrorCode::kUnsupported,
                      fmt::format("the schedule has {} turns, and threads are held for at most {}", turns.order.size(),
                                  kHeldTurnsMax));
  }
  json places = json::array();
  for (const Site& s : turns.places) {
    if (!can_be_held(s)) {
      return make_error(ErrorCode::kUnsupported,
                        fmt::format("{}, {}: \"{}\" ({}) is not a place where a stock interpreter can be held", s.file,
                                    s.function, s.statement, s.kind));
    }
    places.push_back({s.file, s.function, s.statement, s.occurrence - lines_before(s, traced.sites), s.kind, s.line});
  }
  json order = json::array();
  for (const ThreadId thread : turns.order) order.push_back(to_string(thread));
  std::vector<std::pair<std::string, json>> holds;
  for (const auto& [thread, list] : turns.holds) {
    json& entries = holds.emplace_back(to_string(thread), json::array()).second;
    for (const Hold& hold : list) entries.push_back({hold.turn, hold.place, hold.visit});
  }
  // These two are pieces of the text, in which the other names may occur.
  replace_all(text, "@THREAD_HOLDING@", kThreadHolding);
  replace_all(text, "@PROGRAM_CALL@", program.call);
  keep_parts(text, parts_for(program, turns, failure));
  replace_all(text, "@PACKAGE@", program.package);
  replace_all(text, "@MODULE@", program.module);
  replace_all(text, "@TITLE@", in_docstring(what_failed(failure)));
  replace_all(text, "@CALLS@", lines_of(calls_of(c, program.schema)));
  replace_all(text, "@PLACES@", lines_of(places));
  replace_all(text, "@TURNS@", lines_of(order, kTurnsInLine));
  replace_all(text, "@HOLDS@", dictionary(holds, literal));
  replace_all(text, "@MOVED@", std::to_string(turns.moved));
  replace_all(text, "@EXPECTED@", json(failure.message).dump());
  return text;
}

std::string one_line(std::string text) {
  for (char& c : text) {
    if (c == '\n' || c == '\r' || c == '\\') c = ' ';
  }
  return text;
}

}  // namespace

Expected<std::string> render_repro(const HeldProgram& program, const Case& c, const Observation& traced,
                                   const Failure& failure) {
  return fill_held_schedule(kReproTemplate, program, c, traced, failure);
}

Expected<std::string> render_pytest(const HeldProgram& program, const Case& c, const Observation& traced,
                                    const Failure& failure, const PytestParts& parts) {
  if (!program.cannot_export.empty()) return make_error(ErrorCode::kUnsupported, program.cannot_export);
  if (c.granularity != Granularity::kSwitch) {
    return make_error(
        ErrorCode::kUnsupported,
        fmt::format("at granularity {} a schedule may be impossible on a stock interpreter", to_string(c.granularity)));
  }
  return fill_held_schedule(kPytestTemplate, program, c, traced, failure).map([&](std::string text) {
    auto sources = program.sources;
    sources.erase(program.package + "/__init__.py");  // nothing but words
    replace_all(text, "test_@NAME@", pytest_name(parts.bucket));
    replace_all(text, "@SOURCES@", dictionary(sources, text_literal));
    replace_all(text, "@RECORDED_ON@", literal(fmt::format("{}, Python {}", c.system.software, c.system.python)));
    replace_all(text, "@FIXED@", dictionary(parts.fixed, literal));
    return text;
  });
}

std::string pytest_name(const std::string& bucket) {
  std::string name = "test_" + bucket;
  std::replace_if(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

std::map<std::string, std::string> render_gtest(const Case& recorded, const Schema& schema, const Failure& failure,
                                                const std::string& bucket) {
  const std::string name = pytest_name(bucket);
  std::string cmake = kGtestCMakeLists;
  std::string test = kGtestTemplate;
  replace_all(cmake, "@NAME@", name);
  replace_all(test, "@TEST@", name.substr(std::string("test_").size()));
  replace_all(test, "@TITLE@", one_line(failure.oracle + ": " + failure.message));
  replace_all(test, "@CASE@", to_json(recorded, schema));
  return {{"CMakeLists.txt", cmake}, {name + ".cc", test}};
}

}  // namespace straylane
