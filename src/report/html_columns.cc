#include "report/html_columns.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "report/number_text.h"
#include "report/outside_text.h"

namespace straylane {
namespace {

// A stretch of plain rows that is longer is folded, but for its first and last ones.
constexpr std::size_t kStretchMax = 9;
constexpr std::size_t kShownFirst = 2;
constexpr std::size_t kShownLast = 4;
constexpr std::size_t kColours = 6;  // of threads; the page's styles have as many

class HtmlColumns {
 public:
  explicit HtmlColumns(const Columns& columns) : columns_(columns) {
    for (std::size_t i = 0; i < columns_.threads.size(); ++i) {
      place_.push_back(columns_.threads[i].is_main() ? 0 : ++shown_);
    }
  }

  std::string html() {
    html_ = fmt::format(
        "<div class=\"columns\" style=\"--threads:{}\" role=\"region\" tabindex=\"0\" aria-label=\"What each thread "
        "did, "
        "time running downwards\">\n<div class=\"heads\" aria-hidden=\"true\">",
        shown_);
    for (std::size_t i = 0; i < columns_.threads.size(); ++i) {
      if (place_[i] > 0) html_ += fmt::format("<div class=\"{}\">{}</div>", classes(i), name_of(i));
    }
    html_ += "</div>\n<ol>\n";
    const std::size_t end = std::min(columns_.rows.size(), kHtmlRowsMax);
    for (std::size_t begin = 0; begin < end;) {
      std::size_t next = begin + 1;
      while (next < end && columns_.rows[next].column == columns_.rows[begin].column) ++next;
      turn(begin, next);
      begin = next;
    }
    html_ += "</ol>\n</div>\n" + what_is_left_out(end);
    return html_;
  }

 private:
  std::string classes(std::size_t column) const {
    return place_[column] == 0 ? "m" : fmt::format("t t{}", (place_[column] - 1) % kColours);
  }

  std::string name_of(std::size_t column) const {
    const ThreadId thread = columns_.threads[column];
    if (thread.is_main()) return "m <small>launching thread</small>";
    return fmt::format("{} <small>thread {} of launch {}</small>", to_string(thread), thread.index, thread.launch);
  }

  // Rows of one thread, up to where another goes on.
  void turn(std::size_t begin, std::size_t end) {
    const std::size_t column = columns_.rows[begin].column;
    // A row of its own, though the columns of others are free there: time runs downwards.
    html_ += fmt::format("<li class=\"turn {}\" style=\"--column:{};--row:{}\"><p class=\"who\">{}</p>\n",
                         classes(column), std::max<std::size_t>(place_[column], 1), ++turns_, name_of(column));
    file_.clear();
    for (std::size_t i = begin; i < end;) {
      std::size_t plain = i;
      while (plain < end && columns_.rows[plain].note.empty()) ++plain;
      stretch(i, plain);
      if (plain < end) row(columns_.rows[plain]);
      i = plain + 1;
    }
    html_ += "</li>\n";
  }

  void stretch(std::size_t begin, std::size_t end) {
    if (end <= begin) return;
    const bool folded = end - begin > kStretchMax;
    for (std::size_t i = begin; i < end; ++i) {
      if (folded && i == begin + kShownFirst) {
        html_ += fmt::format("<details><summary>{} more lines</summary>\n", end - begin - kShownFirst - kShownLast);
      }
      if (folded && i == end - kShownLast) {
        html_ += "</details>\n";
        file_.clear();
      }
      row(columns_.rows[i]);
    }
  }

  void row(const ColumnRow& row) {
    const Site& site = row.site;
    if (site.kind != "end") {
      const std::string file = short_file(site.file);
      if (file != file_) html_ += fmt::format("<p class=\"file\">{}</p>", html_text(file));
      file_ = file;
      html_ += fmt::format("<div class=\"row\"><span class=\"line\">{}</span><code>{}</code></div>\n", site.line,
                           html_text(site.statement));
    }
    if (!row.note.empty()) html_ += fmt::format("<p class=\"note{}\">{}</p>\n", kind_of(row.note), html_text(row.note));
  }

  static const char* kind_of(const std::string& note) {
    if (note.starts_with("preempted")) return " preempted";
    if (note.starts_with("ends with")) return " failed";
    return "";
  }

  std::string what_is_left_out(std::size_t shown) const {
    const std::size_t rows = columns_.rows.size() - shown + columns_.rows_cut;
    std::string html;
    if (rows > 0) html += fmt::format("<p class=\"aside\">Not shown: {} more rows.</p>\n", grouped(rows));
    if (const std::size_t threads = columns_.left_out.size(); threads > 0) {
      html += fmt::format("<p class=\"aside\">Not shown: {} other thread{}, {}.</p>\n", grouped(threads),
                          threads == 1 ? "" : "s", html_text(columns_.left_out_why));
    }
    return html;
  }

  const Columns& columns_;
  std::vector<std::size_t> place_;  // of a thread's column on the page, from 1; 0 for `m`, which has the whole width
  std::size_t shown_ = 0;
  std::size_t turns_ = 0;
  std::string html_;
  std::string file_;  // that stands above the rows now
};

}  // namespace

std::string render_html_columns(const Columns& columns) {
  return columns.rows.empty() ? "" : HtmlColumns(columns).html();
}

}  // namespace straylane
