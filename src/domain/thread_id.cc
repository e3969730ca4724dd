#include "domain/thread_id.h"

#include <fmt/format.h>

#include <charconv>

namespace straylane {
namespace {

// Accepts one spelling of each number: digits only, no sign, no leading zero.
bool parse_index(std::string_view text, std::int32_t& out) {
  if (text.empty() || text[0] == '-' || (text[0] == '0' && text.size() > 1)) return false;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() && out != ThreadId::kMain;
}

}  // namespace

std::string to_string(ThreadId thread) {
  return thread.is_main() ? "m" : fmt::format("{}:{}", thread.launch, thread.index);
}

Expected<ThreadId> parse_thread_id(std::string_view text) {
  if (text == "m") return ThreadId::main();
  ThreadId thread;
  const std::size_t colon = text.find(':');
  if (colon != std::string_view::npos && parse_index(text.substr(0, colon), thread.launch) &&
      parse_index(text.substr(colon + 1), thread.index)) {
    return thread;
  }
  return make_error(ErrorCode::kMalformed, fmt::format("thread is \"{}\", must be \"m\" or \"L:i\"", text));
}

}  // namespace straylane
