#include "codec/json_codec.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "codec/base64url.h"
#include "codec/one_line.h"
#include "codec/repeated_choices.h"
#include "codec/strict_json.h"

namespace straylane {
namespace {

using nlohmann::ordered_json;

// ---- writing

// Replaces bad UTF-8, which would throw when the value is written.
ordered_json text_to_json(const std::string& text) {
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; })) return text;
  return ordered_json::parse(ordered_json(text).dump(-1, ' ', false, ordered_json::error_handler_t::replace));
}

ordered_json settings_to_json(const Settings& settings, const Schema& schema) {
  ordered_json out = ordered_json::object();
  for (std::size_t i = 0; i < schema.size() && i < settings.size(); ++i) out[schema[i].name] = settings[i];
  return out;
}

ordered_json site_to_json(const Site& site) {
  return {{"file", text_to_json(site.file)},
          {"function", text_to_json(site.function)},
          {"statement", text_to_json(site.statement)},
          {"occurrence", site.occurrence},
          {"line", site.line}};
}

ordered_json choice_to_json(const Choice& choice) {
  ordered_json out = {{"thread", to_string(choice.thread)}, {"yield", choice.yield}, {"to", to_string(choice.to)}};
  if (choice.site) out["site"] = site_to_json(*choice.site);
  return out;
}

ordered_json drawn_to_json(const DrawnForm& drawn) {
  ordered_json out = {{"strategy", to_string(drawn.strategy)},
                      {"seed", drawn.seed},
                      {"depth", drawn.depth},
                      {"steps_expected", drawn.steps_expected}};
  if (drawn.interesting != EventCounts{}) {
    out["interesting"] = {{"subject", drawn.interesting.subject}, {"by_thread", drawn.interesting.by_thread}};
  }
  if (!drawn.constraints.empty()) {
    ordered_json& list = out["constraints"] = ordered_json::array();
    for (const ReadsFromConstraint& c : drawn.constraints) {
      list.push_back({{"writer", c.writer}, {"reader", c.reader}, {"maker", to_string(c.maker)}, {"wanted", c.wanted}});
    }
  }
  return out;
}

void write_schedule(const Schedule& schedule, ordered_json& out) {
  if (const auto* search = std::get_if<SearchForm>(&schedule)) {
    ordered_json& list = out["search"] = ordered_json::array();
    for (const auto& [gap, pick] : *search) list.push_back({gap, pick});
  } else if (const auto* recorded = std::get_if<RecordedForm>(&schedule)) {
    ordered_json& list = out["schedule"] = ordered_json::array();
    for (const Choice& choice : *recorded) list.push_back(choice_to_json(choice));
  } else {
    out["drawn"] = drawn_to_json(std::get<DrawnForm>(schedule));
  }
}

constexpr std::size_t kColumnsMax = 120;

bool holds_scalars_only(const ordered_json& value) {
  return std::ranges::none_of(value, [](const ordered_json& item) { return item.is_structured(); });
}

std::string on_one_line(const ordered_json& value) {
  std::string out;
  for (const auto& [key, item] : value.items()) {
    if (!out.empty()) out += ", ";
    if (value.is_object()) out += ordered_json(key).dump() + ": ";
    out += item.dump();
  }
  return value.is_object() ? "{" + out + "}" : "[" + out + "]";
}

// `column` is the column at which the value starts.
void write_pretty(const ordered_json& value, std::size_t indent, std::size_t column, std::string& out) {
  if (!value.is_structured()) {
    out += value.dump();
    return;
  }
  if (holds_scalars_only(value)) {
    const std::string line = on_one_line(value);
    if (value.empty() || column + line.size() + 1 <= kColumnsMax) {
      out += line;
      return;
    }
  }
  const std::string inner(indent + 2, ' ');
  out += value.is_object() ? '{' : '[';
  bool first = true;
  for (const auto& [key, item] : value.items()) {
    const std::string name = value.is_object() ? ordered_json(key).dump() + ": " : "";
    out += (first ? "\n" : ",\n") + inner + name;
    first = false;
    write_pretty(item, indent + 2, inner.size() + name.size(), out);
  }
  out += '\n' + std::string(indent, ' ') + (value.is_object() ? '}' : ']');
}

// ---- reading

constexpr auto kUint32Max = std::numeric_limits<std::uint32_t>::max();

std::uint32_t read_uint32(const JsonReader& node, std::uint32_t min = 0, std::uint32_t max = kUint32Max) {
  return static_cast<std::uint32_t>(node.integer(min, max));
}

std::string read_name(const JsonReader& node) {
  std::string name = node.text();
  if (!is_name(name)) {
    node.refuse(ErrorCode::kMalformed,
                fmt::format("is {}, must be 1 to {} letters, digits, '_', '-' and '.'", node.quoted(), kNameLengthMax));
  }
  return name;
}

