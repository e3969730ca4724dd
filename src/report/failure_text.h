#pragma once

#include <string>
#include <vector>

#include "domain/finding.h"

namespace straylane {

// Sentences about a finding that all report formats share.

// "AttributeError: module ..." or "prefix-invariant: output[3] is 0, ..."
std::string what_failed(const Failure& failure);

// What the oracle holds: "No thread may end with an exception; here it was an AttributeError."
std::string oracle_sentence(const Failure& failure);

// "Confirmed on the stock system.", "NOT confirmed on the stock system: ..." or "Not tried on a stock system: ..."
std::string confirmed_sentence(const Finding& finding);

// "array_size 2, buffer_size 1, n_threads 2, block_size 32", launches separated by "; "
std::string settings_text(const Case& c);

}  // namespace straylane
