#include "campaign/campaign_record.h"

#include <fmt/format.h>

#include "campaign/tick_line.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStatistics = "stats.ndjson";
constexpr double kMinute = 60;
constexpr double kDay = 24 * 3600;

// From one tick to the next: a session of days must not write a file of gigabytes.
double interval_at(double session_s) { return session_s < 10 * kMinute ? 1 : session_s < kDay ? 5 : 30; }

// Before anything is written: the campaign may not be what it says.
Expected<void> take_over(FuzzOptions& options, const std::set<std::string>& named) {
  if (!CampaignStore::is_in(options.folder)) {
    return make_error(ErrorCode::kUsage, fmt::format("{}: there is no campaign to resume", options.folder));
  }
  if (CampaignStore::is_empty(options.folder)) {
    return make_error(ErrorCode::kMalformed,
                      fmt::format("{}: campaign.sqlite is empty, so that there is nothing to resume; "
                                  "straylane corpus import NEW {}/corpus keeps its inputs",
                                  options.folder, options.folder));
  }
  auto store = CampaignStore::read(options.folder);
  if (!store) return tl::unexpected(store.error());
  const auto kept = store->options();
  if (!kept) return tl::unexpected(kept.error());
  const auto before = store->last_tick();
  if (!before) return tl::unexpected(before.error());
  if (!kept->contains("target")) {
    return make_error(ErrorCode::kUsage,
                      fmt::format("{}: the campaign came to nothing, and there is nothing to resume", options.folder));
  }
  return restore_options(*kept, named, before->time_s, options);
}

}  // namespace

Expected<CampaignRecord> CampaignRecord::open(FuzzOptions& options, const std::set<std::string>& named) {
  if (options.resume) {
    if (auto ok = take_over(options, named); !ok) return tl::unexpected(ok.error());
  }
  auto store = CampaignStore::create_or_open(options.folder);
  if (!store) return tl::unexpected(store.error());
  auto before = store->last_tick();
  if (!before) return tl::unexpected(before.error());
  // One that came to nothing, such as for want of a target, is none.
  const bool came_to_something = before->executions > 0 || before->findings > 0;
  if (came_to_something && !options.resume) {
    return make_error(ErrorCode::kUsage,
                      fmt::format("{}: there is a campaign already: --resume goes on with it, --campaign DIR has another",
                                  options.folder));
  }
  FuzzOptions kept_now = options;
  if (kept_now.time_s > 0) kept_now.time_s += before->time_s;  // of all sessions together
  auto file = StatisticsFile::open(fs::path(options.folder) / kStatistics);
  if (!file) return tl::unexpected(file.error());
  const auto written = store->begin()
                           .and_then([&] { return store->set_options(options_to_keep(kept_now)); })
                           .and_then([&] { return store->begin_session(); })
                           .and_then([&] { return store->commit(); });
  if (!written) return tl::unexpected(written.error());
  return CampaignRecord(std::move(*store), std::move(*file), std::move(*before));
}

Expected<void> CampaignRecord::add(const CampaignTick& tick, double session_s,
                                   const std::function<Expected<void>()>& save) {
  next_s_ = session_s + interval_at(session_s);
  return store_.begin()
      .and_then(save)
      .and_then([&] { return store_.add_tick(tick, session_s); })
      .and_then([&] { return store_.commit(); })
      .and_then([&] { return file_.add(to_json_line(tick)); });
}

}  // namespace straylane