// Reads a value with its parser in domain/. The parser's message begins with the name of the value: "thread is ...".
template <class T>
T read_parsed(const JsonReader& node, Expected<T> (*parse)(std::string_view)) {
  const std::string text = node.text();
  if (node.failed()) return {};
  auto parsed = parse(text);
  if (parsed) return *parsed;
  const std::string& message = parsed.error().message;
  node.refuse(parsed.error().code, message.substr(message.find(' ') + 1));
  return {};
}

std::int64_t read_setting(const JsonReader& node, const Parameter& p) {
  if (p.values.empty()) return node.integer(p.min, p.max);
  const auto [least, most] = std::ranges::minmax(p.values);
  return node.integer(least, most);
}

Settings read_settings(const JsonReader& node, const Schema& schema) {
  std::vector<const char*> names;
  for (const Parameter& p : schema) names.push_back(p.name.c_str());
  node.keys(names);
  Settings settings;
  for (const Parameter& p : schema) settings.push_back(read_setting(node.at(p.name), p));
  if (node.failed()) return settings;
  if (const auto invalid = schema.first_invalid(settings)) {  // bounded by an earlier parameter, or not in the list
    node.at(invalid->field)
        .refuse(ErrorCode::kOutOfRange, fmt::format("is {}, must be {}", invalid->value, invalid->must_be));
  }
  return settings;
}

const Schema& read_schema(const JsonReader& program, const std::string& name, const SchemaOf& schema_of) {
  static const Schema none;
  const Schema* schema = program.failed() ? nullptr : schema_of(name);
  if (schema != nullptr) return *schema;
  program.refuse(ErrorCode::kMalformed, fmt::format("no program \"{}\" is known", name));
  return none;
}

std::vector<std::uint8_t> read_data(const JsonReader& node, const Schema& schema) {
  const std::string text = node.text();
  if (node.failed()) return {};
  if (!schema.takes_data()) node.refuse(ErrorCode::kMalformed, "the program takes no data");
  auto bytes = from_base64url(text);
  if (!bytes)
    node.refuse(ErrorCode::kMalformed, fmt::format("is {}, must be base64url without padding", node.quoted()));
  if (bytes && bytes->size() > kDataBytesMax) {
    node.refuse(ErrorCode::kOutOfRange, fmt::format("has {} bytes, must have 0..{}", bytes->size(), kDataBytesMax));
  }
  return node.failed() ? std::vector<std::uint8_t>() : *std::move(bytes);
}

Site read_site(const JsonReader& node) {
  node.keys({"file", "function", "statement", "occurrence", "line"});
  return {.file = node.at("file").text(),
          .function = node.at("function").text(),
          .statement = node.at("statement").text(),
          .occurrence = read_uint32(node.at("occurrence")),
          .line = read_uint32(node.at("line"))};
}

Choice read_choice(const JsonReader& node) {
  node.keys({"thread", "yield", "to"}, {"site"});
  Choice choice{.thread = read_parsed(node.at("thread"), parse_thread_id),
                .yield = read_uint32(node.at("yield"), 1),
                .to = read_parsed(node.at("to"), parse_thread_id)};
  if (node.has("site")) choice.site = read_site(node.at("site"));
  return choice;
}

RecordedForm read_recorded(const JsonReader& node) {
  RecordedForm recorded;
  node.each(0, kScheduleEntriesMax, [&](const JsonReader& item) { recorded.push_back(read_choice(item)); });
  const auto repeated = repeated_choices(recorded);
  if (repeated.empty()) return recorded;
  std::size_t i = 0;  // finds the item of the choice, and with it its path
  node.each(0, kScheduleEntriesMax, [&](const JsonReader& item) {
    if (i++ == repeated[0]) item.refuse(ErrorCode::kMalformed, second_choice_text(recorded[repeated[0]]));
  });
  return recorded;
}

SearchForm read_search(const JsonReader& node) {
  SearchForm search;
  node.each(0, kScheduleEntriesMax, [&](const JsonReader& item) {
    std::vector<std::uint32_t> pair;
    item.each(2, 2, [&](const JsonReader& number) { pair.push_back(read_uint32(number)); });
    if (!item.failed()) search.push_back({pair[0], pair[1]});
  });
  return search;
}

ReadsFromConstraint read_constraint(const JsonReader& node) {
  node.keys({"writer", "reader", "maker", "wanted"});
  return {.writer = read_uint32(node.at("writer")),
          .reader = read_uint32(node.at("reader")),
          .maker = read_parsed(node.at("maker"), parse_maker),
          .wanted = node.at("wanted").boolean()};
}

