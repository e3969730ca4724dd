#include "cli/campaign_screen.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/counted_noun.h"

namespace straylane {
namespace {

constexpr std::size_t kLinesAbove = 7;

std::string worker_line(const WorkerTick& worker) {
  const std::string pid = worker.pid == 0 ? "" : fmt::format("   pid {}", worker.pid);
  return fmt::format("  job {:<3} {:<9} {:>12} executions {:>8}/s{}", worker.job, worker.state, worker.executions,
                     worker.executions_per_s, pid);
}

std::string coverage_text(const FuzzStatus& status) {
  return status.edges == 0 ? "" : fmt::format(", {} of {} edges of device code", status.tick.edges, status.edges);
}

std::string time_text(const FuzzStatus& status) {
  const std::string left = status.time_left_s < 0 ? "" : fmt::format(", {} left", clock_text(status.time_left_s));
  return clock_text(status.tick.time_s) + left;
}

std::string chance_text(const FuzzStatus& status) {
  if (status.chance_of_new < 0) return "";
  if (status.chance_of_new == 0) return "; plateau: no behaviour was seen only once";
  return fmt::format("; a new behaviour in about 1 of {:.0f} runs", 1 / status.chance_of_new);
}

std::string minimizing_text(const FuzzStatus& status) {
  if (status.minimizing.empty() && status.waiting == 0) return "";
  return fmt::format("{}{}", status.minimizing.empty() ? "next" : status.minimizing,
                     status.waiting == 0 ? "" : fmt::format(", {} wait", status.waiting));
}

}  // namespace

std::string clock_text(double value) {
  const auto all = static_cast<std::uint64_t>(value);
  if (all >= 24 * 3600) return fmt::format("{}d {:02}h", all / (24 * 3600), all / 3600 % 24);
  if (all >= 3600) return fmt::format("{}h {:02}m", all / 3600, all / 60 % 60);
  if (all >= 60) return fmt::format("{}m {:02}s", all / 60, all % 60);
  return fmt::format("{}s", all);
}

std::vector<std::string> render_campaign(const FuzzStatus& status, std::size_t width, std::size_t height) {
  const CampaignTick& t = status.tick;
  std::vector<std::string> lines = {
      fmt::format("time        {}", time_text(status)),
      fmt::format("executions  {}, {}/s", t.executions, t.executions_per_s),
      fmt::format("corpus      {}, features {}{}", t.corpus, t.features, coverage_text(status)),
      fmt::format("schedules   {}", t.schedules),
      fmt::format("new         {} inputs{}", t.new_behaviour, chance_text(status)),
      fmt::format("findings    {}, {}, {}", counted_noun(t.buckets, "bucket"),
                  counted_noun(t.findings, "failing execution"), counted_noun(t.restarts, "restart"))};
  if (const std::string text = minimizing_text(status); !text.empty()) lines.push_back("minimising  " + text);
  const std::size_t room = std::max<std::size_t>(height, kLinesAbove + 2) - kLinesAbove - 1;
  for (std::size_t i = 0; i < std::min(room, t.workers.size()); ++i) lines.push_back(worker_line(t.workers[i]));
  if (t.workers.size() > room) {
    std::uint64_t rate = 0;
    for (std::size_t i = room; i < t.workers.size(); ++i) rate += t.workers[i].executions_per_s;
    lines.push_back(fmt::format("  {} more jobs {:>8}/s", t.workers.size() - room, rate));
  }
  for (std::string& line : lines) line.resize(std::min(line.size(), width));
  return lines;
}

std::string campaign_line(const FuzzStatus& status) {
  const CampaignTick& t = status.tick;
  const std::string minimizing = minimizing_text(status);
  return fmt::format("{}: {} executions ({}/s), corpus {}, features {}{}, {}{}", time_text(status), t.executions,
                     t.executions_per_s, t.corpus, t.features, coverage_text(status), counted_noun(t.buckets, "bucket"),
                     minimizing.empty() ? "" : ", minimising " + minimizing);
}

}  // namespace straylane
