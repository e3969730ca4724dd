#pragma once

#include <functional>
#include <string>
#include <vector>

#include "program/factory/factory_settings.h"
#include "targets/target.h"

namespace straylane {

struct LaunchRateOptions {
  std::string python;
  std::uint32_t rounds = 5;
  double seconds = 2;  // of each measurement
};

// One way of controlling launches, beside the simulator left alone. One entry per round.
struct ControlledRate {
  std::string schedule;        // "default", or "sticky" with another seed for each launch
  std::size_t batch = 1;       // cases in one round trip to the worker
  std::vector<double> rates;   // launches/s
  std::vector<double> ratios;  // to the simulator left alone, in the same round
};

struct LaunchRates {
  FactorySettings settings;
  std::vector<double> stock;  // launches/s of the simulator left alone, one entry per round
  std::vector<ControlledRate> controlled;
  std::string stock_raised;  // what a launch of it raised; empty if none did
};

// Measures in each round first the stock simulator with real threads in a process of its own (stock_launches.py), then
// each way of controlling it. So other work on the machine slows down both. Starting a process and importing numba are
// not measured. `say` gets a line for each round.
Expected<LaunchRates> measure_launch_rates(Target& target, const FactorySettings& settings,
                                           const LaunchRateOptions& options,
                                           const std::function<void(const std::string&)>& say);

}  // namespace straylane
