#include "targets/pooled_target.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <iterator>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace straylane {
namespace {

constexpr std::size_t kPiecesPerJob = 2;  // so that a target with quick cases takes more pieces
constexpr std::size_t kPieceMin = 2;      // cases; each piece costs a round trip

}  // namespace

// One call of `run`. Whichever target is free takes the next piece.
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
      if (!*results[i]) next = results.size();  // the pieces after a failed one are useless
    }
  }

  std::span<const Case> cases;
  const RunOptions& options;
  std::size_t piece;
  std::vector<std::optional<Expected<std::vector<Observation>>>> results;
  std::atomic<std::size_t> next = 0;
};

// A target, and the thread that opens, drives and closes it.
class PooledTarget::Helper {
 public:
  explicit Helper(const Open& open) : thread_([this, &open](const std::stop_token& stop) { live(open, stop); }) {}

  // Waits until the target has been opened, or could not be. `open` is not used after that. Call this once.
  Expected<void> opened() { return opened_.get_future().get(); }
  void begin(Batch& batch) {
    const std::lock_guard lock(mutex_);
    batch_ = &batch;
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return batch_ == nullptr; });
  }

 private:
  void live(const Open& open, const std::stop_token& stop) {
    auto target = open();
    opened_.set_value(target.map([](const auto&) {}));
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return batch_ != nullptr; })) {
      lock.unlock();
      batch_->work(**target);
      lock.lock();
      batch_ = nullptr;
      changed_.notify_all();
    }
  }

  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::promise<Expected<void>> opened_;
  Batch* batch_ = nullptr;
  std::jthread thread_;  // last, because it uses the members above: it is stopped and joined before they go
};

PooledTarget::PooledTarget() = default;
PooledTarget::~PooledTarget() = default;

Expected<std::unique_ptr<Target>> PooledTarget::open(const Open& open, std::uint32_t jobs) {
  if (jobs <= 1) return open();
  std::unique_ptr<PooledTarget> pool(new PooledTarget);
  for (std::uint32_t i = 1; i < jobs; ++i) pool->helpers_.push_back(std::make_unique<Helper>(open));
  auto first = open();
  // Wait for all of them, because `open` must outlive their opening.
  Expected<void> all;
  for (const auto& helper : pool->helpers_) {
    if (auto opened = helper->opened(); !opened && all) all = opened;
  }
  if (!first) return first;
  if (!all) return tl::unexpected(all.error());
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
    if (!result) return make_error(ErrorCode::kInternal, "a piece of a batch was not run");  // after a failed one
    if (!*result) return tl::unexpected(result->error());
    std::ranges::move(**result, std::back_inserter(observations));
  }
  return observations;
}

}  // namespace straylane
