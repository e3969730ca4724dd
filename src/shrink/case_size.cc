#include "shrink/case_size.h"

#include <algorithm>

namespace straylane {
namespace {

constexpr std::uint64_t kMainPlace = 2;

void add_settings(std::vector<std::int64_t>& size, const std::vector<Settings>& calls, const Schema& schema) {
  size.reserve(1 + calls.size() * schema.size());
  size.push_back(std::ssize(calls));
  for (const std::size_t i : schema.shrink_order()) {
    for (const Settings& settings : calls) size.push_back(schema.ordinal(i, settings[i]));
  }
}

}  // namespace

std::uint64_t thread_rank(ThreadId thread) {
  if (thread.is_main()) return kMainPlace << 32;
  const auto index = static_cast<std::uint64_t>(thread.index);
  return (index < kMainPlace ? index : index + 1) << 32 | static_cast<std::uint32_t>(thread.launch);
}

CaseSize case_size(const Case& c, const Schema& schema) {
  CaseSize size{.data_bytes = c.data.size(), .data = c.data};
  add_settings(size.settings, c.calls, schema);
  if (const auto* drawn = std::get_if<DrawnForm>(&c.schedule)) {
    size.schedule = {1, static_cast<std::uint64_t>(drawn->strategy), drawn->depth, drawn->steps_expected, drawn->seed};
  } else if (const auto* search = std::get_if<SearchForm>(&c.schedule)) {
    size.schedule = {0, search->size(), 0};
    for (const Preemption& preemption : *search) {
      size.schedule.insert(size.schedule.end(), {preemption.gap, preemption.pick});
    }
  } else {
    const auto& choices = std::get<RecordedForm>(c.schedule);
    std::uint64_t highest = 0;
    for (const Choice& choice : choices) {
      highest = std::max({highest, thread_rank(choice.thread), thread_rank(choice.to)});
    }
    size.schedule = {0, choices.size(), highest};
    for (const Choice& choice : choices) {
      size.schedule.insert(size.schedule.end(), {thread_rank(choice.thread), choice.yield, thread_rank(choice.to)});
    }
  }
  return size;
}

}  // namespace straylane
