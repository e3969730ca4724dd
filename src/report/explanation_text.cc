#include "report/explanation_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/counted_noun.h"
#include "report/report_text.h"

namespace straylane {
namespace {

constexpr std::size_t kColumnWidth = kColumnsTextPitch - 3;  // of the text, without the line between two columns
constexpr std::size_t kNoteLinesMax = 3;
constexpr std::size_t kMainWidth = 100;
constexpr std::size_t kMainStatementWidth = 60;  // of `m`, which takes the whole line
constexpr std::size_t kStatementWidth = 90;
constexpr std::size_t kNoteWidth = 100;
constexpr std::size_t kBarWidth = 30;
constexpr std::size_t kCurveRowsMax = 24;

class ColumnsText {
 public:
  explicit ColumnsText(const Columns& columns) : columns_(columns) {
    for (std::size_t i = 0; i < columns.threads.size(); ++i) {
      if (!columns.threads[i].is_main()) shown_.push_back(i);
    }
  }

  std::string text() {
    add_line([&](std::size_t column) {
      const ThreadId thread = columns_.threads[column];
      return fmt::format("{}, thread {} of launch {}", to_string(thread), thread.index, thread.launch);
    });
    text_ += fmt::format("  {}\n", fmt::join(std::vector(shown_.size(), std::string(kColumnWidth, '-')), "-+-"));
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
    if (row.is_band) return band(row.note);
    const bool main = columns_.threads[row.column].is_main();
    const std::string file = clean(short_file(row.site.file));
    if (row.site.kind == "end") {
      cell(row.column, row.note);
    } else if (main) {
      cell(row.column, fmt::format("{}:{} {}{}", file, row.site.line, cut(row.site.statement, kMainStatementWidth),
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

  // Wraps at spaces if there are any, and cuts the text after kNoteLinesMax lines.
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
    add_line([&](std::size_t i) { return i == column ? cut(content, kColumnWidth) : ""; });
  }

  // Adds a line that has `text_of(column)` in each column.
  void add_line(const auto& text_of) {
    std::vector<std::string> cells;
    for (const std::size_t column : shown_) cells.push_back(padded(text_of(column), kColumnWidth));
    std::string line = fmt::format("{}", fmt::join(cells, " | "));
    line.erase(line.find_last_not_of(' ') + 1);
    text_ += "  " + line + "\n";
  }

  const Columns& columns_;
  std::vector<std::size_t> shown_;
  std::string text_;
  std::size_t last_column_ = SIZE_MAX;
  std::string last_file_;
};

std::string act_text(const Act& act, const std::string& lead) {
  std::string text = fmt::format("{}{}  {}:{} in {}\n", lead, to_string(act.stretch.thread), cut(act.place.file, 60),
                                 act.place.line, cut(act.place.function, 40));
  const std::string indent(lead.size() + 5, ' ');
  text += indent + cut(act.place.statement, kStatementWidth) + "\n";
  if (!act.note.empty()) text += indent + "  ^ " + cut(act.note, kNoteWidth) + "\n";
  return text;
}

std::string flipped_text(const NecessaryOrdering& o) {
  std::string text =
      fmt::format("       reversed, all else as it was: {} of {} fail", o.reversed_failed, o.reversed_runs);
  if (!o.necessary()) return text + ": not shown to be necessary\n";
  if (o.any_failed > 0) {
    text += fmt::format("; reversed, all else at will: {} of {}, by another way", o.any_failed, o.any_runs);
  }
  return text + "\n";
}

std::string order_text(const NecessaryOrder& order) {
  const std::size_t count = order.orderings.size();
  if (count == 0 && order.enough()) {
    return fmt::format("  No ordering: it failed in {} of {} schedules, whatever happened.\n", order.held_failed,
                       order.held_runs);
  }
  std::string text;
  if (count > 0) {
    const bool all =
        std::all_of(order.orderings.begin(), order.orderings.end(), [](const auto& o) { return o.necessary(); });
    text += fmt::format(
        "  It takes {}. If {}, it failed in {} of {} schedules, whatever else happened{}\n",
        counted_noun(count, "ordering"), count == 1 ? "it holds" : "they all hold", order.held_failed, order.held_runs,
        all ? fmt::format("; with {} reversed\n  and all else as it was, in none.", count == 1 ? "it" : "any one")
            : ".");
  }
  for (std::size_t i = 0; i < count; ++i) {
    const NecessaryOrdering& o = order.orderings[i];
    text += act_text(o.first, fmt::format("  {:>2}.  ", i + 1)) + act_text(o.second, "     < ") + flipped_text(o);
  }
  if (order.stopped_early.empty()) return text;
  return text + "  The orderings are not known: " + cut(order.stopped_early, kNoteWidth) + ".\n";
}

std::string bar(const Chance& chance) {
  std::string text(kBarWidth, ' ');
  for (std::size_t i = 0; i < kBarWidth; ++i) {
    const double share = (static_cast<double>(i) + 0.5) / kBarWidth;
    text[i] = share < chance.estimate() ? '#' : share < chance.high ? '-' : ' ';
  }
  return text;
}

std::string no_return_text(const NoReturn& no_return) {
  if (no_return.curve.empty()) return "  Not known: " + cut(no_return.stopped_early, kNoteWidth) + ".\n";
  std::string text;
  if (no_return.certain && *no_return.certain == 0) {
    text += "  None: it failed however the run went on, from its first step.\n";
  } else if (no_return.certain) {
    text += fmt::format("  From step {} on it failed however the run went on.\n",
                        no_return.curve[*no_return.certain].steps);
    if (no_return.certain_act) text += act_text(*no_return.certain_act, "    ");
  }
  text += fmt::format(
      "  After this many steps of the run, {} schedules were drawn: how many failed, the share, its 95 % "
      "interval:\n",
      no_return.continuations);
  const std::size_t rows = std::min(no_return.curve.size(), kCurveRowsMax);
  for (std::size_t i = 0; i < rows; ++i) {
    const Chance& c = no_return.curve[i];
    text += fmt::format("    {:>6}  {:>4} of {:<4} {:.2f}  [{:.2f}, {:.2f}]  {}", c.steps, c.failed, c.runs,
                        c.estimate(), c.low, c.high, bar(c));
    if (no_return.jump == i) text += "  the greatest rise";
    if (no_return.certain == i) text += "  no return";
    text.erase(text.find_last_not_of(' ') + 1);
    text += "\n";
  }
  if (rows < no_return.curve.size()) text += fmt::format("    and {} more\n", no_return.curve.size() - rows);
  if (!no_return.stopped_early.empty()) text += "  Stopped early: " + cut(no_return.stopped_early, kNoteWidth) + ".\n";
  return text;
}

std::string short_act(const Act& act) {
  return fmt::format("{} {}:{} {}", to_string(act.stretch.thread), cut(short_file(act.place.file), 30), act.place.line,
                     cut(act.place.statement, 44));
}

}  // namespace

std::string columns_text(const Columns& columns) { return ColumnsText(columns).text(); }

std::vector<WhySection> why_sections(const Explanation& why, const Columns& matters) {
  std::vector<WhySection> sections = {
      {"Orderings between threads that make it fail", order_text(why.order), false},
      {"Point of no return", no_return_text(why.no_return), !why.no_return.curve.empty()}};
  if (!matters.rows.empty()) {
    sections.push_back({"What matters (time runs downwards; [1<] is the first end of ordering 1, [<1] its second)",
                        "\n" + columns_text(matters), false});
  }
  return sections;
}

std::string why_text(const Explanation& why, const Columns& matters) {
  std::string text;
  for (const WhySection& section : why_sections(why, matters)) {
    text += (text.empty() ? "" : "\n") + section.title + "\n" + section.body;
  }
  return text;
}

std::string why_summary(const Explanation& why) {
  const auto& orderings = why.order.orderings;
  std::string text = "  why: ";
  if (!why.order.stopped_early.empty()) {
    text += "the orderings that it needs are not known: " + cut(why.order.stopped_early, kNoteWidth) + "\n";
  } else if (orderings.empty()) {
    text += "it fails whatever the order\n";
  } else {
    text += "it takes " + counted_noun(orderings.size(), "ordering") + "\n";
  }
  for (const NecessaryOrdering& o : orderings) {
    text += fmt::format("    {}\n      < {}\n", short_act(o.first), short_act(o.second));
  }
  if (why.no_return.certain && why.no_return.certain_act && *why.no_return.certain > 0) {
    text += fmt::format("    no return from step {}: {}\n", why.no_return.curve[*why.no_return.certain].steps,
                        short_act(*why.no_return.certain_act));
  }
  return text;
}

}  // namespace straylane
