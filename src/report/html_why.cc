#include "report/html_why.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

#include "report/html_text.h"

namespace straylane {
namespace {

constexpr std::size_t kIndent = 2;  // of all lines below a title

struct Part {
  std::string title;
  std::string body;
};

// A line that begins at the margin is a title.
std::vector<Part> parts_of(const std::vector<std::string>& lines) {
  std::vector<Part> parts;
  for (const std::string& line : lines) {
    if (!line.empty() && line.front() != ' ') {
      parts.push_back({line, ""});
    } else if (!parts.empty() && (!line.empty() || !parts.back().body.empty())) {
      parts.back().body += line.substr(std::min(line.size(), kIndent)) + "\n";
    }
  }
  return parts;
}

// RFC 2397, with all but the unreserved characters of RFC 3986 as percent and two digits.
std::string data_uri(std::string_view svg) {
  std::string uri = "data:image/svg+xml,";
  for (const char c : svg) {
    const auto byte = static_cast<unsigned char>(c);
    const bool plain = byte < 0x80 && (std::isalnum(byte) != 0 || std::string_view("-._~").find(c) != std::string_view::npos);
    uri += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
  }
  return uri;
}

std::string text(const std::string& body) {
  return fmt::format("<pre class=\"why\" tabindex=\"0\">{}</pre>\n", html_text(body.substr(0, body.find_last_not_of('\n') + 1)));
}

}  // namespace

std::string render_html_why(const FindingRecord& record) {
  std::string html;
  for (const Part& part : parts_of(record.why)) {
    html += fmt::format("<h5>{}</h5>\n", html_text(part.title));
    const bool has_picture = part.title.starts_with("Point of no return") && !record.no_return_svg.empty();
    html += !has_picture ? text(part.body)
                         : fmt::format("<div class=\"no-return\" role=\"region\" tabindex=\"0\" aria-label=\"Plot\"><img width=\"720\" height=\"260\" alt=\"The chance of failure along the "
                                       "run; its figures stand below\" src=\"{}\"></div>\n<details><summary>The figures</summary>{}</details>\n",
                                       data_uri(record.no_return_svg), text(part.body));
  }
  return html.empty() ? html : "<h4>Why it fails, at the smallest settings</h4>\n" + html;
}

}  // namespace straylane
