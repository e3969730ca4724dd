#include "report/explanation_json.h"

#include "explain/necessary_order.h"
#include "report/source_text.h"

namespace straylane {
namespace {

using json = nlohmann::ordered_json;

json act_to_json(const Act& act) {
  return {{"thread", to_string(act.stretch.thread)},
          {"file", clean(act.place.file)},
          {"line", act.place.line},
          {"function", clean(act.place.function)},
          {"statement", clean(act.place.statement)},
          {"visit", act.stretch.visit},
          {"note", clean(act.note)}};
}

json counts(std::uint32_t runs, std::uint32_t failed) { return {{"runs", runs}, {"failed", failed}}; }

json order_to_json(const NecessaryOrder& order) {
  json orderings = json::array();
  for (const NecessaryOrdering& o : order.orderings) {
    orderings.push_back({{"first", act_to_json(o.first)},
                         {"second", act_to_json(o.second)},
                         {"necessary", o.necessary()},
                         {"reversed", counts(o.reversed_runs, o.reversed_failed)},
                         {"reversed_at_will", counts(o.any_runs, o.any_failed)}});
  }
  return {{"orderings", std::move(orderings)},
          {"held", counts(order.held_runs, order.held_failed)},
          {"digest", order_digest(order)},
          {"executions", order.executions},
          {"stopped_early", clean(order.stopped_early)}};
}

json no_return_to_json(const NoReturn& no_return) {
  json curve = json::array();
  for (const Chance& c : no_return.curve) {
    curve.push_back({{"steps", c.steps},
                     {"runs", c.runs},
                     {"failed", c.failed},
                     {"chance", c.estimate()},
                     {"low", c.low},
                     {"high", c.high}});
  }
  const auto place = [](const std::optional<std::size_t>& i) { return i ? json(*i) : json(nullptr); };
  const auto act = [](const std::optional<Act>& a) { return a ? act_to_json(*a) : json(nullptr); };
  return {{"continuations", no_return.continuations},
          {"curve", std::move(curve)},
          {"jump", place(no_return.jump)},
          {"jump_act", act(no_return.jump_act)},
          {"certain", place(no_return.certain)},
          {"certain_act", act(no_return.certain_act)},
          {"executions", no_return.executions},
          {"stopped_early", clean(no_return.stopped_early)}};
}

}  // namespace

nlohmann::ordered_json explanation_to_json(const Explanation& why) {
  return {{"order", order_to_json(why.order)}, {"no_return", no_return_to_json(why.no_return)}, {"seconds", why.seconds}};
}

}  // namespace straylane
