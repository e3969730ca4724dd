#include "report/columns_text.h"

#include <fmt/format.h>

#include <cstdint>
#include <vector>

#include "explain/columns.h"
#include "report/source_text.h"

namespace straylane {
namespace {

constexpr std::size_t kColumnWidth = 54;
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
      head += last ? name : fmt::format("{:<{}} | ", name, kColumnWidth);
      rule += std::string(kColumnWidth, '-') + (last ? "" : "-+-");
    }
    text_ = "  " + head + "\n  " + rule + "\n";
    for (const ColumnRow& row : columns_.rows) add(row);
    if (!columns_.left_out.empty()) {
      text_ +=
          fmt::format("  Not shown: {} other thread{}, which took no part in any choice.\n", columns_.left_out.size(),
                      columns_.left_out.size() == 1 ? "" : "s");
    }
    return text_;
  }

 private:
  void add(const ColumnRow& row) {
    const bool main = columns_.threads[row.column].is_main();
    const std::string file = short_file(row.site.file);
    if (row.site.kind == "end") {
      cell(row.column, row.note);
    } else if (main) {
      cell(row.column, fmt::format("{}:{} {}{}", file, row.site.line, cut(row.site.statement, kStatementWidth),
                                   row.note.empty() ? "" : ", " + row.note));
    } else {
      if (last_column_ != row.column || last_file_ != file) cell(row.column, file);
      cell(row.column, fmt::format("{:>5} {}", row.site.line, row.site.statement));
      if (!row.note.empty()) cell(row.column, "      ^ " + row.note);
    }
    last_column_ = row.column;
    last_file_ = file;
  }

  void cell(std::size_t column, const std::string& content) {
    if (columns_.threads[column].is_main()) {
      text_ += fmt::format("  -- m (launching): {}\n", content);
      return;
    }
    std::string line;
    for (const std::size_t i : shown_) {
      const std::string text = i == column ? cut(content, kColumnWidth) : "";
      line += i == shown_.back() ? text : fmt::format("{:<{}} | ", text, kColumnWidth);
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

std::string columns_text(const Observation& trace) {
  const Columns columns = columns_of(trace);
  return ColumnsText(columns).text();
}

}  // namespace straylane
