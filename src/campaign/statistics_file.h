#pragma once

#include <filesystem>
#include <string>

#include "domain/error.h"

namespace straylane {

// A file to which whole lines are appended. A line that a killed process or a full disk cut off is taken away again:
// when the file is opened, or at once.
class StatisticsFile {
 public:
  // kStorage.
  static Expected<StatisticsFile> open(const std::filesystem::path& path);

  StatisticsFile(StatisticsFile&& other) noexcept;
  StatisticsFile& operator=(StatisticsFile&& other) noexcept;
  ~StatisticsFile();

  // `line` with its end. kStorage; the file then ends with the line before.
  Expected<void> add(const std::string& line);

 private:
  StatisticsFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  int fd_ = -1;
  std::string path_;
};

}  // namespace straylane
