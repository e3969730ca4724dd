#include "targets/pooled_target.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace straylane {
namespace {

constexpr std::size_t kPiecesPerJob = 2;  // so that who got the quick cases takes more of them
constexpr std::size_t kPieceMin = 2;      // cases: a piece is a round trip

}  // namespace

// One call of `run`: whoever is free takes the next piece.
struct PooledTarget::Batch {
  Batch(std::span<const Case> all, const RunOptions& run_options, std::size_t jobs)
      : cases(all),
        options(run_options),
        piece(std::max(kPieceMin, (all.size() + jobs * kPiecesPerJob - 1) / (jobs * kPiecesPerJob))),
        results((all.size() + piece - 1) / piece) {}

  void work(Target& target) {
    for (std::size_t i = next++; i < results.size(); i = next++) {
      const std::size_t from = i * piece;
      results[i] = target.run(cases.subspan(from, std::min(piece, cases.size() - from)), options);
      if (!*results[i]) next = results.size();  // pieces behind a failed one are of no use
    }
  }

  std::span<const Case> cases;
  const RunOptions& options;
  std::size_t piece;
  std::vector<std::optional<Expected<std::vector<Observation>>>> results;
  std::atomic<std::size_t> next = 0;
};

// A target and the thread that opens, drives and closes it.
class PooledTarget::Helper {
 public:
  explicit Helper(const Open& open) : thread_([this, &open] { live(open); }) {}
  ~Helper() {
    {
      const std::lock_guard lock(mutex_);
      closing_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }
  Helper(const Helper&) = delete;
  Helper& operator=(const Helper&) = delete;

  // Once it has been opened; `open` is not asked for after that.
  Expected<void> opened() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return opened_.has_value(); });
    return *opened_;
  }
  void begin(Batch& batch) {
    {
      const std::lock_guard lock(mutex_);
      batch_ = &batch;
    }
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return batch_ == nullptr; });
  }

 private:
  void live(const Open& open) {
    auto target = open();
    std::unique_lock lock(mutex_);
    opened_ = target.map([](const auto&) {});
    changed_.notify_all();
    for (;;) {
      changed_.wait(lock, [this] { return closing_ || batch_ != nullptr; });
      if (closing_) return;
      Batch& batch = *batch_;
      lock.unlock();
      batch.work(**target);
      lock.lock();
      batch_ = nullptr;
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Expected<void>> opened_;
  Batch* batch_ = nullptr;
  bool closing_ = false;
  std::thread thread_;  // last: it uses what stands above
};

PooledTarget::PooledTarget(std::vector<std::unique_ptr<Helper>> helpers) : helpers_(std::move(helpers)) {}
PooledTarget::~PooledTarget() = default;

Expected<std::unique_ptr<Target>> PooledTarget::open(const Open& open, std::uint32_t jobs) {
  if (jobs <= 1) return open();
  std::vector<std::unique_ptr<Helper>> helpers;
  for (std::uint32_t i = 1; i < jobs; ++i) helpers.push_back(std::make_unique<Helper>(open));
  auto first = open();
  // All of them, before `open` goes out of scope.
  Expected<void> all;
  for (const auto& helper : helpers) {
    if (auto opened = helper->opened(); !opened && all) all = opened;
  }
  if (!first) return first;
  if (!all) return tl::unexpected(all.error());
  std::unique_ptr<PooledTarget> pool(new PooledTarget(std::move(helpers)));
  pool->first_ = std::move(*first);
  return pool;
}

Expected<std::vector<Observation>> PooledTarget::run(std::span<const Case> cases, const RunOptions& options) {
  Batch batch(cases, options, helpers_.size() + 1);
  if (batch.results.size() < 2) return first_->run(cases, options);
  for (const auto& helper : helpers_) helper->begin(batch);
  batch.work(*first_);
  for (const auto& helper : helpers_) helper->wait();
  std::vector<Observation> observations;
  observations.reserve(cases.size());
  for (auto& result : batch.results) {
    if (!result) return make_error(ErrorCode::kInternal, "a piece of a batch was not run");  // behind a failed one
    if (!*result) return tl::unexpected(result->error());
    std::move((*result)->begin(), (*result)->end(), std::back_inserter(observations));
  }
  return observations;
}

}  // namespace straylane
