#include "targets/numba/worker/hooks.h"

#include <unordered_set>

#include "targets/numba/worker/simulated_threads.h"

namespace straylane {
namespace {

SimulatedThreads& threads() { return SimulatedThreads::instance(); }

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

// Of the stand-in for threading, where it is written in another language than the real one.
std::unordered_set<PyObject*> codes_for_c;
std::unordered_set<PyObject*> callables_for_python;

enum class Callee {
  kInstrumented,  // has a yield point at its own entry
  kOtherPython,   // hands over at its entry, which is here for us
  kUnchecked,     // has no check at its entry, or, a generator function without hooks, is not entered by a call
  kNative,        // CPython checks after it returned
};

// CO_GENERATOR, CO_COROUTINE and CO_ASYNC_GENERATOR of a code object.
constexpr long kGeneratorFlags = 0x20 | 0x80 | 0x200;

bool is_generator(PyObject* code) {
  const PyRef flags(PyObject_GetAttr(code, name_flags));
  return (PyLong_AsLong(flags.get()) & kGeneratorFlags) != 0;
}

// 3.10 does not check where the first instruction begins a `try` or `with` block: SETUP_FINALLY, SETUP_WITH.
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
    return callables_for_python.count(callable) != 0 ? Callee::kOtherPython : Callee::kNative;
  }
  const PyRef code(PyObject_GetAttr(function.get(), name_code));
  if (threads().is_instrumented(code.get())) return Callee::kInstrumented;
  if (codes_for_c.count(code.get()) != 0) return Callee::kNative;
  if (unchecked_before_try && begins_with_try(code.get())) return Callee::kUnchecked;
  return is_generator(code.get()) ? Callee::kUnchecked : Callee::kOtherPython;
}

PyObject* call_with_keywords(PyObject* callable, PyObject* const* args, Py_ssize_t nargs, PyObject* names) {
  PyRef positional(PyTuple_New(nargs));
  PyRef keywords(PyDict_New());
  if (!positional || !keywords) return nullptr;
  for (Py_ssize_t i = 0; i < nargs; ++i) {
    Py_INCREF(args[i]);
    PyTuple_SetItem(positional.get(), i, args[i]);
  }
  for (Py_ssize_t i = 0; i < PyTuple_Size(names); ++i) {
    if (PyDict_SetItem(keywords.get(), PyTuple_GetItem(names, i), args[nargs + i]) != 0) return nullptr;
  }
  return PyObject_Call(callable, positional.get(), keywords.get());
}

enum class Behind { kNative, kAllButFunctions, kAll };  // which calls hand over behind them, besides at an entry

PyObject* call(PyObject* const* args, Py_ssize_t nargs, PyObject* names, Behind behind) {
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
  PyObject* result = names == nullptr
                         ? PyObject_VectorcallDict(args[1], args + 2, static_cast<std::size_t>(nargs - 2), nullptr)
                         : call_with_keywords(args[1], args + 2, nargs - 2, names);
  if (result == nullptr || !active) return result;
  const bool hands_over = callee == Callee::kNative || behind == Behind::kAll ||
                          (behind == Behind::kAllButFunctions && Py_TYPE(args[1]) != function_type);
  if (hands_over && !threads().yield_point(after)) {
    Py_DECREF(result);
    return nullptr;
  }
  return result;
}

// __sl_call__(site, callable, *args, **kwargs)
PyObject* hook_call(PyObject*, PyObject* const* args, Py_ssize_t nargs, PyObject* names) {
  return call(args, nargs, names, Behind::kNative);
}

// __sl_call_star__(site, callable, *args, **kwargs)
PyObject* hook_call_star(PyObject*, PyObject* const* args, Py_ssize_t nargs, PyObject* names) {
  return call(args, nargs, names, Behind::kAllButFunctions);
}

// __sl_call_behind__(site, callable, *args, **kwargs)
PyObject* hook_call_behind(PyObject*, PyObject* const* args, Py_ssize_t nargs, PyObject* names) {
  return call(args, nargs, names, Behind::kAll);
}

// __sl_entry__(site), __sl_line__(site)
PyObject* hook_yield(PyObject*, PyObject* site) { return none_if(threads().yield_point(site_of(site))); }

// __sl_resume__(site, value)
PyObject* hook_resume(PyObject*, PyObject* const* args, Py_ssize_t nargs) {
  if (nargs != 2) return PyErr_Format(PyExc_TypeError, "__sl_resume__ needs a site and a value");
  if (!threads().yield_point(site_of(args[0]))) return nullptr;
  Py_INCREF(args[1]);
  return args[1];
}

// __sl_guard__()
PyObject* hook_guard(PyObject*, PyObject*) {
  threads().passed_guard();
  Py_RETURN_NONE;
}

// -- values --------------------------------------------------------------------------------------------------------

