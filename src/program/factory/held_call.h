#pragma once

#include <string>

#include "domain/held_program.h"
#include "domain/verdict.h"

namespace straylane {

// What repro.py and an exported test must know of the factory kernel (where `program` is empty, too) or of the planted
// program of that name to show `failure`: all but the texts of its sources, which lie beside this program (held_call.py
// is the call).
HeldProgram held_program(const std::string& program, const Failure& failure);

}  // namespace straylane
