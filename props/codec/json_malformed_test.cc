#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "codec/json_codec.h"
#include "program/factory/factory_program.h"
#include "props/codec/one_line_check.h"

namespace straylane {
namespace {

constexpr const char* kCall = R"({"array_size": 10, "buffer_size": 5, "n_threads": 7, "block_size": 32})";

// A valid case with the value of one key replaced, or with a new key added at the end.
std::string with(const std::string& key, const std::string& value) {
  std::string out = R"({"format": "straylane-case/2")";
  const std::vector<std::pair<std::string, std::string>> keys = {{"target", "\"numba\""},
                                                                 {"calls", fmt::format("[{}]", kCall)}};
  for (const auto& [k, v] : keys) out += fmt::format(", \"{}\": {}", k, k == key ? value : v);
  if (key != "schedule" && key != "search" && key != "drawn") out += R"(, "search": [])";
  if (key != "target" && key != "calls") out += fmt::format(", \"{}\": {}", key, value);
  return out + "}";
}

std::string with_call(const std::string& call) { return with("calls", "[" + call + "]"); }

std::string settings(const char* array_size, const char* buffer_size, const char* n_threads, const char* block_size) {
  return fmt::format(R"({{"array_size": {}, "buffer_size": {}, "n_threads": {}, "block_size": {}}})", array_size,
                     buffer_size, n_threads, block_size);
}

std::string choice(const char* thread, const char* yield, const char* to) {
  return fmt::format(R"({{"thread": {}, "yield": {}, "to": {}}})", thread, yield, to);
}

std::string drawn(const char* strategy, const char* seed, const char* depth, const char* steps) {
  return with("drawn", fmt::format(R"({{"strategy": {}, "seed": {}, "depth": {}, "steps_expected": {}}})", strategy,
                                   seed, depth, steps));
}

const Schema* schema_named(const std::string& program) {
  static const Schema with_data =
      Schema::make({{.name = "n", .max = 9, .byte_max = 9}, {.name = "block", .values = {64, 32}, .usual = 32}}, true)
          .value();
  if (program == "data") return &with_data;
  return program == "unknown" ? nullptr : &factory_program().schema;
}
Expected<Case> read(std::string_view text) { return case_from_json(text, "case.json", schema_named); }

struct Row {
  std::string input;
  std::string message;  // after "case.json: "
  ErrorCode code = ErrorCode::kMalformed;
};

void expect_refused(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const auto value = read(row.input);
    ASSERT_FALSE(value) << row.input;
    EXPECT_EQ(value.error().message, "case.json: " + row.message) << row.input;
    EXPECT_EQ(value.error().code, row.code) << row.input;
    EXPECT_TRUE(props::is_one_line_error(value.error(), "case.json: ")) << value.error().message;
  }
}

TEST(JsonMalformed, Control) {
  const auto value = read(with_call(kCall));
  EXPECT_TRUE(value) << value.error().message;
}

TEST(JsonMalformed, Text) {
  const std::string syntax = "syntax error while parsing ";
  expect_refused({
      {"", "line 1, column 1: " + syntax + "value - unexpected end of input; expected '[', '{', or a literal"},
      {"{\n  \"format\": ,",
       "line 2, column 13: " + syntax + "value - unexpected ','; expected '[', '{', or a literal"},
      {with_call(kCall) + " x", "line 1, column 148: " + syntax +
                                    "value - invalid literal; last read: '\"search\": []} x'; expected end of input"},
      {with_call(kCall) + "{}", "line 1, column 147: " + syntax + "value - unexpected '{'; expected end of input"},
      {"{\"format\": \"a\nb\"}", "line 1, column 14: " + syntax +
                                     "value - invalid string: control character U+000A (LF) must be escaped to "
                                     "\\u000A or \\n; last read: '\"a<U+000A>'"},
      {"{\"format\": \"\xff\n\"}",
       "line 1, column 13: " + syntax + "value - invalid string: ill-formed UTF-8 byte; last read: '\"\\xff'"},
      {R"({"format": 1e999})", "line 1, column 17: number overflow parsing '1e999'"},
      {R"({"a": 1, "a": 2})", "line 1, column 12: key \"a\" twice in one object"},
      {with_call(R"({"array_size": 1, "array_size": 1})"), "line 1, column 90: key \"array_size\" twice in one object"},
      {std::string(17, '['), "line 1, column 17: nested deeper than 16"},
      {std::string(1'000'000, '['), "line 1, column 17: nested deeper than 16"},
  });
}

TEST(JsonMalformed, TopLevel) {
  expect_refused({
      {"[]", "is an array, must be an object"},
      {"null", "is null, must be an object"},
      {"{}", "key \"format\" is missing"},
      {R"({"format": "straylane-case/9", "x": 1})", "format: is \"straylane-case/9\", must be \"straylane-case/2\""},
      {R"({"format": 1})", "format: is 1, must be a string"},
      {R"({"format": "straylane-case/2"})", "key \"calls\" is missing"},
      {with("x\\ny", "1"), "unknown key \"x\\x0ay\""},
      {with("target", "7"), "target: is 7, must be a string"},
      {with("target", "\"\""), "target: is \"\", must be 1 to 64 letters, digits, '_', '-' and '.'"},
      {with("program", "\"../a\""), "program: is \"../a\", must be 1 to 64 letters, digits, '_', '-' and '.'"},
      {with("program", "\"a\\nb\""), "program: is \"a\\nb\", must be 1 to 64 letters, digits, '_', '-' and '.'"},
      {with("program", "\"unknown\""), "program: no program \"unknown\" is known"},
      {with("program", "\"data\""), "calls[0]: unknown key \"array_size\""},
      {with("data", "\"AA\""), "data: the program takes no data"},
      {with("granularity", "\"fine\""), "granularity: is \"fine\", must be switch, line or opcode"},
      {with("granularity", "null"), "granularity: is null, must be a string"},
      {with("schedule", "[], \"search\": []"), "has 2 of \"schedule\", \"search\" and \"drawn\", must have one"},
      {R"({"format": "straylane-case/2", "target": "numba", "calls": [)" + std::string(kCall) + "]}",
       "has 0 of \"schedule\", \"search\" and \"drawn\", must have one"},
      {with("system", "{}"), "system: key \"python\" is missing"},
      {with("system", R"({"python": "", "software": 1, "path": ""})"), "system.software: is 1, must be a string"},
      {with("sites", "{}"), "sites: is an object, must be an array"},
      {with("sites", R"([{"file": "a", "function": "b", "statement": "c", "occurrence": -1, "line": 0}])"),
       "sites[0].occurrence: is -1, must be a whole number 0..4294967295", ErrorCode::kOutOfRange},
      {with("sites", R"([{"file": "a", "function": "b", "statement": "c", "occurrence": 0}])"),
       "sites[0]: key \"line\" is missing"},
  });
}

TEST(JsonMalformed, Calls) {
  const auto range = ErrorCode::kOutOfRange;
  std::string many = kCall;
  for (int i = 1; i < 17; ++i) many += std::string(", ") + kCall;
  expect_refused({
      {with("calls", "{}"), "calls: is an object, must be an array"},
      {with("calls", "[]"), "calls: has 0 entries, must have 1..16", range},
      {with("calls", "[" + many + "]"), "calls: has 17 entries, must have 1..16", range},
      {with_call("1"), "calls[0]: is 1, must be an object"},
      {with_call("{}"), "calls[0]: key \"array_size\" is missing"},
      {with_call(R"({"array_size": 1, "size": 2})"), "calls[0]: unknown key \"size\""},
      {with_call(settings("\"10\"", "5", "7", "32")),
       "calls[0].array_size: is \"10\", must be a whole number 1..1048576"},
      {with_call(settings("10", "5", "7.0", "32")), "calls[0].n_threads: is 7.0, must be a whole number 0..1048576",
       range},
      {with_call(settings("10", "5", "18446744073709551615", "32")),
       "calls[0].n_threads: is 18446744073709551615, must be a whole number 0..1048576", range},
      {with_call(settings("10", "5", "-1", "32")), "calls[0].n_threads: is -1, must be a whole number 0..1048576",
       range},
      {with_call(settings("0", "5", "0", "32")), "calls[0].array_size: is 0, must be a whole number 1..1048576", range},
      {with_call(settings("1048577", "5", "0", "32")),
       "calls[0].array_size: is 1048577, must be a whole number 1..1048576", range},
      {with_call(settings("10", "131073", "0", "32")),
       "calls[0].buffer_size: is 131073, must be a whole number 1..131072", range},
      {with_call(settings("10", "5", "7", "1025")), "calls[0].block_size: is 1025, must be a whole number 1..1024",
       range},
      {with_call(std::string(kCall) + ", " + settings("10", "5", "11", "32")),
       "calls[1].n_threads: is 11, must be 0..array_size = 10", range},
  });
}

std::string data_case(const std::string& call, const std::string& data) {
  return fmt::format(R"({{"format": "straylane-case/2", "program": "data", "calls": [{}], "data": {}, "search": []}})",
                     call, data);
}

TEST(JsonMalformed, ListsAndData) {
  const auto range = ErrorCode::kOutOfRange;
  const std::string call = R"({"n": 1, "block": 32})";
  EXPECT_TRUE(read(data_case(call, "\"AAEC\"")));
  expect_refused({
      {data_case(R"({"n": 1, "block": 33})", "\"\""), "calls[0].block: is 33, must be one of 64, 32", range},
      {data_case(R"({"n": 1, "block": 65})", "\"\""), "calls[0].block: is 65, must be a whole number 32..64", range},
      {data_case(R"({"n": 1, "block": 32.0})", "\"\""), "calls[0].block: is 32.0, must be a whole number 32..64",
       range},
      {data_case(R"({"block": 32, "n": 10})", "\"\""), "calls[0].n: is 10, must be a whole number 0..9", range},
      {data_case(call, "[0, 1]"), "data: is an array, must be a string"},
      {data_case(call, "\"AA==\""), "data: is \"AA==\", must be base64url without padding"},
      {data_case(call, '"' + std::string(1'400'000, 'A') + '"'), "data: has 1050000 bytes, must have 0..1048576",
       range},
  });
}

TEST(JsonMalformed, Schedules) {
  const auto range = ErrorCode::kOutOfRange;
  const std::string valid = choice("\"m\"", "1", "\"0:0\"");
  std::string pairs = "[0, 0]";
  for (std::size_t i = 0; i < kScheduleEntriesMax; ++i) pairs += ",[0,0]";
  expect_refused({
      {with("schedule", "7"), "schedule: is 7, must be an array"},
      {with("schedule", "[{}]"), "schedule[0]: key \"thread\" is missing"},
      {with("schedule", "[" + choice("\"x\"", "1", "\"m\"") + "]"),
       "schedule[0].thread: is \"x\", must be \"m\" or \"L:i\""},
      {with("schedule", "[" + choice("\"0:01\"", "1", "\"m\"") + "]"),
       "schedule[0].thread: is \"0:01\", must be \"m\" or \"L:i\""},
      {with("schedule", "[" + choice("\"0:-0\"", "1", "\"m\"") + "]"),
       "schedule[0].thread: is \"0:-0\", must be \"m\" or \"L:i\""},
      {with("schedule", "[" + choice("\"m\"", "1", "\"a\\nb\"") + "]"),
       "schedule[0].to: is \"a\\x0ab\", must be \"m\" or \"L:i\""},
      {with("schedule", "[" + choice("\"m\"", "0", "\"m\"") + "]"),
       "schedule[0].yield: is 0, must be a whole number 1..4294967295", range},
      {with("schedule", "[" + choice("\"m\"", "4294967296", "\"m\"") + "]"),
       "schedule[0].yield: is 4294967296, must be a whole number 1..4294967295", range},
      {with("schedule", "[" + valid + ", " + valid + "]"), "schedule[1]: second choice for yield point 1 of thread m"},
      {with("schedule", R"([{"thread": "m", "yield": 1, "to": "m", "site": null}])"),
       "schedule[0].site: is null, must be an object"},
      {with("search", "[1]"), "search[0]: is 1, must be an array"},
      {with("search", "[[1]]"), "search[0]: has 1 entries, must have 2", range},
      {with("search", "[[1, 2, 3]]"), "search[0]: has 3 entries, must have 2", range},
      {with("search", "[[1, 2], [1, -2]]"), "search[1][1]: is -2, must be a whole number 0..4294967295", range},
      {with("search", "[[true, 2]]"), "search[0][0]: is true, must be a whole number 0..4294967295"},
      {with("search", "[" + pairs + "]"), "search: has 100001 entries, must have 0..100000", range},
      {with("drawn", "[]"), "drawn: is an array, must be an object"},
      {drawn("\"random\"", "1", "3", "400"),
       "drawn.strategy: is \"random\", must be sticky, pct, pos, surw or reads-from"},
      {drawn("\"pct\"", "-1", "3", "400"), "drawn.seed: is -1, must be a whole number 0..18446744073709551615", range},
      {drawn("\"pct\"", "1", "0", "400"), "drawn.depth: is 0, must be a whole number 1..1000", range},
      {with("drawn",
            R"({"strategy": "surw", "seed": 1, "depth": 3, "steps_expected": 1, "interesting": {"subject": 1}})"),
       "drawn.interesting: key \"by_thread\" is missing"},
      {with("drawn",
            R"({"strategy": "reads-from", "seed": 1, "depth": 3, "steps_expected": 1, "constraints": [{"writer": 1,
          "reader": 2, "maker": "me", "wanted": true}]})"),
       "drawn.constraints[0].maker: is \"me\", must be nobody, same or other"},
      {with("drawn",
            R"({"strategy": "reads-from", "seed": 1, "depth": 3, "steps_expected": 1, "constraints": [{"writer": 1,
          "reader": 2, "maker": "same", "wanted": 1}]})"),
       "drawn.constraints[0].wanted: is 1, must be true or false"},
      {drawn("\"pct\"", "1", "3", "0"), "drawn.steps_expected: is 0, must be a whole number 1..4294967295", range},
  });
}

