#pragma once

#include <string_view>

namespace straylane {

// Schedules to the first failure for programs of SCTBench, as the authors of RFF published them in the data files of
// their artifact (dylanjwolff/RFF, scripts/data-analysis). There were 20 trials of each program. A figure is the mean
// over the trials that succeeded, with their number in brackets if it is not 20; "0/20" if none succeeded.
struct PublishedSchedules {
  std::string_view program;
  std::string_view rff;
  std::string_view pos;
  std::string_view pct3;
  std::string_view period;
};

inline constexpr PublishedSchedules kPublishedSchedules[] = {
    {"reorder_3", "6.7", "223", "241", "6"},
    {"reorder_5", "5.8", "4377 (17)", "1126", "12"},
    {"reorder_10", "5.8", "0/20", "2356", "27"},
    {"reorder_20", "5.8", "0/20", "2128", "39"},
    {"reorder_50", "5.8", "0/20", "12346 (7)", "129"},
    {"reorder_100", "5.8", "0/20", "7447 (1)", "297"},
    {"twostage", "8.2", "14.6", "8.9", "4"},
    {"twostage_20", "21.7", "185", "188", "76"},
    {"twostage_50", "35.1", "1984 (19)", "849", "286"},
    {"twostage_100", "56", "0/20", "3888 (6)", "690"},
    {"wronglock", "1", "1", "88", "4.3"},
    {"wronglock_3", "1", "1", "40", "5"},
    {"account", "1", "1", "8.6", "10.1"},
    {"deadlock01", "4.7", "4.3", "20.1", "3"},
    {"lazy01", "6.4", "5.2", "10.2", "7"},
    {"carter01", "1.9", "2.1", "5.2", "4.5"},
    {"bluetooth_driver", "44.9", "72.2", "161", "9"},
    {"token_ring", "5.1", "7.0", "7.7", "2"},
    {"stack", "1.6", "2.0", "2.2", "8"},
    {"qsort_mt", "322", "646", "3838", "27"},
};

}  // namespace straylane
