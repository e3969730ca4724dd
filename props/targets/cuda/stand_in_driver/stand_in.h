#pragma once

// What tests ask of the stand-in driver besides the driver's own functions. Found with dlsym, since it is opened as the
// driver is. The environment variable STRAYLANE_STAND_IN plants what it does, one or more separated by commas:
//
//   FUNCTION=CODE    that function returns this error code, such as cuLaunchKernel=700
//   no-device        there is no GPU
//   driver=VERSION   the driver's version, such as 12040; else 13000
//   arch=NN          the compute capability; else 90
//   wrong-output     the last element that must be 1 is 2
//   flaky-output     the same, in every second launch only
//   write-behind     the element behind the output is written
//   write-before     the element in front of it
//   hang, crash      the launch does not return, or ends the process with a signal
//
// Misuse (a call without a current context, a module that is no cubin, a leak ...) is collected where a test asks for
// that, and else ends the process with a line about it.
extern "C" {
void stand_in_begin(const char* planted);  // as STRAYLANE_STAND_IN; collects misuse; forgets everything else
const char* stand_in_misuse();             // what was collected, one line each
const char* stand_in_calls();              // every call since, as "cuInit;cuDeviceGetCount;..."
}
