#pragma once

#include <nlohmann/json.hpp>

#include "domain/error.h"

namespace straylane {

// The one document on stdout that `--json` asks for, whatever bytes its texts hold.
void print_document(const nlohmann::ordered_json& document);

// What an error is called in the `status` of a document: "unsupported", "interrupted", "not-reproducible", "storage",
// "malformed", "usage", "internal".
const char* status_of(const Error& error);

// The document of a verb that came to nothing: its format, status and reason.
nlohmann::ordered_json error_document(const char* format, const Error& error);

}  // namespace straylane
