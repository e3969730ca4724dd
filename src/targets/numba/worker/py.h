#pragma once

#define PY_SSIZE_T_CLEAN
#include <Python.h>

#include <utility>

// Exported by every CPython from 3.9 on, but not declared under the limited API.
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

}  // namespace straylane
