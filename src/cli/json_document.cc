#include "cli/json_document.h"

#include <fmt/format.h>

namespace straylane {

void print_document(const nlohmann::ordered_json& document) {
  fmt::print("{}\n", document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

const char* status_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::kUsage:
      return "usage";
    case ErrorCode::kMalformed:
    case ErrorCode::kOutOfRange:
      return "malformed";
    case ErrorCode::kUnsupported:
      return "unsupported";
    case ErrorCode::kRefused:
    case ErrorCode::kNotReproducible:
      return "not-reproducible";
    case ErrorCode::kStorage:
      return "storage";
    case ErrorCode::kInterrupted:
      return "interrupted";
    case ErrorCode::kInternal:
      break;
  }
  return "internal";
}

nlohmann::ordered_json error_document(const char* format, const Error& error) {
  return {{"format", format}, {"status", status_of(error)}, {"reason", error.message}};
}

}  // namespace straylane
