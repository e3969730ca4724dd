#include <unordered_set>

#include "targets/numba/worker/module.h"
#include "targets/numba/worker/simulated_threads.h"

namespace straylane {
namespace {

std::uint32_t site_of(PyObject* number) { return static_cast<std::uint32_t>(PyLong_AsLong(number)); }

PyObject* none_if(bool ok) {
  if (!ok) return nullptr;
  Py_RETURN_NONE;
}

// -- calls ---------------------------------------------------------------------------------------------------------

PyTypeObject* function_type = nullptr;
PyTypeObject* method_type = nullptr;
PyObject* name_func = nullptr;
PyObject* name_code = nullptr;
PyObject* name_flags = nullptr;
bool unchecked_before_try = false;  // see begins_with_try

// Functions of the stand-in for threading that are written in another language than the real ones.
std::unordered_set<PyObject*> codes_for_c;
std::unordered_set<PyObject*> callables_for_python;

enum class Callee {
  kInstrumented,  // has a yield point at its own entry
  kOtherPython,   // hands over at its entry, so the yield point is before the call
  kUnchecked,     // has no check at its entry, or is a generator function without hooks, which a call does not enter
  kNative,        // CPython checks after it has returned
};

// CO_GENERATOR, CO_COROUTINE and CO_ASYNC_GENERATOR among the flags of a code object.
constexpr long kGeneratorFlags = 0x20 | 0x80 | 0x200;

bool is_generator(PyObject* code) {
  const PyRef flags(PyObject_GetAttr(code, name_flags));
  return (PyLong_AsLong(flags.get()) & kGeneratorFlags) != 0;
}

// Returns whether the first instruction is SETUP_FINALLY or SETUP_WITH. CPython 3.10 does not check there.
bool begins_with_try(PyObject* code) {
  const PyRef bytes(PyObject_GetAttrString(code, "co_code"));
  const char* first = bytes ? PyBytes_AsString(bytes.get()) : nullptr;
  return first != nullptr && (first[0] == 122 || static_cast<unsigned char>(first[0]) == 143);
}

Callee classify(PyObject* callable) {
  PyRef function = PyRef::share(callable);
  if (Py_TYPE(callable) == method_type) function = PyRef(PyObject_GetAttr(callable, name_func));
  if (!function || Py_TYPE(function.get()) != function_type) {
    PyErr_Clear();
    return callables_for_python.contains(callable) ? Callee::kOtherPython : Callee::kNative;
  }
  const PyRef code(PyObject_GetAttr(function.get(), name_code));
  if (threads().is_instrumented(code.get())) return Callee::kInstrumented;
  if (codes_for_c.contains(code.get())) return Callee::kNative;
  if (unchecked_before_try && begins_with_try(code.get())) return Callee::kUnchecked;
  return is_generator(code.get()) ? Callee::kUnchecked : Callee::kOtherPython;
}

// Calls `callable`. `args` are the positional arguments, then those of `names`, which is null without keywords.
PyObject* call(PyObject* callable, PyObject* const* args, Py_ssize_t nargs, PyObject* names) {
  const PyRef keywords(names == nullptr ? nullptr : PyDict_New());
  if (names != nullptr && !keywords) return nullptr;
  for (Py_ssize_t i = 0; keywords && i < PyTuple_Size(names); ++i) {
    if (PyDict_SetItem(keywords.get(), PyTuple_GetItem(names, i), args[nargs + i]) != 0) return nullptr;
  }
  return PyObject_VectorcallDict(callable, args, static_cast<std::size_t>(nargs), keywords.get());
}

enum class After { kNative, kAllButFunctions, kAll };  // which calls hand over after their return

// __sl_call__, __sl_call_star__, __sl_call_behind__: (site, callable, *args, **kwargs)
template <After after_calls>
PyObject* hook_call(PyObject*, PyObject* const* args, Py_ssize_t nargs, PyObject* names) {
  if (nargs < 2) return PyErr_Format(PyExc_TypeError, "__sl_call__ needs a site and a callable");
  const bool active = threads().wants_yield_points();
  const std::uint32_t before = site_of(args[0]);
  const std::uint32_t after = before + 1;
  Callee callee = Callee::kInstrumented;
  if (active) {
    callee = classify(args[1]);
    if (callee == Callee::kOtherPython && !threads().yield_point(before)) return nullptr;
    threads().interleaver().at_site(after);
  }
  PyRef result(call(args[1], args + 2, nargs - 2, names));
  if (!result || !active) return result.release();
  const bool hands_over = callee == Callee::kNative || after_calls == After::kAll ||
                          (after_calls == After::kAllButFunctions && Py_TYPE(args[1]) != function_type);
  return hands_over && !threads().yield_point(after) ? nullptr : result.release();
}

// __sl_entry__(site), __sl_line__(site), and yield_at(site), which a trace function calls at granularity "opcode".
PyObject* hook_yield(PyObject*, PyObject* site) { return none_if(threads().yield_point(site_of(site))); }

// __sl_resume__(site, value)
PyObject* hook_resume(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  if (nargs != 2) return PyErr_Format(PyExc_TypeError, "__sl_resume__ needs a site and a value");
  return threads().yield_point(site_of(args[0])) ? PyRef::share(args[1]).release() : nullptr;
}

// __sl_guard__()
PyObject* hook_guard(PyObject*, PyObject*) {
  threads().passed_guard();
  Py_RETURN_NONE;
}

// -- values --------------------------------------------------------------------------------------------------------

// __sl_read__(place, value), __sl_write__(place, value): return the value. No yield points.
template <void (VariableWatch::*note)(EventLog&, std::uint32_t, PyObject*)>
PyObject* hook_value(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  if (nargs != 2) return PyErr_Format(PyExc_TypeError, "a value hook needs a place and a value");
  if (threads().interleaver().active() && threads().events().wanted()) {
    (threads().variables().*note)(threads().events(), site_of(args[0]), args[1]);
  }
  return PyRef::share(args[1]).release();
}

// -- loops ---------------------------------------------------------------------------------------------------------

// The object behind a loop. At every iteration, `for` iterates it and `while` calls it.
struct Loop {
  PyObject ob_base;
  PyObject* iterator;  // null for `while`
  std::uint32_t site;
  std::uint32_t continue_site;
  bool entered;
  bool continued;
};

PyObject* loop_type = nullptr;

PyObject* new_loop(PyObject* iterator, std::uint32_t site) {
  Loop* loop = PyObject_New(Loop, reinterpret_cast<PyTypeObject*>(loop_type));
  if (loop == nullptr) {
    Py_XDECREF(iterator);
    return nullptr;
  }
  loop->iterator = iterator;
  loop->site = site;
  loop->entered = false;
  loop->continued = false;
  return reinterpret_cast<PyObject*>(loop);
}

bool next_iteration(Loop* loop) {
  if (loop->entered) return threads().yield_point(loop->site);
  loop->entered = true;
  return true;
}

PyObject* loop_next(PyObject* self) {
  auto* loop = reinterpret_cast<Loop*>(self);
  return next_iteration(loop) ? PyIter_Next(loop->iterator) : nullptr;
}

// Called by a while loop: with () at the beginning of its body, with (site) at a `continue`, and with (None) before its
// test. A `continue` reaches the test by a jump that hands over.
PyObject* loop_call(PyObject* self, PyObject* args, PyObject*) {
  auto* loop = reinterpret_cast<Loop*>(self);
  if (PyTuple_Size(args) == 0) return none_if(next_iteration(loop));
  PyObject* argument = PyTuple_GetItem(args, 0);
  if (argument != Py_None) {
    loop->continued = true;
    loop->continue_site = site_of(argument);
    Py_RETURN_NONE;
  }
  if (!loop->continued) Py_RETURN_NONE;
  loop->continued = false;
  loop->entered = false;
  return none_if(threads().yield_point(loop->continue_site));
}

PyObject* loop_iter(PyObject* self) { return PyRef::share(self).release(); }

void loop_free(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  Py_XDECREF(reinterpret_cast<Loop*>(self)->iterator);
  PyObject_Free(self);
  Py_DECREF(reinterpret_cast<PyObject*>(type));
}

// __sl_iter__(site, iterable)
PyObject* hook_iter(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  if (nargs != 2) return PyErr_Format(PyExc_TypeError, "__sl_iter__ needs a site and an iterable");
  PyObject* iterator = PyObject_GetIter(args[1]);
  return iterator == nullptr ? nullptr : new_loop(iterator, site_of(args[0]));
}

// __sl_while__(site)
PyObject* hook_while(PyObject*, PyObject* site) { return new_loop(nullptr, site_of(site)); }

// -- threading -----------------------------------------------------------------------------------------------------

PyObject* spawn(PyObject*, PyObject* thread) {
  const std::int64_t index = threads().spawn(thread);
  return index < 0 ? nullptr : PyLong_FromLongLong(index);
}

PyObject* yield_here(PyObject*, PyObject*) {
  return none_if(threads().yield_point(threads().interleaver().current_site()));
}

// at_site(site): if the running thread waits next, it is said to wait at this site.
PyObject* at_site(PyObject*, PyObject* site) {
  threads().interleaver().at_site(site_of(site));
  Py_RETURN_NONE;
}

PyObject* is_alive_now(PyObject*, PyObject* index) {
  return PyBool_FromLong(threads().interleaver().ended(static_cast<ThreadIndex>(PyLong_AsLong(index))) ? 0 : 1);
}

// The launching thread polls with this. It is parked until something has changed since it last asked.
PyObject* is_alive(PyObject* self, PyObject* index) {
  const bool polls = threads().interleaver().current() == kMainIndex;
  if (polls && !threads().asks(static_cast<ThreadIndex>(PyLong_AsLong(index)))) return nullptr;
  return is_alive_now(self, index);
}

PyObject* block_on(PyObject*, PyObject* key) { return none_if(threads().block(key)); }

PyObject* block_on_end(PyObject*, PyObject* index) {
  return none_if(threads().block(Interleaver::end_of(static_cast<ThreadIndex>(PyLong_AsLong(index)))));
}

PyObject* wake(PyObject*, PyObject* key) {
  threads().interleaver().wake(key);
  Py_RETURN_NONE;
}

PyObject* current_thread(PyObject*, PyObject*) {
  PyObject* thread = threads().current_thread();
  return PyRef::share(thread != nullptr ? thread : Py_None).release();
}

// stands_for_c(code): calls of this Python function hand over where calls into C do. stands_for_python(callable): calls
// of this C function hand over where calls of Python functions do.
template <std::unordered_set<PyObject*>& set>
PyObject* add_to(PyObject*, PyObject* object) {
  Py_INCREF(object);
  set.insert(object);
  Py_RETURN_NONE;
}

PyObject* current_index(PyObject*, PyObject*) { return PyLong_FromUnsignedLong(threads().interleaver().current()); }

template <class F>
PyCFunction as_function(F* function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(function));
}

PyRef attribute(const char* module, const char* name) {
  const PyRef imported(PyImport_ImportModule(module));
  return PyRef(imported ? PyObject_GetAttrString(imported.get(), name) : nullptr);
}

}  // namespace