TEST(JsonMalformed, MessagesAreBoundedAndHaveOneLine) {
  const std::string huge(200'000, '\n');
  std::string escaped;
  for (int i = 0; i < 50'000; ++i) escaped += "\\n";
  for (const std::string& input :
       {with("target", "\"" + escaped + "\""), with(escaped, "1"),
        with("schedule", "[" + choice(("\"" + escaped + "\"").c_str(), "1", "\"m\"") + "]"),
        "\"" + std::string(200'000, 'a') + huge, huge + "x", std::string("\0\n\x1b[31m", 7)}) {
    const auto value = case_from_json(input, "dir\n/case.json", schema_named);
    ASSERT_FALSE(value);
    EXPECT_TRUE(props::is_one_line_error(value.error(), "dir\\x0a/case.json: ")) << value.error().message;
  }
  const auto value = case_from_json("", std::string(100'000, 'p'), schema_named);
  ASSERT_FALSE(value);
  EXPECT_LT(value.error().message.size(), 2'000U);
}

TEST(JsonMalformed, BoundsOfTheWholeText) {
  const auto too_long = read(std::string(kCaseBytesMax + 1, ' '));
  ASSERT_FALSE(too_long);
  EXPECT_EQ(too_long.error().message, "case.json: 16777217 bytes, must be at most 16777216");

  std::string keys = "{";
  for (int i = 0; i < 1'000'000; ++i) keys += fmt::format("\"{}\":0,", i);
  const auto many_keys = read(keys);
  ASSERT_FALSE(many_keys);
  EXPECT_EQ(many_keys.error().message, "case.json: line 1, column 443: more than 64 keys in one object");

  std::string values = "[";
  while (values.size() < kCaseBytesMax - 2) values += "0,";
  const auto many_values = read(values);
  ASSERT_FALSE(many_values);
  EXPECT_EQ(many_values.error().message, "case.json: line 1, column 4000001: more than 2000000 values");
}

}  // namespace
}  // namespace straylane
