#pragma once

#include <rapidcheck/Gen.h>

#include <cstdint>

#include "domain/case.h"

namespace straylane {

// Generators of cases that find bugs early: small settings, weighted towards the edges (n_threads 0, 1, array_size - 1
// and array_size; array_size 1, and multiples of 32 with their neighbours), within the byte domain
// (codec/bytes_codec.h). RapidCheck's size is ignored: the weights are the same for the first case as for the last.

// array_size 1..97, buffer_size 1..1024, n_threads 0..array_size, block_size 1..64.
rc::Gen<Settings> settings_generator();

// One launch mostly, up to three. Target, program and granularity are the defaults. Schedules are lists of up to 8
// preemptions (the empty list included), or are drawn by the sticky or the pct strategy while the case runs. Expected
// steps are a guess from 100..1600: a search that has run a case of the size knows better.
rc::Gen<Case> case_generator();

// What the first launch is made to be by `draw_case(seed, index)`.
enum class Stratum {
  kFree,
  kNoThreads,     // n_threads = 0
  kOneThread,     // n_threads = 1
  kAllButOne,     // n_threads = array_size - 1
  kAllThreads,    // n_threads = array_size
  kArraySizeOne,  // array_size = 1
  kArraySize32,   // array_size a multiple of 32
  kBeside32,      // array_size one beside such a multiple
};
// Every second case is free; the others take the seven edges in turn, so that any 14 neighbours have all of them.
Stratum stratum_of(std::uint64_t index);
rc::Gen<Case> case_generator(Stratum stratum);

// The case of a seed, without RapidCheck's runner; the same on every machine.
Case draw_case(std::uint64_t seed);

// The index-th case (from 0) of the sequence that a seed stands for, from its stratum.
Case draw_case(std::uint64_t seed, std::uint64_t index);

}  // namespace straylane
