#include "shrink/case_size.h"

#include <algorithm>

namespace straylane {
namespace {

constexpr std::uint64_t kMainPlace = 2;

}  // namespace

std::uint64_t thread_rank(ThreadId thread) {
  if (thread.is_main()) return kMainPlace << 32;
  const auto index = static_cast<std::uint64_t>(thread.index);
  return (index < kMainPlace ? index : index + 1) << 32 | static_cast<std::uint32_t>(thread.launch);
}

CaseSize case_size(const Case& c, const Schema& schema) {
  CaseSize size{.data_bytes = c.data.size(), .data = c.data};
  size.settings.reserve(1 + c.calls.size() * schema.size());
  size.settings.push_back(std::ssize(c.calls));
  for (const std::size_t i : schema.shrink_order()) {
    for (const Settings& settings : c.calls) size.settings.push_back(schema.ordinal(i, settings[i]));
  }
  if (const auto* drawn = std::get_if<DrawnForm>(&c.schedule)) {
    size.schedule = {1, static_cast<std::uint64_t>(drawn->strategy), drawn->depth, drawn->steps_expected, drawn->seed};
  } else if (const auto* search = std::get_if<SearchForm>(&c.schedule)) {
    size.schedule = {0, search->size(), 0};
    for (const auto& [gap, pick] : *search) size.schedule.insert(size.schedule.end(), {gap, pick});
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
