#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

namespace straylane {

// A made-up world for the estimators: class i of `classes` has a probability proportional to 1 / i^exponent (Zipf).
class Species {
 public:
  Species(std::size_t classes, double exponent) : up_to_(classes) {
    double sum = 0;
    for (std::size_t i = 0; i < classes; ++i) up_to_[i] = sum += std::pow(static_cast<double>(i + 1), -exponent);
    for (double& p : up_to_) p /= sum;
  }

  std::size_t size() const { return up_to_.size(); }
  double probability(std::size_t i) const { return up_to_[i] - (i == 0 ? 0 : up_to_[i - 1]); }
  std::size_t draw(std::mt19937_64& random) const {
    const double at = std::uniform_real_distribution<double>(0, 1)(random);
    const auto place = std::upper_bound(up_to_.begin(), up_to_.end(), at);
    return std::min<std::size_t>(static_cast<std::size_t>(place - up_to_.begin()), size() - 1);
  }

 private:
  std::vector<double> up_to_;  // cumulative
};

}  // namespace straylane
