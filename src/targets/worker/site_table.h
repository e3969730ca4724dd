#pragma once

#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "domain/hash.h"
#include "domain/site.h"

namespace straylane {

// The yield points of a worker, numbered in the order in which their code was compiled. Number 0 stands for places that
// are not in any line of source, such as the end of a thread.
class SiteTable {
 public:
  SiteTable() { add({"", "", "thread ends", 0, 0, "end", 0, 0}); }

  // Adds a site under a new number, which it returns.
  std::uint32_t add(Site site) {
    const auto number = static_cast<std::uint32_t>(sites_.size());
    numbers_.try_emplace(site, number);
    sites_.push_back(std::move(site));
    return number;
  }
  // Returns the number of a site. Adds the site if the table does not have it.
  std::uint32_t number_of(const Site& site) {
    const auto found = numbers_.find(site);
    return found == numbers_.end() ? add(site) : found->second;
  }
  const std::vector<Site>& sites() const { return sites_; }
  // Returns the sites that were added since the last call.
  std::vector<Site> take_new() {
    const auto first = sites_.begin() + static_cast<std::ptrdiff_t>(std::exchange(taken_, sites_.size()));
    return {first, sites_.end()};
  }

 private:
  struct SiteHash {
    std::size_t operator()(const Site& site) const {
      Hash hash;
      hash.add(site);
      return hash.value();
    }
  };

  std::vector<Site> sites_;
  std::unordered_map<Site, std::uint32_t, SiteHash> numbers_;
  std::size_t taken_ = 0;
};

}  // namespace straylane
