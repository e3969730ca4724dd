#pragma once

#include <nlohmann/json.hpp>

#include "domain/explanation.h"

namespace straylane {

// {order {orderings[] {first, second, reversed {runs, failed}, any {runs, failed}, necessary}, held {runs, failed},
// digest, executions, stopped_early}, no_return {continuations, curve[] {steps, runs, failed, chance, low, high}, jump,
// jump_act, certain, certain_act, executions, stopped_early}, seconds}. An act is {thread, file, function, statement,
// line, visit, note}. `jump` and `certain` are places in `curve`, or null. All texts are UTF-8.
nlohmann::ordered_json explanation_to_json(const Explanation& why);

}  // namespace straylane
