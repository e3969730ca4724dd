#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <string>
#include <utility>

// Every CPython from 3.9 on exports this function, but does not declare it under the limited API.
extern "C" PyObject* PyObject_VectorcallDict(PyObject* callable, PyObject* const* args, std::size_t nargsf,
                                             PyObject* kwargs);

namespace straylane {

// Owns one reference.
class PyRef {
 public:
  PyRef() = default;
  explicit PyRef(PyObject* owned) : object_(owned) {}
  PyRef(PyRef&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  PyRef& operator=(PyRef&& other) noexcept {
    std::swap(object_, other.object_);
    return *this;
  }
  PyRef(const PyRef&) = delete;
  PyRef& operator=(const PyRef&) = delete;
  ~PyRef() { Py_XDECREF(object_); }

  static PyRef share(PyObject* borrowed) {
    Py_XINCREF(borrowed);
    return PyRef(borrowed);
  }

  PyObject* get() const { return object_; }
  PyObject* release() { return std::exchange(object_, nullptr); }
  explicit operator bool() const { return object_ != nullptr; }

 private:
  PyObject* object_ = nullptr;
};

// Returns the text of a str, or "?" if the object is not one.
inline std::string text_of(PyObject* object) {
  Py_ssize_t size = 0;
  const char* text = object == nullptr ? nullptr : PyUnicode_AsUTF8AndSize(object, &size);
  if (text != nullptr) return {text, static_cast<std::size_t>(size)};
  PyErr_Clear();
  return "?";
}

// Returns a struct of three texts, made from a tuple of three strs.
template <class T>
T texts_from(PyObject* tuple) {
  return {text_of(PyTuple_GetItem(tuple, 0)), text_of(PyTuple_GetItem(tuple, 1)), text_of(PyTuple_GetItem(tuple, 2))};
}

}  // namespace straylane