// __sl_read__(place, value), __sl_write__(place, value): give the value. No yield points.
PyObject* hook_value(PyObject* const* args, Py_ssize_t nargs, bool write) {
  if (nargs != 2) return PyErr_Format(PyExc_TypeError, "a value hook needs a place and a value");
  if (threads().interleaver().active() && threads().events().wanted()) {
    VariableWatch& variables = threads().variables();
    write ? variables.write(threads().events(), site_of(args[0]), args[1])
          : variables.read(threads().events(), site_of(args[0]), args[1]);
  }
  Py_INCREF(args[1]);
  return args[1];
}

PyObject* hook_read(PyObject*, PyObject* const* args, Py_ssize_t nargs) { return hook_value(args, nargs, false); }
PyObject* hook_write(PyObject*, PyObject* const* args, Py_ssize_t nargs) { return hook_value(args, nargs, true); }

// -- loops ---------------------------------------------------------------------------------------------------------

// Both loop objects: `for` iterates one, `while` calls one, at every iteration.
struct Loop {
  PyObject ob_base;
  PyObject* iterator;  // null for while
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

// Of a while loop: () at the beginning of its body, (site) at a `continue`, (None) before its test, which a `continue`
// comes to by a jump that hands over.
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

PyObject* loop_iter(PyObject* self) {
  Py_INCREF(self);
  return self;
}

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

// at_site(site): where the running thread is said to wait, if it does.
PyObject* at_site(PyObject*, PyObject* site) {
  threads().interleaver().at_site(site_of(site));
  Py_RETURN_NONE;
}

PyObject* is_alive_now(PyObject*, PyObject* index) {
  return PyBool_FromLong(threads().interleaver().ended(static_cast<ThreadIndex>(PyLong_AsLong(index))) ? 0 : 1);
}

// The launching thread polls with this: it is parked until something has changed since it last asked.
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
  if (thread == nullptr) thread = Py_None;
  Py_INCREF(thread);
  return thread;
}

// stands_for_c(code): calls of this Python function hand over where calls into C do. stands_for_python(callable): the
// other way round.
PyObject* stands_for_c(PyObject*, PyObject* code) {
  Py_INCREF(code);
  codes_for_c.insert(code);
  Py_RETURN_NONE;
}

PyObject* stands_for_python(PyObject*, PyObject* callable) {
  Py_INCREF(callable);
  callables_for_python.insert(callable);
  Py_RETURN_NONE;
}

PyObject* current_index(PyObject*, PyObject*) { return PyLong_FromUnsignedLong(threads().interleaver().current()); }

template <class F>
PyCFunction as_function(F* function) {
  return reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(function));
}

PyMethodDef kHooks[] = {
    {"__sl_call__", as_function(hook_call), METH_FASTCALL | METH_KEYWORDS, nullptr},
    {"__sl_call_star__", as_function(hook_call_star), METH_FASTCALL | METH_KEYWORDS, nullptr},
    {"__sl_call_behind__", as_function(hook_call_behind), METH_FASTCALL | METH_KEYWORDS, nullptr},
    {"__sl_entry__", hook_yield, METH_O, nullptr},
    {"__sl_line__", hook_yield, METH_O, nullptr},
    {"__sl_resume__", as_function(hook_resume), METH_FASTCALL, nullptr},
    {"__sl_guard__", hook_guard, METH_NOARGS, nullptr},
    {"__sl_read__", as_function(hook_read), METH_FASTCALL, nullptr},
    {"__sl_write__", as_function(hook_write), METH_FASTCALL, nullptr},
    {"__sl_iter__", as_function(hook_iter), METH_FASTCALL, nullptr},
    {"__sl_while__", hook_while, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyRef attribute(const char* module, const char* name) {
  const PyRef imported(PyImport_ImportModule(module));
  return PyRef(imported ? PyObject_GetAttrString(imported.get(), name) : nullptr);
}

}  // namespace

PyMethodDef kThreadingFunctions[] = {
    {"spawn", spawn, METH_O, nullptr},
    {"yield_here", yield_here, METH_NOARGS, nullptr},
    {"at_site", at_site, METH_O, nullptr},
    {"is_alive", is_alive, METH_O, nullptr},
    {"is_alive_now", is_alive_now, METH_O, nullptr},
    {"block_on", block_on, METH_O, nullptr},
    {"block_on_end", block_on_end, METH_O, nullptr},
    {"wake", wake, METH_O, nullptr},
    {"stands_for_c", stands_for_c, METH_O, nullptr},
    {"stands_for_python", stands_for_python, METH_O, nullptr},
    {"current_thread", current_thread, METH_NOARGS, nullptr},
    {"current_index", current_index, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyObject* hooks_dict() {
  PyRef dict(PyDict_New());
  for (PyMethodDef* hook = kHooks; dict && hook->ml_name != nullptr; ++hook) {
    const PyRef function(PyCFunction_New(hook, nullptr));
    if (!function || PyDict_SetItemString(dict.get(), hook->ml_name, function.get()) != 0) return nullptr;
  }
  return dict.release();
}

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
