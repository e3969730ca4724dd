#pragma once

// The functions of the stand-in driver for tests, besides the driver's own functions. Tests find them with dlsym. The
// environment variable STRAYLANE_STAND_IN says what the stand-in does wrong, as one or more of these, separated by
// commas:
//
//   FUNCTION=CODE    that function returns this error code, such as cuLaunchKernel=700
//   no-device        there is no GPU
//   driver=VERSION   the driver's version, such as 12040; else 13000
//   arch=NN          the compute capability; else 90
//   wrong-output     the last element that must be 1 is 2
//   flaky-output     the same, in every second launch only
//   write-behind     the element after the end of the output is written
//   write-before     the element before its beginning is written
//   hang, crash      the launch does not return, or ends the process with a signal
//
// Misuse (a call without a current context, a module that is not a cubin, a leak ...) is collected if a test asks for
// that. Otherwise it ends the process with a line about it.
extern "C" {
void stand_in_begin(const char* planted);  // in place of STRAYLANE_STAND_IN; collects misuse and starts from new
const char* stand_in_misuse();             // the collected misuse, one per line
const char* stand_in_calls();              // every call since stand_in_begin, such as "cuInit;cuDeviceGetCount;..."
}
