#include "report/columns_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "domain/counted_noun.h"
#include "report/outside_text.h"

namespace straylane {
namespace {

constexpr std::size_t kColumnWidth = 54;
static_assert(kColumnWidth + 3 == kColumnsTextPitch);
constexpr std::size_t kNoteLinesMax = 3;
constexpr std::size_t kMainWidth = 100;
constexpr std::size_t kStatementWidth = 60;  // of `m`, which has the whole line

class ColumnsText {
 public:
  explicit ColumnsText(const Columns& columns) : columns_(columns) {
    for (std::size_t i = 0; i < columns.threads.size(); ++i) {
      if (!columns.threads[i].is_main()) shown_.push_back(i);
    }
  }

  std::string text() {
    std::string head;
    std::string rule;
    for (const std::size_t column : shown_) {
      const ThreadId thread = columns_.threads[column];
      const bool last = column == shown_.back();
      const std::string name =
          fmt::format("{}, thread {} of launch {}", to_string(thread), thread.index, thread.launch);
      head += last ? name : padded(name, kColumnWidth) + " | ";
      rule += std::string(kColumnWidth, '-') + (last ? "" : "-+-");
    }
    text_ = "  " + head + "\n  " + rule + "\n";
    for (const ColumnRow& row : columns_.rows) add(row);
    if (columns_.rows_cut > 0) text_ += fmt::format("  And {} rows more.\n", columns_.rows_cut);
    if (!columns_.left_out.empty()) {
      text_ += fmt::format("  Not shown: {}, {}.\n", counted_noun(columns_.left_out.size(), "other thread"),
                           columns_.left_out_why);
    }
    return text_;
  }

 private:
  void add(const ColumnRow& row) {
    if (row.is_band) {
      band(row.note);
      return;
    }
    const bool main = columns_.threads[row.column].is_main();
    const std::string file = clean(short_file(row.site.file));
    if (row.site.kind == "end") {
      cell(row.column, row.note);
    } else if (main) {
      cell(row.column, fmt::format("{}:{} {}{}", file, row.site.line, cut(row.site.statement, kStatementWidth),
                                   row.note.empty() ? "" : ", " + row.note));
    } else {
      if (last_column_ != row.column || last_file_ != file) cell(row.column, file);
      cell(row.column, fmt::format("{:>5} {}", row.site.line, clean(row.site.statement)));
      add_note(row);
    }
    last_column_ = row.column;
    last_file_ = file;
  }

  void add_note(const ColumnRow& row) {
    std::string note = row.note;
    if (!row.marks.empty()) note += fmt::format("{}[{}]", note.empty() ? "" : "  ", row.marks);
    if (note.empty()) return;
    std::string lead = "      ^ ";
    for (const std::string& line : wrapped(clean(note), kColumnWidth - lead.size())) {
      cell(row.column, lead + line);
      lead.assign(lead.size(), ' ');
    }
  }

  // At spaces where there are some; what goes beyond kNoteLinesMax lines is cut.
  static std::vector<std::string> wrapped(std::string text, std::size_t width) {
    std::vector<std::string> lines;
    while (width_of(text) > width && lines.size() + 1 < kNoteLinesMax) {
      const std::string fits = first_characters(text, width);
      std::size_t end = text[fits.size()] == ' ' ? fits.size() : fits.rfind(' ');
      if (end == std::string::npos || end == 0) end = fits.size();
      lines.push_back(text.substr(0, end));
      text.erase(0, std::min(text.find_first_not_of(' ', end), text.size()));
    }
    if (!text.empty()) lines.push_back(cut(text, width));
    return lines;
  }

  void band(const std::string& text) {
    const std::size_t width = std::max<std::size_t>(shown_.size(), 1) * kColumnsTextPitch - 3;
    const std::string label = "== " + cut(text, width - 8) + " ";
    text_ += "  " + label + std::string(width - std::min(width, width_of(label)), '=') + "\n";
    last_column_ = SIZE_MAX;
  }

  void cell(std::size_t column, const std::string& content) {
    if (columns_.threads[column].is_main()) {
      text_ += fmt::format("  -- m (launching): {}\n", cut(content, kMainWidth));
      return;
    }
    std::string line;
    for (const std::size_t i : shown_) {
      const std::string text = i == column ? cut(content, kColumnWidth) : "";
      line += i == shown_.back() ? text : padded(text, kColumnWidth) + " | ";
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text_ += "  " + line + "\n";
  }

  const Columns& columns_;
  std::vector<std::size_t> shown_;
  std::string text_;
  std::size_t last_column_ = SIZE_MAX;
  std::string last_file_;
};

}  // namespace

std::string columns_text(const Columns& columns) { return ColumnsText(columns).text(); }

}  // namespace straylane
