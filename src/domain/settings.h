#pragma once

#include "domain/inline_vector.h"

namespace straylane {

// One value for each parameter of a schema, in the schema's order (domain/schema.h).
using Settings = InlineVector<std::int64_t, 16>;

}  // namespace straylane
