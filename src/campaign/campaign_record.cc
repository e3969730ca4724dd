#include "campaign/campaign_record.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>

#include "codec/json_fields.h"
#include "os/files.h"

namespace straylane {
namespace {

namespace fs = std::filesystem;

constexpr const char* kStatistics = "stats.ndjson";
constexpr double kMinute = 60;
constexpr double kDay = 24 * 3600;

// Gives the time from one tick to the next. It grows, so that a session of days does not write a file of gigabytes.
double interval_at(double session_s) { return session_s < 10 * kMinute ? 1 : session_s < kDay ? 5 : 30; }

// Gives the length of the file up to the end of its last complete line.
off_t whole_lines(int fd) {
  std::array<char, 4096> block{};
  for (off_t end = lseek(fd, 0, SEEK_END); end > 0;) {
    const off_t start = std::max<off_t>(0, end - static_cast<off_t>(block.size()));
    const ssize_t n = pread(fd, block.data(), static_cast<std::size_t>(end - start), start);
    if (n <= 0) return end;  // a file that cannot be read is left as it is
    for (ssize_t i = n; i > 0; --i) {
      if (block[static_cast<std::size_t>(i - 1)] == '\n') return start + i;
    }
    end = start;
  }
  return 0;
}

// Reads the options of the campaign to resume. Comes before anything is written, because the folder may not hold what
// its marker says.
Expected<void> take_over(FuzzOptions& options, const std::set<std::string>& named) {
  const std::string& folder = options.folder;
  if (CampaignStore::is_empty(folder)) {
    return make_error(ErrorCode::kMalformed, fmt::format("{}: campaign.sqlite is empty, so there is nothing to resume; "
                                                         "straylane corpus import NEW {}/corpus keeps its inputs",
                                                         folder, folder));
  }
  auto store = CampaignStore::read(folder);
  if (!store) return tl::unexpected(store.error());
  const auto kept = store->options();
  if (!kept) return tl::unexpected(kept.error());
  const auto before = store->last_tick();
  if (!before) return tl::unexpected(before.error());
  if (!kept->contains("target")) {
    return make_error(ErrorCode::kUsage,
                      fmt::format("{}: the campaign has recorded nothing, so there is nothing to resume", folder));
  }
  return restore_options(*kept, named, before->time_s, options);
}

}  // namespace

std::string to_json_line(const CampaignTick& tick) {
  nlohmann::ordered_json line = JsonFieldWriter::value_of(tick);
  line["time_s"] = std::round(tick.time_s * 1e3) / 1e3;
  line["workers"] = JsonFieldWriter::value_of(tick.workers);
  return line.dump() + "\n";
}

Expected<StatisticsFile> StatisticsFile::open(const fs::path& path) {
  OwnedFd fd(::open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
  if (fd.get() < 0 || ftruncate(fd.get(), whole_lines(fd.get())) != 0) return storage_error(path, errno);
  return StatisticsFile(std::move(fd), path);
}

Expected<void> StatisticsFile::add(const std::string& line) {
  const off_t before = lseek(fd_.get(), 0, SEEK_END);
  const ssize_t n = write(fd_.get(), line.data(), line.size());
  if (n == static_cast<ssize_t>(line.size())) return {};
  const int error = n < 0 ? errno : ENOSPC;
  if (before >= 0 && ftruncate(fd_.get(), before) != 0) return storage_error(path_, errno);
  return storage_error(path_, error);
}

Expected<CampaignRecord> CampaignRecord::open(FuzzOptions& options, const std::set<std::string>& named) {
  if (options.resume) {
    if (auto ok = take_over(options, named); !ok) return tl::unexpected(ok.error());
  }
  auto store = CampaignStore::create_or_open(options.folder);
  if (!store) return tl::unexpected(store.error());
  auto before = store->last_tick();
  if (!before) return tl::unexpected(before.error());
  // A campaign that came to nothing, for example because its target is missing, does not count as one.
  const bool came_to_something = before->executions > 0 || before->findings > 0;
  if (came_to_something && !options.resume) {
    return make_error(
        ErrorCode::kUsage,
        fmt::format("{}: there is a campaign already: --resume continues it, --campaign DIR names another folder "
                    "(see docs/campaigns.md)",
                    options.folder));
  }
  FuzzOptions kept_now = options;
  if (kept_now.time_s > 0) kept_now.time_s += before->time_s;  // what is kept is the time of all sessions together
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