EventCounts read_counts(const JsonReader& node) {
  node.keys({"subject", "by_thread"});
  EventCounts counts{.subject = node.at("subject").unsigned_integer()};
  node.at("by_thread").each(0, kCountedThreadsMax, [&](const JsonReader& item) {
    counts.by_thread.push_back(read_uint32(item));
  });
  return counts;
}

DrawnForm read_drawn(const JsonReader& node) {
  node.keys({"strategy", "seed", "depth", "steps_expected"}, {"interesting", "constraints"});
  DrawnForm drawn{.strategy = read_parsed(node.at("strategy"), parse_drawn_strategy),
                  .seed = node.at("seed").unsigned_integer(),
                  .depth = read_uint32(node.at("depth"), 1, kDepthMax),
                  .steps_expected = read_uint32(node.at("steps_expected"), 1)};
  if (node.has("interesting")) drawn.interesting = read_counts(node.at("interesting"));
  if (node.has("constraints")) {
    node.at("constraints").each(0, kConstraintsMax, [&](const JsonReader& item) {
      drawn.constraints.push_back(read_constraint(item));
    });
  }
  return drawn;
}

Schedule read_schedule(const JsonReader& root) {
  const int forms = root.has("schedule") + root.has("search") + root.has("drawn");
  if (forms != 1) {
    root.refuse(ErrorCode::kMalformed,
                fmt::format("has {} of \"schedule\", \"search\" and \"drawn\", must have one", forms));
    return {};
  }
  if (root.has("schedule")) return read_recorded(root.at("schedule"));
  if (root.has("search")) return read_search(root.at("search"));
  return read_drawn(root.at("drawn"));
}

System read_system(const JsonReader& node) {
  node.keys({"python", "software", "path"});
  return {node.at("python").text(), node.at("software").text(), node.at("path").text()};
}

Case read_case(const JsonReader& root, const SchemaOf& schema_of) {
  // Check the format first: the errors below make no sense for another format.
  if (root.has("format")) {
    const JsonReader format = root.at("format");
    if (format.text() != kCaseFormat) {
      format.refuse(ErrorCode::kMalformed, fmt::format("is {}, must be \"{}\"", format.quoted(), kCaseFormat));
    }
  }
  root.keys({"format", "calls"},
            {"target", "program", "granularity", "data", "schedule", "search", "drawn", "system", "sites"});
  Case value;
  if (root.has("target")) value.target = read_name(root.at("target"));
  if (root.has("program")) value.program = read_name(root.at("program"));
  if (root.has("granularity")) value.granularity = read_parsed(root.at("granularity"), parse_granularity);
  const Schema& schema = read_schema(root.at("program"), value.program, schema_of);
  root.at("calls").each(1, Schema::kCallsMax,
                        [&](const JsonReader& item) { value.calls.push_back(read_settings(item, schema)); });
  if (root.has("data")) value.data = read_data(root.at("data"), schema);
  value.schedule = read_schedule(root);
  if (root.has("system")) value.system = read_system(root.at("system"));
  if (root.has("sites")) {
    root.at("sites").each(0, kSitesMax, [&](const JsonReader& item) { value.sites.push_back(read_site(item)); });
  }
  return value;
}

}  // namespace

ordered_json case_to_json(const Case& value, const Schema& schema) {
  ordered_json out;
  out["format"] = kCaseFormat;
  if (!value.target.empty()) out["target"] = text_to_json(value.target);
  if (!value.program.empty()) out["program"] = text_to_json(value.program);
  out["granularity"] = to_string(value.granularity);
  ordered_json& calls = out["calls"] = ordered_json::array();
  for (const Settings& settings : value.calls) calls.push_back(settings_to_json(settings, schema));
  if (!value.data.empty()) out["data"] = to_base64url(value.data);
  write_schedule(value.schedule, out);
  if (value.system != System{}) {
    out["system"] = {{"python", text_to_json(value.system.python)},
                     {"software", text_to_json(value.system.software)},
                     {"path", text_to_json(value.system.path)}};
  }
  if (!value.sites.empty()) {
    ordered_json& sites = out["sites"] = ordered_json::array();
    for (const Site& site : value.sites) sites.push_back(site_to_json(site));
  }
  return out;
}

std::string to_json(const Case& value, const Schema& schema) {
  std::string out;
  write_pretty(case_to_json(value, schema), 0, 0, out);
  return out + '\n';
}

Expected<Case> case_from_json(std::string_view text, const std::string& place, const SchemaOf& schema_of) {
  const auto json = parse_strict_json(text, place, {.bytes_max = kCaseBytesMax});
  if (!json) return tl::unexpected(json.error());
  JsonReader::Problem problem;
  const JsonReader root(*json, problem);
  Case value = read_case(root, schema_of);
  if (!problem) return value;
  problem->message = one_line_place(place) + ": " + problem->message;
  return tl::unexpected(*std::move(problem));
}

}  // namespace straylane