PyMethodDef kHooks[] = {
    {"__sl_call__", as_function(hook_call<After::kNative>), METH_FASTCALL | METH_KEYWORDS, nullptr},
    {"__sl_call_star__", as_function(hook_call<After::kAllButFunctions>), METH_FASTCALL | METH_KEYWORDS, nullptr},
    {"__sl_call_behind__", as_function(hook_call<After::kAll>), METH_FASTCALL | METH_KEYWORDS, nullptr},
    {"__sl_entry__", hook_yield, METH_O, nullptr},
    {"__sl_line__", hook_yield, METH_O, nullptr},
    {"__sl_resume__", as_function(hook_resume), METH_FASTCALL, nullptr},
    {"__sl_guard__", hook_guard, METH_NOARGS, nullptr},
    {"__sl_read__", as_function(hook_value<&VariableWatch::read>), METH_FASTCALL, nullptr},
    {"__sl_write__", as_function(hook_value<&VariableWatch::write>), METH_FASTCALL, nullptr},
    {"__sl_iter__", as_function(hook_iter), METH_FASTCALL, nullptr},
    {"__sl_while__", hook_while, METH_O, nullptr},
    {"yield_at", hook_yield, METH_O, nullptr},
    {"spawn", spawn, METH_O, nullptr},
    {"yield_here", yield_here, METH_NOARGS, nullptr},
    {"at_site", at_site, METH_O, nullptr},
    {"is_alive", is_alive, METH_O, nullptr},
    {"is_alive_now", is_alive_now, METH_O, nullptr},
    {"block_on", block_on, METH_O, nullptr},
    {"block_on_end", block_on_end, METH_O, nullptr},
    {"wake", wake, METH_O, nullptr},
    {"stands_for_c", add_to<codes_for_c>, METH_O, nullptr},
    {"stands_for_python", add_to<callables_for_python>, METH_O, nullptr},
    {"current_thread", current_thread, METH_NOARGS, nullptr},
    {"current_index", current_index, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

bool set_up_hooks() {
  static PyType_Slot slots[] = {
      {Py_tp_dealloc, reinterpret_cast<void*>(loop_free)},
      {Py_tp_iter, reinterpret_cast<void*>(loop_iter)},
      {Py_tp_iternext, reinterpret_cast<void*>(loop_next)},
      {Py_tp_call, reinterpret_cast<void*>(loop_call)},
      {0, nullptr},
  };
  static PyType_Spec spec = {"_straylane_numba.Loop", sizeof(Loop), 0, Py_TPFLAGS_DEFAULT, slots};
  loop_type = PyType_FromSpec(&spec);
  function_type = reinterpret_cast<PyTypeObject*>(attribute("types", "FunctionType").release());
  method_type = reinterpret_cast<PyTypeObject*>(attribute("types", "MethodType").release());
  name_func = PyUnicode_InternFromString("__func__");
  name_code = PyUnicode_InternFromString("__code__");
  name_flags = PyUnicode_InternFromString("co_flags");
  const PyRef version(attribute("sys", "hexversion"));
  unchecked_before_try = version && PyLong_AsLong(version.get()) < 0x030B0000;
  return loop_type != nullptr && function_type != nullptr && method_type != nullptr && name_func != nullptr &&
         name_code != nullptr && name_flags != nullptr;
}

}  // namespace straylane
