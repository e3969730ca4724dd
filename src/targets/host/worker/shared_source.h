#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace straylane {

// One translation unit of CUDA C++.
struct DeviceSource {
  std::string name;  // "kernel.cu": how sites call it
  std::string path;  // how diagnostics call it; what it includes with quotes is looked for beside it
  std::string text;

  bool operator==(const DeviceSource&) const = default;
};

// A source that many factories have in common, with what caches look it up by: nothing of it is copied or read again for
// a build that is known.
class SharedSource {
 public:
  SharedSource() : SharedSource(DeviceSource{}) {}
  SharedSource(DeviceSource source)  // as itself, wherever a source is asked for
      : source_(std::make_shared<const DeviceSource>(std::move(source))),
        hash_(std::hash<std::string>{}(source_->text)) {}

  const DeviceSource& operator*() const { return *source_; }
  const DeviceSource* operator->() const { return source_.get(); }
  std::size_t hash() const { return hash_; }

  bool operator==(const SharedSource& other) const {
    return source_ == other.source_ || (hash_ == other.hash_ && *source_ == *other.source_);
  }

 private:
  std::shared_ptr<const DeviceSource> source_;
  std::size_t hash_;
};

}  // namespace straylane
