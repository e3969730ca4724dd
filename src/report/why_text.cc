#include "report/why_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/counted_noun.h"
#include "report/columns_text.h"
#include "report/outside_text.h"

namespace straylane {
namespace {

constexpr std::size_t kStatementWidth = 90;
constexpr std::size_t kNoteWidth = 100;
constexpr std::size_t kBarWidth = 30;
constexpr std::size_t kCurveRowsMax = 24;

std::string place_text(const Act& act) {
  return fmt::format("{}:{} in {}", cut(act.place.file, 60), act.place.line, cut(act.place.function, 40));
}

std::string act_text(const Act& act, const std::string& lead) {
  std::string text = fmt::format("{}{}  {}\n", lead, to_string(act.stretch.thread), place_text(act));
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
  std::string text;
  if (count == 0 && order.enough()) {
    return fmt::format("  No ordering: it failed in {} of {} schedules, whatever they did.\n", order.held_failed,
                       order.held_runs);
  }
  if (count > 0) {
    const bool all =
        std::all_of(order.orderings.begin(), order.orderings.end(), [](const auto& o) { return o.necessary(); });
    text += fmt::format(
        "  It takes {}. Where {} it failed in {} of {} schedules, whatever else they did{}\n",
        counted_noun(count, "ordering"), count == 1 ? "it holds" : "they all hold", order.held_failed, order.held_runs,
        all ? fmt::format("; with {} reversed\n  and all else as it was, in none.", count == 1 ? "it" : "any one")
            : ".");
  }
  for (std::size_t i = 0; i < count; ++i) {
    const NecessaryOrdering& o = order.orderings[i];
    text += act_text(o.first, fmt::format("  {:>2}.  ", i + 1));
    text += act_text(o.second, "     < ");
    text += flipped_text(o);
  }
  if (!order.stopped_early.empty())
    text += "  The orderings are not known: " + cut(order.stopped_early, kNoteWidth) + ".\n";
  return text;
}

std::string bar(const Chance& chance) {
  std::string text(kBarWidth, ' ');
  for (std::size_t i = 0; i < kBarWidth; ++i) {
    const double share = (static_cast<double>(i) + 0.5) / kBarWidth;
    text[i] = share < chance.estimate() ? '#' : share < chance.high ? '-' : ' ';
  }
  return text;
}

std::string chance_text(const Chance& chance) {
  return fmt::format("{:>4} of {:<4} {:.2f}  [{:.2f}, {:.2f}]", chance.failed, chance.runs, chance.estimate(),
                     chance.low, chance.high);
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
      "  After so many steps of the run, {} schedules drawn to go on with; how many failed, the share, its 95 % "
      "interval:\n",
      no_return.continuations);
  std::size_t rows = 0;
  for (std::size_t i = 0; i < no_return.curve.size(); ++i) {
    if (++rows > kCurveRowsMax) {
      text += fmt::format("    and {} more\n", no_return.curve.size() - i);
      break;
    }
    const Chance& chance = no_return.curve[i];
    text += fmt::format("    {:>6}  {}  {}", chance.steps, chance_text(chance), bar(chance));
    if (no_return.jump == i) text += "  the greatest rise";
    if (no_return.certain == i) text += "  no return";
    text.erase(text.find_last_not_of(' ') + 1);
    text += "\n";
  }
  if (!no_return.stopped_early.empty()) text += "  Stopped early: " + cut(no_return.stopped_early, kNoteWidth) + ".\n";
  return text;
}

std::string short_act(const Act& act) {
  return fmt::format("{} {}:{} {}", to_string(act.stretch.thread), cut(short_file(act.place.file), 30), act.place.line,
                     cut(act.place.statement, 44));
}

}  // namespace

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
