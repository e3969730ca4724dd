#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "domain/site.h"

namespace straylane {

// The yield points of a worker, numbered in the order in which their code was compiled. Number 0 stands for
// places that are no line of source: the end of a thread.
class SiteTable {
 public:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  SiteTable() { add({"", "", "thread ends", 0, 0, "end", 0, 0}); }

  std::uint32_t add(Site site);
  std::uint32_t find(const Site& site) const;  // kNone where there is no such site
  const std::vector<Site>& sites() const { return sites_; }

 private:
  static std::string key(const Site& site);

  std::vector<Site> sites_;
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

}  // namespace straylane
