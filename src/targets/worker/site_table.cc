#include "targets/worker/site_table.h"

#include <fmt/format.h>

namespace straylane {

std::string SiteTable::key(const Site& site) {
  return fmt::format("{}\n{}\n{}\n{}", site.file, site.function, site.statement, site.occurrence);
}

std::uint32_t SiteTable::add(Site site) {
  const auto number = static_cast<std::uint32_t>(sites_.size());
  numbers_.try_emplace(key(site), number);
  sites_.push_back(std::move(site));
  return number;
}

std::uint32_t SiteTable::find(const Site& site) const {
  const auto found = numbers_.find(key(site));
  return found == numbers_.end() ? kNone : found->second;
}

}  // namespace straylane
