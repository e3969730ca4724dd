#include "report/junit.h"

#include <fmt/format.h>

#include <algorithm>

namespace straylane {
namespace {

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        // XML 1.0 has no other control characters, not even escaped.
        out += (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') ? '?' : c;
    }
  }
  return out;
}

}  // namespace

std::string render_junit(const std::vector<JunitCase>& cases) {
  std::vector<std::string> suites;
  for (const JunitCase& c : cases) {
    if (std::find(suites.begin(), suites.end(), c.suite) == suites.end()) suites.push_back(c.suite);
  }
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
  for (const std::string& suite : suites) {
    std::string body;
    int tests = 0;
    int failures = 0;
    double seconds = 0;
    for (const JunitCase& c : cases) {
      if (c.suite != suite) continue;
      ++tests;
      seconds += c.seconds;
      body += fmt::format("    <testcase classname=\"straylane.{}\" name=\"{}\" time=\"{:.3f}\"", escaped(suite),
                          escaped(c.name), c.seconds);
      if (c.failure.empty()) {
        body += "/>\n";
        continue;
      }
      ++failures;
      body += fmt::format(">\n      <failure message=\"{}\">{}</failure>\n    </testcase>\n", escaped(c.failure),
                          escaped(c.detail));
    }
    text += fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\" skipped=\"0\" time=\"{:.3f}\">\n{}"
        "  </testsuite>\n",
        escaped(suite), tests, failures, seconds, body);
  }
  return text + "</testsuites>\n";
}

}  // namespace straylane
