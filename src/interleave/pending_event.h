#pragma once

#include <cstdint>

namespace straylane {

enum class EventKind : std::uint8_t {
  kUnknown,  // only the site is known
  kRead,
  kWrite,
  kSync,  // reads and writes at once: an atomic operation, a lock that is taken or given back
};

// What a thread does when it goes on from the yield point at which it stands.
//
//   object  which memory or lock: equal numbers are the same one; 0 where `kind` is kUnknown. From kNamedObjectMin on
//           it has the same number in every run of the same settings, in any process; below lie addresses, which are
//           equal within one run only.
inline constexpr std::uint64_t kNamedObjectMin = std::uint64_t{1} << 48;
struct PendingEvent {
  std::uint32_t site = 0;
  EventKind kind = EventKind::kUnknown;
  std::uint64_t object = 0;
};

// What an event is about, the same in every run: its object where that has a name, else its site.
inline std::uint64_t subject_of(const PendingEvent& event) {
  constexpr std::uint64_t kSiteSubject = std::uint64_t{1} << 63;
  return event.object >= kNamedObjectMin ? event.object : kSiteSubject | event.site;
}

inline bool reads(EventKind kind) { return kind == EventKind::kRead || kind == EventKind::kSync; }
inline bool writes(EventKind kind) { return kind == EventKind::kWrite || kind == EventKind::kSync; }

// Whether the order of the two may matter. Of events of which only the site is known those at the same site are taken
// to conflict: threads of a grid that are at the same statement are likely to be after the same thing. Taking all of
// them would make every order of everything look different, taking none would leave nothing to reorder.
inline bool conflict(const PendingEvent& a, const PendingEvent& b) {
  if (a.kind == EventKind::kUnknown || b.kind == EventKind::kUnknown) return a.kind == b.kind && a.site == b.site;
  return a.object == b.object && (writes(a.kind) || writes(b.kind));
}

}  // namespace straylane
