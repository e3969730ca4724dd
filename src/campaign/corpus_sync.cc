#include "campaign/corpus_sync.h"

#include "codec/bytes_codec.h"
#include "os/files.h"

namespace straylane {

Expected<CorpusSync::Exchange> CorpusSync::exchange() {
  Exchange done;
  const auto own = inputs_in(own_.path());
  if (!own) return tl::unexpected(own.error());
  const auto shared = inputs_in(shared_);
  if (!shared) {
    done.failed = shared.error().message;
    return done;
  }
  if (auto given = give(*own, *shared, done); !given) done.failed = given.error().message;
  if (auto taken = take(*own, *shared, done); !taken) return tl::unexpected(taken.error());
  return done;
}

Expected<void> CorpusSync::give(const std::set<std::string>& own, const std::set<std::string>& shared, Exchange& done) {
  CorpusFolder there(shared_);
  for (const std::string& name : own) {
    if (known_.contains(name)) continue;
    if (!shared.contains(name)) {
      if (done.given == kFilesMax) {
        done.more = true;
        return {};
      }
      const auto bytes = read_file(own_.path() / name, byte_bounds::kInputFileMax);
      if (!bytes) continue;  // the engine has taken it away
      const auto added = there.add(*bytes);
      if (!added) return tl::unexpected(added.error());
      ++done.given;
    }
    known_.insert(name);
  }
  return {};
}

Expected<void> CorpusSync::take(const std::set<std::string>& own, const std::set<std::string>& shared, Exchange& done) {
  for (const std::string& name : shared) {
    if (known_.contains(name) || own.contains(name)) continue;
    if (done.taken == kFilesMax) {
      done.more = true;
      return {};
    }
    known_.insert(name);
    const auto bytes = read_file(shared_ / name, byte_bounds::kInputFileMax);
    if (!bytes || bytes->empty()) continue;  // no input, or not to be read
    const auto added = own_.add(*bytes);
    if (!added) return tl::unexpected(added.error());
    if (*added) ++done.taken;
  }
  return {};
}

}  // namespace straylane
