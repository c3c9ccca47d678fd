// Compiled into the addon. Keeps signal handlers away from the threads that compute.
//
// oneDNN's generated matrix products (float32, AVX-512) keep things below the stack pointer, where the system puts a
// handler's frame when a signal arrives: a resized terminal, a child that ended or Ctrl-C then changed numbers, or ended
// the process with a damaged heap. TensorFlow's threads inherit what is blocked here, and a thread that does nothing
// else takes the signals. libuv's handlers only write to a pipe, so any thread will do.

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <initializer_list>

namespace {

void* TakeSignals(void*) {
  while (true) pause();
  return nullptr;
}

__attribute__((constructor)) void KeepSignalsAway() {
  // it inherits a mask in which nothing is blocked
  sigset_t nothing, before, signals;
  sigemptyset(&nothing);
  pthread_sigmask(SIG_SETMASK, &nothing, &before);
  pthread_t thread;
  const bool has_thread = pthread_create(&thread, nullptr, TakeSignals, nullptr) == 0;
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (!has_thread) return;
  pthread_detach(thread);
  sigfillset(&signals);
  // what a thread does itself is told to that thread
  for (const int own : {SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP}) sigdelset(&signals, own);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

}  // namespace
